"""Hours of the standard are read as the rules they are, and what cannot be told stays as it came."""

from datetime import date, time
from typing import Any

import pytest

from partners.canonical import DayException, Hours
from partners.hsds.schedules import core, holidays, is_plain, one_day, read_hours
from partners.hsds.told import Told
from partners.reading.hours import NotWeekly

WEEKLY = {"freq": "WEEKLY", "byday": "MO", "opens_at": "08:00", "closes_at": "16:00"}
OPEN = time(8), time(16)


def read(**said: Any) -> Hours | DayException:
    return read_hours(Told(WEEKLY | said, "schedule", "fr"))


def test_a_weekly_schedule_is_weekdays() -> None:
    schedule = {
        "interval": 1,
        "byday": "FR, TH",
        "opens_at": "10:00:00",
        "closes_at": "18:00+01:00",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "until": "2026-06-30",
    }

    assert read(**schedule) == Hours(("TH", "FR"), time(10), time(18), date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("said", "rule", "first"),
    [
        ({"freq": "MONTHLY", "byday": "1MO,-1FR"}, "FREQ=MONTHLY;BYDAY=1MO,-1FR", None),
        ({"freq": "MONTHLY", "byday": None, "bymonthday": "1, 15"}, "FREQ=MONTHLY;BYMONTHDAY=1,15", None),
        ({"interval": 2, "dtstart": "2026-01-05"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 1, 5)),
        (
            {"interval": 2, "wkst": "SU", "dtstart": "2026-01-05"},
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU",
            date(2026, 1, 5),
        ),
        ({"count": 3, "valid_from": "2026-01-05"}, "FREQ=WEEKLY;BYDAY=MO;COUNT=3", date(2026, 1, 5)),
        (
            {"freq": "MONTHLY", "byday": "2TU", "until": "2026-06-30"},
            "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20260630",
            None,
        ),
    ],
)
def test_what_is_not_every_week_is_a_rule(said: dict[str, Any], rule: str, first: date | None) -> None:
    hours = read(**said)

    assert hours == Hours((), *OPEN, first, None, rule)
    assert is_plain(hours)
    assert read_hours(Told(core(hours), "schedule", "fr")) == hours, "it is said as it was read"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"freq": "YEARLY"}, "it repeats YEARLY"),
        ({"interval": 2}, "names no day to count from"),
        ({"interval": "often"}, "its interval is no number"),
        ({"bymonthday": "2,3"}, "it also has bymonthday"),
        ({"count": 3, "byweekno": "41"}, "it also has byweekno"),
        ({"byday": "1MO"}, "its byday is not a list of weekdays"),
        ({"byday": None}, "its byday is not a list of weekdays"),
        ({"freq": "MONTHLY", "byday": "1XX"}, "is not one"),
        ({"opens_at": None}, "does not say when it opens"),
        ({"closes_at": "25:00"}, "does not say when it opens"),
    ],
)
def test_a_schedule_that_cannot_be_told_is_not_made_up(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotWeekly, match=reason):
        read(**change)


def test_a_rule_that_the_standard_has_no_fields_for_is_not_plain() -> None:
    assert not is_plain(Hours((), *OPEN, None, None, "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1"))
    assert not is_plain(Hours((), *OPEN, None, None, "FREQ=WEEKLY;BYDAY=MO"))


def test_a_day_of_its_own_is_a_schedule_of_one_day() -> None:
    closed, short = DayException(date(2026, 12, 25)), DayException(date(2026, 12, 24), time(8), time(12))

    assert one_day(closed).keys() == {"valid_from", "valid_to", "description"}
    assert one_day(short)["closes_at"] == "12:00"


def test_holidays_of_older_versions_are_days() -> None:
    said = [
        {"closed": True, "start_date": "2026-12-25", "end_date": "2026-12-26"},
        {"closed": False, "opens_at": "08:00", "closes_at": "12:00", "start_date": "2026-12-31"},
        {"closed": True, "start_date": "some day"},
        "Christmas",
    ]

    assert holidays(said) == [
        DayException(date(2026, 12, 25)),
        DayException(date(2026, 12, 26)),
        DayException(date(2026, 12, 31), time(8), time(12)),
    ]
