"""How a machine client comes to be: whom it acts for, what it may ask for, and how it proves who it is."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from auth.scopes import Scope
from models.oauth import ClientGrant, ClientProof, OAuthClient
from models.rules.roles import Role

SECRET_CHARACTERS = 43
"32 random bytes in base64url."

SMALLEST_RSA = 2048
"Bits."


class WeakSecret(ValueError):
    """A client's secret must be 256 random bits: at least 43 characters of A-Z, a-z, 0-9, - and _."""


class UnusableKeys(ValueError):
    """A client's keys must be public ones, EC P-256 or RSA of at least 2048 bits, at least one and at most ten."""


class TwoProofs(ValueError):
    """A client proves who it is by a secret or by its keys, not by both."""


async def register_client(
    session: AsyncConnection | AsyncSession,
    *,
    organization_id: UUID,
    name: str,
    scopes: Iterable[Scope],
    roles: Iterable[Role],
    now: datetime,
    client_id: str | None = None,
    secret: str | None = None,
    jwks: dict[str, Any] | None = None,
) -> tuple[str, str | None]:
    """This will register a client and answer its id and its secret, which is not kept and cannot be read again.

    With `jwks` the client signs assertions (RFC 7523) and has no secret: None. With neither, a secret is made.
    Raises TwoProofs, UnusableKeys, WeakSecret. The caller commits. One statement.
    """
    if jwks is not None and secret is not None:
        raise TwoProofs
    if jwks is not None:
        check_public_keys(jwks)
    else:
        secret = secrets.token_urlsafe(32) if secret is None else _check_secret(secret)
    client_id = f"client_{secrets.token_hex(12)}" if client_id is None else client_id
    await session.execute(
        insert(OAuthClient).values(
            client_id=client_id,
            organization_id=organization_id,
            name=name,
            grants=[ClientGrant.CLIENT_CREDENTIALS],
            proof=ClientProof.CLIENT_SECRET_BASIC if jwks is None else ClientProof.PRIVATE_KEY_JWT,
            secret_hash=None if secret is None else secret_hash(secret),
            jwks=jwks,
            scopes=sorted(set(scopes)),
            roles=sorted(set(roles)),
            created_at=now,
        )
    )
    return client_id, secret


def secret_hash(secret: str) -> bytes:
    """This will hash a client's secret. SHA-256 is enough: it is 256 random bits, never a word someone chose."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def check_public_keys(jwks: dict[str, Any]) -> KeySet:
    """This will read a client's JWK set. Raises UnusableKeys."""
    listed = jwks.get("keys")
    if not isinstance(listed, list) or not 1 <= len(listed) <= 10:
        raise UnusableKeys
    try:
        keys = KeySet.import_key_set({"keys": listed})
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnusableKeys from error
    if not all(_is_usable(key) for key in keys):
        raise UnusableKeys
    return keys


def _is_usable(key: object) -> bool:
    if isinstance(key, ECKey):
        return key.curve_name == "P-256" and not key.is_private
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= SMALLEST_RSA and not key.is_private
    return False


def _check_secret(secret: str) -> str:
    if len(secret) < SECRET_CHARACTERS or not (secret.isascii() and secret.replace("-", "").replace("_", "").isalnum()):
        raise WeakSecret
    return secret
