"""Forgets what need not be remembered any longer: spent keys and old changes, in small batches while others work."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from jobs.turns import again, turn
from models.session import Connection

PAUSE = 3600.0
"Seconds between looks."
KEYS_LAST = timedelta(days=90)
CHANGES_LAST = timedelta(days=30)
BATCH = 1_000
"Rows forgotten in one transaction."
LOCK = 0x6B6F_6E62_686B
"The advisory lock that lets one process at a time do this."
FORGET_KEYS = """
DELETE FROM idempotency WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2))
RETURNING true"""
FEEDS = "SELECT organization_id FROM feed WHERE purged_position < last_position ORDER BY organization_id"
FORGET_CHANGES = """
WITH oldest AS (
  SELECT position, uuid_extract_timestamp(id) < $2 AS spent FROM change
  WHERE organization_id = $1 AND position IS NOT NULL ORDER BY position LIMIT $3
), reach AS (
  SELECT coalesce(min(position) FILTER (WHERE NOT spent) - 1, max(position)) AS position
  FROM oldest HAVING bool_or(spent)
), moved AS (
  UPDATE feed f SET purged_position = r.position FROM reach r
  WHERE f.organization_id = $1 AND f.purged_position < r.position RETURNING r.position
)
DELETE FROM change c USING moved m WHERE c.organization_id = $1 AND c.position <= m.position RETURNING true"""
"""From the front, up to the first change that is still good: positions have no gaps, so a cursor is whole or expired.
A change's age is that of its row, not of the step it tells: what was recorded late is told as long as any other."""


async def forget_keys(connection: Connection, *, now: datetime, batch: int = BATCH) -> int:
    """This will forget keys spent more than 90 days ago, as role worker. How many."""
    done = 0
    while gone := len(await connection.fetch(FORGET_KEYS, now - KEYS_LAST, batch)):
        done += gone
    return done


async def forget_changes(connection: Connection, *, now: datetime, batch: int = BATCH) -> int:
    """This will forget changes told more than 30 days ago; cursors before them have then expired. How many."""
    done = 0
    for row in await connection.fetch(FEEDS):
        while gone := len(await connection.fetch(FORGET_CHANGES, row["organization_id"], now - CHANGES_LAST, batch)):
            done += gone
    return done


async def keep_house(connect: Callable[[], Awaitable[Connection]], *, clock: Callable[[], datetime]) -> None:
    """This will look every hour for as long as it runs; of several processes the first to look does the work."""
    log = structlog.get_logger(log="housekeeping")
    await again(lambda: look(connect, now=clock()), pause=PAUSE, log=log, trouble="house not kept")


async def look(connect: Callable[[], Awaitable[Connection]], *, now: datetime) -> tuple[int, int] | None:
    """This will forget what is due now: how many keys and changes; None where another process is at it."""
    async with turn(connect, LOCK) as connection:
        if connection is None:
            return None
        forgotten = await forget_keys(connection, now=now), await forget_changes(connection, now=now)
    if any(forgotten):
        structlog.get_logger(log="housekeeping").info("forgotten", keys=forgotten[0], changes=forgotten[1])
    return forgotten
