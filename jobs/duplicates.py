"""Looks once a night for services of different sources that may be one; of several processes one does."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from jobs.turns import again, turn
from models.session import Connection
from partners.duplicates import LOCK, find_duplicates

PAUSE = 3600.0
"Seconds between looks at the clock."
HOUR = 7
"UTC: the middle of the night in Haiti."


async def keep_comparing(connect: Callable[[], Awaitable[Connection]], *, clock: Callable[[], datetime]) -> None:
    """This will look every night for as long as it runs."""
    log = structlog.get_logger(log="duplicates")
    await again(lambda: look(connect, now=clock()), pause=PAUSE, log=log, trouble="duplicates not looked for")


async def look(connect: Callable[[], Awaitable[Connection]], *, now: datetime) -> bool:
    """This will look for duplicates where it is the hour for it, and nobody else does; whether it did."""
    if now.hour != HOUR:
        return False
    async with turn(connect, LOCK) as connection:
        if connection is None:
            return False
        found = await find_duplicates(connection, now=now)
        structlog.get_logger(log="duplicates").info("duplicates", proposed=found.proposed, new=found.new)
    return True
