"""What the process beside the program does: reads the partners that are due, takes in what was sent, and leaves.

Several may run, of several programs on one database: each takes what no other has taken (FOR UPDATE SKIP LOCKED), and
a partner is read by the one that holds its lock.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog

from models.partners import SyncOccasion
from models.session import Connection
from partners import due, schedule
from partners.sync import Means, NoSuchPartner, connected, sync
from partners.trying import try_partner

AT_ONCE = 4
"Partners read at once: most of the time is spent waiting for their servers."
PAUSE = 0.5
"Seconds between looks."
IDLE = 60.0
"Seconds of nothing to do after which the process leaves."
LEASE = 120.0
"Seconds after which a partner is read again whose reader was killed; more, where it failed before."
Job = Coroutine[Any, Any, object]


async def work(
    url: str,
    *,
    means: Means,
    clock: Callable[[], datetime],
    at_once: int = AT_ONCE,
    idle: float = IDLE,
) -> None:
    """This will do what is due, some partners at once, until nothing has been due for `idle` seconds.

    Raises what asyncpg raises where the database cannot be reached; what was under way is then ended.
    """
    running: set[asyncio.Task[object]] = set()
    rested = monotonic()
    try:
        async with connected(url) as connection:
            while running or monotonic() - rested < idle:
                while len(running) < at_once and (job := await claim(connection, url, means=means, now=clock())):
                    running.add(asyncio.create_task(_minded(job)))
                if not running:
                    await asyncio.sleep(PAUSE)
                    continue
                _, running = await asyncio.wait(running, timeout=PAUSE, return_when=asyncio.FIRST_COMPLETED)
                rested = monotonic()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def claim(connection: Connection, url: str, *, means: Means, now: datetime) -> Job | None:
    """This will take what is to be done next, if anything is: what people wait for, what was sent, what is due."""
    if asked := await connection.fetchrow(due.ASKED, now):
        if asked["dry_run"]:
            return try_partner(url, asked["name"], now=now, asked=asked["id"], means=means)
        return sync(
            url,
            asked["name"],
            now=now,
            occasion=SyncOccasion(asked["occasion"]),
            whole=asked["whole"],
            asked=asked["id"],
            means=means,
        )
    if sent := await connection.fetchval(due.SENT):
        from partners.push.taking import take_in

        job: Job = take_in(url, sent, now=now)
        return job
    async with connection.transaction():
        partner = await connection.fetchrow(due.DUE, now)
        if partner is None:
            return None
        lease = max(LEASE, schedule.wait(partner["failures"] + 1, partner["poll_seconds"] or int(schedule.RARELY)))
        await connection.execute(due.LEASE, partner["id"], now + timedelta(seconds=lease))
    return sync(url, partner["name"], now=now, occasion=SyncOccasion.SCHEDULE, whole=False, means=means)


async def _minded(job: Job) -> object:
    """What one job did not expect ends it alone: its row says so, and so does the log."""
    try:
        return await job
    except NoSuchPartner:
        return None
    except Exception as failure:  # noqa: BLE001 - the other partners are read on
        log = structlog.get_logger(log="partners")
        log.error("reading failed", raised=type(failure).__name__, where=_place(failure))
        return None


def _place(failure: BaseException) -> str:
    """The line that raised it: its message may repeat what a partner sent."""
    trace = failure.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
