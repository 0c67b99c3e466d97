"""Registers partners' own OpenID Connect issuers and suspends them, from the command line."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.as_auth import done, organization_id
from auth.redirects import check_endpoint
from auth.sealing import Sealer
from models.accounts import IdentityProvider
from models.organisations import Organization


class UnfitIssuer(ValueError):
    """An issuer is an https address without a query, exactly as its tokens say it."""


class IssuerRegistered(Exception):
    """This issuer is registered already; an issuer vouches for one organisation."""


class NoSuchProvider(Exception):
    """There is no provider of that address."""


def add(
    url: str,
    *,
    issuer: str,
    organization: str,
    name: str,
    client_id: str,
    secret: bytes | None,
    sealer: Sealer,
    people: bool,
    machines: bool,
) -> None:
    """This will let an issuer vouch for an organisation. Without a secret Konbit signs in there by its own keys.

    Raises UnfitIssuer, UnfitRedirect, IssuerRegistered, NoSuchOrganization, KekUnavailable, AuthenticationUnavailable.
    """
    if "?" in check_endpoint(issuer):
        raise UnfitIssuer(issuer)
    key = uuid4()
    sealed, sealed_by = (None, None) if secret is None else sealer.seal(secret, bound=f"identity_provider:{key}")

    async def work(connection: AsyncConnection) -> None:
        new = insert(IdentityProvider).values(
            id=key,
            organization_id=await organization_id(connection, organization),
            issuer=issuer,
            name=name,
            client_id=client_id,
            client_secret=sealed,
            sealed_by=sealed_by,
            people=people,
            machines=machines,
            created_at=datetime.now(UTC),
        )
        if (await connection.execute(new.on_conflict_do_nothing(index_elements=["issuer"]))).rowcount != 1:
            raise IssuerRegistered(issuer)

    done(url, work)


def listed(url: str) -> list[str]:
    """This will be a line for each provider, by organisation."""

    async def work(connection: AsyncConnection) -> list[str]:
        rows = await connection.execute(
            select(
                *(Organization.slug, IdentityProvider.issuer, IdentityProvider.name, IdentityProvider.people),
                *(IdentityProvider.machines, IdentityProvider.suspended_at),
            )
            .join(Organization, Organization.id == IdentityProvider.organization_id)
            .order_by(Organization.slug, IdentityProvider.created_at, IdentityProvider.id)
        )
        return [
            f"{row.slug}: {row.issuer} ({row.name}), {'active' if row.suspended_at is None else 'suspended'}: "
            + " and ".join(word for word, vouches in (("people", row.people), ("machines", row.machines)) if vouches)
            for row in rows
        ]

    return done(url, work)


def mark(url: str, issuer: str, *, suspended: bool) -> None:
    """This will let nobody sign in by an issuer, or let them again. Raises NoSuchProvider."""

    async def work(connection: AsyncConnection) -> None:
        since = datetime.now(UTC) if suspended else None
        change = update(IdentityProvider).where(IdentityProvider.issuer == issuer).values(suspended_at=since)
        if (await connection.execute(change)).rowcount != 1:
            raise NoSuchProvider(issuer)

    done(url, work)
