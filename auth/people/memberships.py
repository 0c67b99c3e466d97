"""Where a person is a member, and as what, for the page where they choose; and how they leave."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.accounts import IdentityProvider, Membership, MembershipStatus
from models.directory import Location
from models.organisations import Organization
from models.rules.roles import Role
from models.turns import one_at_a_time


class NoSuchMembership(Exception):
    """There is no such membership."""


class LastAdministrator(Exception):
    """An organisation keeps at least one administrator; make another one first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the memberships that a person may act as, for the page where they choose."""

    membership_id: UUID
    organization_id: UUID
    organization_names: dict[str, str]
    "By BCP 47 language."
    organization_language: str
    "Of the original name."
    site_id: UUID | None
    "None: wherever the organisation works."
    site_names: dict[str, str] | None
    "By BCP 47 language; None as for `site_id`."
    site_language: str | None
    roles: tuple[Role, ...]


def acts(account_id: UUID, *, provider_id: UUID | None) -> ColumnElement[bool]:
    """Whether a person may act by a membership: it is theirs, counts, and is of the organisation that vouched for them.

    `provider_id` is who vouched; None: they proved it here, and act for any organisation they are a member of.
    """
    own = and_(Membership.account_id == account_id, Membership.status == MembershipStatus.ACTIVE)
    if provider_id is None:
        return own
    vouching = select(IdentityProvider.organization_id).where(IdentityProvider.id == provider_id)
    return and_(own, Membership.organization_id == vouching.scalar_subquery())


async def of(connection: AsyncConnection, account_id: UUID, *, provider_id: UUID | None) -> list[Choice]:
    """This will be the memberships that the person may act as. Whom a provider vouched for acts for its organisation.

    Ordered by when they began. One statement.
    """
    columns = (
        select(
            Membership.id,
            Membership.organization_id,
            Organization.names,
            Organization.language,
            Membership.site_id,
            Location.names.label("site_names"),
            Location.language.label("site_language"),
            Membership.roles,
        )
        .join(Organization, Organization.id == Membership.organization_id)
        .outerjoin(Location, Location.id == Membership.site_id)
        .where(acts(account_id, provider_id=provider_id))
        .order_by(Membership.created_at, Membership.id)
    )
    return [
        Choice(
            membership_id=row.id,
            organization_id=row.organization_id,
            organization_names=row.names,
            organization_language=row.language,
            site_id=row.site_id,
            site_names=None if row.site_id is None else row.site_names or {},
            site_language=row.site_language,
            roles=tuple(Role(role) for role in row.roles),
        )
        for row in await connection.execute(columns)
    ]


async def leave(connection: AsyncConnection, membership_id: UUID, *, account_id: UUID, now: datetime) -> None:
    """This will end one's own membership for good: no token that acts by it counts from then on.

    It takes its turn with whatever else changes members of the organisation (actions/members.py). Raises
    NoSuchMembership, LastAdministrator. Four statements.
    """
    mine = and_(Membership.id == membership_id, Membership.account_id == account_id)
    organization_id = await connection.scalar(select(Membership.organization_id).where(mine))
    if organization_id is None:
        raise NoSuchMembership
    turn = select(one_at_a_time(Organization.id)).where(Organization.id == organization_id)
    await connection.execute(turn)
    leaving = (
        update(Membership)
        .where(mine, Membership.status != MembershipStatus.LEFT)
        .values(status=MembershipStatus.LEFT, left_at=now)
        .returning(Membership.roles, Membership.site_id)
    )
    if (left := (await connection.execute(leaving)).one_or_none()) is None:
        raise NoSuchMembership
    another = exists().where(
        Membership.organization_id == organization_id,
        Membership.status == MembershipStatus.ACTIVE,
        Membership.site_id.is_(None),
        Membership.roles.contains([Role.ADMINISTRATOR.value]),
    )
    administered = Role.ADMINISTRATOR in left.roles and left.site_id is None
    if administered and not await connection.scalar(select(another)):
        raise LastAdministrator
