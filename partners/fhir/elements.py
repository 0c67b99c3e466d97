"""Small parts that FHIR's resources are made of: read from whatever a server sends, written as the standard asks."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from models.rules.vocabulary import Word
from partners.canonical import Texts
from partners.fhir.texts import Json, clean, heard, plain_text, said

W = TypeVar("W", bound=Word)


def chosen(words: type[W], value: Any) -> W | None:
    """This will be the word of ours that a code is; None where it is none."""
    return words(value) if isinstance(value, str) and value in words.__members__ else None


def dicts(element: Json, key: str) -> list[Json]:
    """This will be the objects of a list; [] where there is none."""
    value = element.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def inner(element: Json, key: str) -> Json:
    """This will be an object within an object; {} where there is none."""
    value = element.get(key)
    return value if isinstance(value, dict) else {}


def extensions(element: Json, url: str, *, among: str = "extension") -> list[Json]:
    """This will be the extensions of one kind."""
    return [each for each in dicts(element, among) if each.get("url") == url]


def extension(element: Json, url: str, *, among: str = "extension") -> Json:
    """This will be the first extension of a kind; {} where there is none."""
    return next(iter(extensions(element, url, among=among)), {})


def extended(*each: Json | None) -> Json:
    """This will be an element's `extension`, of those that are there and say something; {} of none."""
    there = [one for one in each if one and len(one) > 1 and one.get("extension") != []]
    return {"extension": there} if there else {}


def told(url: str, texts: Texts | None, language: str) -> Json | None:
    """This will be an extension that holds a text; None where there is none."""
    value = said("valueString", texts, language)
    return {"url": url, **value} if value else None


def untold(element: Json, url: str, language: str) -> Texts | None:
    """This will be the text that an extension holds."""
    found = extension(element, url)
    return heard(found, "valueString", language) or heard(found, "valueMarkdown", language)


def concept(system: str, code: str, **display: Any) -> Json:
    """This will be a CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, **display}]}


def codings(concepts: Iterable[Any]) -> list[Json]:
    """This will be the codings of CodeableConcepts, in their order."""
    return [coding for one in concepts if isinstance(one, dict) for coding in dicts(one, "coding")]


def words(concepts: Iterable[Any]) -> list[str]:
    """What concepts may be recognised by: each one's displays and codes, then its own text."""
    found: list[str | None] = []
    for one in concepts:
        if isinstance(one, dict):
            for coding in dicts(one, "coding"):
                found += [plain_text(coding.get("display")), plain_text(coding.get("code"))]
            found.append(plain_text(one.get("text")))
    return [word for word in found if word]


def period(start: str | None, end: str | None) -> Json:
    """This will be a Period of whole days; {} where it has neither end."""
    return {key: day for key, day in (("start", start), ("end", end)) if day}


def days(value: Json) -> tuple[date | None, date | None]:
    """This will be the first and the last day of a Period."""
    return day(value.get("start")), day(value.get("end"))


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def instant(value: Any) -> datetime | None:
    """This will be a moment with a zone, in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(value or ""))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(value: str | datetime | None) -> str | None:
    """This will be an `instant` as it is written: UTC, to the microsecond."""
    if isinstance(value, str):
        value = instant(value)
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if value else None


def code(text: str) -> str | None:
    """This will be a text as FHIR's `code` takes it; None where nothing is left of it."""
    return " ".join((clean(text) or "").split()) or None


def kept(element: Json, *keys: str) -> Json:
    """This will be those parts of an element that are there."""
    return {key: element[key] for key in keys if element.get(key) not in (None, "", [], {})}


def filled(**parts: Any) -> Json:
    """This will be an object without what is empty: FHIR has no null."""
    return {key.rstrip("_"): value for key, value in parts.items() if value not in (None, "", [], {}, ())}
