"""Keeps searches to services that are given today, as their first days come and their last days pass."""

from collections.abc import Awaitable, Callable

import structlog

from jobs.turns import again, turn
from models.session import Connection

PAUSE = 900.0
"Seconds between looks: how long after midnight a service may still be found whose last day is over."
BATCH = 500
"Services taken in or out in one transaction."
LOCK = 0x6B6F_6E62_7661
"The advisory lock that lets one process at a time do this."


async def refresh_validity(connection: Connection) -> int:
    """This will take in and out of the search what began or ended since the last look, as role worker. How many."""
    done = 0
    while turned := await connection.fetchval("SELECT refresh_validity($1)", BATCH):
        done += turned
    return done


async def keep_validity(connect: Callable[[], Awaitable[Connection]]) -> None:
    """This will look four times an hour for as long as it runs; of several processes the first to look does it."""
    log = structlog.get_logger(log="validity")

    async def look() -> None:
        async with turn(connect, LOCK) as connection:
            if connection is not None and (turned := await refresh_validity(connection)):
                log.info("services begun or ended", services=turned)

    await again(look, pause=PAUSE, log=log, trouble="validity not looked at")
