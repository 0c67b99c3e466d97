"""Keeps figures coming: enters what the program declares, and makes a draft of each period once it has closed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from jobs.indicators.build import build
from jobs.indicators.counting import STATEMENTS, ZONE
from jobs.indicators.enter import enter
from jobs.turns import turn
from models.rules.indicators import Period, closed_months, closed_quarters
from models.rules.suppression import BadCube, NotProtected
from models.session import TROUBLE, Connection

FIRST_PAUSE, PAUSE = 120.0, 3600.0
"Seconds before the first look, while the program starts, and between looks."
SETTLES = timedelta(days=5)
"How long after its end a period is left alone: what happened offline still comes in (design: training, point 5)."
LOCK = 0x6B6F_6E62_7265
"The advisory lock that lets one process at a time do this."
PUBLISHER = "SELECT id FROM organization WHERE slug = $1"
THERE = """
SELECT true FROM indicator_release
WHERE code = $1 AND origin = 'COMPUTED' AND period_start = $2 AND period_end = $3 LIMIT 1"""


class NoSuchPublisher(Exception):
    """No organisation has the slug that figures are to be published by."""


async def publisher_id(connection: Connection, slug: str) -> UUID:
    """This will be who publishes. Raises NoSuchPublisher."""
    found: UUID | None = await connection.fetchval(PUBLISHER, slug)
    if found is None:
        raise NoSuchPublisher(slug)
    return found


def due(now: datetime, *, months: int = 3, quarters: int = 2) -> list[Period]:
    """This will be the last periods that have closed and settled, months before the quarters they make up."""
    today = (now - SETTLES).astimezone(ZoneInfo(ZONE)).date()
    return [*closed_months(today, count=months), *closed_quarters(today, count=quarters)]


async def draft(connection: Connection, *, slug: str, now: datetime) -> list[UUID]:
    """This will make the releases that are due and not there yet, as role worker, and name them.

    What cannot be protected is logged and left out: the others are made.
    """
    log, made = structlog.get_logger(log="releases"), list[UUID]()
    publisher = await publisher_id(connection, slug)
    for period in due(now):
        for code in STATEMENTS:
            if await connection.fetchval(THERE, code, period.start, period.end):
                continue
            try:
                release_id = await build(connection, code, period, publisher_id=publisher, now=now)
            except (NotProtected, BadCube) as failure:
                log.error("release not made", code=code, period=str(period), reason=type(failure).__name__)
                continue
            if release_id is not None:
                log.info("release waits", code=code, period=str(period), release=str(release_id))
                made.append(release_id)
    return made


async def keep_releases(
    connect: Callable[[], Awaitable[Connection]], *, clock: Callable[[], datetime], publisher: str | None
) -> None:
    """This will look every hour for as long as it runs; of several processes the first to look does the work.

    publisher: the slug of whose figures they are; None: what was published elsewhere is entered, nothing is computed.
    """
    log, pause = structlog.get_logger(log="releases"), FIRST_PAUSE
    while True:
        try:
            await look(connect, now=clock(), publisher=publisher if pause == PAUSE else None)
        except TROUBLE as failure:
            log.warning("releases not kept", reason=type(failure).__name__)
        except NoSuchPublisher as failure:
            log.error("no such publisher", slug=str(failure))
        await asyncio.sleep(pause)
        pause = PAUSE


async def look(connect: Callable[[], Awaitable[Connection]], *, now: datetime, publisher: str | None) -> None:
    """This will enter what is declared, and with a publisher make what is due, unless another process is at it."""
    async with turn(connect, LOCK) as connection:
        if connection is not None:
            await enter(connection, now=now)
            if publisher is not None:
                await draft(connection, slug=publisher, now=now)
