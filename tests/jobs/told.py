"""What the directory told whom: versions as somebody of role app reads them, after the writer wrote what was noted."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from jobs.versions import drain
from tests.auth.searching import NOW, Searcher, World


@dataclass(frozen=True, slots=True)
class Told:
    """One version, as somebody reads it."""

    kind: str
    record_id: UUID
    operation: str
    position: int | None
    document: dict[str, Any] | None
    merged_into_id: UUID | None
    visibility: str


async def add(worker: asyncpg.Connection, table: str, **columns: Any) -> None:
    """A row, as the worker writes it."""
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    await worker.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", *columns.values())


async def written(world: World, *, now: datetime = NOW) -> int:
    """How many versions the writer writes of what was noted."""
    return await drain(world.directory.worker, now=now)


async def told(who: Searcher, record: UUID | None = None) -> list[Told]:
    """All that somebody is told, of one record or of all, in the order of versions."""
    rows = await who.read(
        "SELECT * FROM directory_version WHERE $1::uuid IS NULL OR record_id = $1 ORDER BY record_id, version", record
    )
    return [
        Told(
            row["kind"],
            row["record_id"],
            row["operation"],
            row["position"],
            None if row["document"] is None else json.loads(row["document"]),
            row["merged_into_id"],
            row["visibility"],
        )
        for row in rows
    ]


async def operations(who: Searcher, record: UUID) -> list[str]:
    return [version.operation for version in await told(who, record)]


async def positions(connection: asyncpg.Connection) -> list[int]:
    rows = await connection.fetch("SELECT position FROM directory_version WHERE position IS NOT NULL ORDER BY position")
    return [row["position"] for row in rows]
