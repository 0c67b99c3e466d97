"""The page of an invitation: who invites to what, and how one joins: as oneself, or with a new account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from api.papers.words import day
from api.signin import destination
from api.signin.choices import in_language
from api.signin.cookies import Kept
from api.signin.fitness import said_of_password
from api.signin.pictures import qr
from api.signin.providers import begin_at
from api.signin.visit import UNREADABLE, Trouble, Visit
from api.signin.words.speak import role_words
from auth.people import accounts, invitations, joining
from auth.people.ceremonies import CeremonyOver
from auth.people.changing import NewSecret, VouchedFor, WrongFirstCode
from auth.people.devices import in_words
from auth.people.invitations import InvitationOver, Offer, ProviderNeeded
from auth.people.joining import Joined, Newcomer
from auth.people.passkey_answers import NotThisPasskey
from models.rules.passwords import UnfitPassword

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk

PATH = "/invitation/{token}"


def routes(desk: Desk) -> list[Route]:
    """This will make the routes of an invitation's page."""
    return [
        desk.route(PATH, get=show, post=join),
        desk.route(f"{PATH}/passkey", post=join_with_passkey),
        desk.route(f"{PATH}/password", post=ask_for_code),
        desk.route(f"{PATH}/code", post=join_with_password),
    ]


async def show(visit: Visit) -> Response:
    return await _page(visit)


async def join(visit: Visit) -> Response:
    """Who is signed in joins as who they are."""
    visit.back = _here(visit)
    session = visit.someone()
    offer = await _offer(visit)
    try:
        async with visit.transaction() as connection:
            await joining.as_oneself(connection, _token(visit), session, now=visit.now)
    except InvitationOver:
        raise Trouble("bad_invitation", 410) from None
    except (VouchedFor, ProviderNeeded):
        raise Trouble("vouched_for", 403) from None
    return _welcome(visit, offer)


async def join_with_passkey(visit: Visit) -> Response:
    visit.back = _here(visit)
    offer = await _offer(visit)
    try:
        async with visit.transaction() as connection:
            joined = await joining.with_passkey(
                connection,
                _token(visit),
                _newcomer(visit, offer),
                visit.form.get("handle", ""),
                visit.form.get("credential", ""),
                passkey_name=in_words(visit.request.headers.get("user-agent")) or "Konbit",
                profile=visit.desk.profile,
                now=visit.now,
            )
    except (InvitationOver, ProviderNeeded):
        raise Trouble("bad_invitation", 410) from None
    except CeremonyOver:
        return await _page(visit, status=UNREADABLE, problem=visit.words["took_too_long"])
    except NotThisPasskey:
        return await _page(visit, status=UNREADABLE, problem=visit.words["wrong_passkey"])
    except accounts.UnfitDisplayName:
        return await _unfit_name(visit)
    _let_in(visit, joined)
    return _welcome(visit, offer)


async def ask_for_code(visit: Visit) -> Response:
    """A password signs nobody in alone: the secret of an app comes with it."""
    visit.back = _here(visit)
    offer = await _offer(visit)
    called, proposed = _newcomer(visit, offer).display_name, visit.form.get("wanted_name", "")
    password = visit.form.get("password", "")
    try:
        joining.check_password(password, display_name=called, proposed_name=proposed)
        hashed = await visit.hashed(password, whose=offer.invitation_id)
        async with visit.transaction() as connection:
            secret = await joining.ask_for_code(
                connection,
                _token(visit),
                called,
                hashed,
                proposed_name=proposed,
                sealer=visit.desk.sealer,
                now=visit.now,
            )
    except UnfitPassword as unfit:
        problem = said_of_password(unfit, visit.words)
        return await _page(visit, status=UNREADABLE, problem=problem, wrong={"password": problem})
    except accounts.UnfitDisplayName:
        return await _unfit_name(visit)
    except (InvitationOver, ProviderNeeded):
        raise Trouble("bad_invitation", 410) from None
    return _linking(visit, secret)


