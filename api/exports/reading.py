"""Reads the directory for a file, page by page, as whoever asks: row policies decide what is in it.

What only its own organisation sees is in no file, for the organisation neither: files go from hand to hand. All pages
are of one moment (REPEATABLE READ), so that a snapshot and the position it names belong together.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from models.rules.vocabulary import DirectoryKind
from models.session import beginning
from partners.sheets.export import Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.exports.asked import Asked
    from auth.actor import Actor
    from models.session import Connection, Database
    from partners.documents import ServiceDocument

PAGE = 500
"Documents that are held at once."
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the directory tells it now; its document as JSON, None where it is gone."""

    kind: str
    id: UUID
    version: int
    document: str | None
    merged_into: UUID | None = None


@asynccontextmanager
async def reading(database: Database, actor: Actor) -> AsyncIterator[Connection]:
    """A transaction that sees one moment of the directory, as someone."""
    begin = f"{beginning(actor.claims(), writes=False)}; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
    async with database.transaction(begin) as connection:
        yield connection


async def services(connection: Connection, asked: Asked) -> AsyncIterator[list[tuple[ServiceDocument, Any]]]:
    """This will be pages of services, by id, with what is known of their room. Two statements for a page."""
    async for page in _pages(connection, DirectoryKind.SERVICE, asked):
        room = await _room(connection, [record.id for record in page])
        yield [(orjson.loads(record.document or "{}"), room[record.id]) for record in page]


async def records(connection: Connection, asked: Asked) -> AsyncIterator[list[Record]]:
    """This will be pages of all that stands, by kind and id; of a narrowed question, of services alone."""
    kinds = [DirectoryKind.SERVICE] if asked.narrowed else list(DirectoryKind)
    for kind in sorted(kinds):
        async for page in _pages(connection, kind, asked):
            yield page


async def changes(connection: Connection, asked: Asked, *, until: int) -> AsyncIterator[list[Record]]:
    """This will be pages of what changed after `asked.since`, as it stands now, by kind and id.

    What is no longer in what was asked for is told as gone.
    """
    kinds = [DirectoryKind.SERVICE] if asked.narrowed else list(DirectoryKind)
    for kind in sorted(kinds):
        after = FIRST
        while True:
            rows = await connection.fetch(_CHANGES, kind, after, PAGE, asked.since, until, *_narrowing(asked))
            if rows:
                yield [_record(row) for row in rows]
            if len(rows) < PAGE:
                break
            after = rows[-1]["record_id"]


async def position(connection: Connection) -> int:
    """This will be how far the feed of the directory reaches."""
    return int(await connection.fetchval("SELECT last_position FROM directory_feed") or 0)


async def _pages(connection: Connection, kind: DirectoryKind, asked: Asked) -> AsyncIterator[list[Record]]:
    after = FIRST
    while True:
        rows = await connection.fetch(_CURRENT, kind, after, PAGE, *_narrowing(asked))
        if rows:
            yield [_record(row) for row in rows]
        if len(rows) < PAGE:
            return
        after = rows[-1]["record_id"]


def _record(row: Any) -> Record:
    return Record(row["kind"], row["record_id"], row["version"], row["document"], row["merged_into_id"])


def _narrowing(asked: Asked) -> tuple[Any, ...]:
    given_in = [{"location": {"areas": [{"pcode": asked.pcode}]}}]
    return asked.category, orjson.dumps(given_in).decode() if asked.pcode else None, asked.spoken


async def _room(connection: Connection, ids: list[UUID]) -> dict[UUID, dict[str | None, Room]]:
    found: dict[UUID, dict[str | None, Room]] = defaultdict(dict)
    for row in await connection.fetch(_ROOM, ids):
        place = row["service_at_location_id"]
        found[row["service_id"]][str(place) if place else None] = Room(
            row["state"], row["updated_at"], row["available"], row["maximum"], row["unit"]
        )
    return found


_OPEN = "v.visibility IN ('PUBLIC', 'NETWORK')"
_ASKED = """($1 <> 'SERVICE' OR (($4::text IS NULL OR v.document ->> 'category' = $4)
  AND ($5::jsonb IS NULL OR v.document -> 'places' @> $5) AND ($6::text IS NULL OR v.document -> 'languages' ? $6)))"""
_CURRENT = f"""
SELECT v.kind, v.record_id, v.version, v.document::text AS document, v.merged_into_id FROM directory_version v
WHERE v.kind = $1 AND v.current AND v.record_id > $2 AND v.document IS NOT NULL AND {_OPEN} AND {_ASKED}
ORDER BY v.record_id LIMIT $3"""
_CHANGES = f"""
SELECT v.kind, v.record_id, v.version, v.merged_into_id,
  CASE WHEN {_ASKED.replace("$6", "$8").replace("$5", "$7").replace("$4", "$6")} THEN v.document::text END AS document
FROM (
  SELECT DISTINCT ON (c.record_id) c.* FROM directory_version c
  WHERE c.kind = $1 AND c.record_id > $2 AND c.position > $4 AND c.position <= $5
    AND c.visibility IN ('PUBLIC', 'NETWORK')
  ORDER BY c.record_id, c.position DESC LIMIT $3
) AS v ORDER BY v.record_id"""
_ROOM = """
SELECT c.service_id, c.service_at_location_id, c.state, c.updated_at, c.unit, n.available, n.maximum
FROM capacity c LEFT JOIN capacity_count n ON n.capacity_id = c.id AND n.visibility IN ('PUBLIC', 'NETWORK')
WHERE c.service_id = ANY($1::uuid[]) AND c.expires_at > now() AND c.visibility IN ('PUBLIC', 'NETWORK')"""
