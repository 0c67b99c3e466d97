"""How a program is told who signed in: the ID token, and the hint it becomes later (OpenID Connect Core 2, 3.1.3)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.actor import Actor
from auth.assurance import Acr
from auth.base64url import base64url
from auth.scopes import Scope
from auth.tokens import Behalf, Profile
from models.accounts import Account

LIFETIME = timedelta(minutes=5)
"A program reads it once, when it gets it."

LONGEST = 4096
"Characters; what is longer is refused unread."

_HEADER = {"alg", "typ", "kid"}


class InvalidIdToken(Exception):
    """The text is not an ID token that this server wrote."""


class NobodySignedIn(Exception):
    """The token does not say who signed in: it is a machine's, or openid is not among its scopes."""


@dataclass(frozen=True, slots=True)
class IdToken:
    """Who signed in, how surely and when, said to one program. It opens nothing: the graph takes no such token."""

    client_id: str
    behalf: Behalf
    issued_at: datetime
    nonce: str | None = None
    "From the authorization request, so that the program knows the answer is its own; None: it sent none."


def write_id_token(token: IdToken, *, access_token: str, key: ECKey, profile: Profile) -> str:
    """This will sign the token that is given beside `access_token`, whose hash ties the two together (`at_hash`)."""
    behalf = token.behalf
    claims: dict[str, Any] = {
        "iss": profile.issuer,
        "sub": str(behalf.account_id),
        "aud": token.client_id,
        "iat": int(token.issued_at.timestamp()),
        "exp": int((token.issued_at + LIFETIME).timestamp()),
        "auth_time": int(behalf.auth_time.timestamp()),
        "acr": behalf.acr.value,
        "amr": list(behalf.amr),
        "at_hash": half_hash(access_token),
    }
    if behalf.session_id is not None:
        claims["sid"] = str(behalf.session_id)
    if token.nonce is not None:
        claims["nonce"] = token.nonce
    return jwt.encode({"alg": "ES256", "typ": "JWT", "kid": key.kid}, claims, key, algorithms=["ES256"])


def half_hash(text: str, *, algorithm: str = "ES256") -> str:
    """This will hash as `at_hash` does: the left half, in base64url, of the hash that goes with the algorithm.

    OpenID Connect Core 3.1.3.6; of the algorithms that count here (auth/published.py), Ed25519 alone hashes by SHA-512.
    """
    hashed = hashlib.sha512 if algorithm in ("EdDSA", "Ed25519") else hashlib.sha256
    digest = hashed(text.encode("utf-8", "replace")).digest()
    return base64url(digest[: len(digest) // 2])


def read_hint(text: str, *, keys: Mapping[str, ECKey], profile: Profile) -> IdToken:
    """This will read an ID token that a program hands back to say whom it means (`id_token_hint`).

    One that has ended still says so (RP-Initiated Logout 1.0, 2): it is no proof of anything but who was meant.
    `keys` are the published ones by kid. Raises InvalidIdToken.
    """
    if len(text) > LONGEST:
        raise InvalidIdToken
    try:
        header = jws.extract_compact(text.encode("ascii")).headers()
        if header.keys() != _HEADER or header["alg"] != "ES256" or header["typ"] != "JWT":
            raise InvalidIdToken
        claims = jwt.decode(text, keys[header["kid"]], algorithms=["ES256"]).claims
        if claims["iss"] != profile.issuer or not isinstance(claims["aud"], str):
            raise InvalidIdToken
        return IdToken(claims["aud"], _behalf(claims), _moment(claims["iat"]), claims.get("nonce"))
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise InvalidIdToken from error


async def userinfo(connection: AsyncConnection, actor: Actor) -> dict[str, Any]:
    """This will say who a token's person is (OpenID Connect Core 5.3.2), and which organisation it is for.

    Name and language with the scope profile alone; an e-mail address never: it is not what people are known by here.
    Raises NobodySignedIn. One statement, or none.
    """
    if actor.user_id is None or Scope.OPENID not in actor.scopes:
        raise NobodySignedIn
    told: dict[str, Any] = {"sub": str(actor.user_id), "organization": str(actor.organization_id)}
    if Scope.PROFILE in actor.scopes:
        known = select(Account.display_name, Account.language).where(Account.id == actor.user_id)
        row = (await connection.execute(known)).one()
        told["name"] = row.display_name
        if row.language is not None:
            told["locale"] = row.language
    return told


def _behalf(claims: dict[str, Any]) -> Behalf:
    return Behalf(
        account_id=UUID(claims["sub"]),
        acr=Acr(claims["acr"]),
        amr=tuple(claims["amr"]),
        auth_time=_moment(claims["auth_time"]),
        session_id=UUID(claims["sid"]) if "sid" in claims else None,
    )


def _moment(seconds: object) -> datetime:
    if type(seconds) is not int:
        raise InvalidIdToken
    return datetime.fromtimestamp(seconds, UTC)