async def join_with_password(visit: Visit) -> Response:
    visit.back = _here(visit)
    offer, handle = await _offer(visit), visit.form.get("handle", "")
    try:
        async with visit.transaction() as connection:
            joined = await joining.with_password(
                connection,
                _token(visit),
                _newcomer(visit, offer),
                handle,
                visit.form.get("code", ""),
                sealer=visit.desk.sealer,
                now=visit.now,
            )
    except WrongFirstCode:
        problem = visit.words["wrong_first_code"]
        secret = NewSecret(handle, visit.form.get("as_text", ""), visit.form.get("as_address", ""))
        return _linking(visit, secret, status=UNREADABLE, problem=problem, wrong={"code": problem})
    except CeremonyOver:
        return await _page(visit, status=UNREADABLE, problem=visit.words["took_too_long"])
    except (InvitationOver, ProviderNeeded):
        raise Trouble("bad_invitation", 410) from None
    except accounts.UnfitDisplayName:
        return await _unfit_name(visit)
    _let_in(visit, joined)
    return visit.show("recovery", codes=joined.recovery_codes, name=joined.sign_in_name, onward=destination.HOME)


async def _page(visit: Visit, *, status: int = 200, **more: Any) -> Response:
    visit.back = _here(visit)
    offer = await _offer(visit)
    passkey = None
    if offer.provider_id is None and visit.session is None:
        async with visit.transaction() as connection:
            asked = await joining.ask_for_passkey(
                connection, _token(visit), offer.name, profile=visit.desk.profile, now=visit.now
            )
            passkey = {"handle": asked.handle, "options": json.dumps(asked.options)}
    language, here = visit.language, _here(visit)
    return visit.show(
        "invitation",
        status=status,
        organization=_organisation(visit, offer),
        site=None if offer.site_names is None else in_language(offer.site_names, "", language),
        roles=role_words(offer.roles, language),
        offer=offer,
        until=day(offer.expires_at.date(), language),
        path=here,
        sign_in=destination.page("/sign-in", next=here),
        provider=None if offer.provider_id is None else begin_at(offer.provider_id, onward=here),
        passkey=passkey,
        form=visit.form,
        **more,
    )


def _linking(visit: Visit, secret: NewSecret, *, status: int = 200, **more: Any) -> Response:
    kept = {
        "display_name": visit.form.get("display_name", ""),
        "as_text": secret.as_text,
        "as_address": secret.as_address,
    }
    return visit.show(
        "app",
        status=status,
        secret=secret,
        picture=qr(secret.as_address),
        then=None,
        action=f"{_here(visit)}/code",
        kept=kept,
        **more,
    )


async def _offer(visit: Visit) -> Offer:
    try:
        async with visit.transaction() as connection:
            return await invitations.look(connection, _token(visit), now=visit.now)
    except InvitationOver:
        raise Trouble("bad_invitation", 410) from None


def _newcomer(visit: Visit, offer: Offer) -> Newcomer:
    name = visit.form.get("display_name", offer.name)
    return Newcomer(name, visit.language.value, visit.request.headers.get("user-agent"))


async def _unfit_name(visit: Visit) -> Response:
    problem = visit.words["unfit_display_name"]
    return await _page(visit, status=UNREADABLE, problem=problem, wrong={"display_name": problem})


def _let_in(visit: Visit, joined: Joined) -> None:
    visit.keep(Kept.SESSION, joined.cookie)
    visit.session = joined.signed_in


def _welcome(visit: Visit, offer: Offer) -> Response:
    """The page is shown at once: the invitation that its address names is used up."""
    return visit.show(
        "done",
        title=visit.words["joined_title"],
        text=visit.words["joined"].format(organization=_organisation(visit, offer)),
        onward={"address": destination.HOME, "words": visit.words["your_account"]},
    )


def _organisation(visit: Visit, offer: Offer) -> str:
    return in_language(offer.organization_names, offer.organization_language, visit.language)


def _token(visit: Visit) -> str:
    return str(visit.request.path_params["token"])


def _here(visit: Visit) -> str:
    return f"/invitation/{_token(visit)}"
