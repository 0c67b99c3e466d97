"""Which providers do people choose from who sign in? Those of the organisation that they name."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.accounts import IdentityProvider
from models.organisations import Organization

MOST = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A provider for people to choose."""

    provider_id: UUID
    name: str
    organization_id: UUID


async def listed(connection: AsyncConnection, *, organization: str) -> list[Listed]:
    """This will be the providers of organisations that go by a name or slug, in part; at most 20. One statement."""
    wanted = organization.strip().lower()
    if len(wanted) < 2:
        return []
    columns = (
        select(IdentityProvider.id, IdentityProvider.name, IdentityProvider.organization_id)
        .join(Organization, Organization.id == IdentityProvider.organization_id)
        .where(
            IdentityProvider.people,
            IdentityProvider.suspended_at.is_(None),
            or_(
                func.lower(IdentityProvider.name).contains(wanted, autoescape=True),
                Organization.slug.contains(wanted, autoescape=True),
                func.lower(cast(Organization.names, Text)).contains(wanted, autoescape=True),
            ),
        )
        .order_by(IdentityProvider.name, IdentityProvider.id)
        .limit(MOST)
    )
    return [Listed(row.id, row.name, row.organization_id) for row in await connection.execute(columns)]
