"""Indicators: which dimensions there are and how many values they take, how breakdowns are named, periods closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.vocabulary import IndicatorDimension, ReleaseEvery

MOST_DIMENSIONS = 3
"In one question."
ORDER = {dimension: place for place, dimension in enumerate(IndicatorDimension)}
MOST_VALUES: Mapping[str, int] = {
    IndicatorDimension.SEX: 4,
    IndicatorDimension.AGE_GROUP: 7,
    IndicatorDimension.DEPARTMENT: 11,
    IndicatorDimension.COMMUNE: 150,
    IndicatorDimension.CROSSING_POINT: 60,
    IndicatorDimension.RETURN_TYPE: 6,
    IndicatorDimension.COUNTRY_OF_RETURN: 20,
    IndicatorDimension.NEED: 22,
    IndicatorDimension.THEME: 10,
    IndicatorDimension.ORGANIZATION_KIND: 19,
    IndicatorDimension.DISABILITY: 3,
    IndicatorDimension.MONTH: 12,
    IndicatorDimension.QUARTER: 4,
}
"How many values each dimension takes at most: what a question is charged for."


class OddDimensions(ValueError):
    """Figures are broken down by at most three dimensions, each named once."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole days."""

    start: date
    end: date
    "Inclusive."
    every: ReleaseEvery

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


def breakdown(dimensions: Iterable[IndicatorDimension]) -> str:
    """This will name a set of dimensions, however they were listed: `SEX DEPARTMENT`. Raises OddDimensions."""
    return " ".join(canonical(dimensions))


def canonical(dimensions: Iterable[IndicatorDimension]) -> tuple[IndicatorDimension, ...]:
    """This will be the dimensions in the order of the enumeration. Raises OddDimensions."""
    listed = [IndicatorDimension(each) for each in dimensions]
    if len(listed) > MOST_DIMENSIONS or len(set(listed)) < len(listed):
        raise OddDimensions
    return tuple(sorted(listed, key=ORDER.__getitem__))


def closed_months(today: date, *, count: int) -> list[Period]:
    """This will be the last months that have ended before today, oldest first."""
    return [_month(_months_before(today, number)) for number in range(count, 0, -1)]


def closed_quarters(today: date, *, count: int) -> list[Period]:
    """This will be the last quarters that have ended before today, oldest first."""
    this = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    starts = [_months_before(this, 3 * number) for number in range(count, 0, -1)]
    return [quarter_of(start.year, (start.month + 2) // 3) for start in starts]


def months_of(quarter: Period) -> list[Period]:
    """This will be the three months of a quarter."""
    return [_month(_months_before(quarter.start, -number)) for number in range(3)]


def month_of(year: int, month: int) -> Period:
    """This will be a calendar month."""
    return _month(date(year, month, 1))


def quarter_of(year: int, quarter: int) -> Period:
    """This will be a calendar quarter, 1 to 4."""
    first = date(year, 3 * quarter - 2, 1)
    return Period(first, _month(_months_before(first, -2)).end, ReleaseEvery.QUARTER)


def _months_before(day: date, months: int) -> date:
    """The first day of a month so many months earlier."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _month(first: date) -> Period:
    return Period(first, _months_before(first, -1) - timedelta(days=1), ReleaseEvery.MONTH)
