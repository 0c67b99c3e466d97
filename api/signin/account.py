"""The page of an account: where one is signed in, what one proves it by, whom one let in, where one belongs."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.signin.choices import identity_of, in_language, shown
from api.signin.language import chosen
from api.signin.moments import ago
from api.signin.visit import UNREADABLE, Trouble, Visit
from api.signin.words.speak import scope_words
from auth.people import accounts, changing, memberships, programs, sessions
from auth.people.changing import Ways
from auth.policies.declare import ADMINISTRATORS, STEWARDS
from auth.policies.partners import EDITORS

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk
    from auth.people.sessions import SignedIn

PATH = "/account"


@dataclass(frozen=True, slots=True)
class Program:
    """A program that one has let in, on the page."""

    id: str
    name: str
    organization: str
    for_device: bool
    since: str
    sentences: list[str]


def routes(desk: Desk) -> list[Route]:
    """This will make the routes of the account's page and of what is done on it at once."""
    return [
        desk.route(PATH, get=show),
        desk.route(f"{PATH}/you", post=change),
        desk.route(f"{PATH}/sessions", post=end_session),
        desk.route(f"{PATH}/other-sessions", post=end_others),
        desk.route(f"{PATH}/programs", post=end_program),
        desk.route(f"{PATH}/leave", get=ask_to_leave, post=leave),
    ]


async def show(visit: Visit) -> Response:
    return await page(visit)


async def page(visit: Visit, *, status: int = 200, **more: object) -> Response:
    """This will show the account; `more` is a problem, or what was just done."""
    session = visit.someone()
    async with visit.transaction() as connection:
        found = await _found(connection, visit, session)
    done = visit.query.get("done") if visit.request.method == "GET" else None
    return visit.show("account", status=status, **{"done": done if done == "saved" else None} | found | more)


async def change(visit: Visit) -> Response:
    visit.back = PATH
    session = await _whole(visit)
    language = chosen(visit.form.get("own_language"))
    try:
        async with visit.transaction() as connection:
            await accounts.change(
                connection,
                session.account_id,
                display_name=visit.form.get("display_name", ""),
                language=language.value if language else None,
            )
    except accounts.UnfitDisplayName:
        problem = visit.words["unfit_display_name"]
        return await page(visit, status=UNREADABLE, problem=problem, wrong={"display_name": problem})
    if language:
        visit.choose(language)
    return visit.go(f"{PATH}?done=saved")


async def end_session(visit: Visit) -> Response:
    visit.back = PATH
    session, ending = await _whole(visit), identity_of(visit.form.get("session"))
    if ending is not None:
        async with visit.transaction() as connection:
            await sessions.end(connection, ending, account_id=session.account_id, now=visit.now)
    return visit.go(PATH)


async def end_others(visit: Visit) -> Response:
    visit.back = PATH
    session = await _whole(visit)
    async with visit.transaction() as connection:
        await sessions.end_others(connection, session, now=visit.now)
    return visit.go(PATH)


async def end_program(visit: Visit) -> Response:
    visit.back = PATH
    session, ending = await _whole(visit), identity_of(visit.form.get("program"))
    if ending is not None:
        async with visit.transaction() as connection:
            await programs.end(connection, ending, account_id=session.account_id, now=visit.now)
    return visit.go(PATH)


async def ask_to_leave(visit: Visit) -> Response:
    """Leaving cannot be undone by oneself, so it is asked once more."""
    return await _leaving(visit, visit.query.get("membership"))


async def leave(visit: Visit) -> Response:
    visit.back = PATH
    session, leaving = visit.someone(), identity_of(visit.form.get("membership"))
    if leaving is None:
        raise Trouble("no_such_page", 404)
    if session.provider_id is not None:
        async with visit.transaction() as connection:
            mine = await memberships.of(connection, session.account_id, provider_id=session.provider_id)
        if leaving not in [each.membership_id for each in mine]:
            raise Trouble("no_such_page", 404)
    try:
        async with visit.transaction() as connection:
            await memberships.leave(connection, leaving, account_id=session.account_id, now=visit.now)
    except memberships.LastAdministrator:
        return await _leaving(visit, str(leaving), status=409, problem=visit.words["last_administrator"])
    except memberships.NoSuchMembership:
        raise Trouble("no_such_page", 404) from None
    return visit.go(PATH)


async def _leaving(visit: Visit, membership: str | None, *, status: int = 200, **more: object) -> Response:
    session = visit.someone()
    async with visit.transaction() as connection:
        mine = shown(
            await memberships.of(connection, session.account_id, provider_id=session.provider_id), visit.language
        )
    choice = next((each for each in mine if str(each.id) == membership), None)
    if choice is None:
        raise Trouble("no_such_page", 404)
    return visit.show("leave", status=status, choice=choice, **more)


async def _whole(visit: Visit) -> SignedIn:
    """Who may change what is theirs wherever they belong: a provider speaks for its own organisation alone.

    Raises SignInFirst, Trouble.
    """
    session = visit.someone()
    async with visit.transaction() as connection:
        if await _elsewhere(connection, session):
            raise Trouble("vouched_for", 403)
    return session


async def _elsewhere(connection: AsyncConnection, session: SignedIn) -> bool:
    """Whether a provider vouched for someone who is more here than a member of its organisation."""
    if session.provider_id is None:
        return False
    account_id, provider_id = session.account_id, session.provider_id
    vouched = await memberships.of(connection, account_id, provider_id=provider_id)
    if vouched != await memberships.of(connection, account_id, provider_id=None):
        return True
    has = await changing.ways(connection, account_id)
    return has.password or bool(has.passkeys)


async def _found(connection: AsyncConnection, visit: Visit, session: SignedIn) -> dict[str, object]:
    """What the page shows, about ten statements; of what is none of a provider's business nothing, to whom it sends."""
    language, account_id = visit.language, session.account_id
    mine = await memberships.of(connection, account_id, provider_id=session.provider_id)
    partly = await _elsewhere(connection, session)
    lasting = await sessions.listed(connection, account_id, now=visit.now)
    has = Ways(names=[], passkeys=[], password=False, totp=False, recovery_codes=0)
    if not partly:
        has = await changing.ways(connection, account_id)
    let_in = [] if partly else await programs.listed(connection, account_id, now=visit.now)
    return {
        "sessions": [
            {
                "id": each.session_id,
                "device": each.device or visit.words["unknown_device"],
                "seen": ago(each.last_seen_at, now=visit.now, language=language),
                "this": each.session_id == session.session_id,
            }
            for each in lasting
            if each.session_id == session.session_id or not partly
        ],
        "passkeys": [
            {
                "id": urlsafe_b64encode(each.credential_id).decode(),
                "name": each.name,
                "synced": each.backed_up,
                "used": ago(each.last_used_at, now=visit.now, language=language),
            }
            for each in has.passkeys
        ],
        "names": has.names,
        "password": has.password,
        "app": has.totp,
        "codes": has.recovery_codes,
        "programs": [
            Program(
                str(each.grant_id),
                each.program,
                in_language(each.organization_names, each.organization_language, language),
                each.for_device,
                ago(each.since, now=visit.now, language=language),
                scope_words(each.scopes, language),
            )
            for each in let_in
        ],
        "memberships": shown(mine, language),
        "administers": any((ADMINISTRATORS | STEWARDS) & set(each.roles) for each in mine),
        "looks_after": any((EDITORS | STEWARDS) & set(each.roles) for each in mine),
        "person": await accounts.find(connection, account_id),
    }
