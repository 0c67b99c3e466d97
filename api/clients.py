"""Registers the programs of partner organisations, and suspends them, from the command line."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.clients import register_client
from auth.database import open_auth_engine, or_unavailable
from auth.scopes import Scope
from models.oauth import ClientStatus, OAuthClient
from models.organisations import Organization
from models.rules.roles import Role

T = TypeVar("T")


class NoSuchOrganization(Exception):
    """There is no organisation of that slug."""


class NoSuchClient(Exception):
    """There is no client of that id."""


def add(
    url: str,
    *,
    name: str,
    organization: str,
    scopes: Iterable[Scope],
    roles: Iterable[Role],
    jwks: dict[str, Any] | None,
) -> tuple[str, str | None]:
    """This will register a client of an organisation, by its slug: its id and its secret, None where it has keys.

    Raises NoSuchOrganization, UnusableKeys, AuthenticationUnavailable.
    """

    async def work(connection: AsyncConnection) -> tuple[str, str | None]:
        found = (await connection.execute(select(Organization.id).where(Organization.slug == organization))).scalar()
        if found is None:
            raise NoSuchOrganization(organization)
        return await register_client(
            connection,
            organization_id=found,
            name=name,
            scopes=scopes,
            roles=roles,
            jwks=jwks,
            now=datetime.now(UTC),
        )

    return _done(url, work)


def listed(url: str) -> list[str]:
    """This will be a line for each client, by organisation."""

    async def work(connection: AsyncConnection) -> list[str]:
        rows = await connection.execute(
            select(
                Organization.slug,
                OAuthClient.client_id,
                OAuthClient.name,
                OAuthClient.status,
                OAuthClient.scopes,
                OAuthClient.roles,
            )
            .join(Organization, Organization.id == OAuthClient.organization_id)
            .order_by(Organization.slug, OAuthClient.created_at, OAuthClient.client_id)
        )
        return [
            f"{row.slug}: {row.client_id} ({row.name}), {row.status.lower()}: {' '.join(row.scopes)}; "
            f"{' '.join(role.lower() for role in row.roles) or 'no roles'}"
            for row in rows
        ]

    return _done(url, work)


def mark(url: str, client_id: str, status: ClientStatus) -> None:
    """This will suspend a client, or let it go on. Its tokens count, or not, within 2 s. Raises NoSuchClient."""

    async def work(connection: AsyncConnection) -> None:
        change = update(OAuthClient).where(OAuthClient.client_id == client_id).values(status=status)
        if (await connection.execute(change)).rowcount != 1:
            raise NoSuchClient(client_id)

    _done(url, work)


def _done(url: str, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """The outcome of some work in one transaction, as role auth."""

    async def run() -> T:
        engine = open_auth_engine(url, connections=1)
        try:
            with or_unavailable():
                async with engine.begin() as connection:
                    return await work(connection)
        finally:
            await engine.dispose()

    return asyncio.run(run())
