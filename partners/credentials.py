"""What opens a partner's system to us: checked, sealed, and read again by the one who reads that system alone.

It is sealed together with the origin it is for. An address that moves elsewhere takes it nowhere: it is given again.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import httpx2

from auth.outside import OWN_MACHINE
from auth.sealing import CannotOpen, KekUnavailable, Sealer
from models.partners import CredentialKind
from models.session import Connection
from partners.proving import Grant, Origin, Proof, Tokens, origin_of
from partners.records import Unreadable

LARGEST = 16 * 1024
"Signs of a secret, the longest token there is among them."
FIELDS: dict[CredentialKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    CredentialKind.BEARER: (("token",), ()),
    CredentialKind.BASIC: (("username", "password"), ()),
    CredentialKind.HEADER: (("header", "value"), ()),
    CredentialKind.CLIENT_CREDENTIALS: (("token_url", "client_id", "client_secret"), ("scope", "authentication")),
}
"By kind: what its JSON must name, and what it may."
NEVER_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie"})


class WrongCredential(Exception):
    """The credential is not written as it should be."""


class CredentialLost(Unreadable):
    """The partner's credential cannot be used."""


def bound_to(partner_id: UUID) -> str:
    """What a partner's credential is sealed for."""
    return f"partner:{partner_id}"


def read_credential(kind: CredentialKind, text: str) -> dict[str, str]:
    """This will be the fields of a credential, from JSON. Raises WrongCredential, which never repeats the secret."""
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    needed, allowed = FIELDS[kind]
    if not isinstance(said, dict) or not {*needed} <= {*said} <= {*needed, *allowed}:
        optional = f", and may have {', '.join(allowed)}" if allowed else ""
        raise WrongCredential(f"A credential of kind {kind} is a JSON object with {', '.join(needed)}{optional}.")
    for name, value in said.items():
        if not isinstance(value, str) or not 0 < len(value) <= LARGEST or not value.isprintable():
            raise WrongCredential(f"“{name}” must be text of 1 to {LARGEST} printable signs.")
    if kind is CredentialKind.HEADER:
        _check_header(said["header"], said["value"])
    if kind is CredentialKind.BEARER and not re.fullmatch(r"[\x21-\x7e]+", said["token"]):
        raise WrongCredential("A token has no spaces and no letters beyond ASCII (RFC 6750, 2.1).")
    if kind is CredentialKind.BASIC and ":" in said["username"]:
        raise WrongCredential("A user's name has no colon (RFC 7617, section 2).")
    if said.get("authentication", "basic") not in ("basic", "post", "query"):
        raise WrongCredential("“authentication” may be basic or post (RFC 6749, 2.3.1), or query, for OpenCRVS.")
    return said


def _check_header(name: str, value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or name.lower() in NEVER_HEADERS:
        raise WrongCredential("“header” must be the name of a header that may carry a key, such as X-API-Key.")
    if not value.isascii():
        raise WrongCredential("“value” must be ASCII: a header carries nothing else.")


def seal(
    kind: CredentialKind,
    said: dict[str, str],
    *,
    partner_id: UUID,
    address: str,
    networks: Sequence[str],
    sealer: Sealer,
) -> tuple[bytes, str]:
    """This will seal a credential for one partner's origin, and name the key that did.

    networks: those that the operator opened for this partner. Raises WrongCredential and KekUnavailable.
    """
    _check_way(address, networks)
    if kind is CredentialKind.CLIENT_CREDENTIALS:
        _check_way(said["token_url"], networks)
    kept = {"origin": list(_origin(address)), "said": said}
    return sealer.seal(json.dumps(kept).encode(), bound=bound_to(partner_id))


def _check_way(address: str, networks: Sequence[str]) -> None:
    scheme, host, _ = _origin(address)
    if scheme != "https" and not (scheme == "http" and (host in OWN_MACHINE or networks)):
        raise WrongCredential("A credential is sent over https alone; over http only where you opened the network.")


def _origin(address: str) -> Origin:
    try:
        return origin_of(address)
    except httpx2.InvalidURL:
        raise WrongCredential("A credential belongs to a web address.") from None


async def keep(connection: Connection, *, partner_id: UUID, kind: CredentialKind, sealed: tuple[bytes, str]) -> None:
    """This will put a sealed credential in the place of what the partner had; one statement."""
    await connection.execute(_KEEP, partner_id, kind, *sealed)


async def forget(connection: Connection, *, partner_id: UUID) -> None:
    """This will leave a partner without a credential; one statement."""
    await connection.execute(_KEEP, partner_id, None, None, None)


def opened(
    kind: CredentialKind,
    sealed: bytes,
    *,
    sealed_by: str | None,
    partner_id: UUID,
    address: str,
    sealer: Sealer,
    tokens: Tokens,
) -> Proof:
    """This will be what a partner's server is shown. Raises CredentialLost where it cannot be opened, or has moved."""
    try:
        kept = json.loads(sealer.open(sealed, sealed_by=sealed_by, bound=bound_to(partner_id)))
    except (CannotOpen, KekUnavailable) as failure:
        raise CredentialLost("The partner's credential does not open; see docs/keys.md, or give it again.") from failure
    origin = tuple(kept["origin"])
    if origin != origin_of(address):
        raise CredentialLost(
            "The partner's address has moved to another server since its credential was given. Give it again: "
            "konbit partners credential"
        )
    return _MADE[kind](kept["said"], origin_of(address), tokens, hashlib.sha256(sealed).hexdigest())


def proof(kind: CredentialKind, said: dict[str, str], address: str) -> Proof:
    """This will be what a server is shown by a credential that is not kept. Raises WrongCredential."""
    return _MADE[kind](said, _origin(address), Tokens(), "")


def _headers(headers: Callable[[dict[str, str]], dict[str, str]]) -> Callable[..., Proof]:
    return lambda said, origin, tokens, key: Proof(origin, headers(said), None, tokens, key)


def _basic(said: dict[str, str]) -> dict[str, str]:
    pair = f"{said['username']}:{said['password']}".encode()
    return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _granted(said: dict[str, str], origin: Origin, tokens: Tokens, key: str) -> Proof:
    shown = said.get("authentication", "basic")
    grant = Grant(said["token_url"], said["client_id"], said["client_secret"], said.get("scope"), shown)
    return Proof(origin, {}, grant, tokens, key)


_MADE: dict[CredentialKind, Callable[..., Proof]] = {
    CredentialKind.BEARER: _headers(lambda said: {"authorization": f"Bearer {said['token']}"}),
    CredentialKind.BASIC: _headers(_basic),
    CredentialKind.HEADER: _headers(lambda said: {said["header"]: said["value"]}),
    CredentialKind.CLIENT_CREDENTIALS: _granted,
}
_KEEP = "UPDATE partner SET credential_kind = $2, credential = $3, sealed_by = $4 WHERE id = $1"
