"""DPoP proofs as a client would make them, and as one who is up to something would."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey

from tests.auth.deployment import PROFILE

TOKEN = PROFILE.issuer + "/oauth/token"


def hash_of(token: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def proof(
    key: ECKey,
    *,
    now: datetime,
    method: str = "POST",
    address: str = TOKEN,
    nonce: str | None = None,
    token: str | None = None,
    header: dict[str, Any] | None = None,
    signed_with: Key | None = None,
    **claims: Any,
) -> str:
    """A proof as RFC 9449 wants it, but for what is given otherwise; None leaves a claim or a header out."""
    usual = {
        "jti": str(uuid4()),
        "htm": method,
        "htu": address,
        "iat": int(now.timestamp()),
        "nonce": nonce,
        "ath": None if token is None else hash_of(token),
    }
    said = {name: value for name, value in (usual | claims).items() if value is not None}
    head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    by = signed_with or key
    return jwt.encode(head, said, by, algorithms=["ES256", "HS256", "ES384", "none"])


def shared_secret(key: ECKey) -> OctKey:
    """The public key as bytes, for whoever would have it taken for a secret."""
    return OctKey.import_key(str(key.as_dict(private=False)["x"]))
