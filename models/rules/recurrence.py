"""Recurrence: on which days a rule of RFC 5545 falls, in work that is bounded by the days that are asked about.

A general expander walks from the rule's first day to its next match; a rule that never matches (30 February) keeps it
walking to the year 9999, and rules come from partners. Here each day is asked whether the rule falls on it.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL", "WKST"})
LONGEST_RULE = 500
FARTHEST_COUNT = 20 * 366
"""Days after its first to which a rule with COUNT is followed."""

_DAY = re.compile(r"([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)


class UnreadableRule(ValueError):
    """The rule is no RRULE of whole days that is supported, or counts from a day that it does not name."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """An RRULE of days, weeks, months or years (RFC 5545, 3.3.10), without BYSETPOS, BYWEEKNO, BYYEARDAY and hours."""

    frequency: str
    counted_from: date | None
    """First day of the rule (DTSTART); None: it always was."""
    interval: int = 1
    weekdays: frozenset[tuple[int, int]] = frozenset()
    """Which one in the month or year, from the end where negative and 0 for each; and the weekday, 0 being Monday."""
    month_days: frozenset[int] = frozenset()
    """From the end of the month where negative."""
    months: frozenset[int] = frozenset()
    count: int | None = None
    until: date | None = None
    week_starts: int = 0

    def days(self, first: date, last: date) -> list[date]:
        """This will be the days from `first` to `last`, both included, on which the rule falls."""
        start = first if self.counted_from is None else max(first, self.counted_from)
        end = last if self.until is None else min(last, self.until)
        if self.count is None or self.counted_from is None:
            return [day for day in _each(start, end) if self._falls_on(day)]
        if start > end:
            return []
        followed = min(FARTHEST_COUNT, (end - self.counted_from).days)
        end = self.counted_from + timedelta(days=followed)
        counted = [day for day in _each(self.counted_from, end) if self._falls_on(day)][: self.count]
        return [day for day in counted if day >= first]

    def _falls_on(self, day: date) -> bool:
        return (
            (not self.months or day.month in self.months)
            and (not self.month_days or bool(self.month_days & {day.day, day.day - _length(day) - 1}))
            and (not self.weekdays or self._is_weekday(day))
            and self._is_in_step(day)
        )

    def _is_weekday(self, day: date) -> bool:
        if self.frequency == "YEARLY" and not self.months:
            position, length = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
        else:
            position, length = day.day, _length(day)
        nth, nth_last = (position - 1) // 7 + 1, -((length - position) // 7 + 1)
        return any((which, day.weekday()) in self.weekdays for which in (0, nth, nth_last))

    def _is_in_step(self, day: date) -> bool:
        if self.interval == 1 or self.counted_from is None:
            return True
        start = self.counted_from
        steps = {
            "DAILY": (day - start).days,
            "WEEKLY": self._week_of(day) - self._week_of(start),
            "MONTHLY": (day.year - start.year) * 12 + day.month - start.month,
            "YEARLY": day.year - start.year,
        }
        return steps[self.frequency] % self.interval == 0

    def _week_of(self, day: date) -> int:
        """Weeks since one before the first day of all: the week that day is in may have begun before it."""
        return (day.toordinal() - (day.weekday() - self.week_starts) % 7) // 7


def read_rule(text: str, *, counted_from: date | None = None) -> Recurrence:
    """This will be the rule that an RRULE's value says, such as `FREQ=WEEKLY;BYDAY=MO,TH`.

    `counted_from` is its first day; without one, INTERVAL, COUNT and a rule that names no day mean nothing. Raises
    UnreadableRule for that and for whatever else is not understood: half a schedule would be a wrong one.
    """
    try:
        parts = dict(part.split("=") for part in text[: LONGEST_RULE + 1].upper().removeprefix("RRULE:").split(";"))
        rule = _read(parts, counted_from)
    except (ValueError, KeyError) as error:
        raise UnreadableRule from error
    anchored = (
        rule.interval == 1 and rule.count is None and (rule.frequency == "DAILY" or rule.weekdays or rule.month_days)
    )
    ordinal = any(which for which, _ in rule.weekdays)
    if (
        len(text) > LONGEST_RULE
        or not parts.keys() <= PARTS
        or rule.frequency not in FREQUENCIES
        or rule.interval < 1
        or (rule.count is not None and rule.count < 1)
        or not rule.months <= set(range(1, 13))
        or not {abs(day) for day in rule.month_days} <= set(range(1, 32))
        or (ordinal and rule.frequency not in ("MONTHLY", "YEARLY"))
        or (counted_from is None and not anchored)
    ):
        raise UnreadableRule
    return rule


def _read(parts: dict[str, str], counted_from: date | None) -> Recurrence:
    frequency = parts["FREQ"]
    weekdays = frozenset(_weekday(word) for word in parts["BYDAY"].split(",")) if "BYDAY" in parts else frozenset()
    month_days, months = _numbers(parts, "BYMONTHDAY"), _numbers(parts, "BYMONTH")
    if counted_from is not None and not weekdays and not month_days:
        if frequency == "WEEKLY":
            weekdays = frozenset({(0, counted_from.weekday())})
        elif frequency in ("MONTHLY", "YEARLY"):
            month_days = frozenset({counted_from.day})
        if frequency == "YEARLY" and not months:
            months = frozenset({counted_from.month})
    until = parts.get("UNTIL")
    return Recurrence(
        frequency=frequency,
        counted_from=counted_from,
        interval=int(parts.get("INTERVAL", "1")),
        weekdays=weekdays,
        month_days=month_days,
        months=months,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=None if until is None else date(int(until[:4]), int(until[4:6]), int(until[6:8])),
        week_starts=WEEKDAYS.index(parts.get("WKST", "MO")),
    )


def _weekday(word: str) -> tuple[int, int]:
    match = _DAY.fullmatch(word)
    if match is None:
        raise ValueError(word)
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def _numbers(parts: dict[str, str], name: str) -> frozenset[int]:
    return frozenset(int(word) for word in parts[name].split(",")) if name in parts else frozenset()


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _each(first: date, last: date) -> list[date]:
    return [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
