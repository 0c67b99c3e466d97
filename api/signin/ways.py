"""The pages on which one changes what one signs in with: passkeys, password, app for codes, recovery codes."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING, Any

from api.signin import destination
from api.signin.fitness import said_of_password
from api.signin.pictures import qr
from api.signin.visit import UNREADABLE, Trouble, Visit
from auth.people import changing, names, passkeys
from auth.people.ceremonies import CeremonyOver
from auth.people.changing import LastWayIn, WrongFirstCode
from auth.people.devices import in_words
from auth.people.passkey_answers import NotThisPasskey
from auth.people.passkeys import TooManyPasskeys
from models.rules.passwords import UnfitPassword

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk
    from auth.people.sessions import SignedIn

PATH = "/account"
PASSKEY, PASSWORD, APP, RECOVERY = (f"{PATH}/{name}" for name in ("passkey", "password", "app", "recovery"))


def routes(desk: Desk) -> list[Route]:
    """This will make the routes of these pages; each takes a proof of the last five minutes."""
    return [
        desk.route(PASSKEY, get=show_passkey, post=add_passkey),
        desk.route(f"{PASSKEY}/name", post=rename_passkey),
        desk.route(f"{PASSKEY}/remove", post=remove_passkey),
        desk.route(PASSWORD, get=show_password, post=change_password),
        desk.route(APP, get=show_app, post=link_app),
        desk.route(RECOVERY, get=show_recovery, post=make_recovery),
    ]


async def show_passkey(visit: Visit) -> Response:
    """With `id` in the address the page is of that passkey, else of one to be."""
    session = _sure(visit)
    if "id" not in visit.query:
        return await _new_passkey(visit, session)
    return await _one_passkey(visit, session, _read_id(visit.query["id"]))


async def add_passkey(visit: Visit) -> Response:
    session = _sure(visit, PASSKEY)
    name = visit.form.get("passkey_name") or in_words(visit.request.headers.get("user-agent")) or "Konbit"
    try:
        async with visit.transaction() as connection:
            await changing.add_passkey(
                connection,
                session,
                visit.form.get("handle", ""),
                visit.form.get("credential", ""),
                name=name,
                profile=visit.desk.profile,
                now=visit.now,
            )
    except CeremonyOver:
        return await _new_passkey(visit, session, status=UNREADABLE, problem=visit.words["took_too_long"])
    except NotThisPasskey:
        return await _new_passkey(visit, session, status=UNREADABLE, problem=visit.words["wrong_passkey"])
    return _saved(visit)


async def rename_passkey(visit: Visit) -> Response:
    session, credential_id = _sure(visit, PATH), _read_id(visit.form.get("id", ""))
    if name := visit.form.get("passkey_name"):
        async with visit.transaction() as connection:
            await passkeys.rename(connection, session.account_id, credential_id, name)
    return _saved(visit)


async def remove_passkey(visit: Visit) -> Response:
    session, credential_id = _sure(visit, PATH), _read_id(visit.form.get("id", ""))
    try:
        async with visit.transaction() as connection:
            await changing.remove_passkey(connection, session, credential_id, now=visit.now)
    except LastWayIn:
        problem = visit.words["last_way_in"]
        return await _one_passkey(visit, session, credential_id, status=409, problem=problem)
    return _saved(visit)


async def show_password(visit: Visit) -> Response:
    """Without an app for codes a password signs nobody in, so the app comes first."""
    session = _sure(visit)
    async with visit.transaction() as connection:
        ways = await changing.ways(connection, session.account_id)
    if not ways.totp:
        return visit.go(destination.page(APP, then="password"))
    return visit.show("password", name=next(iter(ways.names), ""))


async def change_password(visit: Visit) -> Response:
    session, password = _sure(visit, PASSWORD), visit.form.get("password", "")
    try:
        async with visit.transaction() as connection:
            await changing.check_password(connection, session, password, now=visit.now)
        hashed = await visit.hashed(password, whose=session.account_id)
        async with visit.transaction() as connection:
            known = await names.of(connection, session.account_id)
            # Who joined with a passkey has none yet.
            name = known[0] if known else await names.give(connection, session.account_id, session.display_name)
            await changing.change_password(connection, session, hashed, now=visit.now)
    except UnfitPassword as unfit:
        problem = said_of_password(unfit, visit.words)
        return visit.show("password", status=UNREADABLE, name="", problem=problem, wrong={"password": problem})
    return visit.show(
        "done",
        title=visit.words["saved"],
        text=f"{visit.words['password_kept']} {visit.words['name_shown']} {name}",
        onward={"address": PATH, "words": visit.words["your_account"]},
    )


async def show_app(visit: Visit) -> Response:
    return await _linking(visit, _sure(visit))


async def link_app(visit: Visit) -> Response:
    session, handle = _sure(visit, APP), visit.form.get("handle", "")
    try:
        async with visit.transaction() as connection:
            await changing.confirm_secret(
                connection, session, handle, visit.form.get("code", ""), sealer=visit.desk.sealer, now=visit.now
            )
    except WrongFirstCode:
        problem = visit.words["wrong_first_code"]
        return await _linking(visit, session, status=UNREADABLE, problem=problem, wrong={"code": problem})
    except CeremonyOver:
        return await _linking(visit, session, status=UNREADABLE, problem=visit.words["took_too_long"])
    return visit.go(PASSWORD) if visit.form.get("then") == "password" else _saved(visit)


async def show_recovery(visit: Visit) -> Response:
    """Codes are made by a form, never by looking; this is where a new proof leads back to."""
    _sure(visit)
    return visit.show("recovery_ask")


async def make_recovery(visit: Visit) -> Response:
    """They are shown in the answer to the form itself, for they are nowhere to be read again."""
    session = _sure(visit, RECOVERY)
    async with visit.transaction() as connection:
        codes = await changing.new_recovery_codes(connection, session, now=visit.now)
        ways = await changing.ways(connection, session.account_id)
    return visit.show("recovery", codes=codes, name=next(iter(ways.names), None), onward=PATH)


async def _new_passkey(visit: Visit, session: SignedIn, *, status: int = 200, **more: Any) -> Response:
    try:
        async with visit.transaction() as connection:
            asked = await changing.ask_for_passkey(connection, session, profile=visit.desk.profile, now=visit.now)
    except TooManyPasskeys:
        raise Trouble("too_many_passkeys", 409) from None
    return visit.show(
        "passkey_new",
        status=status,
        passkey={"handle": asked.handle, "options": json.dumps(asked.options)},
        proposed=in_words(visit.request.headers.get("user-agent")),
        **more,
    )


async def _one_passkey(
    visit: Visit, session: SignedIn, credential_id: bytes, *, status: int = 200, **more: Any
) -> Response:
    async with visit.transaction() as connection:
        listed = await passkeys.listed(connection, session.account_id)
    found = next((each for each in listed if each.credential_id == credential_id), None)
    if found is None:
        raise Trouble("no_such_page", 404)
    id_ = visit.form.get("id") or visit.query.get("id", "")
    return visit.show("passkey_one", status=status, name=found.name, id=id_, **more)


async def _linking(visit: Visit, session: SignedIn, *, status: int = 200, **more: Any) -> Response:
    async with visit.transaction() as connection:
        secret = await changing.new_secret(connection, session, sealer=visit.desk.sealer, now=visit.now)
    then = visit.form.get("then") or visit.query.get("then")
    return visit.show(
        "app", status=status, secret=secret, picture=qr(secret.as_address), then=then, action=APP, kept={}, **more
    )


def _sure(visit: Visit, back: str | None = None) -> SignedIn:
    """Who changes this. Raises SignInFirst, ProveAgain (which leads back to `back`), Trouble for whom others vouch."""
    visit.back = back
    if visit.someone().provider_id is not None:
        raise Trouble("vouched_for", 403)
    return visit.someone_sure()


def _saved(visit: Visit) -> Response:
    return visit.go(destination.page(PATH, done="saved"))


def _read_id(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text.encode("ascii"))
    except (NotBase64, ValueError):
        raise Trouble("no_such_page", 404) from None
