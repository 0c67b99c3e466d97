"""A key that this program alone holds, and proofs of it for each request (DPoP, RFC 9449). Needs `cryptography`."""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


class Key:
    """A P-256 key. Whoever copies it can do what the person let this program do: keep it as a password is kept."""

    def __init__(self, pem: str | None = None) -> None:
        loaded = load_pem_private_key(pem.encode(), None) if pem else generate_private_key(SECP256R1())
        assert isinstance(loaded, EllipticCurvePrivateKey)
        self._private = loaded

    def pem(self) -> str:
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def public(self) -> dict[str, str]:
        """The public half, as a JWK."""
        numbers = self._private.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _text(numbers.x.to_bytes(32)), "y": _text(numbers.y.to_bytes(32))}

    def signed(self, header: dict[str, object], claims: dict[str, object]) -> str:
        """This will sign a JWT (ES256)."""
        text = ".".join(_text(json.dumps(part).encode()) for part in ({**header, "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self._private.sign(text.encode(), ECDSA(SHA256())))
        return f"{text}.{_text(r.to_bytes(32) + s.to_bytes(32))}"

    def proof(self, method: str, address: str, *, nonce: str | None = None, token: str | None = None) -> str:
        """This will be the DPoP header of one request; it is good for no other, and for a minute."""
        parts = urlsplit(address)
        claims: dict[str, object] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": f"{parts.scheme}://{parts.netloc}{parts.path}",
            "iat": int(time.time()),
        }
        if nonce:
            claims["nonce"] = nonce
        if token:
            claims["ath"] = _text(hashlib.sha256(token.encode()).digest())
        return self.signed({"typ": "dpop+jwt", "jwk": self.public()}, claims)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
