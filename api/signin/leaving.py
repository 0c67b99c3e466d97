"""Signing out because a program asks for it (RP-Initiated Logout 1.0): the person is asked, where it may be a trick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.forms import read_form
from api.signin import destination
from api.signin.cookies import Kept
from api.signin.visit import Visit
from auth.logout import SigningOut, read_signing_out
from auth.metadata import END_SESSION_PATH
from auth.people import sessions

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk

KEPT = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")
CONFIRM = f"{END_SESSION_PATH}/confirm"


def routes(desk: Desk) -> list[Route]:
    """This will make the routes of the end_session_endpoint."""
    return [
        desk.route(END_SESSION_PATH, get=ask),
        desk.open_route(END_SESSION_PATH, by_form, methods=("POST",)),
        desk.route(CONFIRM, post=confirm),
    ]


async def by_form(visit: Visit) -> Response:
    """A form of another site comes without our cookies; the page that it is sent on to has them."""
    form = await read_form(visit.request)
    said = {name: form[name] for name in KEPT if name in form}
    return visit.leave_for(visit.desk.profile.pages + destination.page(END_SESSION_PATH, **said))


async def ask(visit: Visit) -> Response:
    asked = await _read(visit, visit.query)
    if not asked.must_confirm(visit.session):
        return await _sign_out(visit, asked)
    visit.leads_to = destination.source_of(asked.redirect) if asked.redirect else None
    kept = {name: visit.query[name] for name in KEPT if name in visit.query}
    return visit.show("sign_out", kept=kept, action=CONFIRM)


async def confirm(visit: Visit) -> Response:
    visit.back = destination.HOME
    return await _sign_out(visit, await _read(visit, visit.form))


async def _read(visit: Visit, said: dict[str, str]) -> SigningOut:
    keys = await visit.desk.ring.keys(now=visit.now)
    async with visit.transaction() as connection:
        return await read_signing_out(connection, said, keys=keys.published, profile=visit.desk.profile)


async def _sign_out(visit: Visit, asked: SigningOut) -> Response:
    if visit.session is not None:
        async with visit.transaction() as connection:
            await sessions.end(connection, visit.session.session_id, now=visit.now)
    visit.session = None
    visit.keep(Kept.SESSION, None)
    if asked.redirect is not None:
        return visit.leave_for(asked.redirect)
    return visit.show(
        "done",
        title=visit.words["signed_out_title"],
        text=visit.words["signed_out"],
        onward={"address": "/sign-in", "words": visit.words["sign_in"]},
    )
