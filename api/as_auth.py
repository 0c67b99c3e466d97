"""Commands that do something as role auth: one transaction, and the organisation that a slug names."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.database import open_auth_engine, or_unavailable
from models.organisations import Organization

T = TypeVar("T")


class NoSuchOrganization(Exception):
    """There is no organisation of that slug."""


def done(url: str, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """This will be the outcome of some work in one transaction, as role auth. Raises AuthenticationUnavailable."""

    async def run() -> T:
        engine = open_auth_engine(url, connections=1)
        try:
            with or_unavailable():
                async with engine.begin() as connection:
                    return await work(connection)
        finally:
            await engine.dispose()

    return asyncio.run(run())


async def organization_id(connection: AsyncConnection, slug: str) -> UUID:
    """This will be the id of the organisation. Raises NoSuchOrganization."""
    found: UUID | None = await connection.scalar(select(Organization.id).where(Organization.slug == slug))
    if found is None:
        raise NoSuchOrganization(slug)
    return found
