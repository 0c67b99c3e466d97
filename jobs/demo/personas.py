"""Who may sign in to the demo? A client for each persona, each with a secret of this installation, told in one file."""

import hmac
import json
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.clients import register_client, secret_hash
from auth.database import open_auth_engine, or_unavailable
from auth.scopes import OF_CLIENTS, Scope, scope_text
from jobs.demo.organisations import PERSONAS
from models.oauth import ClientStatus, OAuthClient
from models.organisations import Organization
from models.rules.roles import Role

_MADE = re.compile(r"[A-Za-z0-9_-]{43}")


class NoDemoNetwork(Exception):
    """The database does not hold the demo network that the personas belong to."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a persona may do."""

    scopes: frozenset[Scope]
    roles: frozenset[Role]


_CASES = frozenset(
    {
        Scope.DIRECTORY_READ,
        Scope.PEOPLE_READ,
        Scope.PEOPLE_WRITE,
        Scope.REFERRALS_READ,
        Scope.REFERRALS_WRITE,
    }
)
_RECEIVES = Grant(_CASES | {Scope.DIRECTORY_WRITE}, frozenset({Role.INTAKE, Role.CASE_WORKER}))

GRANTS: Mapping[str, Grant] = {
    "brc": Grant(
        _CASES | {Scope.DIRECTORY_WRITE, Scope.FLOWS_READ, Scope.FLOWS_WRITE},
        frozenset({Role.REGISTRATION_OFFICER, Role.INTAKE, Role.CASE_WORKER, Role.SUPERVISOR}),
    ),
    "medical": _RECEIVES,
    "shelter": Grant(_RECEIVES.scopes, _RECEIVES.roles | {Role.FOCAL_POINT}),
    "police": _RECEIVES,
    "registry": _RECEIVES,
    "outsider": Grant(_CASES, frozenset({Role.INTAKE, Role.CASE_WORKER})),
    "ministry": Grant(frozenset({Scope.DIRECTORY_READ, Scope.INDICATORS_READ}), frozenset({Role.ANALYST})),
    "trainer": Grant(
        frozenset({Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.TRAINING_WRITE}), frozenset({Role.TRAINER})
    ),
    "steward": Grant(
        frozenset(
            {
                Scope.DIRECTORY_READ,
                Scope.DIRECTORY_WRITE,
                Scope.AUDIT_READ,
                Scope.INDICATORS_READ,
                Scope.INDICATORS_WRITE,
            }
        ),
        frozenset({Role.NETWORK_STEWARD, Role.DIRECTORY_EDITOR, Role.DATA_PROTECTION_OFFICER}),
    ),
}


async def write_personas(auth_url: str, *, path: Path, issuer: str, graphql: str, now: datetime) -> None:
    """This will make the personas' clients as they should be, and tell their secrets in the file at `path` (0600).

    A secret that the file holds and the database knows stays; where either was lost a new one takes its place. The file
    is written only where it would differ, whole or not at all. Raises NoDemoNetwork, AuthenticationUnavailable.
    """
    told = _told(path)
    engine = open_auth_engine(auth_url, connections=1)
    try:
        with or_unavailable():
            async with engine.begin() as connection:
                personas = {
                    persona: await _ready(connection, persona, slug, _secret(told, persona), now)
                    for persona, slug in PERSONAS.items()
                }
    finally:
        await engine.dispose()
    content = {"issuer": issuer, "graphql": graphql, "personas": personas}
    if told != content:
        _write(path, content)


def client_id(persona: str) -> str:
    return f"demo-{persona}"


async def _ready(
    connection: AsyncConnection, persona: str, slug: str, secret: str | None, now: datetime
) -> dict[str, str]:
    """One persona's entry of the file, its client registered with that secret, else with a new one."""
    found = (await connection.execute(select(Organization.id).where(Organization.slug == slug))).one_or_none()
    if found is None:
        raise NoDemoNetwork(slug)
    grant, key = GRANTS[persona], client_id(persona)
    known = (
        await connection.execute(select(OAuthClient.secret_hash).where(OAuthClient.client_id == key))
    ).one_or_none()
    kept = secret is not None and (known is None or hmac.compare_digest(known.secret_hash, secret_hash(secret)))
    secret = secret if secret is not None and kept else secrets.token_urlsafe(32)
    if known is None:
        await register_client(
            connection,
            organization_id=found.id,
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
                secret_hash=secret_hash(secret),
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


def _told(path: Path) -> dict[str, Any]:
    """What the file says; nothing where it is missing or is no JSON object."""
    with suppress(FileNotFoundError, ValueError):
        told = json.loads(path.read_text())
        if isinstance(told, dict):
            return told
    return {}


def _secret(told: dict[str, Any], persona: str) -> str | None:
    """The secret that the file tells, where it is of the kind that we make; anything else is as good as lost."""
    try:
        secret = told["personas"][persona]["client_secret"]
    except (KeyError, TypeError):
        return None
    return secret if isinstance(secret, str) and _MADE.fullmatch(secret) else None


def _write(path: Path, content: dict[str, Any]) -> None:
    """Beside its place and then into it, readable by its owner alone from the beginning."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
