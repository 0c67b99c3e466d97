"""A passkey as a browser and a device make and use one, in software: P-256, CBOR, and every lie that a test wants."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, BE, BS, AT = 1, 4, 8, 16, 64


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "===")


@dataclass
class Device:
    """One passkey. `origin` is where the browser is, `rp_id` whom it makes the key for."""

    origin: str
    rp_id: str
    counter: int = 0
    "Grows by `step` at each use."
    step: int = 1
    flags: int = UP | UV
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: bytes | None = None
    client_data: dict[str, Any] = field(default_factory=dict)
    "What the browser says otherwise, or besides."

    def register(self, options: dict[str, Any]) -> str:
        """This will answer navigator.credentials.create()."""
        self.user_handle = decoded(options["user"]["id"])
        client_data = self._client_data("webauthn.create", options)
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + self._cose()
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | AT) + attested}
        response = {
            "clientDataJSON": encoded(client_data),
            "attestationObject": encoded(cbor2.dumps(attestation)),
            "transports": ["internal", "hybrid"],
        }
        return self._answer(response)

    def sign_in(self, options: dict[str, Any]) -> str:
        """This will answer navigator.credentials.get()."""
        self.counter += self.step
        client_data, data = self._client_data("webauthn.get", options), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encoded(client_data),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
            "userHandle": None if self.user_handle is None else encoded(self.user_handle),
        }
        return self._answer(response)

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | self.client_data).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _cose(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})

    def _answer(self, response: dict[str, Any]) -> str:
        name = encoded(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
