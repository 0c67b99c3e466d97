"""Who sends a request: a bearer token in, an actor out, and the challenge where there is none (RFC 6750)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from api.errors import Code, Refused, Unauthenticated, Unavailable
from auth.database import AuthenticationUnavailable
from auth.tokens import InvalidToken

if TYPE_CHECKING:
    from datetime import datetime

    from auth.actor import Actor


class Authenticator(Protocol):
    """Says who a bearer is. Raises InvalidToken, AuthenticationUnavailable. Cheap enough to be asked at every event."""

    async def actor(self, bearer: str, *, now: datetime) -> Actor: ...


class NoToken(Unauthenticated):
    """Send an access token: `Authorization: Bearer ...`."""


class BadToken(Unauthenticated):
    """The access token is not valid, or has ended."""


def challenge(refused: Refused) -> bytes | None:
    """This will write `WWW-Authenticate` for a refusal; without a token it names no error (RFC 6750, 3.1)."""
    if isinstance(refused, NoToken):
        return b'Bearer realm="konbit"'
    if refused.code is Code.UNAUTHENTICATED:
        return b'Bearer realm="konbit", error="invalid_token"'
    if refused.code is Code.FORBIDDEN:
        return b'Bearer realm="konbit", error="insufficient_scope"'
    if refused.code is Code.STEP_UP_REQUIRED:
        return b'Bearer realm="konbit", error="insufficient_user_authentication"'
    return None


def token(authorization: str | None) -> str:
    """This will take the token out of an Authorization header's value. Raises NoToken."""
    if authorization is None:
        raise NoToken
    scheme, _, bearer = authorization.partition(" ")
    if scheme.lower() != "bearer" or not (bearer := bearer.strip(" ")):
        raise NoToken
    return bearer


async def actor_of(authenticator: Authenticator, bearer: str, *, now: datetime) -> Actor:
    """This will ask who holds the token. Raises BadToken, Unavailable."""
    try:
        return await authenticator.actor(bearer, now=now)
    except InvalidToken:
        raise BadToken from None
    except AuthenticationUnavailable:
        raise Unavailable from None
