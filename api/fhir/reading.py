"""Reads versions of the directory as resources: one, a page of those that fit, what comes along, a history."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from models.rules.vocabulary import DirectoryKind
from models.versions import VersionOperation
from partners.fhir.capacity import Room
from partners.fhir.resources import TYPES, resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import asyncpg

    from api.fhir.asked import Asked
    from models.session import Connection
    from partners.fhir.texts import Json

COUNTED = 10_000
"As far as is counted where nobody asks for more."
MOST_INCLUDED = 1_000
_COLUMNS = "v.record_id, v.version, v.kind, v.operation, v.at, v.merged_into_id, v.document, v.current"
_CURRENT = f"SELECT {_COLUMNS} FROM directory_version v WHERE v.kind = $1 AND v.record_id = $2 AND v.current"
_ONE = f"SELECT {_COLUMNS} FROM directory_version v WHERE v.kind = $1 AND v.record_id = $2 AND v.version = $3"
_STANDING = (
    f"SELECT {_COLUMNS} FROM directory_version v "
    "WHERE v.kind = $1 AND v.record_id = ANY ($2) AND v.current AND v.document IS NOT NULL ORDER BY v.record_id"
)
_ROOM = """
SELECT c.service_id, c.service_at_location_id, c.state, c.updated_at, c.unit, n.available, n.maximum
FROM capacity c LEFT JOIN capacity_count n ON n.capacity_id = c.id
WHERE c.service_id = ANY ($1) AND c.expires_at > now() ORDER BY c.service_id, c.service_at_location_id NULLS FIRST"""
_AROUND = {
    "Location:organization": "SELECT r.id FROM location r WHERE r.organization_id = ANY ($1) ORDER BY r.id LIMIT $2",
    "HealthcareService:organization": (
        "SELECT r.id FROM service r WHERE r.organization_id = ANY ($1) ORDER BY r.id LIMIT $2"
    ),
    "HealthcareService:location": (
        "SELECT DISTINCT a.service_id FROM service_at_location a WHERE a.location_id = ANY ($1) ORDER BY 1 LIMIT $2"
    ),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, as a row tells it."""

    record_id: UUID
    version: int
    kind: DirectoryKind
    operation: VersionOperation
    at: datetime
    merged_into: str | None
    document: dict[str, Any] | None
    current: bool

    @property
    def type(self) -> str:
        return TYPES[self.kind]

    @property
    def address(self) -> str:
        return f"{self.type}/{self.record_id}"

    @property
    def etag(self) -> str:
        return f'W/"{self.version}"'


def _version(row: asyncpg.Record) -> Version:
    kind, into = DirectoryKind(row["kind"]), row["merged_into_id"]
    merged_into = f"{TYPES[kind]}/{into}" if into else None
    operation = VersionOperation(row["operation"])
    told = row["document"], row["current"]
    return Version(row["record_id"], row["version"], kind, operation, row["at"], merged_into, *told)


async def current(connection: Connection, kind: DirectoryKind, record: UUID) -> Version | None:
    """This will be how a record stands now, or that it is gone; None where there is none for whoever asks."""
    row = await connection.fetchrow(_CURRENT, kind, record)
    return _version(row) if row else None


async def past(connection: Connection, kind: DirectoryKind, record: UUID, version: int) -> Version | None:
    """This will be one version of a record."""
    row = await connection.fetchrow(_ONE, kind, record, version)
    return _version(row) if row else None


async def resources(connection: Connection, versions: Sequence[Version]) -> list[Json]:
    """This will write versions that have a document as resources; one statement at most.

    A service as it stands tells the capacity of this moment; what is past tells none.
    """
    services = [each.record_id for each in versions if each.kind is DirectoryKind.SERVICE and each.current]
    rooms = await _rooms(connection, services)
    return [
        resource(
            each.kind,
            each.document,
            version=each.version,
            at=each.at,
            rooms=rooms.get(each.record_id, ()) if each.current else (),
        )
        for each in versions
        if each.document is not None
    ]


async def _rooms(connection: Connection, services: list[UUID]) -> dict[UUID, list[Room]]:
    found: defaultdict[UUID, list[Room]] = defaultdict(list)
    for row in await connection.fetch(_ROOM, services) if services else ():
        place = row["service_at_location_id"]
        numbers = row["available"], row["maximum"]
        room = Room(row["state"], row["updated_at"], str(place) if place else None, row["unit"], *numbers)
        found[row["service_id"]].append(room)
    return found


async def search(connection: Connection, asked: Asked) -> list[Version]:
    """This will be a page of what fits, by id, and one more where there is more."""
    conditions = asked.conditions
    arguments = [*conditions.arguments, conditions.kind.value, asked.after, asked.count + 1]
    kind, after, most = (f"${len(conditions.arguments) + number}" for number in (1, 2, 3))
    clauses = " AND ".join([f"v.kind = {kind}", "v.current", "v.document IS NOT NULL", *conditions.clauses])
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM directory_version v WHERE {clauses} "
        f"AND ({after}::uuid IS NULL OR v.record_id > {after}) ORDER BY v.record_id LIMIT {most}",
        *arguments,
    )
    return list(map(_version, rows))


