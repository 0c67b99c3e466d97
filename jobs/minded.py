"""Keeps a task of the program running: what it did not expect is logged and never fatal."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

PAUSE = 30.0
"Seconds before a task that failed is begun anew."


async def minded(name: str, work: Callable[[], Awaitable[None]], *, pause: float = PAUSE) -> None:
    """This will run `work` until cancelled, and begin it anew whenever it ends or raises."""
    log = structlog.get_logger(log=name)
    while True:
        try:
            await work()
            log.warning("task ended")
        except Exception as failure:  # noqa: BLE001 - the program serves on, whatever becomes of a task beside it
            log.error("task failed", raised=type(failure).__name__)
        await asyncio.sleep(pause)
