"""How a person becomes a member: a link that an administrator hands them, by a way that both trust. Good for one.

Looking at it, or accepting it, says nothing of whether the person, or anyone else, has an account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import opaque
from models.accounts import (
    Account,
    ExternalIdentity,
    IdentityProvider,
    Invitation,
    Membership,
    MembershipStatus,
)
from models.directory import Location
from models.organisations import Organization
from models.rules.roles import Role

LIFETIME = timedelta(days=7)
LONGEST_NAME = 100
"Characters of whom it is for."


class InvitationOver(Exception):
    """This invitation has ended, was withdrawn, or was accepted already; ask for another one."""


class UnfitInvitation(ValueError):
    """An invitation is for someone, as at least one role, and by no provider but the organisation's own."""


class ProviderNeeded(Exception):
    """This invitation is accepted by signing in at the organisation's own provider."""


class AnothersIdentity(Exception):
    """At that provider you are known already, as another person than the one who is signed in here."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the link offers."""

    invitation_id: UUID
    organization_id: UUID
    organization_names: dict[str, str]
    organization_language: str
    site_names: dict[str, str] | None
    "None: wherever the organisation works."
    roles: tuple[Role, ...]
    name: str
    "Whom it is for, in the inviter's words."
    invited_by: str | None
    "The inviter's display name; None: a program or a command did."
    provider_id: UUID | None
    "Set: to accept, sign in there."
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider called a person who has just signed in there."""

    provider_id: UUID
    subject: str


async def make(
    connection: AsyncConnection,
    *,
    organization_id: UUID,
    name: str,
    roles: Iterable[Role],
    now: datetime,
    site_id: UUID | None = None,
    provider_id: UUID | None = None,
    invited_by: UUID | None = None,
    lifetime: timedelta = LIFETIME,
) -> tuple[UUID, str]:
    """This will make an invitation and answer its id and the secret of its link, which is shown once.

    Raises UnfitInvitation. Whether the inviter may invite, and sees the site, is the caller's to ask.
    """
    known = sorted(set(roles))
    whose = " ".join(name.split())[:LONGEST_NAME]
    if (
        not known
        or not whose.isprintable()
        or not whose
        or not await _is_theirs(connection, organization_id, provider_id)
    ):
        raise UnfitInvitation
    token, hashed = opaque.make()
    made = insert(Invitation).values(
        organization_id=organization_id,
        token_hash=hashed,
        name=whose,
        site_id=site_id,
        roles=known,
        provider_id=provider_id,
        invited_by=invited_by,
        created_at=now,
        expires_at=now + lifetime,
    )
    invitation_id = (await connection.execute(made.returning(Invitation.id))).scalar_one()
    return invitation_id, token


async def look(connection: AsyncConnection, token: str, *, now: datetime) -> Offer:
    """This will say what the link offers. Raises InvitationOver, which also is said of a link that never was."""
    offered = (
        select(
            Invitation.id,
            Invitation.organization_id,
            Organization.names,
            Organization.language,
            Location.names.label("site_names"),
            Invitation.site_id,
            Invitation.roles,
            Invitation.name,
            Account.display_name,
            Invitation.provider_id,
            Invitation.expires_at,
        )
        .join(Organization, Organization.id == Invitation.organization_id)
        .outerjoin(Location, Location.id == Invitation.site_id)
        .outerjoin(Account, Account.id == Invitation.invited_by)
        .where(_good(token, now))
    )
    if (row := (await connection.execute(offered)).one_or_none()) is None:
        raise InvitationOver
    return Offer(
        invitation_id=row.id,
        organization_id=row.organization_id,
        organization_names=row.names,
        organization_language=row.language,
        site_names=None if row.site_id is None else row.site_names or {},
        roles=tuple(Role(role) for role in row.roles),
        name=row.name,
        invited_by=row.display_name,
        provider_id=row.provider_id,
        expires_at=row.expires_at,
    )


async def accept(
    connection: AsyncConnection,
    token: str,
    *,
    account_id: UUID,
    now: datetime,
    identity: Identity | None = None,
) -> UUID:
    """This will make the account a member, and answer the membership. Of any number at once, one is accepted.

    The account stands already, in the caller's transaction at least. One who is a member there is given the roles
    beside those they have. Raises InvitationOver, ProviderNeeded, AnothersIdentity; the caller then rolls back.
    """
    taken = (
        update(Invitation)
        .where(_good(token, now))
        .values(accepted_at=now, accepted_by=account_id)
        .returning(Invitation.organization_id, Invitation.site_id, Invitation.roles, Invitation.provider_id)
    )
    if (row := (await connection.execute(taken)).one_or_none()) is None:
        raise InvitationOver
    if row.provider_id is not None:
        if identity is None or identity.provider_id != row.provider_id:
            raise ProviderNeeded
        await _bind(connection, identity, account_id, now=now)
    joined = upsert(Membership).values(
        account_id=account_id,
        organization_id=row.organization_id,
        site_id=row.site_id,
        roles=row.roles,
        created_at=now,
    )
    both = text("ARRAY(SELECT DISTINCT unnest(membership.roles || excluded.roles) ORDER BY 1)")
    joined = joined.on_conflict_do_update(
        index_elements=[Membership.account_id, Membership.organization_id, Membership.site_id],
        # As the index has it, in words: a value that is bound is not known when the index is looked for.
        index_where=text("status <> 'LEFT'"),
        set_={"roles": both},
        # A link does not bring back who is suspended.
        where=Membership.status == MembershipStatus.ACTIVE,
    )
    membership_id = (await connection.execute(joined.returning(Membership.id))).scalar_one_or_none()
    if membership_id is None:
        raise InvitationOver
    return membership_id


async def known_as(connection: AsyncConnection, identity: Identity) -> UUID | None:
    """This will be the account that goes by what a provider calls someone; None: nobody was bound to it yet."""
    bound = select(ExternalIdentity.account_id).where(
        ExternalIdentity.provider_id == identity.provider_id, ExternalIdentity.subject == identity.subject
    )
    return await connection.scalar(bound)


def _good(token: str, now: datetime) -> ColumnElement[bool]:
    """It is good as long as its inviter administers: who was removed does not come back as their own guest."""
    administers = exists().where(
        Membership.account_id == Invitation.invited_by,
        Membership.organization_id == Invitation.organization_id,
        Membership.status == MembershipStatus.ACTIVE,
        Membership.roles.contains([Role.ADMINISTRATOR.value]),
    )
    return and_(
        or_(Invitation.invited_by.is_(None), administers),
        Invitation.token_hash == opaque.hash_of(token),
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )


async def _is_theirs(connection: AsyncConnection, organization_id: UUID, provider_id: UUID | None) -> bool:
    if provider_id is None:
        return True
    theirs = select(IdentityProvider.id).where(
        IdentityProvider.id == provider_id, IdentityProvider.organization_id == organization_id
    )
    return await connection.scalar(theirs) is not None


async def _bind(connection: AsyncConnection, identity: Identity, account_id: UUID, *, now: datetime) -> None:
    bound = upsert(ExternalIdentity).values(
        provider_id=identity.provider_id, subject=identity.subject, account_id=account_id, created_at=now
    )
    await connection.execute(bound.on_conflict_do_nothing())
    if await known_as(connection, identity) != account_id:
        raise AnothersIdentity
