"""The programs that a person has let in: what each may do and since when, and how they are shown out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.scopes import Scope
from auth.standing import grant_stands, known_scopes, resting
from models.grants import OAuthConsent, OAuthGrant
from models.oauth import OAuthClient
from models.organisations import Organization


@dataclass(frozen=True, slots=True)
class Listed:
    """A program that acts in the person's name, as the person sees it."""

    grant_id: UUID
    program: str
    organization_names: dict[str, str]
    "Of whom it acts for, by BCP 47 language."
    organization_language: str
    scopes: frozenset[Scope]
    for_device: bool
    since: datetime


async def listed(connection: AsyncConnection, account_id: UUID, *, now: datetime) -> list[Listed]:
    """This will be the programs that act for the person now, the one let in last first. One statement."""
    columns = (
        select(
            OAuthGrant.id,
            OAuthClient.name,
            Organization.names,
            Organization.language,
            OAuthGrant.scopes,
            OAuthGrant.for_device,
            OAuthGrant.created_at,
        )
        .join(OAuthClient, OAuthClient.client_id == OAuthGrant.client_id)
        .join(Organization, Organization.id == OAuthGrant.organization_id)
        .where(OAuthGrant.account_id == account_id, grant_stands(now))
        .order_by(OAuthGrant.created_at.desc(), OAuthGrant.id)
    )
    return [
        Listed(row.id, row.name, row.names, row.language, known_scopes(row.scopes), row.for_device, row.created_at)
        for row in await connection.execute(resting(columns))
    ]


async def end(connection: AsyncConnection, grant_id: UUID, *, account_id: UUID, now: datetime) -> bool:
    """This will end what the person let a program do, every token of it, and what they once agreed to: it asks again.

    False: they have no such grant. Two statements.
    """
    mine = and_(OAuthGrant.id == grant_id, OAuthGrant.account_id == account_id, OAuthGrant.ended_at.is_(None))
    ending = update(OAuthGrant).where(mine).values(ended_at=now)
    ended = (await connection.execute(ending.returning(OAuthGrant.membership_id, OAuthGrant.client_id))).one_or_none()
    if ended is None:
        return False
    agreed = and_(OAuthConsent.membership_id == ended.membership_id, OAuthConsent.client_id == ended.client_id)
    await connection.execute(delete(OAuthConsent).where(agreed))
    return True
