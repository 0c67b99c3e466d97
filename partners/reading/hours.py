"""Which hours of the week are meant? Reads them as a person writes them."""

import re
from collections.abc import Collection
from datetime import time

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


class NotWeekly(Exception):
    """These hours are not the same every week."""


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


def _moment(hour: int, minute: int) -> time | None:
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
