"""What an organisation registered of its issuer, and what the issuer says of itself (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from auth.outside import NoAnswer, UnfitAddress, check_address
from auth.published import Key, NoUsableKeys, read_published

if TYPE_CHECKING:
    from auth.outside import Outside

DISCOVERY = "/.well-known/openid-configuration"

CALLBACK = "/oauth/providers/{}/callback"
"Where an issuer sends people back to, at the address of the pages; `{}` is the id of its registration."


class UnfitMetadata(NoAnswer):
    """What the issuer says of itself cannot be used."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an issuer said of itself when it was asked last."""

    authorization_endpoint: str | None
    token_endpoint: str | None
    names_itself: bool
    "Its answers to the browser say who they come from (RFC 9207), so one that does not is not its own."
    keys: tuple[Key, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Registration:
    """An issuer that an organisation vouches by."""

    provider_id: UUID
    organization_id: UUID
    issuer: str
    client_id: str
    client_secret: bytes | None
    "Sealed; None: we sign assertions."
    sealed_by: str | None
    people: bool
    machines: bool
    known: Known | None


async def discover(outside: Outside, issuer: str) -> dict[str, Any]:
    """This will ask an issuer for its metadata and keys, in the shape that `read_known` reads.

    The metadata counts only where it names the very issuer that was asked (Discovery, section 4.3).
    Raises NoAnswer, UnfitMetadata, UnfitAddress.
    """
    metadata = await outside.get(issuer.removesuffix("/") + DISCOVERY)
    if metadata.get("issuer") != issuer:
        raise UnfitMetadata("it names another issuer")
    said = {name: metadata.get(name) for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")}
    said["names_itself"] = metadata.get("authorization_response_iss_parameter_supported") is True
    return {"metadata": said, "keys": await outside.get(_address(said, "jwks_uri", needed=True) or "")}


def read_known(stored: dict[str, Any], *, issuer: str, read_at: datetime) -> Known:
    """This will read what `discover` answered, lately or long ago. Raises UnfitMetadata."""
    metadata = stored.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("issuer") != issuer:
        raise UnfitMetadata("it is of another issuer")
    try:
        return Known(
            authorization_endpoint=_address(metadata, "authorization_endpoint"),
            token_endpoint=_address(metadata, "token_endpoint"),
            names_itself=metadata.get("names_itself") is True,
            keys=read_published(stored.get("keys")),
            read_at=read_at,
        )
    except NoUsableKeys as failure:
        raise UnfitMetadata("it publishes no usable keys") from failure


def _address(metadata: dict[str, Any], name: str, *, needed: bool = False) -> str | None:
    value = metadata.get(name)
    if value is None and not needed:
        return None
    try:
        return check_address(value if isinstance(value, str) else "")
    except UnfitAddress as failure:
        raise UnfitMetadata(f"{name} is no https address") from failure
