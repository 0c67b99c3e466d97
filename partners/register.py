"""Which partners' systems are pulled? Enters one, or corrects its entry, and lists all."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from models.partners import PartnerKind, SyncOutcome
from models.rules.identifiers import is_slug
from models.session import Connection
from partners.settings import read_settings

POLL = 900
"Seconds between readings, unless told."


class WrongName(Exception):
    """A partner's name is of small letters, digits and hyphens, such as croix-rouge."""


class NameTaken(Exception):
    """There is a partner of that name. To correct its entry, add it again with --replace."""


class WrongAddress(Exception):
    """A partner's address is a web address, or for a sheet the path of a file; without a password in it."""


class NoSuchOrganization(Exception):
    """There is no organisation of that slug."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner and how it fares."""

    name: str
    kind: PartnerKind
    address: str
    organization: str
    services: int
    quarantined: int
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str | None
    outcome: SyncOutcome | None
    "Of the last sync; None before the first."


async def add(
    connection: Connection,
    *,
    name: str,
    kind: PartnerKind,
    address: str,
    organization: str | None,
    settings: dict[str, Any],
    licence: str | None = None,
    trust: int = 50,
    poll_seconds: int | None = POLL,
    replace: bool = False,
) -> UUID:
    """This will enter a partner, and make it an organisation of its own where `organization` (a slug) names none.

    poll_seconds: how often it is read; None: when asked only, as it is where the partner sends. replace: an entry of
    that name is corrected; what is read otherwise from then on is read whole. Raises this module's exceptions and
    WrongSetting.
    """
    if not is_slug(name):
        raise WrongName(name)
    read = read_settings(settings)
    address = whole_address(kind, address)
    async with connection.transaction():
        standing = await connection.fetchrow("SELECT id, organization_id FROM partner WHERE name = $1 FOR UPDATE", name)
        if standing and not replace:
            raise NameTaken(name)
        owner: UUID | None = standing["organization_id"] if standing and organization is None else None
        slug = organization or name
        owner = owner or await connection.fetchval("SELECT id FROM organization WHERE slug = $1", slug)
        if owner is None and organization is not None:
            raise NoSuchOrganization(organization)
        if owner is None:
            owner = await connection.fetchval(
                _MAKE_ORGANIZATION, name, {read.language: name}, read.language, read.organization_kind
            )
        poll = None if kind is PartnerKind.PUSH else poll_seconds
        return await connection.fetchval(_ADD, name, owner, kind, address, settings, licence, trust, poll)  # type: ignore[no-any-return]


async def listed(connection: Connection) -> list[Listed]:
    """This will be every partner, by name."""
    rows = await connection.fetch(_LIST)
    return [
        Listed(
            row["name"],
            PartnerKind(row["kind"]),
            row["address"],
            row["slug"],
            row["services"],
            row["quarantined"],
            row["last_success_at"],
            row["last_failure_at"],
            row["last_failure"],
            SyncOutcome(row["outcome"]) if row["outcome"] else None,
        )
        for row in rows
    ]


def whole_address(kind: PartnerKind, address: str) -> str:
    """This will be the address as it is kept: a path from the root, so that a sync finds it wherever it is started."""
    if kind is PartnerKind.PUSH:
        return ""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        if not parts.hostname or parts.username is not None:
            raise WrongAddress(parts.hostname or address)
        return address
    if kind is not PartnerKind.CSV or parts.scheme or not address:
        raise WrongAddress(address)
    return str(Path(address).expanduser().resolve())


_MAKE_ORGANIZATION = """
INSERT INTO organization (slug, names, language, kind) VALUES ($1, $2, $3, $4) RETURNING id"""
_ADD = """
INSERT INTO partner AS p (name, organization_id, kind, address, settings, licence, trust, poll_seconds, next_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $8::integer IS NOT NULL THEN now() END)
ON CONFLICT (name) DO UPDATE SET organization_id = excluded.organization_id, kind = excluded.kind,
  address = excluded.address, settings = excluded.settings, licence = excluded.licence, trust = excluded.trust,
  poll_seconds = excluded.poll_seconds, next_at = excluded.next_at, failures = 0,
  cursor = CASE WHEN (p.kind, p.address, p.settings) = (excluded.kind, excluded.address, excluded.settings)
    THEN p.cursor ELSE '{}' END,
  whole_at = CASE WHEN (p.kind, p.address, p.settings) = (excluded.kind, excluded.address, excluded.settings)
    THEN p.whole_at END
RETURNING id"""
_LIST = """
SELECT p.name, p.kind, p.address, o.slug, p.last_success_at, p.last_failure_at, p.last_failure,
  (SELECT r.outcome FROM sync_run r WHERE r.partner_id = p.id ORDER BY r.started_at DESC, r.id DESC LIMIT 1) AS outcome,
  (SELECT count(*) FROM source_record r WHERE r.partner_id = p.id AND r.kind = 'SERVICE' AND r.status = 'CURRENT')
    AS services,
  (SELECT count(*) FROM source_record r WHERE r.partner_id = p.id AND r.status = 'QUARANTINED') AS quarantined
FROM partner p JOIN organization o ON o.id = p.organization_id ORDER BY p.name"""
