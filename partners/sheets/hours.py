"""How does a cell tell hours? As people write them, and what they have no way to write, between brackets.

`lun-ven 08:00-16:00; sam 08:00-12:00`; `(2026-07-01..2026-08-31) lun 09:00-11:00` where it holds between two days;
`[FREQ=MONTHLY;BYDAY=1MO] 09:00-12:00` by a rule (RFC 5545, 3.3.10). Exceptions: `2026-12-25; 2026-12-24 08:00-12:00`.
"""

import dataclasses
import re
from datetime import date

from partners.canonical import DayException, Hours
from partners.reading import hours
from partners.reading.hours import WEEK, NotWeekly

DAYS = {
    "fr": ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    "ht": ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
"By language, from Monday on, as `hours.of_words` reads them."
_DAY = r"\d{4}-\d{2}-\d{2}"
_BETWEEN = re.compile(rf"\((?P<start>{_DAY})?\.\.(?P<end>{_DAY})?\)\s*")
_RULE = re.compile(r"\[(?P<rule>[^\]]+)\]\s*")
_EXCEPTION = re.compile(rf"(?P<day>{_DAY})(?:\s+(?P<hours>\S.*))?")
_SPLIT = re.compile(r"[;\n](?![^\[]*\])")
"Between stretches; not within the brackets of a rule."


def read(text: str) -> tuple[Hours, ...]:
    """This will read hours as a cell tells them. Raises NotWeekly, which says what cannot be read."""
    found: list[Hours] = []
    for part in filter(None, map(str.strip, _SPLIT.split(text))):
        between, by_rule = _BETWEEN.match(part), None
        rest = part[between.end() :] if between else part
        if rule := _RULE.match(rest):
            by_rule, rest = rule["rule"], f"mo {rest[rule.end() :]}"
        start, end = (_date(between[name]) if between else None for name in ("start", "end"))
        for each in hours.of_words(rest):
            dated = dataclasses.replace(each, valid_from=start, valid_to=end)
            found.append(dataclasses.replace(dated, rule=by_rule, weekdays=()) if by_rule else dated)
    return tuple(found)


def read_exceptions(text: str) -> tuple[DayException, ...]:
    """This will read days on which hours do not hold. Raises NotWeekly, which says what cannot be read."""
    found = []
    for part in filter(None, map(str.strip, _SPLIT.split(text))):
        match = _EXCEPTION.fullmatch(part)
        day = _date(match["day"]) if match else None
        if match is None or day is None:
            raise NotWeekly(f"“{part}” is no day, such as 2026-12-24 or 2026-12-24 08:00-12:00")
        open_at = hours.of_words(f"mo {match['hours']}")[0] if match["hours"] else None
        found.append(DayException(day, open_at.opens, open_at.closes) if open_at else DayException(day))
    return tuple(found)


def written(told: Hours, language: str) -> str:
    """This will be hours as `read` reads them, the days in one of the network's languages."""
    between = f"({told.valid_from or ''}..{told.valid_to or ''}) " if told.valid_from or told.valid_to else ""
    days = f"[{told.rule}]" if told.rule else _days(told.weekdays, DAYS[language])
    return f"{between}{days} {told.opens:%H:%M}-{told.closes:%H:%M}"


def exception_written(told: DayException) -> str:
    """This will be a day as `read_exceptions` reads it."""
    if told.opens is None or told.closes is None:
        return told.day.isoformat()
    return f"{told.day} {told.opens:%H:%M}-{told.closes:%H:%M}"


def _days(weekdays: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Runs of three days and more as `lun-ven`."""
    places = [WEEK.index(day) for day in weekdays]
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    told: list[str] = []
    for run in runs:
        told += [f"{names[run[0]]}-{names[run[-1]]}"] if len(run) > 2 else [names[place] for place in run]
    return ", ".join(told)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotWeekly(f"“{text}” is no day of the calendar") from None
