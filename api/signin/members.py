"""The page of an organisation's members: who they are, inviting one, changing roles, suspending, removing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from actions.invitations import create_invitation, revoke_invitation
from actions.members import change_membership, end_membership
from actions.statements import bind, table
from api.papers.words import day
from api.signin.acting import Acting, acting, key_in_path, named_in, said_of
from api.signin.choices import identity_of, in_language
from api.signin.visit import UNREADABLE, Trouble, Visit
from api.signin.words.speak import role_words
from models.accounts import Account, Invitation, Membership, MembershipStatus
from models.directory import Location
from models.rules.roles import RESERVED, Role
from models.session import Statement

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk
    from models.session import Database

PATH = "/members"

ACCOUNT, INVITATION, MEMBERSHIP, LOCATION = (table(each) for each in (Account, Invitation, Membership, Location))
MEMBERS = Statement(
    select(
        MEMBERSHIP.c.id,
        MEMBERSHIP.c.roles,
        MEMBERSHIP.c.status,
        ACCOUNT.c.display_name,
        LOCATION.c.names,
        LOCATION.c.language,
    )
    .select_from(
        MEMBERSHIP.join(ACCOUNT, ACCOUNT.c.id == MEMBERSHIP.c.account_id).outerjoin(
            LOCATION, LOCATION.c.id == MEMBERSHIP.c.site_id
        )
    )
    .where(MEMBERSHIP.c.organization_id == bind(MEMBERSHIP.c.organization_id), MEMBERSHIP.c.status != "LEFT")
    .order_by(ACCOUNT.c.display_name, MEMBERSHIP.c.id)
)
OPEN = Statement(
    select(INVITATION.c.id, INVITATION.c.name, INVITATION.c.roles, INVITATION.c.expires_at)
    .where(
        INVITATION.c.accepted_at.is_(None),
        INVITATION.c.revoked_at.is_(None),
        INVITATION.c.expires_at > bind(INVITATION.c.expires_at, "now"),
    )
    .order_by(INVITATION.c.created_at.desc())
)
SITES = Statement(
    select(LOCATION.c.id, LOCATION.c.names, LOCATION.c.language, LOCATION.c.slug)
    .where(LOCATION.c.organization_id == bind(LOCATION.c.organization_id))
    .order_by(LOCATION.c.slug)
)


def member_routes(desk: Desk, database: Database) -> list[Route]:
    """This will make the routes of the page; each change takes a proof of the last five minutes."""

    async def show(visit: Visit) -> Response:
        return await _list(await acting(visit, database))

    async def invite(visit: Visit) -> Response:
        visit.back = PATH
        act = await acting(visit, database, surely=True)
        roles = [Role(name) for name in named_in(visit, "role.") if name in list(Role)]
        name = visit.form.get("name", "")
        site_id = identity_of(visit.form.get("site"))
        outcome = await act.do(
            "createInvitation",
            {"name": name, "roles": roles, "site": visit.form.get("site")},
            lambda session: create_invitation(session, act.actor, visit.now, name=name, roles=roles, site_id=site_id),
        )
        if (problem := said_of(outcome, visit)) is not None:
            return await _list(act, status=UNREADABLE, problem=problem)
        link = None if outcome.secret is None else f"{desk.profile.pages}/invitation/{outcome.secret}"
        return visit.show(
            "told_once", title=visit.words["invited"], secret=link, told=True, back=PATH, more=None, **act.shown()
        )

    async def take_back(visit: Visit) -> Response:
        visit.back = PATH
        act, key = await acting(visit, database, surely=True), key_in_path(visit)
        outcome = await act.do(
            "revokeInvitation",
            {"id": str(key)},
            lambda session: revoke_invitation(session, act.actor, visit.now, invitation_id=key),
        )
        return await _done(act, said_of(outcome, visit))

    async def one(visit: Visit) -> Response:
        return await _one(await acting(visit, database))

    async def change(visit: Visit) -> Response:
        visit.back = visit.request.url.path
        act, key = await acting(visit, database, surely=True), key_in_path(visit)
        roles = [Role(name) for name in named_in(visit, "role.") if name in list(Role)]
        outcome = await act.do(
            "changeMembership",
            {"id": str(key), "roles": roles},
            lambda session: change_membership(session, act.actor, visit.now, membership_id=key, roles=roles),
        )
        return await _done(act, said_of(outcome, visit), one=True)

    async def stop(visit: Visit) -> Response:
        visit.back = visit.request.url.path.rpartition("/")[0]
        act, key, what = await acting(visit, database, surely=True), key_in_path(visit), visit.form.get("what")
        if what == "remove":
            outcome = await act.do(
                "endMembership",
                {"id": str(key)},
                lambda session: end_membership(session, act.actor, visit.now, membership_id=key),
            )
        else:
            suspended = what == "suspend"
            outcome = await act.do(
                "changeMembership",
                {"id": str(key), "suspended": suspended},
                lambda session: change_membership(
                    session, act.actor, visit.now, membership_id=key, suspended=suspended
                ),
            )
        return await _done(act, said_of(outcome, visit), one=True)

    return [
        desk.route(PATH, get=show, post=invite),
        desk.route(f"{PATH}/invitations/{{id}}", post=take_back),
        desk.route(f"{PATH}/{{id}}", get=one, post=change),
        desk.route(f"{PATH}/{{id}}/standing", post=stop),
    ]


async def _list(act: Acting, *, status: int = 200, **more: Any) -> Response:
    visit = act.visit
    async with act.database.session(act.actor.claims(), writes=False) as session:
        members = await session.rows(MEMBERS, organization_id=act.actor.organization_id)
        invited = await session.rows(OPEN, now=visit.now)
        sites = await session.rows(SITES, organization_id=act.actor.organization_id)
    language = visit.language
    return visit.show(
        "members",
        status=status,
        members=[_member(row, visit) for row in members],
        invited=[
            {
                "id": row["id"],
                "name": row["name"],
                "roles": role_words(row["roles"], language),
                "until": day(row["expires_at"].date(), language),
            }
            for row in invited
        ],
        sites=[(row["id"], in_language(row["names"] or {}, row["language"], language) or row["slug"]) for row in sites],
        roles=_roles(act, frozenset(named_in(visit, "role."))),
        form=visit.form,
        **act.shown() | more,
    )


async def _one(act: Acting, *, status: int = 200, **more: Any) -> Response:
    visit, key = act.visit, key_in_path(act.visit)
    async with act.database.session(act.actor.claims(), writes=False) as session:
        rows = await session.rows(MEMBERS, organization_id=act.actor.organization_id)
    row = next((each for each in rows if each["id"] == key), None)
    if row is None:
        raise Trouble("no_such_page", 404)
    return visit.show(
        "member",
        status=status,
        member=_member(row, visit),
        roles=_roles(act, frozenset(row["roles"])),
        **act.shown() | more,
    )


async def _done(act: Acting, problem: str | None, *, one: bool = False) -> Response:
    if problem is None:
        return act.visit.go(f"{PATH}?as={act.choice.membership_id}")
    return await (_one if one else _list)(act, status=UNREADABLE, problem=problem)


def _member(row: Any, visit: Visit) -> dict[str, Any]:
    language = visit.language
    return {
        "id": row["id"],
        "name": row["display_name"],
        "roles": role_words(row["roles"], language),
        "site": in_language(row["names"], row["language"], language) if row["names"] else None,
        "suspended": row["status"] == MembershipStatus.SUSPENDED,
    }


def _roles(act: Acting, held: frozenset[str]) -> list[tuple[str, str, bool]]:
    """What the boxes offer: a role of the network only to who may give it, or where it is held."""
    return [
        (role.value, role_words([role], act.visit.language)[0], role.value in held)
        for role in Role
        if act.steward or role not in RESERVED or role.value in held
    ]
