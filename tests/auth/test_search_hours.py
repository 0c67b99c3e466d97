"""Which services are open at a time, by the clock of the place, as their hours were written out."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from actions.openings import expand_openings
from tests.auth.searching import BELLADERE, NOW, Searcher, World


async def scheduled(world: World, zone: str | None = "America/Port-au-Prince", **hours: Any) -> tuple[UUID, UUID]:
    service = await world.service("Bureau")
    place = await world.directory.given_at(
        service, await world.directory.location(world.owner, BELLADERE, time_zone=zone), world.owner
    )
    await world.directory.worker.execute(
        """INSERT INTO schedule (service_at_location_id, organization_id, weekdays, opens, closes)
        VALUES ($1, $2, $3, $4, $5)""",
        place,
        world.owner,
        hours["days"].split(),
        hours["opens"],
        hours["closes"],
    )
    return service, place


def on_the_wall(*moment: int, zone: str = "America/Port-au-Prince") -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type, misc]


async def test_open_at_is_read_on_the_clock_of_the_place(world: World) -> None:
    haiti, place = await scheduled(world, days="MO TU WE TH FR", opens=time(8), closes=time(16))
    dominican, across = await scheduled(
        world, "America/Santo_Domingo", days="MO TU WE TH FR", opens=time(8), closes=time(16)
    )
    assert await expand_openings(world.directory.worker, [place, across], now=NOW) > 80

    # In winter Dajabón is an hour ahead of Ouanaminthe.
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 7, 30)) == [dominican]
    assert set(await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 8))) == {haiti, dominican}
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 15, 30)) == [haiti]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 16)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 22, 10)) == []
    assert set(await world.anyone.found()) == {haiti, dominican}


async def test_hours_keep_to_the_wall_where_the_clock_changes(world: World) -> None:
    service, place = await scheduled(world, days="SU MO", opens=time(8), closes=time(16))
    before = on_the_wall(2027, 3, 1, 12)
    await expand_openings(world.directory.worker, [place], now=before)

    # Clocks go forward on 14 March 2027 at 2:00, and back on 7 November 2027.
    for day in (7, 14, 15):
        assert await world.anyone.found(open_at=on_the_wall(2027, 3, day, 7, 59)) == []
        assert await world.anyone.found(open_at=on_the_wall(2027, 3, day, 8)) == [service]
        assert await world.anyone.found(open_at=on_the_wall(2027, 3, day, 16)) == []
    await expand_openings(world.directory.worker, [place], now=on_the_wall(2027, 11, 1, 12))
    assert await world.anyone.found(open_at=on_the_wall(2027, 11, 7, 15, 59)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2027, 11, 7, 16, 0)) == []


async def test_a_night_is_open_into_the_next_day(world: World) -> None:
    service, place = await scheduled(world, days="FR", opens=time(20), closes=time(6))
    await expand_openings(world.directory.worker, [place], now=NOW)

    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 20, 19, 59)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 20, 23)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 21, 5, 59)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 21, 6)) == []


async def test_an_exception_replaces_the_hours_of_its_day(world: World) -> None:
    service, place = await scheduled(world, days="MO TU", opens=time(8), closes=time(16))
    add = """INSERT INTO schedule_exception (service_at_location_id, organization_id, day, opens, closes)
        VALUES ($1, $2, $3, $4, $5)"""
    await world.directory.worker.execute(add, place, world.owner, date(2026, 11, 23), None, None)
    await world.directory.worker.execute(add, place, world.owner, date(2026, 11, 24), time(10), time(12))
    await expand_openings(world.directory.worker, [place], now=NOW)

    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 10)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 24, 9)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 24, 11)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 30, 9)) == [service]


async def test_writing_hours_again_replaces_them_and_reaches_further(world: World) -> None:
    service, place = await scheduled(world, days="MO TU WE TH FR SA SU", opens=time(8), closes=time(16))
    await expand_openings(world.directory.worker, [place], now=NOW)
    later = NOW + timedelta(days=59)
    assert await world.anyone.found(open_at=later) == [service]
    assert await world.anyone.found(open_at=later + timedelta(days=30)) == []

    await expand_openings(world.directory.worker, [place], now=later)
    assert await world.anyone.found(open_at=later + timedelta(days=30)) == [service]
    await world.directory.worker.execute("DELETE FROM schedule")
    assert await expand_openings(world.directory.worker, [place], now=later) == 0
    assert await world.anyone.found(open_at=later) == []


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../../etc/passwd"])
async def test_without_a_known_time_zone_no_hours_are_told(world: World, zone: str | None) -> None:
    _, place = await scheduled(world, zone, days="MO", opens=time(8), closes=time(16))

    assert await expand_openings(world.directory.worker, [place], now=NOW) == 0


async def test_hours_are_told_to_no_more_people_than_the_schedule(world: World) -> None:
    service, place = await scheduled(world, days="FR", opens=time(8), closes=time(16))
    await world.directory.worker.execute("UPDATE schedule SET visibility = 'ORGANIZATION'")
    await expand_openings(world.directory.worker, [place], now=NOW)

    assert await world.anyone.found(open_at=NOW) == []
    assert await Searcher(world.app, world.owner).found(open_at=NOW) == [service]


async def test_hours_that_are_not_every_week_are_open_on_their_days_alone(world: World) -> None:
    service, place = await scheduled(world, days="", opens=time(8), closes=time(16))
    for rule, days in (
        ("FREQ=MONTHLY;BYDAY=1TU", {1}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", {1, 15, 29}),
        ("FREQ=HOURLY", set()),
    ):
        await world.directory.worker.execute("UPDATE schedule SET rule = $1, valid_from = $2", rule, date(2026, 11, 3))
        await expand_openings(world.directory.worker, [place], now=NOW)
        tuesdays = (1, 8, 15, 22, 29)
        opened = {day for day in tuesdays if await world.anyone.found(open_at=on_the_wall(2026, 12, day, 9))}
        assert opened == days, rule
    assert await world.anyone.found() == [service], "a rule that cannot be followed hides nothing else"
