"""The hours of every place are written out anew as the days pass, by one process at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs import openings
from jobs.openings import BATCH, extend_openings, keep_openings
from tests.auth.searching import BELLADERE, new_world

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
PLACES = """
WITH placed AS (
  INSERT INTO location (organization_id, kind, latitude, longitude)
  SELECT $1, 'OFFICE', $3, $4 FROM generate_series(1, $5::integer) RETURNING id
), given AS (
  INSERT INTO service_at_location (service_id, location_id, organization_id, source)
  SELECT $2, id, $1, 'test' FROM placed RETURNING id
)
INSERT INTO schedule (service_at_location_id, organization_id, weekdays, opens, closes)
SELECT id, $1, '{MO}', $6, $7 FROM given
"""


@pytest.fixture
async def connect(database: DatabaseURLs) -> Callable[[], Awaitable[asyncpg.Connection]]:
    """A directory of a few more places than are written out at once, each open on Mondays."""
    async with new_world(database) as world:
        service = await world.service("Bureau")
        hours = time(8), time(16)
        await world.directory.worker.execute(PLACES, world.owner, service, *BELLADERE, BATCH + 3, *hours)

    async def connected() -> asyncpg.Connection:
        return await asyncpg.connect(database.worker)

    return connected


async def test_every_place_is_written_out_and_again(connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
    worker = await connect()
    latest = "SELECT count(DISTINCT service_at_location_id), max(closes_at), count(*) FROM opening"

    assert await extend_openings(worker, now=NOW) == BATCH + 3
    places, last, mondays = await worker.fetchrow(latest)
    assert (places, mondays) == (BATCH + 3, 9 * (BATCH + 3))
    assert last == datetime(2027, 1, 18, 21, tzinfo=UTC)

    assert await extend_openings(worker, now=NOW) == 0, "what is written far enough ahead is left alone"

    assert await extend_openings(worker, now=NOW + timedelta(days=7)) == BATCH + 3
    places, last, mondays = await worker.fetchrow(latest)
    assert (places, mondays) == (BATCH + 3, 9 * (BATCH + 3))
    assert last == datetime(2027, 1, 25, 21, tzinfo=UTC)

    await worker.execute("DELETE FROM schedule")
    await extend_openings(worker, now=NOW + timedelta(days=14))
    assert await worker.fetchval("SELECT count(*) FROM opening") == 0
    await worker.close()


async def test_whoever_comes_second_leaves_it_to_the_first(
    connect: Callable[[], Awaitable[asyncpg.Connection]],
) -> None:
    first = await connect()
    await first.execute("SELECT pg_advisory_lock($1)", openings.LOCK)
    second = asyncio.create_task(keep_openings(connect, clock=lambda: NOW))
    await asyncio.sleep(0.5)
    assert await first.fetchval("SELECT count(*) FROM opening") == 0
    second.cancel()
    await first.execute("SELECT pg_advisory_unlock($1)", openings.LOCK)

    alone = asyncio.create_task(keep_openings(connect, clock=lambda: NOW))
    while not await first.fetchval("SELECT count(*) = 9 * $1 FROM opening", BATCH + 3):
        assert not alone.done()
        await asyncio.sleep(0.05)
    alone.cancel()
    await first.close()
