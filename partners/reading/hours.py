"""Which hours of the week are meant? Reads the weekly hours of a standard's schedule, or as a person writes them."""

import re
from collections.abc import Collection
from datetime import date, time
from typing import Any

from partners.canonical import Hours
from partners.reading.spelling import plain

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = {
    "MO": "mo, mon, monday, lu, lun, lundi, lunes, len, lendi",
    "TU": "tu, tue, tues, tuesday, mardi, mar, martes, madi",
    "WE": "we, wed, wednesday, mer, mercredi, mié, mie, miércoles, mèk, mèkredi",
    "TH": "th, thu, thur, thurs, thursday, jeu, jeudi, jue, jueves, jed, jedi",
    "FR": "fr, fri, friday, ve, ven, vendredi, vie, viernes, van, vandredi",
    "SA": "sa, sat, saturday, sam, samedi, sáb, sábado, samdi",
    "SU": "su, sun, sunday, dim, dimanche, dom, domingo, dimanch",
}
WEEKDAYS = {plain(name): day for day, names in _NAMES.items() for name in names.split(",")}
EVERY_DAY = frozenset(
    map(plain, ("daily", "every day", "tous les jours", "chak jou", "todos los días", "7 jours sur 7", "7j/7", "7/7"))
)
ALWAYS = frozenset(map(plain, ("24/7", "24h/24", "24h/24 7j/7", "24 heures sur 24", "24 hours")))
NEITHER_WEEKLY = ("bymonthday", "byyearday", "byweekno", "count")
"Rules of a schedule beside which weekly hours would say more than the partner did."


class NotWeekly(Exception):
    """These hours are not the same every week."""


def of_schedule(schedule: dict[str, Any]) -> Hours:
    """This will read an HSDS 3 schedule, or raise NotWeekly, saying why, where it is not plainly weekly."""
    if str(schedule.get("freq") or "WEEKLY").upper() != "WEEKLY" or schedule.get("interval") not in (None, 1, "1"):
        raise NotWeekly("it does not repeat every week")
    odd = [rule for rule in NEITHER_WEEKLY if schedule.get(rule)]
    if odd:
        raise NotWeekly(f"it also has {', '.join(odd)}")
    days = tuple(part.strip().upper() for part in str(schedule.get("byday") or "").split(",") if part.strip())
    if not days or not set(days) <= set(WEEK):
        raise NotWeekly("its byday is not a list of weekdays")
    opens, closes = _time(schedule.get("opens_at")), _time(schedule.get("closes_at"))
    if opens is None or closes is None:
        raise NotWeekly("it does not say when it opens and closes")
    return Hours(
        _in_order(days),
        opens,
        closes,
        _date(schedule.get("valid_from") or schedule.get("dtstart")),
        _earlier(_date(schedule.get("valid_to")), _date(schedule.get("until"))),
    )


def of_words(text: str) -> tuple[Hours, ...]:
    """This will read `lun-ven 08:00-16:00; sam 8h-12h`, or raise NotWeekly. French, Kreyòl, Spanish or English."""
    return tuple(_stretch(part) for part in map(str.strip, re.split(r"[;\n]", text)) if part)


_CLOCK = r"(?P<{}>\d{{1,2}}(?:\s*[:hH]\s*\d{{2}}|\s*[hH])?)"
_STRETCH = re.compile(
    rf"(?P<days>.*?)[\s:,]*{_CLOCK.format('opens')}\s*(?:[-–]|à|a|to|rive|hasta)\s*{_CLOCK.format('closes')}"
)
_UNTIL = re.compile(r"\s*[-–]\s*|\s+(?:à|a|au|to|jiska|al)\s+")
_BETWEEN = re.compile(r"[\s,/&+.]+(?:(?:et|ak|y|and|e|le|les|du|de)\s+)*")


def _stretch(text: str) -> Hours:
    if plain(text) in ALWAYS:
        return Hours(WEEK, time(0), time(0))
    match = _STRETCH.fullmatch(text)
    if match is None:
        raise NotWeekly(f"“{text}” is not read as days and hours, such as “lun-ven 08:00-16:00”")
    opens, closes = _clock(match["opens"]), _clock(match["closes"])
    if opens is None or closes is None:
        raise NotWeekly(f"“{text}” has an hour that no clock shows")
    return Hours(_days(match["days"].strip(" :,")), opens, closes)


def _days(text: str) -> tuple[str, ...]:
    if plain(text) in EVERY_DAY:
        return WEEK
    days: set[str] = set()
    for part in filter(None, _BETWEEN.split(_UNTIL.sub("-", f" {text}"))):
        ends = [WEEKDAYS.get(plain(end)) for end in part.split("-")]
        if not 1 <= len(ends) <= 2 or None in ends:
            raise NotWeekly(f"“{part}” is no day of the week")
        first, last = WEEK.index(str(ends[0])), WEEK.index(str(ends[-1]))
        days |= {WEEK[index % 7] for index in range(first, last + 1 if last >= first else last + 8)}
    if not days:
        raise NotWeekly("hours without days: write the days before them, such as “lun-ven 08:00-16:00”")
    return _in_order(days)


def _in_order(days: Collection[str]) -> tuple[str, ...]:
    return tuple(day for day in WEEK if day in days)


def _clock(text: str) -> time | None:
    hour, _, minute = re.sub(r"\s", "", text).lower().replace("h", ":").partition(":")
    return _moment(int(hour), int(minute or 0))


def _time(value: Any) -> time | None:
    """HSDS gives `10:00:00`, some systems `10:00` or with an offset; the offset is the place's own."""
    match = re.match(r"(\d{1,2}):(\d{2})", str(value or ""))
    return _moment(int(match[1]), int(match[2])) if match else None


def _moment(hour: int, minute: int) -> time | None:
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)
