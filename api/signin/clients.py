"""The page of an organisation's programs: registering one, its keys and secret, its scopes, whether it may act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from actions.client_standing import (
    grant_client_scopes,
    request_client_scopes,
    resume_client,
    rotate_client_secret,
    suspend_client,
)
from actions.clients import register_client, update_client
from actions.statements import bind, table
from api.signin.acting import Acting, acting, key_in_path, named_in, said_of
from api.signin.choices import in_language
from api.signin.visit import UNREADABLE, Trouble, Visit
from api.signin.words.speak import scope_words
from auth.scopes import Scope
from models.oauth import ClientGrant, ClientProof, ClientStatus, OAuthClient
from models.organisations import Organization
from models.session import Statement

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from actions.perform import Outcome
    from api.signin.desk import Desk
    from models.session import Database

PATH = "/clients"
KINDS: dict[str, tuple[ClientGrant, ...]] = {
    "server": (ClientGrant.CLIENT_CREDENTIALS,),
    "site": (ClientGrant.AUTHORIZATION_CODE, ClientGrant.REFRESH_TOKEN),
    "app": (ClientGrant.AUTHORIZATION_CODE, ClientGrant.REFRESH_TOKEN),
    "device": (ClientGrant.DEVICE_CODE, ClientGrant.REFRESH_TOKEN),
}
"What an administrator chooses from, and how each comes by tokens; an app or a device keeps no secret."
PUBLIC = ("app", "device")

CLIENT, ORGANIZATION = table(OAuthClient), table(Organization)
CLIENTS = Statement(
    select(
        *(CLIENT.c[name] for name in ("id", "client_id", "organization_id", "name", "grants", "proof", "status")),
        *(CLIENT.c[name] for name in ("scopes", "wanted_scopes", "redirect_uris", "jwks_uri")),
        ORGANIZATION.c.names,
        ORGANIZATION.c.language,
    )
    .select_from(CLIENT.join(ORGANIZATION, ORGANIZATION.c.id == CLIENT.c.organization_id))
    .order_by(CLIENT.c.name, CLIENT.c.id)
)
ONE = Statement(select(CLIENT.c.client_id, CLIENT.c.proof).where(CLIENT.c.id == bind(CLIENT.c.id)))


def client_routes(desk: Desk, database: Database) -> list[Route]:
    """This will make the routes of the page; each change takes a proof of the last five minutes."""

    async def show(visit: Visit) -> Response:
        return await _list(await acting(visit, database))

    async def register(visit: Visit) -> Response:
        visit.back = PATH
        act = await acting(visit, database, surely=True)
        form, kind = visit.form, visit.form.get("kind", "")
        if kind not in KINDS:
            return await _list(act, status=UNREADABLE, problem=visit.words["empty_field"], wrong={"kind": ""})
        given: dict[str, Any] = {
            "name": form.get("name", ""),
            "grants": list(KINDS[kind]),
            "public": kind in PUBLIC,
            "public_keys": form.get("public_keys"),
            "public_keys_url": form.get("public_keys_url"),
            "redirect_uris": form.get("redirect_uris", "").split(),
            "scopes": named_in(visit, "scope."),
        }
        outcome = await act.do(
            "registerClient", given, lambda session: register_client(session, act.actor, visit.now, **given)
        )
        if (problem := said_of(outcome, visit)) is not None:
            return await _list(act, status=UNREADABLE, problem=problem)
        return await _told(act, outcome, visit.words["registered"])

    async def one(visit: Visit) -> Response:
        return await _one(await acting(visit, database))

    async def change(visit: Visit) -> Response:
        """One form of the client's page: what its button says is done."""
        visit.back = visit.request.url.path
        act, key = await acting(visit, database, surely=True), key_in_path(visit)
        what, wanted = visit.form.get("what", ""), named_in(visit, "scope.")
        if what == "rotate":
            hours = 0 if visit.form.get("stolen") else None
            outcome = await act.do(
                "rotateClientSecret",
                {"id": str(key), "hours": hours},
                lambda session: rotate_client_secret(session, act.actor, visit.now, client_id=key, overlap_hours=hours),
            )
            if not outcome.problems:
                return await _told(act, outcome, visit.words["rotated"])
        elif what == "keys":
            said: dict[str, Any] = {name: visit.form.get(name) for name in ("public_keys", "public_keys_url")}
            outcome = await act.do(
                "updateClient",
                {"id": str(key), **said},
                lambda session: update_client(session, act.actor, visit.now, client_id=key, **said),
            )
        elif what in ("ask", "grant"):
            verb = request_client_scopes if what == "ask" else grant_client_scopes
            outcome = await act.do(
                "requestClientScopes" if what == "ask" else "grantClientScopes",
                {"id": str(key), "scopes": wanted},
                lambda session: verb(session, act.actor, visit.now, client_id=key, scopes=wanted),
            )
        else:
            mark = resume_client if what == "resume" else suspend_client
            outcome = await act.do(
                "resumeClient" if what == "resume" else "suspendClient",
                {"id": str(key)},
                lambda session: mark(session, act.actor, visit.now, client_id=key),
            )
        if (problem := said_of(outcome, visit)) is not None:
            return await _one(act, status=UNREADABLE, problem=problem)
        return visit.go(f"{PATH}/{key}?as={act.choice.membership_id}")

    return [
        desk.route(PATH, get=show, post=register),
        desk.route(f"{PATH}/{{id}}", get=one, post=change),
    ]


