"""Fills a database with the demo network, and tells who may sign in to it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from api.app import GRAPHQL
from api.database import DatabaseURLs
from api.sealing import sealer
from api.settings import Settings


def furnish(settings: Settings, urls: DatabaseURLs, say: Callable[[str], None]) -> None:
    """This will load the demo network where the database is empty, and write demo.json where it is not up to date."""
    asyncio.run(_furnish(settings, urls, say))


def fill(settings: Settings, urls: DatabaseURLs, *, scale: int, say: Callable[[str], None]) -> None:
    """This will load a network `scale` times the usual into an empty database. Raises DatabaseNotEmpty, OddScale."""
    asyncio.run(_fill(settings, urls, scale, say))


async def _furnish(settings: Settings, urls: DatabaseURLs, say: Callable[[str], None]) -> None:
    from jobs.demo.load import is_empty

    if await is_empty(urls.worker):
        say("Loading the demo network ...")
        await _fill(settings, urls, 1, say)
    else:
        await _tell(settings, urls)


async def _fill(settings: Settings, urls: DatabaseURLs, scale: int, say: Callable[[str], None]) -> None:
    from jobs.demo.figures import publish
    from jobs.demo.load import load

    now = datetime.now(UTC)
    await load(urls.migration, scale=scale, now=now, progress=lambda line: say(f"  {line}"))
    await publish(urls.worker, now=now, progress=lambda line: say(f"  {line}"))
    await _tell(settings, urls)


async def _tell(settings: Settings, urls: DatabaseURLs) -> None:
    from jobs.demo.personas import write_personas

    await write_personas(
        urls.auth,
        path=settings.data / "demo.json",
        issuer=settings.issuer,
        graphql=settings.issuer + GRAPHQL,
        sealer=sealer(settings),
        now=datetime.now(UTC),
    )
