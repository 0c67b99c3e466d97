"""The pages on which a person says who they are: a passkey, or name and password and then a code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from api.signin import asking, destination
from api.signin.cookies import Kept
from api.signin.providers import begin_at
from api.signin.visit import UNREADABLE, SignInFirst, Visit, minutes
from auth.lockout import LockedOut
from auth.people import changing, passkeys, proving, sessions
from auth.people.ceremonies import CeremonyOver
from auth.people.passkey_answers import NotThisPasskey
from auth.people.passwords import TooBusy
from auth.people.proving import NotProved, Proved, WrongCode
from auth.providers import listing

if TYPE_CHECKING:
    from uuid import UUID

    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk

PATH = "/sign-in"


def routes(desk: Desk) -> list[Route]:
    """This will make the routes of signing in, and of proving again that it is oneself."""
    return [
        desk.route(PATH, get=show, post=by_password),
        desk.route(f"{PATH}/code", get=ask_for_code, post=by_code),
        desk.route(f"{PATH}/passkey", post=by_passkey),
        desk.route("/confirm", get=ask_again, post=password_again),
        desk.route("/sign-out", post=sign_out),
    ]


async def show(visit: Visit) -> Response:
    """Whoever is signed in goes on, unless they, or a program, want somebody else."""
    if visit.session is not None and "other" not in visit.query:
        return visit.go(visit.next)
    return await _page(visit)


async def by_password(visit: Visit) -> Response:
    name, password = visit.form.get("name", ""), visit.form.get("password", "")
    empty = [field for field in ("name", "password") if field not in visit.form]
    if empty:
        words = visit.words["empty_field"]
        return await _page(visit, status=UNREADABLE, name=name, problem=words, wrong=dict.fromkeys(empty, words))
    try:
        handle = await visit.desk.prover.password(name, password, address=visit.address, now=visit.now)
    except (NotProved, LockedOut, TooBusy) as refused:
        status, problem = said_of(refused, visit)
        return await _page(visit, status=status, name=name, problem=problem)
    return _to_code(visit, handle)


async def ask_for_code(visit: Visit) -> Response:
    if visit.cookie(Kept.STEP) is None:
        return visit.go(destination.page(PATH, next=visit.next))
    return await _code_page(visit)


async def by_code(visit: Visit) -> Response:
    visit.back = destination.page(f"{PATH}/code", next=visit.next)
    field = "recovery_code" if "recovery_code" in visit.form else "code"
    typed, handle = visit.form.get(field), visit.cookie(Kept.STEP) or ""
    if typed is None:
        words = visit.words["empty_field"]
        return await _code_page(visit, status=UNREADABLE, problem=words, wrong={field: words})
    try:
        proved = await visit.desk.prover.code(handle, typed, now=visit.now)
    except WrongCode as wrong:
        visit.keep(Kept.STEP, wrong.handle)
        words = visit.words["wrong_code"]
        return await _code_page(visit, status=UNREADABLE, problem=words, wrong={field: words})
    except (CeremonyOver, NotProved, LockedOut) as refused:
        visit.keep(Kept.STEP, None)
        status, problem = said_of(refused, visit)
        return await _page(visit, status=status, problem=problem)
    return await enter(visit, proved)


async def by_passkey(visit: Visit) -> Response:
    handle, answer = visit.form.get("handle", ""), visit.form.get("credential", "")
    try:
        proved = await visit.desk.prover.passkey(handle, answer, now=visit.now)
        return await enter(visit, proved)
    except (CeremonyOver, NotThisPasskey, NotProved) as refused:
        status, problem = said_of(refused, visit)
        return await _page(visit, status=status, problem=problem)


async def ask_again(visit: Visit) -> Response:
    return await _confirming(visit)


async def password_again(visit: Visit) -> Response:
    visit.back = destination.page("/confirm", next=visit.next)
    session, password = visit.someone(), visit.form.get("password")
    if password is None:
        words = visit.words["empty_field"]
        return await _confirming(visit, status=UNREADABLE, problem=words, wrong={"password": words})
    try:
        handle = await visit.desk.prover.password_again(session, password, address=visit.address, now=visit.now)
    except (NotProved, LockedOut, TooBusy) as refused:
        status, problem = said_of(refused, visit)
        return await _confirming(visit, status=status, problem=problem)
    return _to_code(visit, handle)


async def sign_out(visit: Visit) -> Response:
    if visit.session is not None:
        async with visit.transaction() as connection:
            await sessions.end(connection, visit.session.session_id, now=visit.now)
    visit.keep(Kept.SESSION, None)
    return visit.go(PATH)


async def enter(visit: Visit, proved: Proved) -> Response:
    """This will sign the person in, or renew their session where they have proved it again, and go on.

    Raises NotProved where the account may not be signed in to.
    """
    session = visit.session
    try:
        async with visit.transaction() as connection:
            if session is not None and session.account_id == proved.account_id and session.provider_id is None:
                cookie, _ = await proving.again(connection, session, proved, now=visit.now)
            else:
                cookie, _ = await sessions.begin(
                    connection,
                    account_id=proved.account_id,
                    proof=proved.proof,
                    user_agent=visit.request.headers.get("user-agent"),
                    replaces=session.session_id if session else None,
                    now=visit.now,
                )
    except sessions.SessionOver:
        raise NotProved from None
    visit.keep(Kept.SESSION, cookie)
    visit.keep(Kept.STEP, None)
    return visit.go(visit.next)


def said_of(refused: Exception, visit: Visit) -> tuple[int, str]:
    """This will be the status and the words by which a person is told that it did not work, and what to do."""
    words = visit.words
    match refused:
        case LockedOut():
            return 429, words["locked_out"].format(minutes=minutes(refused.wait))
        case TooBusy():
            return 503, words["text_too_many"].format(minutes=1)
        case CeremonyOver():
            return UNREADABLE, words["took_too_long"]
        case NotThisPasskey():
            return UNREADABLE, words["wrong_passkey"]
        case _:
            return UNREADABLE, words["wrong_proof"]


def _to_code(visit: Visit, handle: str) -> Response:
    visit.keep(Kept.STEP, handle)
    return visit.go(destination.page(f"{PATH}/code", next=visit.next))


async def _page(visit: Visit, *, status: int = 200, name: str | None = None, **more: object) -> Response:
    onward = visit.next
    visit.back = destination.page(PATH, next=onward, other=visit.query.get("other"))
    program, hint = await _program(visit, onward)
    organization = visit.query.get("organization")
    async with visit.transaction() as connection:
        passkey = await passkeys.ask_to_sign_in(connection, profile=visit.desk.profile, now=visit.now)
        found = None if organization is None else await listing.listed(connection, organization=organization)
    return visit.show(
        "sign_in",
        status=status,
        next=onward,
        program=program,
        name=name or hint or "",
        passkey={"handle": passkey.handle, "options": json.dumps(passkey.options)},
        organization=(organization or "")[:100],
        found=None if found is None else [_leading(each.provider_id, each.name, onward) for each in found],
        **more,
    )


async def _code_page(visit: Visit, *, status: int = 200, **more: object) -> Response:
    await _program(visit, visit.next)
    return visit.show("code", status=status, next=visit.next, **more)


async def _confirming(visit: Visit, *, status: int = 200, **more: object) -> Response:
    onward, session = visit.next, visit.session
    if session is None:
        raise SignInFirst
    await _program(visit, onward)
    async with visit.transaction() as connection:
        ways = await changing.ways(connection, session.account_id)
        passkey = (
            await passkeys.ask_to_sign_in(
                connection, profile=visit.desk.profile, account_id=session.account_id, now=visit.now
            )
            if ways.passkeys and session.provider_id is None
            else None
        )
    return visit.show(
        "confirm",
        status=status,
        next=onward,
        name=next(iter(ways.names), ""),
        passkey={"handle": passkey.handle, "options": json.dumps(passkey.options)} if passkey else None,
        by_password=ways.password and session.provider_id is None,
        provider=None if session.provider_id is None else _again_at(session.provider_id, visit, onward),
        **more,
    )


def _leading(provider_id: UUID, name: str, onward: str) -> dict[str, str]:
    return {"name": name, "address": begin_at(provider_id, onward=onward)}


def _again_at(provider_id: UUID, visit: Visit, onward: str) -> dict[str, str]:
    """Whom a provider vouched for proves it again there."""
    return {"name": visit.words["your_organisation"], "address": begin_at(provider_id, onward=onward, again=True)}


async def _program(visit: Visit, onward: str) -> tuple[str | None, str | None]:
    """This will name the program that one signs in for, and what it says they may type; None: for our own pages."""
    parts = urlsplit(onward)
    if parts.path != "/continue":
        return None, None
    handle = parse_qs(parts.query).get("request", [""])[0]
    async with visit.transaction() as connection:
        request = await asking.find(connection, visit, handle)
    return request.program.name, request.login_hint
