"""Reads one object of what a partner sent, value by value: each is as it should be, or named and left out."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from models.rules.languages import read_tag
from partners.canonical import Texts

Kind = TypeVar("Kind", bound=StrEnum)
LONGEST_TEXT = 4_000


class Said:
    """An object of JSON, and where in the service it stands."""

    def __init__(self, value: Any, problems: list[str], path: str = "") -> None:
        self.problems = problems
        self.path = path
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        if value is not None and not isinstance(value, dict):
            self.complain("", "is no object")

    def complain(self, name: str, what: str) -> None:
        where = ".".join(filter(None, (self.path, name)))
        self.problems.append(f"{where} {what}: it stays out.")

    def text(self, name: str, *, most: int = LONGEST_TEXT) -> str | None:
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, str) and len(value) <= most:
            return value.strip() or None
        self.complain(name, f"is no text of up to {most} signs")
        return None

    def texts(self, name: str, original: str) -> Texts | None:
        """Texts by language, the original's first: `[{"language": "ht", "text": ...}]` or `{"ht": ...}`."""
        value = self.value.get(name)
        if value is None:
            return None
        pairs: Iterable[tuple[Any, Any]]
        if isinstance(value, str):
            pairs = [(original, value)]
        elif isinstance(value, dict):
            pairs = value.items()
        elif isinstance(value, list):
            pairs = [(each.get("language"), each.get("text")) for each in value if isinstance(each, dict)]
        else:
            pairs = []
        found: Texts = {}
        for language, text in pairs:
            tag = read_tag(language) if isinstance(language, str) else None
            if tag is None or not isinstance(text, str) or len(text) > LONGEST_TEXT:
                self.complain(name, f"holds what is no text of up to {LONGEST_TEXT} signs in a BCP 47 language")
            elif text.strip():
                found[tag] = text.strip()
        first = {original: found[original]} if original in found else {}
        return {**first, **found} or None

    def word(self, name: str, kinds: type[Kind]) -> Kind | None:
        value = self.value.get(name)
        if value is None:
            return None
        try:
            return kinds(value)
        except ValueError:
            self.complain(name, f"“{str(value)[:60]}” is none of {', '.join(kinds)}")
            return None

    def words(self, name: str, kinds: type[Kind]) -> tuple[Kind, ...]:
        found = [Said({name: each}, self.problems, self.path).word(name, kinds) for each in self._list(name)]
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def strings(self, name: str) -> tuple[str, ...]:
        found = [Said({name: each}, self.problems, self.path).text(name, most=500) for each in self._list(name)]
        return tuple(each for each in found if each)

    def languages(self, name: str) -> tuple[str, ...]:
        told = self.strings(name)
        read = {each: read_tag(each) for each in told}
        for each in (each for each, tag in read.items() if tag is None):
            self.complain(name, f"“{each[:60]}” is no BCP 47 tag")
        return tuple(sorted({tag for tag in read.values() if tag}))

    def objects(self, name: str) -> list["Said"]:
        return [
            Said(each, self.problems, ".".join(filter(None, (self.path, f"{name}[{at}]"))))
            for at, each in enumerate(self._list(name))
        ]

    def object(self, name: str) -> "Said | None":
        value = self.value.get(name)
        return None if value is None else Said(value, self.problems, ".".join(filter(None, (self.path, name))))

    def flag(self, name: str) -> bool | None:
        value = self.value.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.complain(name, "is neither true nor false")
        return None

    def whole(self, name: str, *, most: int = 1_000_000) -> int | None:
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            return value
        self.complain(name, f"is no whole number from 0 to {most}")
        return None

    def money(self, name: str) -> Decimal | None:
        value = self.value.get(name)
        if value is None:
            return None
        try:
            amount = Decimal(str(value)).quantize(Decimal("0.01"))
        except InvalidOperation:
            amount = Decimal(-1)
        if 0 <= amount < 10**12:
            return amount
        self.complain(name, "is no amount of money")
        return None

    def day(self, name: str) -> date | None:
        value = self.value.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.complain(name, "is no day, such as 2026-11-21")
        return None

    def clock(self, name: str) -> time | None:
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, str) and (match := re.fullmatch(r"(\d{2}):(\d{2})(?::00)?", value)):
            hour, minute = int(match[1]), int(match[2])
            if (hour, minute) == (24, 0):
                return time(0)
            if hour < 24 and minute < 60:
                return time(hour, minute)
        self.complain(name, "is no time of day, such as 08:30")
        return None

    def moment(self, name: str) -> datetime | None:
        value = self.value.get(name)
        if value is None:
            return None
        try:
            read = datetime.fromisoformat(value) if isinstance(value, str) else None
            if read is not None and read.tzinfo is not None and 1900 < read.year < 9000:
                return read.astimezone(UTC)
        except ValueError:
            pass
        self.complain(name, "is no moment with its offset (RFC 3339), such as 2026-11-21T17:58:01Z")
        return None

    def _list(self, name: str) -> list[Any]:
        value = self.value.get(name)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.complain(name, "is no list")
        return []
