"""Hours in HSDS: a schedule says an RRULE in fields of its own (RFC 5545, 3.3.10); read here, and written again.

An exception has no object in HSDS 3: it is a schedule of one day, which our attribute names.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from models.rules.recurrence import UnreadableRule, read_rule
from partners.canonical import DayException, Hours
from partners.hsds.shapes import Json
from partners.hsds.told import Told, day
from partners.reading.hours import WEEK, NotWeekly

CORE = (
    *("freq", "interval", "byday", "bymonthday", "count", "until", "wkst", "dtstart"),
    *("valid_from", "valid_to", "opens_at", "closes_at"),
)
"What tells one schedule from another."
RULE, EXCEPTION = "rule", "exception"
"Labels of our attributes."
CLOSED = "Closed on this day."
_UNREAD = ("byyearday", "byweekno")
"Beside these, what remains would say more than the partner did."
_FREQUENCIES = ("WEEKLY", "MONTHLY")
_PARTS = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST")
"In this order we write a rule."


def read_hours(told: Told) -> Hours | DayException:
    """This will read a schedule; raises NotWeekly, saying why, where it cannot be told when it is open."""
    said = told.raw
    opens, closes = clock(said.get("opens_at")), clock(said.get("closes_at"))
    exception = day(told.value(EXCEPTION))
    if exception:
        return DayException(exception, opens, closes if opens else None)
    odd = [name for name in _UNREAD if said.get(name)]
    if odd:
        raise NotWeekly(f"it also has {', '.join(odd)}")
    if opens is None or closes is None:
        raise NotWeekly("it does not say when it opens and closes")
    told.take(*CORE)
    given = told.value(RULE)
    return _by_rule(told, given, opens, closes) if given else _of_fields(told, opens, closes)


def _of_fields(told: Told, opens: time, closes: time) -> Hours:
    said = told.raw
    first, starts = day(said.get("valid_from")), day(said.get("dtstart"))
    parts = _parts(said)
    if parts["FREQ"] == "WEEKLY" and parts.keys() <= {"FREQ", "BYDAY", "UNTIL"}:
        anchor = starts or first
        if "BYDAY" not in parts and said.get("freq") and anchor:
            parts["BYDAY"] = WEEK[anchor.weekday()]
        days = parts.get("BYDAY", "").split(",")
        if not set(days) <= set(WEEK):
            raise NotWeekly("its byday is not a list of weekdays")
        last = min(filter(None, (day(said.get("valid_to")), day(said.get("until")))), default=None)
        weekdays = tuple(each for each in WEEK if each in days)
        return Hours(weekdays, opens, closes, first or starts, last, notes=told.texts("notes"))
    rule = ";".join(f"{name}={parts[name]}" for name in _PARTS if name in parts)
    return _by_rule(told, rule, opens, closes)


def _by_rule(told: Told, rule: str, opens: time, closes: time) -> Hours:
    first = day(told.raw.get("dtstart")) or day(told.raw.get("valid_from"))
    try:
        read_rule(rule, counted_from=first)
    except UnreadableRule:
        raise NotWeekly(f"its rule {rule[:100]} is not one, or names no day to count from") from None
    return Hours((), opens, closes, first, day(told.raw.get("valid_to")), rule, told.texts("notes"))


def _parts(said: Mapping[str, Any]) -> dict[str, str]:
    """The parts of the rule that the fields of a schedule make up."""
    frequency = str(said.get("freq") or "WEEKLY").strip().upper()
    if frequency not in _FREQUENCIES:
        raise NotWeekly(f"it repeats {frequency[:20]}, and the standard knows WEEKLY and MONTHLY")
    parts = {"FREQ": frequency}
    for name, least in (("interval", 2), ("count", 1)):
        value = str(said.get(name) or "").removesuffix(".0").strip()
        if value and not (value.isascii() and value.isdecimal()):
            raise NotWeekly(f"its {name} is no number")
        if value and int(value) >= least:
            parts[name.upper()] = value
    for name in ("byday", "bymonthday"):
        value = re.sub(r"\s", "", str(said.get(name) or "")).upper()
        if value:
            parts[name.upper()] = value
    if frequency == "WEEKLY" and "BYMONTHDAY" in parts:
        raise NotWeekly("it also has bymonthday")
    until = day(said.get("until"))
    if until:
        parts["UNTIL"] = until.strftime("%Y%m%d")
    starts = str(said.get("wkst") or "").strip().upper()
    if "INTERVAL" in parts and starts in WEEK[1:]:
        parts["WKST"] = starts
    return parts


def core(hours: Hours) -> Json:
    """This will be the fields of a schedule that say these hours, without what is not known."""
    times = {"opens_at": written(hours.opens), "closes_at": written(hours.closes)}
    dates = {
        name: value.isoformat()
        for name, value in (("valid_from", hours.valid_from), ("valid_to", hours.valid_to))
        if value
    }
    if hours.rule is None:
        return {"freq": "WEEKLY", "byday": ",".join(hours.weekdays), **dates, **times}
    said = {"dtstart": dates["valid_from"]} if hours.valid_from else {}
    return {**_fields(hours.rule), **said, **dates, **times}


def is_plain(hours: Hours) -> bool:
    """This will tell whether the fields of a schedule say all of its rule."""
    if hours.rule is None:
        return True
    try:
        parts = _parts(_fields(hours.rule))
    except NotWeekly:
        return False
    if parts.keys() <= {"FREQ", "BYDAY", "UNTIL"} and parts["FREQ"] == "WEEKLY":
        return False  # read as weekdays
    return ";".join(f"{name}={parts[name]}" for name in _PARTS if name in parts) == hours.rule


def _fields(rule: str) -> Json:
    parts = dict(part.split("=", 1) for part in rule.upper().removeprefix("RRULE:").split(";") if "=" in part)
    said: Json = {}
    if parts.get("FREQ") in _FREQUENCIES:
        said["freq"] = parts["FREQ"]
    for name in ("interval", "count"):
        if (parts.get(name.upper()) or "").isdecimal():
            said[name] = int(parts[name.upper()])
    for name in ("byday", "bymonthday"):
        if parts.get(name.upper()):
            said[name] = parts[name.upper()]
    if parts.get("WKST") in WEEK:
        said["wkst"] = parts["WKST"]
    until = re.match(r"(\d{4})(\d{2})(\d{2})", parts.get("UNTIL", ""))
    if until:
        said["until"] = "-".join(until.groups())
    return said


def written(at: time) -> str:
    """This will be a time of the day as the standard has it: HH:MM, on the clock of the place."""
    return at.strftime("%H:%M:%S" if at.second else "%H:%M")


def clock(value: Any) -> time | None:
    """This will read `10:00`, `10:00:00`, or either with an offset: the offset is the place's own."""
    match = re.match(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", str(value or ""))
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def one_day(exception: DayException) -> Json:
    """This will be the fields of the schedule that stands for a day with hours of its own."""
    said: Json = {"valid_from": exception.day.isoformat(), "valid_to": exception.day.isoformat()}
    if exception.opens is None or exception.closes is None:
        return {**said, "description": CLOSED}
    return {**said, "opens_at": written(exception.opens), "closes_at": written(exception.closes)}


def holidays(said: Any) -> list[DayException]:
    """This will read `holiday_schedules` (HSDS 1 and 2): stretches of at most 31 days."""
    found = []
    for each in said if isinstance(said, list) else ():
        if not isinstance(each, dict) or (first := day(each.get("start_date"))) is None:
            continue
        last = day(each.get("end_date"))
        opens, closes = clock(each.get("opens_at")), clock(each.get("closes_at"))
        closed = str(each.get("closed")).lower() in ("true", "1", "yes") or opens is None or closes is None
        until = min((last or first).toordinal(), first.toordinal() + 30)
        hours = (None, None) if closed else (opens, closes)
        found += [DayException(date.fromordinal(each), *hours) for each in range(first.toordinal(), until + 1)]
    return found
