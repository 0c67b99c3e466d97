"""One object of a partner's HSDS being read: what was understood of it is told apart from what is kept as it came."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from models.rules.vocabulary import Word
from partners.canonical import Texts, Unmapped
from partners.hsds.marks import read_marks
from partners.hsds.shapes import Json, cleaned, whole
from partners.reading.numbers import number

W = TypeVar("W", bound=Word)


class Told:
    """An object as a partner tells it."""

    def __init__(self, raw: Json, shape: str, language: str) -> None:
        """language: that of its texts where it does not say itself."""
        self.raw, self.shape = raw, shape
        self.marks, self._attributes = read_marks(_dicts(raw.get("attributes")))
        self.language = self.marks.language or language
        self._taken = {"id", "attributes"}
        self._kept: dict[str, list[Json]] = {}

    def again(self) -> "Told":
        """This will be the same object, of which nothing was understood yet."""
        return Told(self.raw, self.shape, self.language)

    @property
    def id(self) -> str | None:
        return text(self.raw.get("id"))

    def text(self, *names: str) -> str | None:
        """This will be the first of these fields that says something."""
        for name in names:
            if found := text(self.raw.get(name)):
                self._taken.add(name)
                return found
        return None

    def either(self, name: str, label: str) -> str | None:
        """This will be a field's text, or where it does not fit there that of our attribute of that label."""
        return self.text(name) or self.value(label)

    def texts(self, *names: str) -> Texts | None:
        """This will be a field's text in all its languages, the original first."""
        said = self.text(*names)
        if said is None:
            return None
        name = names[0]
        original = self.marks.languages.get(name, self.language)
        return {original: said} | {
            tag: words for tag, words in self.marks.translations.get(name, {}).items() if tag != original
        }

    def value(self, label: str) -> str | None:
        """This will be what our attribute of that label says; None where there is none, or it is empty."""
        return self.marks.values.get(label) or None

    def number(self, name: str) -> float | None:
        found = number(self.raw.get(name))
        if found is not None:
            self._taken.add(name)
        return found

    def date(self, name: str) -> date | None:
        found = day(self.raw.get(name))
        if found is not None:
            self._taken.add(name)
        return found

    def children(self, name: str, shape: str) -> Iterator["Told"]:
        """This will hand over what a list holds; whatever of it is to be kept must be given back by `keep`."""
        self._taken.add(name)
        for raw in _dicts(self.raw.get(name)):
            yield Told(raw, shape, self.language)

    def child(self, name: str, shape: str) -> "Told | None":
        """This will be what one field holds."""
        raw = self.raw.get(name)
        if not isinstance(raw, dict):
            return None
        self._taken.add(name)
        return Told(raw, shape, self.language)

    def attributes(self) -> Iterator[Json]:
        """This will hand over the attributes that are not of ours alone; give back by `keep` what is to be kept."""
        yield from self._attributes

    def keep(self, name: str, item: Json | None) -> None:
        """This will keep one item of a list, to be said again."""
        if item:
            self._kept.setdefault(name, []).append(item)

    def take(self, *names: str) -> None:
        """This will take fields as understood."""
        self._taken.update(names)

    def beside(self, core: Json) -> Json | None:
        """This will be what was not understood, next to the fields by which it is found again; None for nothing."""
        rest = self.rest()
        return {**{name: value for name, value in core.items() if value is not None}, **rest} if rest else None

    def whole(self) -> Json | None:
        """This will be all of it, to be said again as it is."""
        return whole({**self.raw, "attributes": self._attributes}, self.shape)

    def unmapped(self) -> Unmapped:
        """This will be what was not understood, as a canonical record keeps it."""
        rest = self.rest()
        return {"hsds": rest} if rest else {}

    def rest(self) -> Json:
        """This will be what was not understood and can be said again."""
        left = {name: value for name, value in self.raw.items() if name not in self._taken}
        return {**cleaned(left, self.shape), **self._kept}


def text(value: Any) -> str | None:
    """This will be what a field says as text, a number too; None for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def word(words: type[W], said: str | None) -> W | None:
    """This will be the word that is said, where it is one of these."""
    try:
        return words(said or "")
    except ValueError:
        return None


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """This will be a moment, UTC; what has no time zone is taken for UTC."""
    try:
        found = datetime.fromisoformat(str(value or ""))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _dicts(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
