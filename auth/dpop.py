"""How a DPoP proof is read (RFC 9449): a signature by which whoever sends a request shows that they hold a key."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from auth.base64url import base64url
from auth.opaque import hash_of
from models.grants import OAuthProof

ALGORITHM = "ES256"
"The one that we take; it stands in every challenge."

WINDOW = timedelta(minutes=1)
"By which `iat` may lie behind us or ahead."

LONGEST = 4096
"Characters; what is longer is refused unread."

_HEADER = {"typ", "alg", "jwk"}
_SECRET = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
"What only private and symmetric keys have (RFC 7518, section 6)."


class InvalidProof(Exception):
    """The DPoP proof does not prove that the sender of this request holds the key."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The request that a proof must have been made for."""

    method: str
    addresses: Collection[str]
    "What it may be addressed to, in the server's own words: never what the Host header says."
    token: str | None = None
    "The access token that came along, where one did."


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose signature is right. It counts once: the caller spends it."""

    jkt: str
    "The key's thumbprint (RFC 7638, SHA-256)."
    jti: str
    nonce: str | None
    ends_at: datetime
    "After this moment no clock accepts it any more, UTC."


def read_proof(text: str, sent: Sent, *, now: datetime) -> Proof:
    """This will check a proof against its request (RFC 9449, section 4.3), but for the nonce. Raises InvalidProof."""
    if len(text) > LONGEST:
        raise InvalidProof
    key = _key(text)
    try:
        claims = jwt.decode(text, key, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError, RecursionError) as error:
        raise InvalidProof from error
    if claims.get("htm") != sent.method or not _is_for(claims.get("htu"), sent.addresses):
        raise InvalidProof
    if sent.token is not None and not _is_hash(claims.get("ath"), sent.token):
        raise InvalidProof
    jti, nonce, issued = claims.get("jti"), claims.get("nonce"), claims.get("iat")
    if not isinstance(jti, str) or not 1 <= len(jti.encode("utf-8", "replace")) <= 255:
        raise InvalidProof
    if not (nonce is None or isinstance(nonce, str)) or isinstance(issued, bool) or not isinstance(issued, int | float):
        raise InvalidProof
    if not abs(now.timestamp() - issued) <= WINDOW.total_seconds():  # so written, NaN is refused
        raise InvalidProof
    return Proof(key.thumbprint(), jti, nonce, datetime.fromtimestamp(issued, UTC) + 2 * WINDOW)


def spending(proof: Proof) -> ReturningInsert[bytes]:
    """This will be the statement that consumes a proof: of any number of uses at once, one gets a row back."""
    row = insert(OAuthProof).values(hash=hash_of(f"{proof.jkt}.{proof.jti}"), expires_at=proof.ends_at)
    return row.on_conflict_do_nothing().returning(OAuthProof.hash)


def _key(text: str) -> ECKey:
    """The public key in the header. What else the JWK says is not looked at, so that it cannot mean anything."""
    try:
        header = jws.extract_compact(text.encode("ascii")).headers()
    except (JoseError, ValueError, RecursionError) as error:
        raise InvalidProof from error
    if header.keys() != _HEADER or header["typ"] != "dpop+jwt" or header["alg"] != ALGORITHM:
        raise InvalidProof
    jwk = header["jwk"]
    if not isinstance(jwk, dict) or _SECRET & jwk.keys() or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise InvalidProof
    return _public(jwk)


def _public(jwk: Mapping[str, Any]) -> ECKey:
    x, y = jwk.get("x"), jwk.get("y")
    if not (isinstance(x, str) and isinstance(y, str) and len(x) == len(y) == 43):
        raise InvalidProof
    try:
        return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidProof from error


def _is_for(said: object, addresses: Collection[str]) -> bool:
    if not isinstance(said, str):
        return False
    try:
        return normalised(said) in {normalised(address) for address in addresses}
    except ValueError:
        return False


def normalised(address: str) -> tuple[str, str, int | None, str]:
    """This will be the parts of an address by which two are the same (RFC 3986, 6.2.2 and 6.2.3), without query and
    fragment. Raises ValueError."""
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None or not parts.hostname:
        raise ValueError(address)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port, unquote(parts.path) or "/"


def _is_hash(said: object, token: str) -> bool:
    """`ath`: SHA-256 of the access token in base64url (RFC 9449, section 4.2)."""
    wanted = base64url(hash_of(token)).encode()
    return isinstance(said, str) and hmac.compare_digest(said.encode("utf-8", "surrogatepass"), wanted)
