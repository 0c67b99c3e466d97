"""The writer of versions: what changed in the directory becomes its record's next version, in the order of commits.

Whatever changes a record leaves a note (auth/policies/keeper/notes.sql). One process at a time, by an advisory lock,
takes notes in batches, has the documents made as they now stand, and keeps those that read otherwise than before, under
the next positions of the one feed. Several changes of a moment become one version.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic
from uuid import UUID

import structlog

from jobs import turns
from jobs.feed import CHANNEL
from models.rules.vocabulary import DirectoryKind
from models.session import Connection
from models.versions import WRITING

LEADER = 0x6B6F_6E62_7665
"The advisory lock that the leader holds."
PAUSE = 0.2
"Seconds between looks: how far the feed is behind a change at most, while there is little to do."
RETRY = 1.0
"Seconds between attempts to become the leader, or to reach the database again."
NOTES = 4_000
"Notes taken at once. A new service leaves one with each of its parts, so that these are some hundred records."
REST = 1.0
"How many times as long as a batch took is left to whoever asks, before the next."
RUNG = '["directory"]'
"Whom the bell is rung for: all who follow the directory."
BEGIN_WRITING = "SELECT pg_try_advisory_xact_lock($1)"
TAKE = """
WITH taken AS (
  DELETE FROM directory_note n USING (SELECT id FROM directory_note ORDER BY id LIMIT $1) AS oldest
  WHERE n.id = oldest.id RETURNING n.id, n.kind, n.record_id)
SELECT kind, record_id FROM taken GROUP BY kind, record_id ORDER BY min(id)"""
WRITE = "SELECT write_versions($1, $2, $3)"
IN_ORDER = (DirectoryKind.ORGANIZATION, DirectoryKind.LOCATION, DirectoryKind.SERVICE)
"Of what changed in one batch, that is told first which the rest refers to."


class Waits(Exception):
    """Somebody is just hiding a part of the directory: versions are written once that is done."""


async def drain(connection: Connection, *, now: datetime) -> int:
    """This will write versions until no notes are left, as role worker: how many. Also while a leader does the same."""
    written = 0
    while True:
        try:
            notes, versions = await take(connection, now=now)
        except Waits:
            await asyncio.sleep(PAUSE)
            continue
        if not notes:
            return written
        written += versions


async def take(connection: Connection, *, now: datetime, most: int = NOTES) -> tuple[int, int]:
    """This will take up to `most` notes and write what they ask for, in one transaction: how many notes, and versions.

    Raises Waits, where a transaction that hides something has not ended yet.
    """
    async with connection.transaction():
        if not await connection.fetchval(BEGIN_WRITING, WRITING):
            raise Waits
        noted: defaultdict[str, list[UUID]] = defaultdict(list)
        for row in await connection.fetch(TAKE, most):
            noted[row["kind"]].append(row["record_id"])
        written = 0
        for kind in IN_ORDER:
            if noted[kind]:
                written += await connection.fetchval(WRITE, kind, noted[kind], now)
        if written:
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, RUNG)
    return sum(map(len, noted.values())), written


async def keep_versions(connect: Callable[[], Awaitable[Connection]], *, clock: Callable[[], datetime]) -> None:
    """This will write versions for as long as it runs, whenever this process is the leader. Ends by cancellation."""

    async def look(connection: Connection) -> float:
        return await _look(connection, now=clock())

    log = structlog.get_logger(log="versions")
    await turns.leading(connect, LEADER, look, retry=RETRY, log=log, trouble="versions interrupted")


async def _look(connection: Connection, *, now: datetime) -> float:
    """Takes a batch; how many seconds to rest."""
    began = monotonic()
    try:
        notes, _ = await take(connection, now=now)
    except Waits:
        return PAUSE
    return REST * (monotonic() - began) if notes else PAUSE
