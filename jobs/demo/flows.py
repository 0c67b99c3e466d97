"""Who passed the border in the demo? Four months of counts at the crossing points, as the partners there enter them.

Observed days are told by sex and return type and leave some unknown; registered people by age too. Some days nobody
counted, some were only counted as a total, and some were corrected.
"""

import random
from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, product
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from jobs.demo.directory import Directory
from jobs.demo.ids import random_id, source
from jobs.demo.organisations import BRC
from models.rules.vocabulary import AgeGroup, FlowSeries, ReturnType, Sex

DAYS = 120
"How far back the counts reach."
HOME = ZoneInfo("America/Port-au-Prince")
ENTERED = time(13, tzinfo=UTC)
"When the sheet of a day is entered, on the next."


class Counter(NamedTuple):
    """An organisation that counts at a crossing point, and how many people pass there on a usual day."""

    organization: str
    crossing: str
    observed: int
    registered: int


COUNTERS = (
    Counter(BRC, "passage-belladere", 90, 7),
    Counter("collectif-malpasse", "passage-malpasse", 160, 9),
    Counter("accueil-anse-a-pitres", "passage-anse-a-pitres", 55, 5),
    Counter("frontiere-sans-peur", "passage-ouanaminthe", 310, 14),
    Counter("bureau-migration-internationale", "passage-ouanaminthe", 280, 0),
)
"""Two count the same passers-by at Ouanaminthe: their counts are never added."""
REASONS = ("Feuille du soir comptée deux fois.", "Un autocar manquait.", "Total recopié de travers.")
_WAYS = {
    ReturnType.SELF_ORGANISED: 48,
    ReturnType.FORCED_SELF_REPORTED: 14,
    ReturnType.FORCED_CONFIRMED: 22,
    ReturnType.NOT_A_RETURN: 8,
    ReturnType.UNKNOWN: 8,
}
_AGES = {
    AgeGroup.AGE_0_4: 6,
    AgeGroup.AGE_5_11: 9,
    AgeGroup.AGE_12_17: 15,
    AgeGroup.AGE_18_24: 27,
    AgeGroup.AGE_25_59: 38,
    AgeGroup.AGE_60_PLUS: 2,
    AgeGroup.UNKNOWN: 3,
}
_SEXES = {Sex.FEMALE: 34, Sex.MALE: 61, Sex.UNKNOWN: 5}


class BorderFlowRow(NamedTuple):
    id: UUID
    organization_id: UUID
    location_id: UUID
    day: date
    series: str
    version: int
    corrects: int | None
    reason: str | None
    sheet_id: UUID
    recorded_at: datetime


class BorderFlowPartRow(NamedTuple):
    flow_id: UUID
    organization_id: UUID
    return_type: str
    sex: str
    age_group: str
    stated: bool
    people: int


Cell = tuple[ReturnType, Sex, AgeGroup, bool]
"What is known of people, and whether a part tells of them or only the total."
Cells = Mapping[Cell, int]
RESIDUAL: Cell = (ReturnType.UNKNOWN, Sex.UNKNOWN, AgeGroup.UNKNOWN, False)


def counts(directory: Directory, now: datetime) -> Iterator[tuple[BorderFlowRow, list[BorderFlowPartRow]]]:
    """This will make up all counts, each with its parts; a correction follows what it corrects. None lies after now."""
    newest = now.astimezone(HOME).date() - timedelta(days=2)
    for counter in COUNTERS:
        for back in range(DAYS):
            chance = source("flow", *counter[:2], back)
            sheet_id = random_id(chance)
            usual = {FlowSeries.OBSERVED: counter.observed, FlowSeries.REGISTERED: counter.registered}
            for series, people in usual.items():
                if people and chance.random() < 0.94:
                    yield from _day(counter, directory, newest - timedelta(days=back), series, people, sheet_id, chance)


def _day(
    counter: Counter,
    directory: Directory,
    day: date,
    series: FlowSeries,
    usual: int,
    sheet_id: UUID,
    chance: random.Random,
) -> Iterator[tuple[BorderFlowRow, list[BorderFlowPartRow]]]:
    recorded_at = datetime.combine(day + timedelta(days=1), ENTERED)
    versions = 2 if chance.random() < 0.04 else 1
    for version in range(1, versions + 1):
        flow = BorderFlowRow(
            id=random_id(chance),
            organization_id=directory.organizations[counter.organization],
            location_id=directory.sites[counter.crossing],
            day=day,
            series=series,
            version=version,
            corrects=version - 1 or None,
            reason=chance.choice(REASONS) if version > 1 else None,
            sheet_id=sheet_id if version == 1 else random_id(chance),
            recorded_at=recorded_at + timedelta(hours=3 * (version - 1)),
        )
        cells = _cells(series, round(usual * chance.triangular(0.4, 1.9, 0.9)), chance)
        yield flow, [BorderFlowPartRow(flow.id, flow.organization_id, *cell, people) for cell, people in cells.items()]


def _cells(series: FlowSeries, people: int, chance: random.Random) -> Cells:
    """What was written down of a day's people; in passing nobody is asked for an age, and few for nothing at all."""
    if series is FlowSeries.OBSERVED and chance.random() < 0.06:
        return {RESIDUAL: people} if people else {}
    cells, shares = _TOLD[series]
    return Tally(chance.choices(cells, cum_weights=shares, k=people))


def _told(ages: Mapping[AgeGroup, int]) -> tuple[list[Cell], list[float]]:
    """The cells that a day's people fall into, and the shares of all up to each."""
    shares: dict[Cell, float] = {
        (way, sex, age, True): _WAYS[way] * _SEXES[sex] * ages[age] for way, sex, age in product(_WAYS, _SEXES, ages)
    }
    shares[RESIDUAL] = 0.03 * sum(shares.values())
    return list(shares), list(accumulate(shares.values()))


_TOLD = {
    FlowSeries.OBSERVED: _told({AgeGroup.UNKNOWN: 1}),
    FlowSeries.REGISTERED: _told(_AGES),
}
