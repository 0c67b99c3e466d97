"""Hours on the wall clock become UTC intervals: over midnight, over the change of the clock, with exceptions."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.recurrence import UnreadableRule
from models.rules.schedules import DayException, Interval, Opening, is_open, openings, weekly

HAITI, DOMINICANA = ZoneInfo("America/Port-au-Prince"), ZoneInfo("America/Santo_Domingo")
MONDAY = datetime(2026, 11, 23, 5, tzinfo=UTC)  # midnight in Haiti, in winter
OFFICE = weekly(range(5), opens=time(8), closes=time(16))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def written(
    *rules: Opening, exceptions: tuple[DayException, ...] = (), start: datetime = MONDAY, days: int = 7
) -> list[Interval]:
    return openings(rules, exceptions, zone=HAITI, start=start, days=days)


def test_office_hours_of_a_winter_week() -> None:
    assert written(OFFICE) == [(utc(2026, 11, day, 13), utc(2026, 11, day, 21)) for day in (23, 24, 25, 26, 27)]


def test_haiti_changes_its_clock_and_the_dominican_republic_does_not() -> None:
    summer = utc(2026, 7, 6, 4)
    assert openings([OFFICE], [], zone=HAITI, start=summer, days=1) == [(utc(2026, 7, 6, 12), utc(2026, 7, 6, 20))]
    assert openings([OFFICE], [], zone=DOMINICANA, start=summer, days=1) == [(utc(2026, 7, 6, 12), utc(2026, 7, 6, 20))]
    assert openings([OFFICE], [], zone=DOMINICANA, start=MONDAY, days=1) == [
        (utc(2026, 11, 23, 12), utc(2026, 11, 23, 20))
    ]


def test_a_night_is_an_hour_shorter_when_the_clock_goes_forward_and_longer_when_it_goes_back() -> None:
    night = weekly([5], opens=time(22), closes=time(6))
    spring = written(night, start=utc(2026, 3, 7, 12), days=2)
    autumn = written(night, start=utc(2026, 10, 31, 12), days=2)
    assert spring == [(utc(2026, 3, 8, 3), utc(2026, 3, 8, 10))]
    assert autumn == [(utc(2026, 11, 1, 2), utc(2026, 11, 1, 11))]


def test_a_missing_time_is_an_hour_later_and_a_double_time_the_first() -> None:
    early = weekly([6], opens=time(2, 30), closes=time(4))
    double = weekly([6], opens=time(0), closes=time(1, 30))
    assert written(early, start=utc(2026, 3, 8, 0), days=1) == [(utc(2026, 3, 8, 7, 30), utc(2026, 3, 8, 8))]
    assert written(double, start=utc(2026, 11, 1, 0), days=1) == [(utc(2026, 11, 1, 4), utc(2026, 11, 1, 5, 30))]


def test_what_ran_over_from_the_day_before_counts_and_is_cut_at_the_start() -> None:
    night = weekly([6], opens=time(20), closes=time(6))
    assert written(night, days=1) == [(MONDAY, utc(2026, 11, 23, 11))]


def test_round_the_clock_is_one_interval() -> None:
    always = weekly(range(7), opens=time(0), closes=time(0))
    assert written(always, days=30) == [(MONDAY, MONDAY + timedelta(days=30))]


def test_hours_that_touch_or_overlap_are_one() -> None:
    morning = weekly([0], opens=time(8), closes=time(12))
    noon = weekly([0], opens=time(12), closes=time(14))
    late = weekly([0], opens=time(13), closes=time(17))
    assert written(late, morning, noon) == [(utc(2026, 11, 23, 13), utc(2026, 11, 23, 22))]


def test_an_exception_closes_a_day_or_gives_it_other_hours() -> None:
    closed = DayException(date(2026, 11, 24), None)
    short = DayException(date(2026, 11, 25), (time(9), time(10)))
    sunday = DayException(date(2026, 11, 29), (time(9), time(10)))
    found = written(OFFICE, exceptions=(closed, short, sunday))
    assert [interval for interval in found if interval[0] < utc(2026, 11, 26)] == [
        (utc(2026, 11, 23, 13), utc(2026, 11, 23, 21)),
        (utc(2026, 11, 25, 14), utc(2026, 11, 25, 15)),
    ]
    assert found[-1] == (utc(2026, 11, 29, 14), utc(2026, 11, 29, 15))


def test_an_exception_leaves_the_night_before_alone() -> None:
    night = weekly([0], opens=time(20), closes=time(6))
    found = written(night, exceptions=(DayException(date(2026, 11, 24), None),))
    assert found == [(utc(2026, 11, 24, 1), utc(2026, 11, 24, 11))]


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    market = Opening("FREQ=WEEKLY;BYDAY=TU", time(8), time(9), date(2026, 11, 25), date(2026, 12, 8))
    found = written(market, days=30)
    assert found == [(utc(2026, 12, 1, 13), utc(2026, 12, 1, 14)), (utc(2026, 12, 8, 13), utc(2026, 12, 8, 14))]


def test_open_from_the_first_moment_until_before_the_last() -> None:
    found = written(OFFICE, days=1)
    assert is_open(found, utc(2026, 11, 23, 13))
    assert not is_open(found, utc(2026, 11, 23, 21))
    assert not is_open([], MONDAY)


def test_no_rules_and_no_days_are_never_open_and_nonsense_is_refused() -> None:
    assert written(days=7) == []
    assert written(OFFICE, days=0) == []
    with pytest.raises(ValueError, match="time zone"):
        written(OFFICE, days=401)
    with pytest.raises(ValueError, match="time zone"):
        written(OFFICE, start=datetime(2026, 11, 23))  # noqa: DTZ001
    with pytest.raises(UnreadableRule):
        written(Opening("FREQ=HOURLY", time(8), time(9)))


HOURS = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0, fold=0))
RULES = st.lists(st.builds(weekly, st.sets(st.integers(0, 6), min_size=1), opens=HOURS, closes=HOURS), max_size=4)
EXCEPTIONS = st.lists(
    st.builds(DayException, st.dates(date(2026, 2, 25), date(2026, 3, 20)), st.none() | st.tuples(HOURS, HOURS)),
    max_size=4,
)


@given(RULES, EXCEPTIONS, st.integers(0, 20))
def test_intervals_ascend_stay_apart_and_stay_within(
    rules: list[Opening], exceptions: list[DayException], days: int
) -> None:
    start = utc(2026, 2, 28, 17)
    found = openings(rules, exceptions, zone=HAITI, start=start, days=days)
    edges = [edge for interval in found for edge in interval]
    assert all(earlier < later for earlier, later in pairwise(edges))
    assert all(start <= edge <= start + timedelta(days=days) for edge in edges)
    assert all(edge.tzinfo is UTC for edge in edges)


@given(RULES, EXCEPTIONS, st.integers(0, 7 * 24 * 4))
def test_a_longer_look_ahead_changes_nothing_of_what_is_near(
    rules: list[Opening], exceptions: list[DayException], quarters: int
) -> None:
    start = utc(2026, 3, 4, 3)
    at = start + timedelta(minutes=15 * quarters)
    near = openings(rules, exceptions, zone=HAITI, start=start, days=8)
    far = openings(rules, exceptions, zone=HAITI, start=start - timedelta(days=3), days=30)
    assert is_open(near, at) == is_open(far, at)
