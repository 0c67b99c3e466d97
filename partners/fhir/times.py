"""When is a service available? availableTime and notAvailable, both ways.

What a plain reader would take for every week at every place is said by modifier extensions, which nobody may ignore
(FHIR R4, 2.6.1.2): a rule, the days on which hours hold, the one place they are of.
"""

from datetime import date, time, timedelta
from typing import Any

from partners.canonical import DayException, Hours
from partners.documents import ExceptionDocument, ScheduleDocument
from partners.fhir.elements import days, dicts, extended, extension, inner, period, told, untold
from partners.fhir.names import own
from partners.fhir.telecoms import OF_PLACE
from partners.fhir.texts import Json, plain_text
from partners.reading.hours import WEEK

DAYS = dict(zip(WEEK, ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True))
RULE, VALID, NOTES, OPEN_INSTEAD = own("hours-rule"), own("hours-valid"), own("hours-notes"), own("open-instead")
KNOWN = frozenset({RULE, VALID, OF_PLACE})
MOST_DAYS = 60
"Of one closure: a longer one is no exception."
MIDNIGHT = "00:00:00"
CLOSED = {"fr": "Fermé", "ht": "Fèmen", "es": "Cerrado", "en": "Closed"}
OPEN = {"fr": "Ouvert de {} à {}", "ht": "Louvri {} rive {}", "es": "Abierto de {} a {}", "en": "Open {} to {}"}


class NotTold(Exception):
    """These hours cannot be told here."""


def hours_out(schedule: ScheduleDocument, language: str, place: str | None = None) -> Json:
    """This will be an availableTime. place: the reference to the one location that it is of."""
    opens, closes = _written(schedule["opens"]), _written(schedule["closes"])
    during = period(schedule["validFrom"], schedule["validTo"])
    modifiers: list[Json] = [{"url": RULE, "valueString": schedule["rule"]}] if schedule["rule"] else []
    modifiers += [{"url": VALID, "valuePeriod": during}] if during else []
    return {
        **extended(told(NOTES, schedule["notes"], language)),
        **_modified(modifiers, place),
        **({"daysOfWeek": [DAYS[each] for each in schedule["weekdays"]]} if schedule["weekdays"] else {}),
        **(
            {"allDay": True}
            if opens == closes == MIDNIGHT
            else {"availableStartTime": opens, "availableEndTime": closes}
        ),
    }


def exception_out(exception: ExceptionDocument, language: str, place: str | None = None) -> Json:
    """This will be a notAvailable of one day; where it is open at other hours, an extension says which."""
    opens, closes = exception["opens"], exception["closes"]
    language = language if language in CLOSED else "en"
    words, instead = CLOSED[language], None
    if opens is not None and closes is not None:
        words = OPEN[language].format(opens[:5], closes[:5])
        parts = (("opens", opens), ("closes", closes))
        instead = {
            "url": OPEN_INSTEAD,
            "extension": [{"url": url, "valueTime": _written(clock)} for url, clock in parts],
        }
    return {
        **extended(instead),
        **_modified([], place),
        "description": words,
        "during": period(exception["day"], exception["day"]),
    }


def hours_in(available: Json, language: str) -> Hours:
    """This will read an availableTime, or an R4 Location's hoursOfOperation. Raises NotTold, saying why."""
    strange = [each.get("url") for each in dicts(available, "modifierExtension") if each.get("url") not in KNOWN]
    if strange:
        raise NotTold(f"{strange[0]} changes what it means, and is not known here")
    listed = available.get("daysOfWeek")
    wanted = {plain_text(each) for each in listed} if isinstance(listed, list) else set()
    weekdays = tuple(ours for ours, theirs in DAYS.items() if theirs in wanted)
    if len(weekdays) != len(wanted):
        raise NotTold("its days of the week are not FHIR's")
    rule = plain_text(extension(available, RULE, among="modifierExtension").get("valueString"))
    opens, closes = _clocks(available)
    first, last = days(inner(extension(available, VALID, among="modifierExtension"), "valuePeriod"))
    return Hours(
        weekdays or (() if rule else WEEK), opens, closes, first, last, rule, untold(available, NOTES, language)
    )


def exceptions_in(closure: Json) -> list[DayException]:
    """This will read a notAvailable, a day each. Raises NotTold, saying why."""
    if any(each.get("url") not in KNOWN for each in dicts(closure, "modifierExtension")):
        raise NotTold("a modifier extension changes what it means, and is not known here")
    during = inner(closure, "during")
    first, last = days(during)
    if first is None or last is None or not 0 <= (last - first).days < MOST_DAYS:
        raise NotTold(f"it has no first and last day, or spans more than {MOST_DAYS}")
    if any(len(str(during.get(end) or "")) > len("2026-01-01") for end in ("start", "end")) and first == last:
        raise NotTold("it is a part of a day")
    instead = extension(closure, OPEN_INSTEAD)
    opens, closes = (_clock(extension(instead, url).get("valueTime")) for url in ("opens", "closes"))
    return [DayException(each, opens, closes) for each in _each(first, last)]


def place_of(element: Json) -> str | None:
    """This will be the reference to the one location that hours are of; None: of all."""
    found = inner(extension(element, OF_PLACE, among="modifierExtension"), "valueReference")
    return plain_text(found.get("reference"))


def _modified(modifiers: list[Json], place: str | None) -> Json:
    of = [{"url": OF_PLACE, "valueReference": {"reference": place}}] if place else []
    return {"modifierExtension": [*modifiers, *of]} if modifiers or of else {}


def _clocks(available: Json) -> tuple[time, time]:
    if available.get("allDay") is True:
        return time(0), time(0)
    opens = _clock(available.get("availableStartTime") or available.get("openingTime"))
    closes = _clock(available.get("availableEndTime") or available.get("closingTime"))
    if opens is None or closes is None:
        raise NotTold("it does not say when it opens and closes")
    return opens, closes


def _clock(value: Any) -> time | None:
    try:
        return time.fromisoformat(str(value or "-")).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None


def _written(clock: str) -> str:
    return time.fromisoformat(clock).replace(tzinfo=None).isoformat(timespec="seconds")


def _each(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
