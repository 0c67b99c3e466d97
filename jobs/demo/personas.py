"""Which programs may sign in to the demo? A client for each persona, each with a secret of this installation."""

import hmac
import re
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.clients import register_client
from auth.database import open_auth_engine, or_unavailable
from auth.opaque import hash_of
from auth.scopes import OF_CLIENTS, OF_DEVICES, Scope, scope_text
from auth.sealing import Sealer
from jobs.demo.grants import GRANTS
from jobs.demo.members import ensure_people
from jobs.demo.organisations import PERSONAS
from jobs.demo.telling import told, write
from models.oauth import ClientGrant, ClientStatus, OAuthClient
from models.organisations import Organization

DEVICE = "demo-device"
_MADE = re.compile(r"[A-Za-z0-9_-]{43}")


class NoDemoNetwork(Exception):
    """The database does not hold the demo network that the personas belong to."""


async def write_personas(
    auth_url: str, *, path: Path, issuer: str, graphql: str, sealer: Sealer, now: datetime
) -> None:
    """This will make the demo's clients and people as they should be, and tell their secrets at `path` (0600).

    A secret that the file holds and the database knows stays; where either was lost a new one takes its place. The file
    is written only where it would differ, whole or not at all. Raises NoDemoNetwork, AuthenticationUnavailable.
    """
    before = told(path)
    engine = open_auth_engine(auth_url, connections=1)
    try:
        with or_unavailable():
            async with engine.begin() as connection:
                personas = {
                    persona: await _ready(connection, persona, slug, _secret(before, persona), now)
                    for persona, slug in PERSONAS.items()
                }
                device = await _device(connection, now)
                people = await ensure_people(connection, _people(before), sealer=sealer, now=now)
    finally:
        await engine.dispose()
    content = {"issuer": issuer, "graphql": graphql, "personas": personas, "device": device, "people": people}
    if before != content:
        write(path, content)


def client_id(persona: str) -> str:
    return f"demo-{persona}"


async def _ready(
    connection: AsyncConnection, persona: str, slug: str, secret: str | None, now: datetime
) -> dict[str, str]:
    """One persona's entry of the file, its client registered with that secret, else with a new one."""
    organization_id = await _organization(connection, slug)
    grant, key = GRANTS[persona], client_id(persona)
    known = (
        await connection.execute(select(OAuthClient.secret_hash).where(OAuthClient.client_id == key))
    ).one_or_none()
    kept = secret is not None and (known is None or hmac.compare_digest(known.secret_hash, hash_of(secret)))
    secret = secret if secret is not None and kept else secrets.token_urlsafe(32)
    if known is None:
        await register_client(
            connection,
            organization_id=organization_id,
            name=f"Demo: {persona}",
            scopes=grant.scopes | OF_CLIENTS,
            roles=grant.roles,
            now=now,
            client_id=key,
            secret=secret,
        )
    else:
        await connection.execute(
            update(OAuthClient)
            .where(OAuthClient.client_id == key)
            .values(
                secret_hash=hash_of(secret),
                scopes=sorted(grant.scopes | OF_CLIENTS),
                roles=sorted(grant.roles),
                status=ClientStatus.ACTIVE,
            )
        )
    return {
        "client_id": key,
        "client_secret": secret,
        "scope": scope_text(grant.scopes),
        "organization": slug,
    }


def _secret(before: dict[str, Any], persona: str) -> str | None:
    """The secret that the file tells, where it is of the kind that we make; anything else is as good as lost."""
    try:
        secret = before["personas"][persona]["client_secret"]
    except (KeyError, TypeError):
        return None
    return secret if isinstance(secret, str) and _MADE.fullmatch(secret) else None


async def _device(connection: AsyncConnection, now: datetime) -> dict[str, str]:
    """The program of trainers' telephones, which people let in by typing its code."""
    scopes = OF_DEVICES | {Scope.GRAPH_DOCUMENTS}
    if await connection.scalar(select(OAuthClient.client_id).where(OAuthClient.client_id == DEVICE)) is None:
        await register_client(
            connection,
            organization_id=await _organization(connection, PERSONAS["trainer"]),
            name="Demo: a trainer's telephone",
            scopes=scopes,
            grants=[ClientGrant.DEVICE_CODE, ClientGrant.REFRESH_TOKEN],
            public=True,
            now=now,
            client_id=DEVICE,
        )
    return {"client_id": DEVICE, "scope": scope_text(OF_DEVICES), "organization": PERSONAS["trainer"]}


async def _organization(connection: AsyncConnection, slug: str) -> UUID:
    found: UUID | None = await connection.scalar(select(Organization.id).where(Organization.slug == slug))
    if found is None:
        raise NoDemoNetwork(slug)
    return found


def _people(before: dict[str, Any]) -> dict[str, Any]:
    people = before.get("people")
    return people if isinstance(people, dict) else {}
