"""What is an organisation called on a page? By its id, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from api.signin.choices import in_language
from models.organisations import Organization

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from api.papers.words import Language


async def named(connection: AsyncConnection, organization_id: UUID | None, language: Language) -> str | None:
    """This will be the organisation's name; None for the network itself. One statement at most."""
    if organization_id is None:
        return None
    asked = select(Organization.names, Organization.language).where(Organization.id == organization_id)
    row = (await connection.execute(asked)).one_or_none()
    return None if row is None else in_language(row.names, row.language, language)
