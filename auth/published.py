"""Which of the keys that others publish do we take, and what do we take them for? Public ones, for one kind each.

The algorithms are pinned here, never by a token: `none` and HS* are not among them, and what a header brings along or
points to (jwk, jku, x5u, x5c) is a reason to refuse (RFC 8725, sections 3.1 and 3.10).
"""

import json
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

ALGORITHMS: dict[str, type["Key"]] = {
    "RS256": RSAKey,
    "PS256": RSAKey,
    "ES256": ECKey,
    "EdDSA": OKPKey,
    "Ed25519": OKPKey,
}
SMALLEST_RSA = 2048
"Bits."
MOST_KEYS = 50
LONGEST = 16 * 1024
"Characters of a token; what is longer is refused unread."

Key: TypeAlias = ECKey | RSAKey | OKPKey

_HEADER = {"alg", "typ", "kid", "x5t", "x5t#S256"}
_FOUND = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class NoUsableKeys(Exception):
    """None of the published keys can be used: RSA of at least 2048 bits, EC P-256 or Ed25519, for signatures."""


class Unverified(Exception):
    """The signature cannot be trusted."""


class UnknownKid(Unverified):
    """It was signed by a key that was not published when we looked last."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was signed, and how."""

    header: dict[str, Any]
    claims: dict[str, Any]


def read_published(jwks: object) -> tuple[Key, ...]:
    """This will read the usable keys of a JWK set (RFC 7517, section 5); others in it are left out.

    Raises NoUsableKeys.
    """
    listed = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(listed, list):
        raise NoUsableKeys
    keys = tuple(key for entry in listed[:MOST_KEYS] if (key := _usable(entry)) is not None)
    if not keys:
        raise NoUsableKeys
    return keys


def claimed(text: str) -> dict[str, Any]:
    """This will say what a token claims, nothing verified. Raises Unverified."""
    return _take_apart(text)[1]


def verified(text: str, *, keys: Sequence[Key], types: Collection[str | None]) -> Verified:
    """This will check a token against the keys; `types` are the types it may be of (`typ`), in small letters.

    Raises UnknownKid, Unverified.
    """
    header, _ = _take_apart(text)
    algorithm, said = header.get("alg"), header.get("typ")
    if not header.keys() <= _HEADER or not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Unverified
    if (said.lower().removeprefix("application/") if isinstance(said, str) else said) not in types:
        raise Unverified
    fitting = [key for key in keys if isinstance(key, ALGORITHMS[algorithm]) and _agrees(key, algorithm)]
    if "kid" in header:
        fitting = [key for key in fitting if key.kid == header["kid"]]
        if not fitting:
            raise UnknownKid
    if len(fitting) != 1:
        raise Unverified
    with warnings.catch_warnings():
        # RFC 9864 renames EdDSA; providers go on writing the old name.
        warnings.simplefilter("ignore")
        try:
            return Verified(header, jwt.decode(text, fitting[0], algorithms=[algorithm]).claims)
        except _FOUND as error:
            raise Unverified from error


def _take_apart(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if len(text) > LONGEST:
        raise Unverified
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parts = jws.extract_compact(text.encode("ascii"))
            payload = json.loads(parts.payload)
            header = parts.headers()
        except _FOUND as error:
            raise Unverified from error
    if not isinstance(payload, dict):
        raise Unverified
    return header, payload


def _usable(entry: object) -> Key | None:
    kinds: dict[object, type[Key]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or "d" in entry:
        return None
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    kind = entry.get("kty")
    if not isinstance(kind, str) or kind not in kinds:
        return None
    try:
        with warnings.catch_warnings():
            # It warns of short keys, which are left out.
            warnings.simplefilter("ignore")
            key = kinds[kind].import_key({name: said for name, said in entry.items() if name not in ("key_ops", "ext")})
        fit = (
            (isinstance(key, RSAKey) and key.public_key.key_size >= SMALLEST_RSA)
            or (isinstance(key, ECKey) and key.curve_name == "P-256")
            or (isinstance(key, OKPKey) and key.curve_name == "Ed25519")
        )
    except _FOUND:
        return None
    return key if fit else None


def _agrees(key: Key, algorithm: str) -> bool:
    """A key that says what it is for is for nothing else (RFC 7517, section 4.4)."""
    said = key.get("alg", algorithm)
    return said == algorithm or {said, algorithm} == {"EdDSA", "Ed25519"}
