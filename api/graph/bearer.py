"""Who sends a request: a token in, an actor out, and the challenge where there is none (RFC 6750, RFC 9449, RFC 9470).

A token that is bound to a key comes as `DPoP`, with a proof that the sender holds the key; any other comes as `Bearer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from api.errors import Code, Refused, Unauthenticated, Unavailable
from auth.database import AuthenticationUnavailable
from auth.dpop import ALGORITHM, InvalidProof
from auth.possession import NonceWanted
from auth.tokens import InvalidToken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from auth.actor import Actor


class Scheme(StrEnum):
    """How a token is sent: the first word of `Authorization`."""

    BEARER = "Bearer"
    DPOP = "DPoP"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says of its sender."""

    scheme: Scheme
    token: str
    proof: str | None
    method: str
    path: str
    "What is asked for at our own address: what the proof must have been made for."


class Authenticator(Protocol):
    """Says who a bearer is. Raises InvalidToken, AuthenticationUnavailable. Cheap enough to be asked at every event."""

    async def actor(self, bearer: str, *, now: datetime) -> Actor: ...

    async def prove(self, proof: str, *, jkt: str, bearer: str, method: str, path: str, now: datetime) -> None:
        """This will check that the sender holds the token's key. Raises InvalidProof, AuthenticationUnavailable."""

    async def nonce(self, *, now: datetime) -> str:
        """This will say what the next proof should hold. Raises AuthenticationUnavailable."""


class NoToken(Unauthenticated):
    """Send an access token: `Authorization: Bearer ...`, or `DPoP ...` with a proof where it is bound to a key."""


class BadToken(Unauthenticated):
    """The access token is not valid, or has ended."""


class BadProof(Unauthenticated):
    """The DPoP proof does not fit this request and its token, or was used before."""


class NonceNeeded(Unauthenticated):
    """Send the request again with a DPoP proof that holds the nonce of the DPoP-Nonce header."""


_PROOF_ERRORS: dict[type[Refused], str] = {BadProof: "invalid_dpop_proof", NonceNeeded: "use_dpop_nonce"}
_TOKEN_ERRORS = {
    Code.UNAUTHENTICATED: "invalid_token",
    Code.FORBIDDEN: "insufficient_scope",
    Code.STEP_UP_REQUIRED: "insufficient_user_authentication",
}


def challenge(refused: Refused, scheme: Scheme = Scheme.BEARER) -> bytes | None:
    """This will write `WWW-Authenticate` for a refusal, in the scheme that the token came by.

    Without a token it names both schemes and no error (RFC 6750, 3.1).
    """
    if isinstance(refused, NoToken):
        return b'Bearer realm="konbit", DPoP realm="konbit", algs="%b"' % ALGORITHM.encode()
    error = _PROOF_ERRORS.get(type(refused)) or _TOKEN_ERRORS.get(refused.code)
    if error is None:
        return None
    scheme = Scheme.DPOP if type(refused) in _PROOF_ERRORS else scheme
    words = f'{scheme} realm="konbit", error="{error}"'
    if "maxAge" in refused.extensions:
        words += f', max_age="{refused.extensions["maxAge"]}"'
    if scheme is Scheme.DPOP:
        words += f', algs="{ALGORITHM}"'
    return words.encode()


def explained(refused: Refused, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """This will list the headers by which a refusal says what to do about it, to a request with these headers."""
    more: list[tuple[bytes, bytes]] = []
    if words := challenge(refused, scheme_of(headers)):
        more.append((b"www-authenticate", words))
    if "retryAfter" in refused.extensions:
        more.append((b"retry-after", str(refused.extensions["retryAfter"]).encode()))
    return more


def credentials(headers: Iterable[tuple[bytes, bytes]], *, method: str, path: str) -> Credentials:
    """This will read what a request's headers say of its sender. Raises NoToken, BadProof."""
    given: dict[bytes, list[str]] = {b"authorization": [], b"dpop": []}
    for name, value in headers:
        if name in given:
            given[name].append(value.decode("latin-1"))
    if len(given[b"authorization"]) != 1:
        raise NoToken
    if len(given[b"dpop"]) > 1:
        raise BadProof
    return presented(given[b"authorization"][0], next(iter(given[b"dpop"]), None), method=method, path=path)


def presented(authorization: str, proof: str | None, *, method: str, path: str) -> Credentials:
    """This will take the token out of what `Authorization` says. Raises NoToken."""
    word, _, token = authorization.partition(" ")
    token = token.strip(" ")
    for scheme in Scheme:
        if word.lower() == scheme.lower() and token:
            return Credentials(scheme, token, proof, method, path)
    raise NoToken


def scheme_of(headers: Iterable[tuple[bytes, bytes]]) -> Scheme:
    """This will say in which scheme to refuse a request: in its own."""
    dpop = any(name == b"authorization" and value[:5].lower() == b"dpop " for name, value in headers)
    return Scheme.DPOP if dpop else Scheme.BEARER


async def sender(authenticator: Authenticator, given: Credentials, *, now: datetime) -> Actor:
    """This will say who sent a request: whose the token is and, where it is bound to a key, that they hold the key.

    Raises BadToken, BadProof, NonceNeeded, Unavailable.
    """
    actor = await actor_of(authenticator, given.token, now=now)
    if (actor.jkt is None) is (given.scheme is Scheme.DPOP):
        raise BadToken
    if actor.jkt is None:
        return actor
    if given.proof is None:
        raise BadProof
    try:
        await authenticator.prove(
            given.proof, jkt=actor.jkt, bearer=given.token, method=given.method, path=given.path, now=now
        )
    except NonceWanted:
        raise NonceNeeded from None
    except InvalidProof:
        raise BadProof from None
    except AuthenticationUnavailable:
        raise Unavailable from None
    return actor


async def actor_of(authenticator: Authenticator, bearer: str, *, now: datetime) -> Actor:
    """This will ask whose the token is, and whether it still counts. Raises BadToken, Unavailable."""
    try:
        return await authenticator.actor(bearer, now=now)
    except InvalidToken:
        raise BadToken from None
    except AuthenticationUnavailable:
        raise Unavailable from None
