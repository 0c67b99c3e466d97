"""Inviting a person to become a member, and taking an invitation back. The link is told once."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, null, select, update

from actions.administrators import check_administrator, check_given, check_site
from actions.effects import Effect, Refused, refuse
from actions.statements import bind, table
from actions.texts import named
from auth import opaque
from auth.actor import Actor
from models import accounts
from models.rules.problems import Refusal
from models.rules.roles import Role
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

INVITATION = table(accounts.Invitation)
PROVIDER = table(accounts.IdentityProvider)
GIVEN = (
    *("id", "organization_id", "token_hash", "name", "site_id", "roles", "provider_id", "invited_by"),
    *("created_at", "expires_at"),
)
USUAL_DAYS, MOST_DAYS = 7, 30

INVITE = Statement(insert(INVITATION).values({name: bind(INVITATION.c[name]) for name in GIVEN}))
PROVIDER_SEEN = Statement(
    select(PROVIDER.c.id).where(
        PROVIDER.c.id == bind(PROVIDER.c.id), PROVIDER.c.people, PROVIDER.c.suspended_at.is_(null())
    )
)
SEEN = Statement(select(INVITATION.c.id).where(INVITATION.c.id == bind(INVITATION.c.id)))
REVOKE = Statement(
    update(INVITATION)
    .where(
        INVITATION.c.id == bind(INVITATION.c.id, "invitation_id"),
        INVITATION.c.accepted_at.is_(null()),
        INVITATION.c.revoked_at.is_(null()),
    )
    .values(revoked_at=bind(INVITATION.c.revoked_at))
)


async def create_invitation(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    roles: Collection[Role],
    site_id: UUID | None = None,
    provider_id: UUID | None = None,
    valid_days: int | None = None,
) -> Effect:
    """This will invite one person, whoever brings the token that it tells, and keep nothing but the token's hash.

    With `provider_id` the person must sign in there to accept. Raises Refused: NOT_ALLOWED (no administrator, a role
    of the network, another site), NOT_FOUND (site, provider), INVALID_INPUT. Runs one to three statements.
    """
    refuse(check_administrator(actor))
    refuse(check_some(roles), check_given(actor, roles), _check_days(valid_days))
    name = named(name)
    site_id = await check_site(session, actor, site_id)
    if provider_id is not None and await session.value(PROVIDER_SEEN, id=provider_id) is None:
        message = "Your organisation has no such provider for people."
        raise Refused(Refusal(ProblemCode.NOT_FOUND, message, ("providerId",)))
    token, hashed = opaque.make()
    invitation_id = uuid4()
    await session.change(
        INVITE,
        id=invitation_id,
        organization_id=actor.organization_id,
        token_hash=hashed,
        name=name,
        site_id=site_id,
        roles=sorted(set(roles)),
        provider_id=provider_id,
        invited_by=actor.user_id,
        created_at=now,
        expires_at=now + timedelta(days=USUAL_DAYS if valid_days is None else valid_days),
    )
    return Effect(invitation_id, secret=token)


async def revoke_invitation(session: Session, actor: Actor, now: datetime, *, invitation_id: UUID) -> Effect:
    """This will make an invitation worthless, as long as nobody has accepted it.

    Raises Refused: NOT_ALLOWED (no administrator), NOT_FOUND (also of another organisation or site),
    TRANSITION_NOT_ALLOWED (accepted or revoked before). Runs two statements.
    """
    refuse(check_administrator(actor))
    if await session.value(SEEN, id=invitation_id) is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such invitation.", ("invitationId",)))
    if await session.change(REVOKE, invitation_id=invitation_id, revoked_at=now) != 1:
        message = "The invitation was accepted or revoked before."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("invitationId",)))
    return Effect(invitation_id)


def check_some(roles: Collection[Role]) -> Refusal | None:
    """This will refuse, as INVALID_INPUT, a membership without any role: it would open nothing."""
    return None if roles else Refusal(ProblemCode.INVALID_INPUT, "A member has at least one role.", ("roles",))


def _check_days(days: int | None) -> Refusal | None:
    if days is None or 1 <= days <= MOST_DAYS:
        return None
    return Refusal(ProblemCode.INVALID_INPUT, f"An invitation is good for 1 to {MOST_DAYS} days.", ("validDays",))
