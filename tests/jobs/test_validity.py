"""A search finds what is given today: neither what is over, nor what has not begun, nor what is given no more."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from api.database import DatabaseURLs
from jobs.validity import refresh_validity
from tests.auth.searching import World, new_world

TODAY = datetime.now(ZoneInfo("America/Port-au-Prince")).date()
DAY = timedelta(days=1)


@pytest.fixture
async def world(database: DatabaseURLs) -> AsyncIterator[World]:
    async with new_world(database) as ready:
        yield ready


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({}, True),
        ({"status": "TEMPORARILY_CLOSED"}, True),
        ({"status": "INACTIVE"}, False),
        ({"status": "DEFUNCT"}, False),
        ({"valid_to": TODAY}, True),
        ({"valid_to": TODAY - DAY}, False),
        ({"valid_from": TODAY}, True),
        ({"valid_from": TODAY + DAY}, False),
    ],
)
async def test_what_is_not_given_is_not_found(world: World, columns: dict[str, object], found: bool) -> None:
    service = await world.placed("Clinique")
    assert await world.anyone.found() == [service]
    for name, value in columns.items():
        await world.directory.worker.execute(f"UPDATE service SET {name} = $1", value)
    assert await world.anyone.found() == ([service] if found else [])


async def test_days_come_and_pass(world: World) -> None:
    """The clock cannot be moved on in the database, so the day in the row is, as if nobody had written it."""

    async def with_days(valid_from: date | None, valid_to: date | None) -> UUID:
        service = await world.placed("Clinique")
        await world.directory.worker.execute("SET konbit.search = 'later'")
        await world.directory.worker.execute(
            "UPDATE service SET valid_from = $2, valid_to = $3 WHERE id = $1", service, valid_from, valid_to
        )
        await world.directory.worker.execute("RESET konbit.search")
        return service

    standing, over = await with_days(TODAY - DAY, TODAY), await with_days(None, TODAY - DAY)
    assert set(await world.anyone.found()) == {standing, over}

    assert await refresh_validity(world.directory.worker) == 1
    assert await world.anyone.found() == [standing]
    assert await refresh_validity(world.directory.worker) == 0

    await world.directory.worker.execute("SET konbit.search = 'later'")
    await world.directory.worker.execute("UPDATE service SET valid_to = NULL, valid_from = $1", TODAY)
    assert await refresh_validity(world.directory.worker) == 1
    assert set(await world.anyone.found()) == {standing, over}
