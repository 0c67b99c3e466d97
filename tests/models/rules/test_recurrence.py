"""Rules fall on the days on which a general expander says they fall, and never take long."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.recurrence import WEEKDAYS, UnreadableRule, read_rule

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "counted_from", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=1MO", None, ["01-05", "02-02", "03-02", "04-06"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", None, ["01-30", "02-27", "03-27", "04-24"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", None, ["01-31", "02-28", "03-31", "04-30"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", date(2026, 1, 6), ["01-06", "01-20", "02-03", "02-17"]),
        ("FREQ=YEARLY", date(2020, 3, 8), ["03-08"]),
        ("FREQ=DAILY;COUNT=3", date(2026, 1, 30), ["01-30", "01-31", "02-01"]),
        ("FREQ=DAILY;COUNT=3", date(2025, 12, 31), ["01-01", "01-02"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20260117T120000Z", None, ["01-03", "01-10", "01-17"]),
        ("FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2", None, []),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", date(2026, 1, 6), []),
    ],
)
def test_a_rule_falls_on_these_days_first(text: str, counted_from: date | None, days: list[str]) -> None:
    found = read_rule(text, counted_from=counted_from).days(*YEAR)
    assert [f"{day:%m-%d}" for day in found][: max(4, len(days))] == days


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}", f"WKST={draw(st.sampled_from(WEEKDAYS))}"]
    # The expander joins `TU` and `5SA` in one rule by "and" where RFC 5545 says "or": all are counted, or none is.
    counted = frequency in ("MONTHLY", "YEARLY") and draw(st.booleans())
    which = st.sampled_from(["1", "2", "-1", "-2", "5"] if counted else [""])
    weekdays = draw(st.lists(st.builds("".join, st.tuples(which, st.sampled_from(WEEKDAYS))), max_size=3, unique=True))
    month_days = draw(st.lists(st.integers(1, 31) | st.integers(-31, -1), max_size=2, unique=True))
    months = draw(st.lists(st.integers(1, 12), max_size=3, unique=True))
    if weekdays:
        parts.append("BYDAY=" + ",".join(weekdays))
    elif month_days and frequency != "WEEKLY":
        parts.append("BYMONTHDAY=" + ",".join(map(str, month_days)))
    if months:
        parts.append("BYMONTH=" + ",".join(map(str, months)))
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    return ";".join(parts)


@settings(deadline=None, max_examples=60)
@given(rules(), st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.integers(0, 400))
def test_a_general_expander_agrees(text: str, counted_from: date, skipped: int) -> None:
    first = counted_from + timedelta(days=skipped)
    last = first + timedelta(days=300)
    bounded = text if "COUNT" in text else f"{text};UNTIL={last:%Y%m%d}"
    midnight = datetime.combine(counted_from, time())
    expander = rrulestr(bounded, dtstart=midnight)
    expected = [at.date() for at in expander if first <= at.date() <= last]
    assert read_rule(text, counted_from=counted_from).days(first, last) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BYDAY=MO",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;INTERVAL=1",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        "FREQ=DAILY;COUNT=2",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;WKST=XX",
        "FREQ=DAILY=DAILY",
        "FREQ=DAILY;" + "BYMONTH=1;" * 60,
        "FREQ=DAILY\nFREQ=DAILY",
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(UnreadableRule):
        read_rule(text)


@pytest.mark.parametrize("text", ["FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=-1"])
def test_steps_and_counts_are_positive(text: str) -> None:
    with pytest.raises(UnreadableRule):
        read_rule(text, counted_from=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "counted_from", "days"),
    [
        ("FREQ=DAILY;COUNT=3", date(9998, 1, 1), []),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", date(1, 1, 1), [date(2026, 1, 5), date(2026, 1, 19)]),
    ],
)
def test_the_ends_of_the_calendar_are_no_trouble(text: str, counted_from: date, days: list[date]) -> None:
    """A source may write any day: one such rule would else end the reading of all its records."""
    assert read_rule(text, counted_from=counted_from).days(date(2026, 1, 1), date(2026, 1, 31)) == days
