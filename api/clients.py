"""Registers the programs of partner organisations, suspends them and grants them scopes, from the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.as_auth import done, organization_id
from auth.clients import NoSecret, register_client, rotate_secret
from auth.scopes import Scope
from models.accounts import IdentityProvider
from models.oauth import ClientGrant, ClientStatus, OAuthClient
from models.organisations import Organization
from models.rules.roles import Role


class NoSuchClient(Exception):
    """There is no client of that id."""


class NoSuchIssuer(Exception):
    """The organisation has no such provider for machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How a client comes by tokens and proves who it is: by a secret, unless something else is said."""

    grants: frozenset[ClientGrant] = frozenset({ClientGrant.CLIENT_CREDENTIALS})
    public: bool = False
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None
    issuer: str | None = None
    "A provider of the organisation's, by its address: it has its tokens of it,"
    subject: str | None = None
    "under this name."
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    dpop_bound: bool = False
    requires_par: bool = False


MACHINE = Program()


def add(
    url: str,
    *,
    name: str,
    organization: str,
    scopes: Iterable[Scope],
    roles: Iterable[Role],
    program: Program = MACHINE,
) -> tuple[str, str | None]:
    """This will register a client of an organisation, by its slug: its id, and its secret where it has one.

    Raises NoSuchOrganization, NoSuchIssuer, the errors of auth.clients.register_client, AuthenticationUnavailable.
    """

    async def work(connection: AsyncConnection) -> tuple[str, str | None]:
        of = await organization_id(connection, organization)
        trusted = None
        if program.issuer is not None:
            asked = select(IdentityProvider.id).where(
                IdentityProvider.organization_id == of,
                IdentityProvider.issuer == program.issuer,
                IdentityProvider.machines,
            )
            if (found := await connection.scalar(asked)) is None:
                raise NoSuchIssuer(program.issuer)
            trusted = found, program.subject or ""
        return await register_client(
            connection,
            organization_id=of,
            name=name,
            scopes=scopes,
            roles=roles,
            grants=program.grants,
            public=program.public,
            jwks=program.jwks,
            jwks_uri=program.jwks_uri,
            trusted=trusted,
            redirect_uris=program.redirect_uris,
            post_logout_redirect_uris=program.post_logout_redirect_uris,
            backchannel_logout_uri=program.backchannel_logout_uri,
            dpop_bound=program.dpop_bound,
            requires_par=program.requires_par,
            now=datetime.now(UTC),
        )

    return done(url, work)


def listed(url: str) -> list[str]:
    """This will be a line for each client, by organisation; the network's own first."""
    return done(url, _lines)


def asking(url: str) -> list[str]:
    """This will be a line for each client whose organisation waits for scopes."""

    async def work(connection: AsyncConnection) -> list[str]:
        rows = await _rows(connection, func.cardinality(OAuthClient.wanted_scopes) > 0)
        return [
            f"{row.slug}: {row.client_id} ({row.name}) asks for {' '.join(row.wanted_scopes)};"
            f" it has {' '.join(row.scopes) or 'none'}"
            for row in rows
        ]

    return done(url, work)


def mark(url: str, client_id: str, status: ClientStatus) -> None:
    """This will suspend a client, or let it go on. Its tokens count, or not, within 2 s. Raises NoSuchClient."""
    _change(url, client_id, {"status": status})


def grant(url: str, client_id: str, scopes: Iterable[Scope]) -> None:
    """This will be the most that a client may ask for; what was asked for is answered by it. Raises NoSuchClient."""
    _change(url, client_id, {"scopes": sorted(set(scopes)), "wanted_scopes": []})


def rotate(url: str, client_id: str, *, overlap: timedelta) -> str:
    """This will be another secret; the one before counts for the overlap. Raises NoSuchClient, NoSecret."""

    async def work(connection: AsyncConnection) -> str:
        known = select(OAuthClient.client_id).where(OAuthClient.client_id == client_id)
        if await connection.scalar(known) is None:
            raise NoSuchClient(client_id)
        try:
            return await rotate_secret(connection, client_id, now=datetime.now(UTC), overlap=overlap)
        except NoSecret:
            raise NoSecret(client_id) from None

    return done(url, work)


def _change(url: str, client_id: str, values: dict[str, Any]) -> None:
    async def work(connection: AsyncConnection) -> None:
        change = update(OAuthClient).where(OAuthClient.client_id == client_id).values(values)
        if (await connection.execute(change)).rowcount != 1:
            raise NoSuchClient(client_id)

    done(url, work)


async def _lines(connection: AsyncConnection) -> list[str]:
    return [
        f"{row.slug or 'the network'}: {row.client_id} ({row.name}), {row.status.lower()}: {' '.join(row.scopes)}; "
        f"{' '.join(role.lower() for role in row.roles) or 'no roles'}"
        for row in await _rows(connection)
    ]


async def _rows(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> list[Any]:
    columns = (
        *(OAuthClient.client_id, OAuthClient.name, OAuthClient.status),
        *(OAuthClient.scopes, OAuthClient.wanted_scopes, OAuthClient.roles),
    )
    asked = (
        select(Organization.slug, *columns)
        .select_from(OAuthClient)
        .outerjoin(Organization, Organization.id == OAuthClient.organization_id)
        .where(*conditions)
        .order_by(Organization.slug.nulls_first(), OAuthClient.created_at, OAuthClient.client_id)
    )
    return list(await connection.execute(asked))
