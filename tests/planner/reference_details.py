"""The reference's details of the directory: contacts, costs, papers, areas served, ways in, hours, identifiers."""

from typing import Any

from models.rules.languages import choose, fallbacks, read_tag
from tests.planner.reference_values import Fields, Resolve, column, day, seen
from tests.planner.seen import Info, Row


def listed(table: str, owner: str, *order: str) -> Resolve:
    """The rows of a table that name this row, in an order that ends with their ids."""

    def resolve(row: Row, info: Info) -> list[Row]:
        found = seen(info).all(table, lambda part: part[owner] == row["id"])
        return sorted(found, key=lambda part: tuple(part[key] for key in (*order, "id")))

    return resolve


def any_text(names: str) -> Resolve:
    """A text by language, where none is the original: the first language of those there are stands in for it."""

    def resolve(row: Row, info: Info, language: str | None = None) -> str | None:
        texts: dict[str, str] = row[names] or {}
        tag = read_tag(language) if language is not None else None
        wanted = [*(fallbacks(tag) if tag else ()), *seen(info).languages]
        chosen = choose(wanted, texts) or min(texts, default=None)
        return None if chosen is None else texts.get(chosen)

    return resolve


def _clock(name: str) -> Resolve:
    return lambda row, info: None if row[name] is None else row[name].strftime("%H:%M")


def _amount(row: Row, info: Info) -> Any:
    return None if row["amount"] is None else str(row["amount"])


def _area(row: Row, info: Info) -> Row | None:
    return None if row["pcode"] is None else seen(info).one("area", pcode=row["pcode"])


TYPES: dict[str, Fields] = {
    "Phone": {name: column(name) for name in ("number", "extension", "kind", "description", "languages")},
    "Contact": {name: column(name) for name in ("name", "title", "department", "email", "number")},
    "Identifier": {"scheme": column("scheme"), "value": column("value")},
    "Cost": {
        "option": any_text("options"),
        "amount": _amount,
        "currency": column("currency"),
        "validFrom": day("valid_from"),
        "validTo": day("valid_to"),
    },
    "RequiredDocument": {"document": any_text("documents"), "uri": column("uri")},
    "ServiceArea": {"area": _area, "name": any_text("names")},
    "Accessibility": {
        "description": any_text("descriptions"),
        "details": column("details"),
        "website": column("website"),
    },
    "TermMapping": {name: column(name) for name in ("scheme", "code", "equivalence")},
    "Schedule": {
        "weekdays": column("weekdays"),
        "rule": column("rule"),
        "opens": _clock("opens"),
        "closes": _clock("closes"),
        "validFrom": day("valid_from"),
        "validTo": day("valid_to"),
        "note": any_text("notes"),
    },
    "ScheduleException": {"day": day("day"), "opens": _clock("opens"), "closes": _clock("closes")},
}
