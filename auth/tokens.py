"""How an access token is written and read: a JWT of RFC 9068, signed ES256, for one organisation and audience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from auth.scopes import Scope, UnknownScope, parse_scopes, scope_text

LIFETIME = timedelta(minutes=10)
"From issue to end of an access token."

LONGEST = 4096
"Characters; what is longer is refused unread."

_HEADER = {"alg", "typ", "kid"}
_CLAIMS = {"iss", "aud", "sub", "sub_kind", "client_id", "organization", "scope", "jti", "iat", "exp"}


class InvalidToken(Exception):
    """The access token is not one that this server can accept."""


class ExpiredToken(InvalidToken):
    """The access token has ended; ask for a new one."""


class UnknownKey(InvalidToken):
    """The access token was signed by a key that is not published."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Who writes tokens, and for whom."""

    issuer: str
    "The server's own address (RFC 8414), https unless it is this machine, without a path."
    audience: str
    "The address of the graph: the one resource that tokens are good for."

    @property
    def pages(self) -> str:
        """Where people's pages are: the issuer's address, by name. A passkey belongs to a name, never to 127.0.0.1."""
        parts = urlsplit(self.issuer)
        host = "localhost" if parts.hostname in ("127.0.0.1", "::1") else parts.hostname
        return f"{parts.scheme}://{host}" + ("" if parts.port is None else f":{parts.port}")


class SubjectKind(StrEnum):
    """Who `sub` names."""

    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token says. It says nothing of roles: those are asked for at each use."""

    token_id: UUID
    client_id: str
    organization_id: UUID
    scopes: frozenset[Scope]
    issued_at: datetime
    expires_at: datetime


def write_token(token: AccessToken, *, key: ECKey, profile: Profile) -> str:
    """This will sign the token with `key`, whose `kid` goes into the header."""
    claims = {
        "iss": profile.issuer,
        "aud": profile.audience,
        "sub": token.client_id,
        "sub_kind": SubjectKind.CLIENT.value,
        "client_id": token.client_id,
        "organization": str(token.organization_id),
        "scope": scope_text(token.scopes),
        "jti": str(token.token_id),
        "iat": int(token.issued_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
    }
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=["ES256"])


def read_token(text: str, *, keys: Mapping[str, ECKey], profile: Profile, now: datetime) -> AccessToken:
    """This will check the signature and every claim (RFC 9068, section 4; RFC 8725) and say what the token says.

    `keys` are the published keys by kid. The header holds `alg`, `typ` and `kid` and nothing else, so a key that
    a token brings along or points to is never looked at. Raises UnknownKey, ExpiredToken, InvalidToken.
    """
    if len(text) > LONGEST:
        raise InvalidToken
    try:
        key = keys[_key_id(text)]
    except KeyError:
        raise UnknownKey from None
    try:
        claims = jwt.decode(text, key, algorithms=["ES256"]).claims
    except (JoseError, ValueError) as error:
        raise InvalidToken from error
    return _read_claims(claims, profile=profile, now=now)


def _key_id(text: str) -> str:
    try:
        header = jws.extract_compact(text.encode("ascii")).headers()
    except (JoseError, ValueError) as error:
        raise InvalidToken from error
    if header.keys() != _HEADER or header["alg"] != "ES256" or header["typ"] != "at+jwt":
        raise InvalidToken
    if not isinstance(kid := header["kid"], str):
        raise InvalidToken
    return kid


def _read_claims(claims: dict[str, Any], *, profile: Profile, now: datetime) -> AccessToken:
    if not claims.keys() >= _CLAIMS:
        raise InvalidToken
    if claims["iss"] != profile.issuer or claims["aud"] != profile.audience:
        raise InvalidToken
    client_id = claims["client_id"]
    if not isinstance(client_id, str) or claims["sub"] != client_id or claims["sub_kind"] != SubjectKind.CLIENT:
        raise InvalidToken
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= LIFETIME.total_seconds():
        raise InvalidToken
    if expires <= now.timestamp():
        raise ExpiredToken
    try:
        return AccessToken(
            token_id=UUID(claims["jti"]),
            client_id=client_id,
            organization_id=UUID(claims["organization"]),
            scopes=parse_scopes(claims["scope"]),
            issued_at=datetime.fromtimestamp(issued, UTC),
            expires_at=datetime.fromtimestamp(expires, UTC),
        )
    except (UnknownScope, ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise InvalidToken from error
