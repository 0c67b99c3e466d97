"""Keeps one process beside the program that reads partners, for as long as there is something to do.

Reading, mapping and writing a partner's records takes a processor for itself. In a process of its own, and of low
priority, it never makes a search wait. A program without partners never starts one.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import structlog

from jobs.turns import again
from models.session import Connection
from partners.due import ANYTHING
from partners.runs import recover

PAUSE = 1.0
"Seconds between looks: how late a partner is read at most, while the process runs."
TROUBLED = 10.0
"Seconds before another process is started where one ended badly, or the database failed."
TO_LEAVE = 5.0
"Seconds that the process has to leave when the program ends."
COMMAND = (sys.executable, "-m", "api", "partners", "work", "--with-parent")


async def keep_syncing(
    connect: Callable[[], Awaitable[Connection]], *, url: str, clock: Callable[[], datetime]
) -> None:
    """This will look each second for as long as it runs, and see to it that what is due has its process.

    url: of the database, as role worker; it is handed to the process by its standard input, where nobody else sees it.
    """
    log = structlog.get_logger(log="partners")
    process: Process | None = None
    try:
        # Whoever has just started the program is answered first.
        await asyncio.sleep(PAUSE)

        async def look() -> None:
            nonlocal process
            connection = await connect()
            try:
                await recover(connection, now=clock())
                while True:
                    if process and process.returncode is not None:
                        if process.returncode:
                            log.warning("the partners' process ended", code=process.returncode)
                            await asyncio.sleep(TROUBLED)
                            await recover(connection, now=clock())
                        process = None
                    if process is None and await connection.fetchval(ANYTHING, clock()):
                        process = await start(url)
                    await asyncio.sleep(PAUSE)
            finally:
                connection.terminate()

        await again(look, pause=TROUBLED, log=log, trouble="partners not looked at")
    finally:
        if process:
            await ended(process)


async def start(url: str) -> Process:
    """This will start the process. It ends with the thread that calls this, also by kill -9."""
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE)
    if process.stdin:
        process.stdin.write(json.dumps({"url": url, "parent": os.getpid()}).encode() + b"\n")
        with suppress(ConnectionError):
            await process.stdin.drain()
        process.stdin.close()
    return process


async def ended(process: Process) -> None:
    """This will ask the process to leave, and see that it does."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(TO_LEAVE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
