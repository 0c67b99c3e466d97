"""What may be forgotten, and that cursors know of it: real keys and changes, moved back in time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs.feed import place
from jobs.housekeeping import LOCK, forget_changes, forget_keys, look
from jobs.minded import minded
from models.session import Connection
from tests.actions.network import Network, standing

pytestmark = pytest.mark.anyio


@pytest.fixture
async def network(database: DatabaseURLs) -> AsyncIterator[Network]:
    async with standing(database, size=2) as ready:
        yield ready


@pytest.fixture
async def worker(database: DatabaseURLs) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.worker)
    yield connection
    await connection.close()


async def told(network: Network, worker: Connection, *ages: int) -> None:
    """A referral for each age in days, its changes made so long ago and placed in this order."""
    for days in ages:
        await network.sent()
        await network.owner.execute(
            "UPDATE change SET id = uuidv7(make_interval(days => -$1::int)) WHERE position IS NULL", days
        )
        await place(worker)


async def reach(network: Network, who: str) -> tuple[int, int, list[int]]:
    """How far a feed goes, how far it was purged, and the positions that are left."""
    key: UUID = network.organizations[who]
    (feed,) = await network.rows("SELECT last_position, purged_position FROM feed WHERE organization_id = $1", key)
    left = await network.rows("SELECT position FROM change WHERE organization_id = $1 ORDER BY 1", key)
    return feed["last_position"], feed["purged_position"], [row["position"] for row in left]


async def test_keys_are_forgotten_after_ninety_days(network: Network, worker: Connection) -> None:
    for _ in range(5):
        await network.sent()
    await network.owner.execute("UPDATE idempotency SET created_at = now() - interval '91 days'")
    await network.sent()
    await network.owner.execute(
        "UPDATE idempotency SET created_at = now() - interval '89 days' WHERE created_at > now() - interval '1 day'"
    )

    assert await forget_keys(worker, now=datetime.now(UTC), batch=2) == 5
    assert await forget_keys(worker, now=datetime.now(UTC), batch=2) == 0
    assert await network.value("SELECT count(*) FROM idempotency") == 1
    assert await network.value("SELECT count(*) FROM audit_entry") == 6


@pytest.mark.parametrize("batch", [1, 2, 1_000])
async def test_changes_are_forgotten_from_the_front_and_leave_no_gap(
    network: Network, worker: Connection, batch: int
) -> None:
    await told(network, worker, 40, 35, 31, 29, 33, 0)

    assert await forget_changes(worker, now=datetime.now(UTC), batch=batch) == 6
    for who in ("brc", "registry"):
        assert await reach(network, who) == (6, 3, [4, 5, 6])
    assert await forget_changes(worker, now=datetime.now(UTC), batch=batch) == 0


async def test_a_feed_that_is_all_past_goes_on_where_it_ended(network: Network, worker: Connection) -> None:
    await told(network, worker, 50, 40)
    assert await forget_changes(worker, now=datetime.now(UTC)) == 4
    assert await reach(network, "brc") == (2, 2, [])
    await told(network, worker, 0)
    assert await reach(network, "brc") == (3, 2, [3])


async def test_what_has_no_position_yet_is_never_forgotten(network: Network, worker: Connection) -> None:
    await told(network, worker, 40)
    await network.sent()
    await network.owner.execute("UPDATE change SET id = uuidv7('-40 days') WHERE position IS NULL")

    await forget_changes(worker, now=datetime.now(UTC))
    await place(worker)

    assert await reach(network, "brc") == (2, 1, [2])


async def test_one_process_at_a_time(database: DatabaseURLs, network: Network, worker: Connection) -> None:
    connect = partial(asyncpg.connect, database.worker)
    await network.owner.execute("SELECT pg_advisory_lock($1)", LOCK)
    assert await look(connect, now=datetime.now(UTC)) is None
    await network.owner.execute("SELECT pg_advisory_unlock($1)", LOCK)
    await network.sent()
    assert await look(connect, now=datetime.now(UTC) + timedelta(days=91)) == (1, 0)
    assert await look(connect, now=datetime.now(UTC)) == (0, 0)


async def test_a_task_that_fails_is_begun_anew() -> None:
    tries, enough = 0, asyncio.Event()

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries == 3:
            enough.set()
        raise ValueError("Mirlande, +50934101234")

    task = asyncio.create_task(minded("test", work, pause=0))
    await asyncio.wait_for(enough.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
