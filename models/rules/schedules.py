"""Schedules: weekly hours and their exceptions, written out as the intervals in which a place is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.rules.recurrence import WEEKDAYS, read_rule

Interval = tuple[datetime, datetime]
"""From, included, and to, excluded; both UTC."""

MAX_DAYS = 400


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours that repeat, on the wall clock of the place."""

    rule: str
    """Which days: an RRULE's value, such as `FREQ=WEEKLY;BYDAY=MO,TH`."""
    opens: time
    closes: time
    """Not after `opens`: on the next day. The same as `opens`: round the clock, to the same time on the next day."""
    valid_from: date | None = None
    """First day, and the one from which an INTERVAL counts; None: it always was."""
    valid_to: date | None = None
    """Last day on which it opens; None: no end."""


@dataclass(frozen=True, slots=True)
class DayException:
    """What holds on one day in place of every rule; several on one day add up."""

    day: date
    hours: tuple[time, time] | None
    """Opens and closes, as in Opening; None: closed, unless another exception of the day opens."""


def weekly(days: Iterable[int], *, opens: time, closes: time) -> Opening:
    """This will be the hours of those weekdays, 0 being Monday."""
    return Opening(f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[day] for day in sorted(set(days)))}", opens, closes)


def openings(
    rules: Iterable[Opening], exceptions: Iterable[DayException], *, zone: ZoneInfo, start: datetime, days: int
) -> list[Interval]:
    """This will be when the place is open within `days` times 24 hours from `start`: ascending, apart from each other.

    Hours that touch or overlap are one interval. An exception replaces what opens on its day, not what runs over from
    the day before. Where the clock goes forward, a missing time is read as an hour later; where it goes back, a time
    that comes twice is its first coming. Raises ValueError for a `start` without time zone and for `days` beyond 0 to
    400, and UnreadableRule.
    """
    if start.tzinfo is None or not 0 <= days <= MAX_DAYS:
        raise ValueError(f"start has a time zone, and days is 0 to {MAX_DAYS}")
    begin = start.astimezone(UTC)
    end = begin + timedelta(days=days)
    first, last = begin.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()

    special: dict[date, list[tuple[time, time]]] = {}
    for exception in exceptions:
        special.setdefault(exception.day, []).extend([] if exception.hours is None else [exception.hours])
    hours = [(day, opens, closes) for day, spans in special.items() for opens, closes in spans if first <= day <= last]
    for rule in rules:
        until = last if rule.valid_to is None else min(last, rule.valid_to)
        falls_on = read_rule(rule.rule, counted_from=rule.valid_from).days(first, until)
        hours += [(day, rule.opens, rule.closes) for day in falls_on if day not in special]

    found = (_instants(day, opens, closes, zone=zone) for day, opens, closes in hours)
    return _merged((max(opens, begin), min(closes, end)) for opens, closes in found)


def is_open(intervals: Iterable[Interval], at: datetime) -> bool:
    """This will be True from the moment of opening until before the moment of closing."""
    return any(opens <= at < closes for opens, closes in intervals)


def _instants(day: date, opens: time, closes: time, *, zone: ZoneInfo) -> Interval:
    closing_day = day if closes > opens else day + timedelta(days=1)
    return _instant(day, opens, zone), _instant(closing_day, closes, zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone).astimezone(UTC)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for opens, closes in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return merged
