"""Changing what a member is there to do, where, and whether; and ending a membership for good."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Uuid, any_, bindparam, literal_column, null, select, update

from actions.administrators import check_administrator, check_given, check_site
from actions.effects import Effect, Refused, RowsLost, refuse
from actions.invitations import check_some
from actions.statements import bind, table
from auth.actor import Actor
from models import accounts
from models.accounts import MembershipStatus
from models.rules.problems import Refusal
from models.rules.roles import Role
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement
from models.turns import one_at_a_time

MEMBERSHIP = table(accounts.Membership)
CHANGED = ("roles", "site_id", "status", "left_at")

ALONE = Statement(select(one_at_a_time(bindparam("organization_id", type_=Uuid()))))
"Members of an organisation are changed one at a time, so that two who end each other leave an administrator behind."
TAKE = Statement(
    select(MEMBERSHIP.c.account_id, *(MEMBERSHIP.c[name] for name in CHANGED)).where(
        MEMBERSHIP.c.id == bind(MEMBERSHIP.c.id)
    )
)
CHANGE = Statement(
    update(MEMBERSHIP)
    .where(MEMBERSHIP.c.id == bind(MEMBERSHIP.c.id, "membership_id"))
    .values({name: bind(MEMBERSHIP.c[name]) for name in CHANGED})
)
ANOTHER = Statement(
    select(MEMBERSHIP.c.id)
    .where(
        MEMBERSHIP.c.organization_id == bind(MEMBERSHIP.c.organization_id),
        MEMBERSHIP.c.status == literal_column(f"'{MembershipStatus.ACTIVE}'"),
        MEMBERSHIP.c.site_id.is_(null()),
        literal_column(f"'{Role.ADMINISTRATOR}'") == any_(MEMBERSHIP.c.roles),
    )
    .limit(literal_column("1"))
)


async def change_membership(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    membership_id: UUID,
    roles: Collection[Role] | None = None,
    site_id: UUID | None = None,
    everywhere: bool | None = None,
    suspended: bool | None = None,
) -> Effect:
    """This will change a membership as far as something is given; whatever is None stays.

    `site_id` binds the roles to a site, `everywhere` frees them. Suspension tells within two seconds, in whatever the
    person has signed in to. Raises Refused: NOT_ALLOWED (no administrator, one's own, a role of the network, another
    site, the last administrator), NOT_FOUND, TRANSITION_NOT_ALLOWED (it has ended), INVALID_INPUT. Runs three to five
    statements.
    """
    held = await _take(session, actor, membership_id)
    if membership_id == actor.membership_id:
        message = "Your own membership is changed by another administrator."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("membershipId",)))
    wanted = held["roles"] if roles is None else sorted(set(roles))
    place = held["site_id"]
    if everywhere or site_id is not None:
        refuse(_check_one(site_id, everywhere))
        place = await check_site(session, actor, site_id)
    status = held["status"]
    if suspended is not None:
        status = MembershipStatus.SUSPENDED if suspended else MembershipStatus.ACTIVE
    kept = held["roles"] if status == MembershipStatus.SUSPENDED else ()
    refuse(check_some(wanted), check_given(actor, wanted, kept))
    await _change(session, actor, held, membership_id, roles=wanted, site_id=place, status=status, left_at=None)
    return Effect(membership_id, (held["account_id"],))


async def end_membership(session: Session, actor: Actor, now: datetime, *, membership_id: UUID) -> Effect:
    """This will end a membership for good, one's own too; coming back takes another invitation.

    Raises Refused: NOT_ALLOWED (no administrator, the last one), NOT_FOUND, TRANSITION_NOT_ALLOWED (it has ended).
    Runs three to four statements.
    """
    held = await _take(session, actor, membership_id)
    kept = {"roles": held["roles"], "site_id": held["site_id"]}
    await _change(session, actor, held, membership_id, **kept, status=MembershipStatus.LEFT, left_at=now)
    return Effect(membership_id, (held["account_id"],))


async def _take(session: Session, actor: Actor, membership_id: UUID) -> asyncpg.Record:
    refuse(check_administrator(actor))
    await session.value(ALONE, organization_id=actor.organization_id)
    held = await session.row(TAKE, id=membership_id)
    if held is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such member.", ("membershipId",)))
    if held["status"] == MembershipStatus.LEFT:
        message = "The membership has ended; coming back takes another invitation."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("membershipId",)))
    return held


async def _change(session: Session, actor: Actor, held: Mapping[str, Any], membership_id: UUID, **values: Any) -> None:
    if await session.change(CHANGE, membership_id=membership_id, **values) != 1:
        raise RowsLost
    administered = Role.ADMINISTRATOR in held["roles"] and held["site_id"] is None
    if administered and await session.value(ANOTHER, organization_id=actor.organization_id) is None:
        message = "An organisation keeps an administrator: make another one first."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("membershipId",)))


def _check_one(site_id: UUID | None, everywhere: bool | None) -> Refusal | None:
    if site_id is not None and everywhere:
        return Refusal(ProblemCode.INVALID_INPUT, "Either at one site or everywhere.", ("everywhere",))
    return None
