"""How a client proves itself by a signed assertion: what RFC 7523 and its successor ask of one, without a database."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

ALGORITHMS = ("ES256", "PS256", "RS256")
"Never `none`, never HS*: a public key is not a secret."

LONGEST_LIFE = timedelta(minutes=5)
"From now to an assertion's end."

LEEWAY = timedelta(seconds=30)
"By which a client's clock may differ from ours."

LONGEST = 8192
"Characters; what is longer is refused unread."

_HEADER = {"alg", "typ", "kid"}
_TYPES = {None, "JWT", "client-authentication+jwt"}

NOBODY = KeySet([ECKey.generate_key("P-256", private=False)])
"Keys to check against where there is no such client: the refusal takes the same work, and tells nothing."


class InvalidAssertion(Exception):
    """The client assertion does not prove who the client is."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A client's proof. It counts once: the caller consumes `jti`."""

    client_id: str
    jti: str
    ends_at: datetime
    "After this moment no clock accepts it any more, UTC."


def claimed_client(text: str) -> str:
    """This will say whom the assertion claims to come from, nothing verified. Raises InvalidAssertion."""
    _, payload = _take_apart(text)
    subject = payload.get("sub")
    if not isinstance(subject, str):
        raise InvalidAssertion
    return subject


def claimed_key(text: str) -> str | None:
    """This will say which key the assertion claims to be signed by; None: it names none. Raises InvalidAssertion."""
    kid = _take_apart(text)[0].get("kid")
    return kid if isinstance(kid, str) else None


def read_assertion(text: str, *, keys: KeySet, client_id: str, issuer: str, now: datetime) -> Assertion:
    """This will check the assertion of a client whose public keys are `keys` (RFC 7523, section 3).

    The audience is this server's issuer and nothing else: an assertion made for an address could be carried to
    another server (draft-ietf-oauth-rfc7523bis). Raises InvalidAssertion.
    """
    header, _ = _take_apart(text)
    claims = _verified(text, header, keys)
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise InvalidAssertion
    if claims.get("aud") not in (issuer, [issuer]):
        raise InvalidAssertion
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti.encode("utf-8", "replace")) <= 255 or not jti.isprintable():
        raise InvalidAssertion
    earliest, latest = (now - LEEWAY).timestamp(), (now + LEEWAY).timestamp()
    ends = _time(claims.get("exp"))
    if not earliest < ends <= latest + LONGEST_LIFE.total_seconds():
        raise InvalidAssertion
    if any(_time(claims[claim]) > latest for claim in ("iat", "nbf") if claim in claims):
        raise InvalidAssertion
    return Assertion(client_id, jti, datetime.fromtimestamp(ends, UTC) + LEEWAY)


def _take_apart(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if len(text) > LONGEST:
        raise InvalidAssertion
    try:
        parts = jws.extract_compact(text.encode("ascii"))
        payload = json.loads(parts.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise InvalidAssertion from error
    header = parts.headers()
    if not header.keys() <= _HEADER or header.get("alg") not in ALGORITHMS or header.get("typ") not in _TYPES:
        raise InvalidAssertion
    if not isinstance(payload, dict):
        raise InvalidAssertion
    return header, payload


def _verified(text: str, header: dict[str, Any], keys: KeySet) -> dict[str, Any]:
    named = [key for key in keys if key.kid == header.get("kid")]
    for key in named or keys:
        try:
            return jwt.decode(text, key, algorithms=[header["alg"]]).claims
        except (JoseError, ValueError, RecursionError):
            continue
    raise InvalidAssertion


def _time(value: object) -> int | float:
    if (
        isinstance(value, bool) or not isinstance(value, int | float) or value != value
    ):  # NaN would pass every comparison
        raise InvalidAssertion
    return value
