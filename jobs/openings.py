"""Keeps the openings of places written out seven to nine weeks ahead, as the days pass."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic

import structlog

from actions.openings import HORIZON, expand_openings
from jobs.turns import again, turn
from models.session import Connection

PAUSE = 6 * 3600.0
"Seconds between looks."
BATCH = 25
"Places written out at once: a few hundredths of a second, in which nobody else is answered."
REST = 4.0
"How many times as long as a batch took is left to whoever asks, before the next."
ENOUGH = HORIZON - timedelta(days=7)
"How far ahead the last opening of a place may lie for it to be left alone: most have one every week."
LOCK = 0x6B6F_6E62_6F70
"The advisory lock that lets one process at a time do this."
NEXT = """
SELECT a.id FROM service_at_location a
WHERE a.id > $1 AND (EXISTS (SELECT FROM schedule s WHERE s.service_at_location_id = a.id)
  OR EXISTS (SELECT FROM schedule_exception e WHERE e.service_at_location_id = a.id)
  OR EXISTS (SELECT FROM opening o WHERE o.service_at_location_id = a.id))
  AND NOT EXISTS (SELECT FROM opening o WHERE o.service_at_location_id = a.id AND o.closes_at > $3)
ORDER BY a.id LIMIT $2"""
FIRST = "00000000-0000-0000-0000-000000000000"


async def extend_openings(connection: Connection, *, now: datetime) -> int:
    """This will write out anew the hours of places that end too soon, in batches, as role worker. How many there were.

    It is in no hurry: what it computes holds up the requests of the same process.
    """
    after, done = FIRST, 0
    while places := [row["id"] for row in await connection.fetch(NEXT, after, BATCH, now + ENOUGH)]:
        began = monotonic()
        await expand_openings(connection, places, now=now)
        after, done = places[-1], done + len(places)
        await asyncio.sleep(REST * (monotonic() - began))
    return done


async def keep_openings(connect: Callable[[], Awaitable[Connection]], *, clock: Callable[[], datetime]) -> None:
    """This will look four times a day for as long as it runs; of several processes the first to look does the work."""
    log = structlog.get_logger(log="openings")

    async def look() -> None:
        async with turn(connect, LOCK) as connection:
            if connection is not None:
                log.info("openings extended", places=await extend_openings(connection, now=clock()))

    await again(look, pause=PAUSE, log=log, trouble="openings not extended")