async def _told(act: Acting, outcome: Outcome, title: str) -> Response:
    """What is shown once: a reload of this answer does nothing and shows no secret again."""
    async with act.database.session(act.actor.claims(), writes=False) as session:
        (row,) = await session.rows(ONE, id=outcome.key)
    return act.visit.show(
        "told_once",
        title=title,
        secret=outcome.secret,
        told=row["proof"] == ClientProof.CLIENT_SECRET_BASIC,
        more=row["client_id"],
        back=f"{PATH}/{outcome.key}",
        **act.shown(),
    )


async def _list(act: Acting, *, status: int = 200, **more: Any) -> Response:
    visit = act.visit
    found = await _clients(act)
    ticked = frozenset(named_in(visit, "scope."))
    return visit.show(
        "clients",
        status=status,
        clients=[_client(row, act) for row in found if row["organization_id"] == act.actor.organization_id],
        asking=[
            _client(row, act)
            for row in found
            if act.steward and frozenset(row["wanted_scopes"]) - frozenset(row["scopes"])
        ],
        kinds=list(KINDS),
        scopes=_boxes(visit, ticked),
        form=visit.form,
        **act.shown() | more,
    )


async def _one(act: Acting, *, status: int = 200, **more: Any) -> Response:
    key = key_in_path(act.visit)
    row = next((each for each in await _clients(act) if each["id"] == key), None)
    if row is None:
        raise Trouble("no_such_page", 404)
    held, wanted = frozenset(row["scopes"]), frozenset(row["wanted_scopes"])
    return act.visit.show(
        "client",
        status=status,
        client=_client(row, act),
        own=row["organization_id"] == act.actor.organization_id,
        steward=act.steward,
        wanted=_boxes(act.visit, wanted or held),
        granted=_boxes(act.visit, held | wanted),
        **act.shown() | more,
    )


async def _clients(act: Acting) -> list[Any]:
    async with act.database.session(act.actor.claims(), writes=False) as session:
        return await session.rows(CLIENTS)


def _client(row: Any, act: Acting) -> dict[str, Any]:
    language = act.visit.language
    return {
        "id": row["id"],
        "client_id": row["client_id"],
        "name": row["name"],
        "organization": in_language(row["names"], row["language"], language),
        "by_secret": row["proof"] == ClientProof.CLIENT_SECRET_BASIC,
        "by_keys": row["proof"] == ClientProof.PRIVATE_KEY_JWT,
        "keys_at": row["jwks_uri"],
        "suspended": row["status"] == ClientStatus.SUSPENDED,
        "redirects": row["redirect_uris"],
        "may": scope_words([scope for scope in Scope if scope.value in row["scopes"]], language),
    }


def _boxes(visit: Visit, ticked: frozenset[str]) -> list[tuple[str, str, bool]]:
    return [(scope.value, scope_words([scope], visit.language)[0], scope.value in ticked) for scope in Scope]
