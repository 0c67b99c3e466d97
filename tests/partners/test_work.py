"""What is due is read once, by whoever comes first, some at once; the process leaves when nothing is due."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from models.partners import PartnerKind
from partners import runs
from partners.due import ANYTHING
from partners.sync import Means, connected
from partners.work import work
from tests.partners.conftest import QUICK, Directory
from tests.partners.servers import HsdsServer, answer

Serve = Callable[[Any], str]
MEANS = Means(QUICK)
RUNS = "SELECT p.name, r.outcome, r.occasion, r.whole FROM sync_run r JOIN partner p ON p.id = r.partner_id ORDER BY 1"


def clock() -> datetime:
    return datetime.now(UTC)


async def worked(directory: Directory, *, idle: float = 0.2) -> None:
    async with asyncio.timeout(60):
        await work(directory.worker, means=MEANS, clock=clock, idle=idle)


async def holds(what: Callable[[], Awaitable[object]]) -> None:
    """Waits until it does; half a minute at most."""
    for _ in range(600):
        if await what():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never did")


async def due(directory: Directory) -> bool:
    return bool(await directory.connection.fetchval(ANYTHING, clock()))


async def test_what_is_due_is_read_and_nothing_else(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    address = serve(border)
    for name in ("due", "paused", "later", "asked-only", "sends"):
        await directory.enter(name, address, PartnerKind.PUSH if name == "sends" else PartnerKind.HSDS)
    await directory.connection.execute("UPDATE partner SET paused_at = now() WHERE name = 'paused'")
    await directory.connection.execute("UPDATE partner SET next_at = now() + interval '1 hour' WHERE name = 'later'")
    await directory.connection.execute(
        "UPDATE partner SET poll_seconds = NULL, next_at = NULL WHERE name = 'asked-only'"
    )
    assert await due(directory)

    await worked(directory)

    assert await directory.rows(RUNS) == [{"name": "due", "outcome": "COMPLETE", "occasion": "SCHEDULE", "whole": True}]
    assert not await due(directory)
    next_at = (await directory.one("SELECT next_at FROM partner WHERE name = 'due'"))["next_at"]
    assert timedelta(minutes=13) < next_at - clock() <= timedelta(minutes=15)


async def test_all_of_it_is_read_once_a_day(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await directory.enter("border", serve(border))
    soon = "UPDATE partner SET next_at = now()"
    await worked(directory)
    await directory.connection.execute(soon)
    await worked(directory)
    await directory.connection.execute(f"{soon}, whole_at = whole_at - interval '24 hours'")
    await worked(directory)

    assert [row["whole"] for row in await directory.rows("SELECT whole FROM sync_run ORDER BY id")] == [
        True,
        False,
        True,
    ]


async def test_two_processes_share_what_is_due(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    address = serve(border)
    names = [f"p{number}" for number in range(6)]
    for name in names:
        await directory.enter(name, address)

    await asyncio.gather(worked(directory), worked(directory))

    assert [row["name"] for row in await directory.rows(RUNS)] == names, "each is read once"
    assert {row["outcome"] for row in await directory.rows(RUNS)} == {"COMPLETE"}


async def test_a_slow_partner_keeps_no_other_waiting(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    def slow(request: Request) -> Response | None:
        time.sleep(1.5)
        return answer({}, 503)

    await directory.enter("a-slow-one", serve(HsdsServer(before=slow)))
    await directory.enter("border", serve(border))
    working = asyncio.create_task(worked(directory))

    async def outcome(name: str) -> Any:
        query = "SELECT outcome FROM sync_run r JOIN partner p ON p.id = r.partner_id WHERE name = $1"
        return await directory.connection.fetchval(query, name)

    async def read() -> bool:
        return bool(await outcome("border") == "COMPLETE")

    await holds(read)
    assert await outcome("a-slow-one") == "RUNNING"
    await working
    assert await outcome("a-slow-one") == "FAILED"


async def test_what_is_under_way_is_ended_with_the_process_and_read_again(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    def slow(request: Request) -> Response | None:
        time.sleep(0.3)
        return None

    border.before = slow
    await directory.enter("border", serve(border))
    working = asyncio.create_task(worked(directory))
    await holds(lambda: directory.rows("SELECT FROM sync_run"))

    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    run = await directory.one("SELECT outcome, finished_at IS NOT NULL AS ended, errors FROM sync_run")
    assert run == {
        "outcome": "FAILED",
        "ended": True,
        "errors": {"failures": ["The program that read it was ended. It is read again."]},
    }
    partner = await directory.one("SELECT failures, next_at FROM partner")
    assert partner["failures"] == 0
    assert partner["next_at"] < clock() + timedelta(seconds=5)


async def test_a_reader_that_was_killed_counts_as_a_failure_and_what_waited_is_done(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await directory.enter("border", serve(border))
    partner_id = (await directory.one("SELECT id FROM partner"))["id"]
    cut = "INSERT INTO sync_run (partner_id, started_at) VALUES ($1, now())"
    await directory.connection.execute(cut, partner_id)

    async with connected(directory.worker) as connection:
        assert await runs.recover(connection, now=clock()) == 1
        assert await runs.recover(connection, now=clock()) == 0

    run = await directory.one("SELECT outcome, errors FROM sync_run")
    assert run["outcome"] == "FAILED"
    assert run["errors"]["failures"][0].startswith("It broke off: the program that read it was ended")
    assert (await directory.one("SELECT failures FROM partner"))["failures"] == 1
    await worked(directory)
    assert (await directory.one("SELECT failures FROM partner"))["failures"] == 0


async def test_a_reading_that_lives_is_not_taken_for_broken(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await directory.enter("border", serve(border))
    partner_id = (await directory.one("SELECT id FROM partner"))["id"]
    await directory.connection.execute("INSERT INTO sync_run (partner_id, started_at) VALUES ($1, now())", partner_id)
    reader = await asyncpg.connect(directory.worker)
    try:
        await reader.execute(f"SELECT pg_advisory_lock(hashtextextended('partner {partner_id}', 0))")
        async with connected(directory.worker) as connection:
            assert await runs.recover(connection, now=clock()) == 0
    finally:
        await reader.close()

    assert (await directory.one("SELECT outcome FROM sync_run"))["outcome"] == "RUNNING"


async def test_what_a_person_asked_for_is_done_also_while_it_is_paused(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await directory.enter("border", serve(border))
    partner_id = (await directory.one("SELECT id FROM partner"))["id"]
    await directory.connection.execute("UPDATE partner SET paused_at = now()")
    ask = (
        "INSERT INTO sync_run (partner_id, started_at, outcome, occasion, whole, dry_run) "
        "VALUES ($1, now(), 'WAITING', 'MANUAL', $2, $3)"
    )
    await directory.connection.execute(ask, partner_id, True, True)
    await worked(directory)

    tried = await directory.one("SELECT outcome, counts ->> 'new' AS new, errors -> 'changes' AS changes FROM sync_run")
    assert (tried["outcome"], tried["new"], tried["changes"]["what"]) == ("TRIED", "9", "HSDS 3.1")
    assert await directory.rows("SELECT FROM service") == []

    await directory.connection.execute(ask, partner_id, True, False)
    await worked(directory)

    assert len(await directory.rows("SELECT FROM service")) == 6
    assert [row["outcome"] for row in await directory.rows("SELECT outcome FROM sync_run ORDER BY id")] == [
        "TRIED",
        "COMPLETE",
    ]
