"""Invites members of partner organisations and changes what they are, as who runs Konbit: there is no other limit."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.as_auth import done, organization_id
from auth.people import accounts
from auth.people.invitations import make
from models.accounts import Account, IdentityProvider, Membership, MembershipStatus
from models.directory import Location
from models.organisations import Organization
from models.rules.roles import Role


class NoSuchMember(Exception):
    """There is no membership of that id, or it has ended for good."""


class NoSuchSite(Exception):
    """There is no place of that slug."""


class NoSuchProvider(Exception):
    """The organisation has no such provider for people."""


class NoRole(Exception):
    """A member has at least one role."""


def invite(
    url: str,
    *,
    name: str,
    organization: str,
    roles: Iterable[Role],
    days: int,
    site: str | None = None,
    issuer: str | None = None,
) -> str:
    """This will be what ends the link by which a person becomes a member; it is kept nowhere.

    Raises NoSuchOrganization, NoSuchSite, NoSuchProvider, UnfitInvitation, AuthenticationUnavailable.
    """

    async def work(connection: AsyncConnection) -> str:
        of = await organization_id(connection, organization)
        _, token = await make(
            connection,
            organization_id=of,
            name=name,
            roles=roles,
            site_id=None if site is None else await _site(connection, site),
            provider_id=None if issuer is None else await _provider(connection, of, issuer),
            lifetime=timedelta(days=days),
            now=datetime.now(UTC),
        )
        return token

    return done(url, work)


def listed(url: str, *, organization: str | None) -> list[str]:
    """This will be a line for each membership, of one organisation or of all. Raises NoSuchOrganization."""

    async def work(connection: AsyncConnection) -> list[str]:
        asked = (
            select(Membership.id, Account.display_name, Organization.slug, Membership.roles, Membership.status)
            .add_columns(Location.slug.label("site"), Membership.site_id)
            .join(Account, Account.id == Membership.account_id)
            .join(Organization, Organization.id == Membership.organization_id)
            .outerjoin(Location, Location.id == Membership.site_id)
            .order_by(Organization.slug, Membership.created_at, Membership.id)
        )
        if organization is not None:
            asked = asked.where(Membership.organization_id == await organization_id(connection, organization))
        return [_line(row) for row in await connection.execute(asked)]

    return done(url, work)


def mark(url: str, membership_id: UUID, status: MembershipStatus) -> None:
    """This will suspend a membership, let it go on, or end it for good, within two seconds. Raises NoSuchMember."""
    left = datetime.now(UTC) if status is MembershipStatus.LEFT else None
    _change(url, membership_id, {"status": status, "left_at": left})


def bar(url: str, membership_id: UUID) -> None:
    """This will end all that the person behind a membership is signed in to, everywhere. Raises NoSuchMember."""

    async def work(connection: AsyncConnection) -> None:
        await accounts.suspend(connection, await _account(connection, membership_id), now=datetime.now(UTC))

    done(url, work)


def let_in(url: str, membership_id: UUID) -> None:
    """This will let the person behind a membership sign in again. Raises NoSuchMember."""

    async def work(connection: AsyncConnection) -> None:
        await accounts.resume(connection, await _account(connection, membership_id))

    done(url, work)


def give(url: str, membership_id: UUID, roles: Iterable[Role]) -> None:
    """This will be the roles of a member, in place of those before. Raises NoSuchMember, NoRole."""
    known = sorted(set(roles))
    if not known:
        raise NoRole
    _change(url, membership_id, {"roles": known})


def _change(url: str, membership_id: UUID, values: dict[str, Any]) -> None:
    async def work(connection: AsyncConnection) -> None:
        mine = Membership.id == membership_id, Membership.status != MembershipStatus.LEFT
        if (await connection.execute(update(Membership).where(*mine).values(values))).rowcount != 1:
            raise NoSuchMember(str(membership_id))

    done(url, work)


def _line(row: Any) -> str:
    where = "" if row.site_id is None else f" at {row.site or row.site_id}"
    roles = " ".join(role.lower() for role in row.roles)
    return f"{row.slug}: {row.id} ({row.display_name}), {row.status.lower()}: {roles}{where}"


async def _account(connection: AsyncConnection, membership_id: UUID) -> UUID:
    found: UUID | None = await connection.scalar(select(Membership.account_id).where(Membership.id == membership_id))
    if found is None:
        raise NoSuchMember(str(membership_id))
    return found


async def _site(connection: AsyncConnection, slug: str) -> UUID:
    found: UUID | None = await connection.scalar(select(Location.id).where(Location.slug == slug))
    if found is None:
        raise NoSuchSite(slug)
    return found


async def _provider(connection: AsyncConnection, of: UUID, issuer: str) -> UUID:
    found: UUID | None = await connection.scalar(
        select(IdentityProvider.id).where(
            IdentityProvider.organization_id == of, IdentityProvider.issuer == issuer, IdentityProvider.people
        )
    )
    if found is None:
        raise NoSuchProvider(issuer)
    return found
