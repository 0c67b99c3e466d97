"""Where a person is a member, and as what; how that is stopped, effective at once for every token they gave."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.accounts import IdentityProvider, Invitation, Membership, MembershipStatus
from models.directory import Location
from models.grants import OAuthGrant
from models.organisations import Organization
from models.rules.languages import choose
from models.rules.roles import Role


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
    site_names: dict[str, str] | None
    "None: wherever the organisation works."
    site_language: str | None
    roles: tuple[Role, ...]

    def organization(self, languages: tuple[str, ...]) -> str:
        """The organisation's name in the first of the languages that it has one in, or as it calls itself."""
        return _in(self.organization_names, self.organization_language, languages)

    def site(self, languages: tuple[str, ...]) -> str | None:
        """The site's name likewise; None: wherever the organisation works."""
        if self.site_names is None:
            return None
        return _in(self.site_names, self.site_language or "", languages)


@dataclass(frozen=True, slots=True)
class _Held:
    """A membership that nothing else changes until the transaction ends."""

    membership_id: UUID
    account_id: UUID
    administers: bool


async def of(connection: AsyncConnection, account_id: UUID, *, provider_id: UUID | None) -> list[Choice]:
    """This will be the memberships that the person may act as. Whom a provider vouched for acts for its organisation.

    Ordered by when they began. One statement.
    """
    active = and_(Membership.account_id == account_id, Membership.status == MembershipStatus.ACTIVE)
    if provider_id is not None:
        vouched = select(IdentityProvider.organization_id).where(IdentityProvider.id == provider_id)
        active = and_(active, Membership.organization_id == vouched.scalar_subquery())
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
        .where(active)
        .order_by(Membership.created_at, Membership.id)
    )
    return [
        Choice(
            membership_id=row.id,
            organization_id=row.organization_id,
            organization_names=row.names,
            organization_language=row.language,
            site_names=None if row.site_id is None else row.site_names or {},
            site_language=row.site_language,
            roles=tuple(Role(role) for role in row.roles),
        )
        for row in await connection.execute(columns)
    ]


async def suspend(connection: AsyncConnection, membership_id: UUID, *, organization_id: UUID, now: datetime) -> None:
    """This will stop a member, and every grant they gave as one, until `resume`.

    Raises NoSuchMembership, LastAdministrator.
    """
    await _stop(connection, membership_id, MembershipStatus.SUSPENDED, organization_id=organization_id, now=now)


async def resume(connection: AsyncConnection, membership_id: UUID, *, organization_id: UUID) -> None:
    """This will let a suspended member act again; grants that ended stay so. Raises NoSuchMembership."""
    theirs = and_(
        Membership.id == membership_id,
        Membership.organization_id == organization_id,
        Membership.status == MembershipStatus.SUSPENDED,
    )
    again = await connection.execute(update(Membership).where(theirs).values(status=MembershipStatus.ACTIVE))
    if again.rowcount != 1:
        raise NoSuchMembership


async def remove(connection: AsyncConnection, membership_id: UUID, *, organization_id: UUID, now: datetime) -> None:
    """This will end a membership for good, as an administrator decides. Raises NoSuchMembership, LastAdministrator."""
    await _stop(connection, membership_id, MembershipStatus.LEFT, organization_id=organization_id, now=now)


async def leave(connection: AsyncConnection, membership_id: UUID, *, account_id: UUID, now: datetime) -> None:
    """This will end one's own membership for good. Raises NoSuchMembership, LastAdministrator."""
    mine = select(Membership.organization_id).where(Membership.id == membership_id, Membership.account_id == account_id)
    if (organization_id := await connection.scalar(mine)) is None:
        raise NoSuchMembership
    await _stop(connection, membership_id, MembershipStatus.LEFT, organization_id=organization_id, now=now)


async def give_roles(
    connection: AsyncConnection, membership_id: UUID, *, organization_id: UUID, roles: frozenset[Role]
) -> None:
    """This will put the roles in place of those of before. Raises NoSuchMembership, LastAdministrator."""
    held = await _hold(connection, membership_id, organization_id)
    if Role.ADMINISTRATOR not in roles:
        await _keep_an_administrator(connection, held, organization_id)
    values = {"roles": sorted(roles)}
    await connection.execute(update(Membership).where(Membership.id == membership_id).values(values))


async def _stop(
    connection: AsyncConnection,
    membership_id: UUID,
    status: MembershipStatus,
    *,
    organization_id: UUID,
    now: datetime,
) -> None:
    """What they invited others by goes too: whoever is stopped must not come back as their own guest."""
    held = await _hold(connection, membership_id, organization_id)
    await _keep_an_administrator(connection, held, organization_id)
    left_at = now if status is MembershipStatus.LEFT else None
    stopped = update(Membership).where(Membership.id == membership_id).values(status=status, left_at=left_at)
    await connection.execute(stopped)
    given = and_(OAuthGrant.membership_id == membership_id, OAuthGrant.ended_at.is_(None))
    await connection.execute(update(OAuthGrant).where(given).values(ended_at=now))
    open_ones = and_(
        Invitation.organization_id == organization_id,
        Invitation.invited_by == held.account_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    await connection.execute(update(Invitation).where(open_ones).values(revoked_at=now))


async def _hold(connection: AsyncConnection, membership_id: UUID, organization_id: UUID) -> _Held:
    """This will lock the membership until the caller's transaction ends. Raises NoSuchMembership."""
    theirs = select(Membership.account_id, Membership.status, Membership.roles).where(
        Membership.id == membership_id,
        Membership.organization_id == organization_id,
        Membership.status != MembershipStatus.LEFT,
    )
    # All administrators first, in one order: two who leave at once must see each other go.
    administrators = select(Membership.id).where(_administrators(organization_id)).order_by(Membership.id)
    await connection.execute(administrators.with_for_update(key_share=True))
    if (row := (await connection.execute(theirs.with_for_update(key_share=True))).one_or_none()) is None:
        raise NoSuchMembership
    administers = row.status is MembershipStatus.ACTIVE and Role.ADMINISTRATOR in row.roles
    return _Held(membership_id, row.account_id, administers)


async def _keep_an_administrator(connection: AsyncConnection, held: _Held, organization_id: UUID) -> None:
    others = exists().where(_administrators(organization_id), Membership.id != held.membership_id)
    if held.administers and not await connection.scalar(select(others)):
        raise LastAdministrator


def _administrators(organization_id: UUID) -> ColumnElement[bool]:
    return and_(
        Membership.organization_id == organization_id,
        Membership.status == MembershipStatus.ACTIVE,
        Membership.roles.contains([Role.ADMINISTRATOR.value]),
    )


def _in(names: dict[str, str], language: str, languages: tuple[str, ...]) -> str:
    return names.get(choose(languages, names) or language, "")
