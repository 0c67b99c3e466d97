"""What a release takes of the counts at the border: one series, what stood at its moment, nobody counted twice."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs.indicators.counting import count
from models.rules.indicators import Period
from models.rules.vocabulary import FlowSeries, IndicatorDimension, ReleaseEvery
from models.session import Connection

OBSERVED, REGISTERED = FlowSeries.OBSERVED, FlowSeries.REGISTERED
ENTERED = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = date(2026, 4, 10)
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30), ReleaseEvery.MONTH)
By = IndicatorDimension
CUBE = (By.CROSSING_POINT, By.MONTH, By.RETURN_TYPE, By.SEX, By.AGE_GROUP)
Cell = tuple[str, str, str, bool]
WOMAN: Cell = ("FORCED_CONFIRMED", "FEMALE", "AGE_25_59", True)
OTHER: Cell = ("FORCED_CONFIRMED", "OTHER", "AGE_25_59", True)
LEFT: Cell = ("UNKNOWN", "UNKNOWN", "UNKNOWN", False)


class Border:
    """Two crossing points and two organisations, and what is entered."""

    def __init__(self, owner: Connection, worker: Connection) -> None:
        self.owner, self.worker = owner, worker
        self.organizations = {"ours": uuid4(), "theirs": uuid4()}
        self.places = {"belladere": uuid4(), "malpasse": uuid4()}

    async def build(self) -> None:
        for slug, key in self.organizations.items():
            await self.owner.execute(
                "INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, '{\"fr\": \"O\"}', 'NGO')", key, slug
            )
        for slug, key in self.places.items():
            await self.owner.execute(
                "INSERT INTO location (id, organization_id, slug, kind, visibility)"
                " VALUES ($1, $2, $3, 'CROSSING_POINT', 'PUBLIC')",
                *(key, self.organizations["ours"], slug),
            )

    async def counted(
        self,
        people: dict[Cell, int],
        *,
        by: str = "ours",
        at: str = "belladere",
        day: date = DAY,
        series: FlowSeries = OBSERVED,
        version: int = 1,
        entered: datetime = ENTERED,
    ) -> None:
        key, organization = uuid4(), self.organizations[by]
        await self.owner.execute(
            "INSERT INTO border_flow (id, organization_id, location_id, day, series, version, corrects, reason,"
            " sheet_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $1, $9)",
            *(key, organization, self.places[at], day, series, version, version - 1 or None),
            *("Why." if version > 1 else None, entered),
        )
        await self.owner.executemany(
            "INSERT INTO border_flow_part (flow_id, organization_id, return_type, sex, age_group, stated, people)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [(key, organization, *cell, number) for cell, number in people.items()],
        )

    async def facts(self, series: FlowSeries = OBSERVED, *, as_of: datetime = ENTERED) -> list[tuple[Any, ...]]:
        """What April is made of, by organisation and inner cell."""
        names: dict[UUID, str] = {key: slug for slug, key in self.organizations.items()}
        found = await count(self.worker, f"BORDER_{series}", CUBE, APRIL, as_of=as_of)
        return sorted((names[fact.organization_id], *fact.key, fact.value) for fact in found)


@pytest.fixture
async def border(database: DatabaseURLs) -> AsyncIterator[Border]:
    owner, worker = await asyncpg.connect(database.migration), await asyncpg.connect(database.worker)
    try:
        border = Border(owner, worker)
        await border.build()
        yield border
    finally:
        await worker.close()
        await owner.close()


async def test_days_are_added_to_months_and_series_never(border: Border) -> None:
    await border.counted({WOMAN: 3, LEFT: 2})
    await border.counted({WOMAN: 4}, day=DAY + timedelta(days=1))
    await border.counted({WOMAN: 50}, series=REGISTERED)

    assert await border.facts() == [
        ("ours", "belladere", "2026-04", "FORCED_CONFIRMED", "FEMALE", "AGE_25_59", 7),
        ("ours", "belladere", "2026-04", "UNKNOWN", "UNKNOWN", "UNKNOWN", 2),
    ]
    assert [fact[-1] for fact in await border.facts(REGISTERED)] == [50]


async def test_the_same_passers_by_are_not_counted_twice(border: Border) -> None:
    await border.counted({WOMAN: 3}, by="ours")
    await border.counted({WOMAN: 5}, by="theirs")
    await border.counted({WOMAN: 2}, by="ours", at="malpasse")
    await border.counted({WOMAN: 1}, by="theirs", day=DAY + timedelta(days=1))

    found = Counter({fact[:2]: fact[-1] for fact in await border.facts()})

    assert found == {("theirs", "belladere"): 6, ("ours", "malpasse"): 2}


async def test_the_registered_are_each_organisations_own(border: Border) -> None:
    await border.counted({WOMAN: 3}, by="ours", series=REGISTERED)
    await border.counted({WOMAN: 5}, by="theirs", series=REGISTERED)

    assert [(fact[0], fact[-1]) for fact in await border.facts(REGISTERED)] == [("ours", 3), ("theirs", 5)]


async def test_a_release_takes_what_stood_at_its_moment(border: Border) -> None:
    await border.counted({WOMAN: 9})
    await border.counted({WOMAN: 4}, version=2, entered=ENTERED + timedelta(days=3))

    assert [fact[-1] for fact in await border.facts()] == [9]
    assert [fact[-1] for fact in await border.facts(as_of=ENTERED + timedelta(days=3))] == [4]
    assert await border.facts(as_of=ENTERED - timedelta(seconds=1)) == []


async def test_of_two_that_counted_what_was_corrected_is_compared(border: Border) -> None:
    await border.counted({WOMAN: 9}, by="ours")
    await border.counted({WOMAN: 4}, by="ours", version=2)
    await border.counted({WOMAN: 5}, by="theirs")

    assert [(fact[0], fact[-1]) for fact in await border.facts()] == [("theirs", 5)]


async def test_a_period_has_its_first_day_and_its_last(border: Border) -> None:
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)):
        await border.counted({WOMAN: 1}, day=day, entered=ENTERED)

    assert [(fact[2], fact[-1]) for fact in await border.facts()] == [("2026-04", 2)]


async def test_other_is_read_as_unknown_and_a_counted_nought_is_nobody(border: Border) -> None:
    await border.counted({OTHER: 1, WOMAN: 0, ("FORCED_CONFIRMED", "UNKNOWN", "AGE_25_59", True): 2})

    assert await border.facts() == [("ours", "belladere", "2026-04", "FORCED_CONFIRMED", "UNKNOWN", "AGE_25_59", 3)]
