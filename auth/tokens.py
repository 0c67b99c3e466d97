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

from auth.assurance import Acr
from auth.scopes import Scope, UnknownScope, parse_scopes, scope_text

LIFETIME = timedelta(minutes=10)
"From issue to end of an access token."

LEEWAY = timedelta(seconds=30)
"By which the clocks of our own machines may differ: a token from further ahead is not yet valid."

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
    "A machine that acts for itself; `sub` is its client_id."
    USER = "user"
    "A person who is signed in; `sub` is the id of their account."
    DEVICE = "device"
    "A device that a person has let act for them (RFC 8628); `sub` is that person's account."


@dataclass(frozen=True, slots=True)
class Behalf:
    """In whose name a client acts, and how surely that person said who they are."""

    account_id: UUID
    acr: Acr
    amr: tuple[str, ...]
    auth_time: datetime
    "UTC, whole seconds."
    session_id: UUID | None = None
    "The browser's session in which it was allowed (`sid`); None: a device's, which has none."
    kind: SubjectKind = SubjectKind.USER


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token says. It says nothing of roles: those are asked for at each use."""

    token_id: UUID
    client_id: str
    organization_id: UUID
    scopes: frozenset[Scope]
    issued_at: datetime
    expires_at: datetime
    behalf: Behalf | None = None
    "None: a machine acts for itself."
    jkt: str | None = None
    "Thumbprint of the key that must prove each use (RFC 9449, section 6); None: whoever bears the token may use it."

    @property
    def subject(self) -> str:
        return self.client_id if self.behalf is None else str(self.behalf.account_id)

    @property
    def kind(self) -> SubjectKind:
        return SubjectKind.CLIENT if self.behalf is None else self.behalf.kind


def write_token(token: AccessToken, *, key: ECKey, profile: Profile) -> str:
    """This will sign the token with `key`, whose `kid` goes into the header."""
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, token_claims(token, profile=profile), key, algorithms=["ES256"])


def token_claims(token: AccessToken, *, profile: Profile) -> dict[str, Any]:
    """This will list what a token says, by the names of RFC 9068; introspection repeats it."""
    claims: dict[str, Any] = {
        "iss": profile.issuer,
        "aud": profile.audience,
        "sub": token.subject,
        "sub_kind": token.kind.value,
        "client_id": token.client_id,
        "organization": str(token.organization_id),
        "scope": scope_text(token.scopes),
        "jti": str(token.token_id),
        "iat": int(token.issued_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
    }
    if (behalf := token.behalf) is not None:
        claims |= {"acr": behalf.acr.value, "amr": list(behalf.amr), "auth_time": int(behalf.auth_time.timestamp())}
        if behalf.session_id is not None:
            claims["sid"] = str(behalf.session_id)
    if token.jkt is not None:
        claims["cnf"] = {"jkt": token.jkt}
    return claims


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
    if not isinstance(claims["client_id"], str):
        raise InvalidToken
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= LIFETIME.total_seconds():
        raise InvalidToken
    starts = claims.get("nbf", issued)
    if type(starts) is not int or max(issued, starts) > (now + LEEWAY).timestamp():
        raise InvalidToken
    if expires <= now.timestamp():
        raise ExpiredToken
    try:
        token = AccessToken(
            token_id=UUID(claims["jti"]),
            client_id=claims["client_id"],
            organization_id=UUID(claims["organization"]),
            scopes=parse_scopes(claims["scope"]),
            issued_at=datetime.fromtimestamp(issued, UTC),
            expires_at=datetime.fromtimestamp(expires, UTC),
            behalf=_behalf(claims),
            jkt=_thumbprint(claims),
        )
    except (UnknownScope, KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise InvalidToken from error
    if claims["sub"] != token.subject:
        raise InvalidToken
    return token


def _behalf(claims: dict[str, Any]) -> Behalf | None:
    kind = SubjectKind(claims["sub_kind"])
    if kind is SubjectKind.CLIENT:
        return None
    amr, auth_time = claims["amr"], claims["auth_time"]
    if not isinstance(amr, list) or not all(isinstance(way, str) for way in amr) or type(auth_time) is not int:
        raise InvalidToken
    return Behalf(
        account_id=UUID(claims["sub"]),
        acr=Acr(claims["acr"]),
        amr=tuple(amr),
        auth_time=datetime.fromtimestamp(auth_time, UTC),
        session_id=UUID(claims["sid"]) if "sid" in claims else None,
        kind=kind,
    )


def _thumbprint(claims: dict[str, Any]) -> str | None:
    """The key that the token is bound to (RFC 7800, section 3). A binding that is not understood is not ignored."""
    if "cnf" not in claims:
        return None
    if claims["cnf"].keys() != {"jkt"} or not isinstance(claims["cnf"]["jkt"], str):
        raise InvalidToken
    return str(claims["cnf"]["jkt"])
