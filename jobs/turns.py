"""How tasks of several processes take turns: one at a time does the work, looks again and outlives the database's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from models.session import TROUBLE, Connection

TRY = "SELECT pg_try_advisory_lock($1)"


@asynccontextmanager
async def turn(connect: Callable[[], Awaitable[Connection]], lock: int) -> AsyncIterator[Connection | None]:
    """A connection that holds the lock for as long as the block lasts; None where another process has it."""
    connection = await connect()
    try:
        yield connection if await connection.fetchval(TRY, lock) else None
    finally:
        # The lock ends with the connection, also where it cannot be asked to.
        connection.terminate()


async def lead(connection: Connection, lock: int, *, retry: float) -> None:
    """This will return once the connection holds the lock; it then does for as long as it lasts. retry: seconds.

    Whoever waited for the lock inside a statement would keep VACUUM from all that died meanwhile.
    """
    while True:
        if await connection.fetchval(TRY, lock):
            return
        await asyncio.sleep(retry)


async def leading(
    connect: Callable[[], Awaitable[Connection]],
    lock: int,
    look: Callable[[Connection], Awaitable[float]],
    *,
    retry: float,
    log: Any,
    trouble: str,
    failures: tuple[type[Exception], ...] = TROUBLE,
) -> None:
    """This will look until it is cancelled, whenever this process holds the lock, and log `trouble` where that fails.

    look: gives how many seconds to rest. retry: seconds until it is tried again, to lead or to reach the database.
    """
    while True:
        try:
            connection = await connect()
            try:
                await lead(connection, lock, retry=retry)
                while True:
                    rest = await look(connection)
                    await asyncio.sleep(rest)
            finally:
                connection.terminate()
        except failures as failure:
            log.warning(trouble, reason=type(failure).__name__)
            await asyncio.sleep(retry)


async def again(look: Callable[[], Awaitable[object]], *, pause: float, log: Any, trouble: str) -> None:
    """This will look until it is cancelled, `pause` seconds between, and log `trouble` where the database fails it."""
    while True:
        try:
            await look()
        except TROUBLE as failure:
            log.warning(trouble, reason=type(failure).__name__)
        await asyncio.sleep(pause)
