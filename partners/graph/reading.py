"""What does one level of an item say, by the paths of the saved map?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from partners.canonical import Hours, Texts
from partners.graph.answers import at
from partners.reading import hours
from partners.reading.languages import language_tag
from partners.reading.spelling import plain
from partners.saved_query import Spec

CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Level:
    """An item, or one thing in it, and the map of what it says."""

    said: Any
    spec: Spec
    language: str
    "Of texts that do not say theirs, BCP 47."

    def value(self, name: str) -> Any:
        """The first that is not null; None where nothing is told."""
        return next(iter(self.values(name)), None)

    def values(self, name: str) -> list[Any]:
        """All that are told, flat, and none of them null, a list or an object."""
        paths = self.spec.get(name, ())
        found = (value for path in ([paths] if isinstance(paths, str) else paths) for value in at(self.said, path))
        return [value for value in found if not isinstance(value, dict | list)]

    def text(self, name: str) -> str | None:
        value = self.value(name)
        return None if value is None or isinstance(value, bool) else str(value).strip() or None

    def texts(self, name: str) -> Texts | None:
        """By language; a translation that only repeats the original is none. None where nothing is told."""
        match self.spec.get(name):
            case None:
                return None
            case str(path):
                found = {self.language: self._first(path)}
            case {"each": each, "language": language, "text": text}:
                told = ((at(one, language), at(one, text)) for one in at(self.said, each))
                found = {str(tags[0]): texts[0] for tags, texts in told if tags and texts}
            case by_language:
                found = {language: self._first(path) for language, path in by_language.items()}
        read = {
            tag: text.strip()
            for language, text in found.items()
            if isinstance(text, str) and text.strip() and (tag := language_tag(language))
        }
        original = read.get(self.language)
        return {tag: text for tag, text in read.items() if tag == self.language or text != original} or None

    def one(self, name: str) -> "Level | None":
        """A level on the same item, with a map of its own."""
        return Level(self.said, self.spec[name], self.language) if name in self.spec else None

    def each(self, name: str) -> Iterator["Level"]:
        """The things of a list, each with the list's map."""
        if name in self.spec:
            for said in at(self.said, self.spec[name]["each"]):
                yield Level(said, self.spec[name], self.language)

    def hours(self, name: str) -> tuple[tuple[Hours, ...], list[str]]:
        """Weekly hours, as words or as a list of days and times; and what of them could not be read."""
        spec, read, odd = self.spec.get(name), list[Hours](), list[str]()
        if isinstance(spec, str):
            told: list[Any] = [value for value in at(self.said, spec) if isinstance(value, str) and value.strip()]
        else:
            told = at(self.said, spec["each"]) if spec else []
        for each in told:
            try:
                read += hours.of_words(each) if isinstance(each, str) else [_listed(each, spec)]
            except hours.NotWeekly as reason:
                odd.append(str(reason))
        return tuple(dict.fromkeys(read)), odd

    def _first(self, path: str) -> Any:
        return next(iter(at(self.said, path)), None)


def _listed(each: Any, spec: Any) -> Hours:
    """One entry of a list: days as iCalendar's (MO) or as people name them. Raises NotWeekly."""
    said = [str(day) for day in at(each, spec["days"])]
    days = {day if day in hours.WEEK else hours.WEEKDAYS.get(plain(day)) for day in said}
    if not days or None in days:
        raise hours.NotWeekly(f"“{', '.join(said)[:60]}” are no days of the week")
    opens, closes = (_clock(next(iter(at(each, spec[name])), None)) for name in ("opens", "closes"))
    if opens is None or closes is None:
        raise hours.NotWeekly("it does not say when it opens and closes, such as 08:00")
    return Hours(tuple(day for day in hours.WEEK if day in days), opens, closes)


def _clock(said: Any) -> time | None:
    """A time of day with or without seconds; an offset is the place's own. 24:00 is midnight."""
    match = CLOCK.match(str(said or ""))
    hour, minute = (int(match[1]), int(match[2])) if match else (99, 99)
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def moment_of(said: Any) -> datetime | None:
    """This will be the moment that is meant, UTC where it says no zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(str(said or ""))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
