"""How is a snapshot signed, so that a device without a network knows whose it is? By a JWS (RFC 7515), ES256.

The key is the one that signs access tokens now, published at /oauth/jwks: whoever fetches a snapshot fetches the keys
with it. Its type is its own, so that neither passes for the other. What is signed is a SHA-256 and what it is of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from joserfc import jws

if TYPE_CHECKING:
    from joserfc.jwk import ECKey

TYPE = "konbit-snapshot+jws"


def signed(manifest: dict[str, Any], key: ECKey) -> str:
    """This will be the manifest, signed, in the compact serialization."""
    header = {"alg": "ES256", "kid": key.kid, "typ": TYPE}
    return jws.serialize_compact(header, orjson.dumps(manifest), key, algorithms=["ES256"])
