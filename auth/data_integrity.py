"""How a credential is signed and its proof checked: Data Integrity, cryptosuite eddsa-rdfc-2022.

What is signed is the document's meaning as RDF, not its spelling: the order of its fields may change, its claims may
not (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2). Nothing is fetched: the contexts lie beside this file.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from auth import multibase
from models.rules.badges import OPEN_BADGES
from models.rules.issuers import CREDENTIALS, method_of, moment

HERE = Path(__file__).parent / "contexts"
CONTEXTS = {CREDENTIALS: HERE / "credentials_v2.json", OPEN_BADGES: HERE / "open_badges_3.json"}
SUITE = "eddsa-rdfc-2022"

Document: TypeAlias = dict[str, Any]


class UnknownContext(Exception):
    """A document names a context that is not kept here."""


class NotInContext(Exception):
    """A document has a field that its contexts do not know, which would not be signed."""


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as it is published."""
    return multibase.written(multibase.ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def public_key(text: str) -> Ed25519PublicKey:
    """The public key that `public_text` wrote."""
    return Ed25519PublicKey.from_public_bytes(multibase.read(text).removeprefix(multibase.ED25519))


def signed(document: Mapping[str, Any], *, key: Ed25519PrivateKey, issuer: str, now: datetime) -> Document:
    """This will be the document with its proof. Some 6 ms, and 0.3 s the first time. Raises NotInContext."""
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(now),
        "verificationMethod": method_of(issuer, public_text(key.public_key())),
        "proofPurpose": "assertionMethod",
    }
    value = multibase.written(key.sign(_hashed(document, proof)))
    return {**document, "proof": {**proof, "proofValue": value}}


def verifies(document: Mapping[str, Any], *, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether the proof is right and by one of the keys, which are by the id of their verification method."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    proof = dict(document.get("proof") or {})
    value, key = proof.pop("proofValue", None), keys.get(proof.get("verificationMethod", ""))
    told = (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
    if key is None or told != ("DataIntegrityProof", SUITE, "assertionMethod"):
        return False
    try:
        key.verify(multibase.read(str(value)), _hashed(unsigned, proof))
    except (InvalidSignature, multibase.NotMultibase, NotInContext, UnknownContext):
        return False
    return True


def _hashed(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """Section 3.2.4: the hash of the proof's options, then that of the document, each as canonical RDF."""
    return _digest({"@context": document["@context"], **proof}) + _digest(document)


def _digest(document: Mapping[str, Any]) -> bytes:
    from pyld import jsonld

    def load(url: str, _options: object) -> Document:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _kept(url)}

    def dropped(field: object) -> None:
        raise NotInContext(str(field))

    expanded = jsonld.expand(document, {"documentLoader": load}, on_property_dropped=dropped)
    quads = jsonld.normalize(expanded, {"algorithm": "URDNA2015", "format": "application/n-quads"})
    return hashlib.sha256(quads.encode()).digest()


@cache
def _kept(url: str) -> Document:
    if url not in CONTEXTS:
        raise UnknownContext(url)
    held: Document = json.loads(CONTEXTS[url].read_text())
    return held