async def total(connection: Connection, asked: Asked) -> int | None:
    """This will be how many fit; None where they are more than are counted unasked."""
    conditions, exact = asked.conditions, asked.exact_total or asked.counted_only
    kind = f"${len(conditions.arguments) + 1}"
    clauses = " AND ".join([f"v.kind = {kind}", "v.current", "v.document IS NOT NULL", *conditions.clauses])
    limit = "" if exact else f" LIMIT {COUNTED + 1}"
    counted: int = await connection.fetchval(
        f"SELECT count(*) FROM (SELECT FROM directory_version v WHERE {clauses}{limit}) AS found",
        *conditions.arguments,
        conditions.kind.value,
    )
    return counted if exact or counted <= COUNTED else None


async def along(connection: Connection, asked: Asked, found: Sequence[Version]) -> tuple[list[Version], bool]:
    """This will be what comes along with a page, and whether that is all of it."""
    wanted: defaultdict[DirectoryKind, set[UUID]] = defaultdict(set)
    for name in asked.includes:
        _pointed(name, found, wanted)
    ids, whole = [each.record_id for each in found], True
    for name in asked.reversed:
        if name in _AROUND:
            rows = await connection.fetch(_AROUND[name], ids, MOST_INCLUDED + 1)
            whole &= len(rows) <= MOST_INCLUDED
            kind = DirectoryKind.LOCATION if name.startswith("Location") else DirectoryKind.SERVICE
            wanted[kind] |= {row[0] for row in rows[:MOST_INCLUDED]}
    listed: list[Version] = []
    for kind, those in wanted.items():
        rows = await connection.fetch(_STANDING, kind.value, sorted(those - set(ids)))
        listed += map(_version, rows)
    return listed, whole


def _pointed(name: str, found: Iterable[Version], wanted: defaultdict[DirectoryKind, set[UUID]]) -> None:
    for document in (each.document or {} for each in found):
        match name:
            case "HealthcareService:location":
                wanted[DirectoryKind.LOCATION] |= {UUID(place["location"]["id"]) for place in document["places"]}
            case "HealthcareService:organization":
                wanted[DirectoryKind.ORGANIZATION].add(UUID(document["organization"]["id"]))
            case "Location:organization":
                wanted[DirectoryKind.ORGANIZATION].add(UUID(document["organizationId"]))
            case "Organization:partof" if document["parentId"]:
                wanted[DirectoryKind.ORGANIZATION].add(UUID(document["parentId"]))


Place = tuple[datetime, UUID, int]
"Where in a history an entry stands: when, of which record, which version."


async def history(
    connection: Connection,
    kind: DirectoryKind,
    *,
    record: UUID | None,
    since: datetime | None,
    before: Place | None,
    most: int,
) -> list[Version]:
    """This will be versions, newest first, and one more than `most` where there is more.

    before: where the page before ended. New versions come before the first page, so that none shifts. A capacity
    changes without a version: whoever asks what changed since is told the service again, by the time of its capacity.
    """
    of = "true" if record is None else "v.record_id = $2"
    after = "true" if before is None else "v.at <= $4 AND (v.at, v.record_id, v.version) < ($4, $5, $6)"
    changed = (
        f"SELECT {_COLUMNS} FROM directory_version v WHERE v.kind = $1 AND {of} "
        f"AND v.at >= coalesce($3::timestamptz, '-infinity') AND {after}"
    )
    listed = f"({changed} {_NEWEST})"
    if since is not None and record is None and kind is DirectoryKind.SERVICE:
        listed += f" UNION ALL (SELECT {_COLUMNS} FROM ({_LIVELY}) AS v WHERE {after} {_NEWEST})"
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM ({listed}) AS v, "
        f"(SELECT $1::text, $2::uuid, $3::timestamptz, $4::timestamptz, $5::uuid, $6::int) AS typed {_NEWEST}",
        kind.value,
        record,
        since,
        *(before or (None, None, None)),
        most + 1,
    )
    return list(map(_version, rows))


_NEWEST = "ORDER BY v.at DESC, v.record_id DESC, v.version DESC LIMIT $7"
_LIVELY = """
SELECT s.record_id, s.version, s.kind, s.operation, r.at, s.merged_into_id, s.document, s.current
FROM (SELECT c.service_id, max(c.updated_at) AS at FROM capacity c
      WHERE c.updated_at >= $3 AND c.expires_at > now() GROUP BY c.service_id) AS r
JOIN directory_version s ON s.kind = 'SERVICE' AND s.record_id = r.service_id AND s.current
WHERE s.document IS NOT NULL AND s.at < $3"""
