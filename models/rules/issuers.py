"""Where certificates are checked and who signs them: the addresses and the DID document of the issuer.

Sources: W3C Controlled Identifiers 1.0 (Multikey), DID Core 1.0, the did:web method, Bitstring Status List 1.0.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from models.rules.status_list import encoded

DID = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
DOCUMENT_PATH = "/.well-known/did.json"
STATUS_TTL = 300_000
"""Milliseconds that a verifier may keep a status list."""

Document = dict[str, Any]


def did_of(issuer: str) -> str:
    """This will be the `did:web` of the address that the program answers at; a port is escaped."""
    return f"did:web:{quote(urlsplit(issuer).netloc, safe='')}"


def address_of(issuer: str, certificate: UUID) -> str:
    """Where anyone may check a certificate."""
    return f"{issuer}/certificates/{certificate}"


def status_address(issuer: str, status_list: int) -> str:
    """Where a status list is."""
    return f"{issuer}/certificates/status/{status_list}"


def method_of(issuer: str, key: str) -> str:
    """The id of a public key, which is in multibase."""
    return f"{did_of(issuer)}#{key}"


def did_document(*, issuer: str, keys: Mapping[str, datetime | None]) -> Document:
    """This will say which keys sign for the issuer. `keys`: public keys in multibase, and when each was withdrawn.

    A key that was withdrawn is still named, as such, and nothing that it signed counts any more.
    """
    did = did_of(issuer)
    methods = []
    for key, withdrawn_at in keys.items():
        method = {"id": method_of(issuer, key), "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        methods.append(method if withdrawn_at is None else method | {"revoked": moment(withdrawn_at)})
    return {
        "@context": [DID, MULTIKEY],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method_of(issuer, key) for key, withdrawn_at in keys.items() if withdrawn_at is None],
    }


def status_credential(*, issuer: str, status_list: int, revoked: Sequence[int], as_of: datetime) -> Document:
    """This will be the list that says which certificates are revoked, before it is signed. `revoked`: positions."""
    address = status_address(issuer, status_list)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(issuer),
        "validFrom": moment(as_of),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "ttl": STATUS_TTL,
            "encodedList": encoded(revoked),
        },
    }


def moment(at: datetime) -> str:
    """An instant as credentials write it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
