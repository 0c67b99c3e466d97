"""What does a request of the HSDS API ask for? Its parameters, checked: one that is not understood is refused.

A filter that were passed over would answer with more than was asked for, and nobody would notice.
Source: HSDS 3.1, API reference (openapi.json).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from api.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PER_PAGE, MOST_PER_PAGE, LARGEST_PAGE = 50, 100, 1_000_000_000
LONGEST_TEXT = 500
NOTHING = UUID(int=0)
"An identifier that no record has: for one that is given and is no UUID."


class NotUnderstood(Refused):
    """A parameter is not understood."""

    status = 400


class NotHere(Refused):
    """There is no such record, or you may not see it."""

    status = 404


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read. None: not asked for."""

    page: int = 1
    per_page: int | None = None
    ndjson: bool = False
    full: bool = False
    full_service: bool = False
    minimal: bool = False
    top_only: bool = False
    search: str | None = None
    modified_after: datetime | None = None
    organization_id: UUID | None = None
    taxonomy_id: UUID | None = None
    taxonomy_term_id: UUID | None = None
    parent_id: UUID | None = None
    postcode: str | None = None
    proximity: float | None = None
    "Metres."
    scheme: str | None = None
    "Of the taxonomy that taxonomy_id names; None where there is none such."
    given: tuple[tuple[str, str], ...] = field(default=())
    "All of it as it came but for the page, to know the same question again."

    @property
    def size(self) -> int:
        return self.per_page or PER_PAGE


def read(query: list[tuple[str, str]], allowed: frozenset[str]) -> Asked:
    """This will read the parameters of a request. Raises NotUnderstood, naming the parameter."""
    said = dict(query)
    unknown = sorted(said.keys() - allowed)
    if unknown:
        raise NotUnderstood(f"There is no parameter {unknown[0][:50]!r} here. There are: {', '.join(sorted(allowed))}.")
    if len(said) < len(query):
        raise NotUnderstood("A parameter is given twice.")
    values = {name if name != "format" else "ndjson": READERS[name](name, text) for name, text in said.items()}
    asked = Asked(**values, given=tuple(sorted((name, text) for name, text in query if name != "page")))
    if asked.ndjson and {"page", "per_page"} & said.keys():
        raise NotUnderstood("With format=ndjson all is answered at once: leave page and per_page out.")
    if asked.proximity is not None and asked.postcode is None:
        raise NotUnderstood("proximity is counted from a postcode: give that too.")
    if asked.minimal and asked.full:
        raise NotUnderstood("Ask for minimal or for full, not for both.")
    return asked


def _number(name: str, text: str) -> int:
    most = MOST_PER_PAGE if name == "per_page" else LARGEST_PAGE
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and 1 <= int(text) <= most):
        raise NotUnderstood(f"{name} must be a number from 1 to {most:,}.")
    return int(text)


def _truth(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise NotUnderstood(f"{name} must be true or false.")
    return text == "true"


def _format(name: str, text: str) -> bool:
    if text not in ("json", "ndjson"):
        raise NotUnderstood(f"{name} must be json or ndjson.")
    return text == "ndjson"


def _text(name: str, text: str) -> str | None:
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise NotUnderstood(f"{name} must be at most {LONGEST_TEXT} signs of text.")
    return text.strip() or None


def _moment(name: str, text: str) -> datetime:
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        # A plus sign that nobody encoded arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotUnderstood(f"{name} must be a moment such as 2026-11-21T08:00:00Z.") from None


def _metres(name: str, text: str) -> float:
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 0 < int(text) <= 20_000_000):
        raise NotUnderstood(f"{name} must be a whole number of metres, at most 20,000,000.")
    return float(text)


def identifier(_name: str, text: str) -> UUID:
    """This will be the identifier that is given; one that no record has where it is no UUID."""
    try:
        return UUID(text)
    except ValueError:
        return NOTHING


READERS: Mapping[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(("page", "per_page"), _number),
    **dict.fromkeys(("full", "full_service", "minimal", "top_only"), _truth),
    **dict.fromkeys(("organization_id", "taxonomy_id", "taxonomy_term_id", "parent_id"), identifier),
    **dict.fromkeys(("search", "postcode"), _text),
    "format": _format,
    "modified_after": _moment,
    "proximity": _metres,
}
