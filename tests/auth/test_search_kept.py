"""The index follows the directory, whoever writes it and however much at once, and its pages join."""

import asyncio
from typing import Any

import asyncpg
import pytest

from api.database import DatabaseURLs
from tests.auth.searching import BELLADERE, NEAR, NEARBY, Searcher, World, north


async def test_what_is_removed_is_no_longer_found(world: World) -> None:
    worker = world.directory.worker
    service = await world.placed("Bureau")
    assert await world.anyone.found(text="bureau") == [service]
    await worker.execute("UPDATE service SET removed_at = now()")
    assert await world.anyone.found(text="bureau") == await world.anyone.found(**NEARBY, within_km=1) == []
    await worker.execute("UPDATE service SET removed_at = NULL")
    assert await world.anyone.found(text="bureau") == [service]
    await worker.execute("DELETE FROM service_at_location")
    assert await world.anyone.found(text="bureau") == [service]
    assert await world.anyone.found(**NEARBY, within_km=1) == []
    await worker.execute("DELETE FROM service")
    assert await world.anyone.found(text="bureau") == []


async def test_every_change_of_the_directory_is_found_at_once(world: World) -> None:
    worker = world.directory.worker
    await world.directory.area("HT", "Haïti", 0)
    service = await world.placed("Bureau")
    await worker.execute("""UPDATE service SET names = '{"fr": "Guichet"}', category = 'CASH', languages = '{en}'""")
    await worker.execute("""UPDATE location SET latitude = 19.5, pcode = 'HT', names = '{"fr": "Halle"}'""")
    await worker.execute("""UPDATE organization SET names = '{"fr": "Banque"}', kind = 'DONOR' WHERE slug = 'owner'""")
    await worker.execute("""UPDATE area SET names = '{"fr": "Ayiti"}'""")

    for asked in (
        {"text": "guichet"},
        {"text": "halle"},
        {"text": "banque"},
        {"text": "ayiti"},
        {"categories": ["CASH"]},
        {"organization_kinds": ["DONOR"]},
        {"language": "en"},
        {"pcode": "HT"},
        {"latitude": 19.5, "longitude": BELLADERE[1], "within_km": 1},
    ):
        assert await world.anyone.found(**asked) == [service], asked
    for asked in ({"text": "bureau"}, {"text": "haiti"}, {"categories": ["OTHER"]}, {**NEAR, "within_km": 1}):
        assert await world.anyone.found(**asked) == [], asked


async def test_what_is_loaded_in_bulk_is_found_after_one_refresh(world: World) -> None:
    worker = world.directory.worker
    async with worker.transaction():
        await worker.execute("SET LOCAL konbit.search = 'later'")
        service = await world.placed("Bureau")
        assert await worker.fetchval("SELECT refresh_search()") is None
    assert await world.anyone.found(text="bureau") == await world.anyone.found(**NEARBY, within_km=1) == [service]


async def test_two_writers_at_once_leave_no_stale_entry(world: World, database: DatabaseURLs) -> None:
    service = await world.service("Bureau")
    location = await world.directory.location(world.owner, BELLADERE)
    other = await asyncpg.connect(database.worker)
    try:
        change = other.transaction()
        await change.start()
        await other.execute("UPDATE location SET visibility = 'ORGANIZATION'")
        adding = asyncio.create_task(world.directory.given_at(service, location, world.owner))
        await asyncio.sleep(0.3)
        await change.commit()
        await adding
    finally:
        await other.close()

    assert await world.anyone.found(**NEARBY, within_km=1) == []
    assert await Searcher(world.app, world.owner).found(**NEARBY, within_km=1) == [service]


@pytest.mark.parametrize("text", [None, "bureau"])
@pytest.mark.parametrize("order_by", ["RELEVANCE", "DISTANCE", "NAME"])
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_join_without_gap_or_overlap(
    world: World, text: str | None, order_by: str, descending: bool
) -> None:
    for n in range(9):
        service = await world.placed(f"Bureau {'abc'[n % 3]}", north(n % 4))
        await world.directory.given_at(service, await world.directory.location(world.owner, north(7)), world.owner)
    asked: dict[str, Any] = {**NEAR, "within_km": 50, "order_by": order_by, "descending": descending}
    asked |= {"text": text} if text else {}
    backwards = order_by == "NAME" and descending

    whole = [hit.key for hit in await world.anyone.find(**asked, reversed=backwards)]
    assert len(whole) == 9
    assert whole == sorted(whole, reverse=backwards)

    for side, reverse in (("above", False), ("below", True)):
        pages: list[Any] = []
        while True:
            bound = dict(zip((f"{side}_key", f"{side}_name", f"{side}_id"), pages[-1], strict=True)) if pages else {}
            page = await world.anyone.find(4, **asked, **bound, reversed=reverse)
            if not page:
                break
            pages += [hit.key for hit in page]
        assert pages == sorted(whole, reverse=reverse)


async def test_an_order_that_cannot_be_is_by_name(world: World) -> None:
    second, first = await world.service("école B"), await world.service("École A")

    for order_by, descending in (("DISTANCE", False), ("DISTANCE", True), ("RELEVANCE", True), ("NAME", False)):
        assert await world.anyone.found(order_by=order_by, descending=descending) == [first, second]
