"""Clients that a test registers in the database of a running program, as its operator would."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.database import DatabaseURLs
from api.postgres import reached
from api.program import DATABASE
from auth.clients import register_client
from auth.database import open_auth_engine
from models.organisations import Organization

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID


def register(data: Path, organization: str, **fields: Any) -> tuple[str, str | None]:
    """This will register a client of that organisation (its slug) and answer its id and its secret."""
    return asyncio.run(_register(data, organization, fields))


async def _register(data: Path, organization: str, fields: dict[str, Any]) -> tuple[str, str | None]:
    with reached(data) as server:
        engine = open_auth_engine(DatabaseURLs.embedded(server, DATABASE).auth, connections=1)
        try:
            async with engine.begin() as connection:
                found = select(Organization.id).where(Organization.slug == organization)
                organization_id: UUID = (await connection.execute(found)).scalar_one()
                return await register_client(
                    connection,
                    organization_id=organization_id,
                    name="Written by others",
                    now=datetime.now(UTC),
                    **fields,
                )
        finally:
            await engine.dispose()
