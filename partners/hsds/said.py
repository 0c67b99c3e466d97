"""One object of HSDS being said: its fields, our attributes for what it has no field for, and more of its source.

What a source said beyond the directory is laid beside our own words (`Said.done`): the fields that we do not fill come
back as they came; an item of a list either stands by itself (it has an identifier), or belongs to one of ours and is
found by what tells it from others. Where we say something ourselves, ours holds.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from partners.canonical import Texts
from partners.hsds.marks import ALL_FIELDS, LANGUAGE, TRANSLATION, VALUE, mark
from partners.hsds.parts import PCODE
from partners.hsds.schedules import CORE
from partners.hsds.shapes import Json, fits, made

Sign = Callable[[Json], object]


def _fields(*names: str) -> Sign:
    return lambda item: [item.get(name) for name in names]


def _area(item: Json) -> object:
    return item.get("name"), item.get("extent") if item.get("extent_type") == PCODE else None


def _cost(item: Json) -> object:
    return _fields("option", "currency", "valid_from", "valid_to")(item), item.get("currency") and item.get("amount")


FOUND_BY: Mapping[str, Sign] = {
    "addresses": _fields(),
    "phones": _fields("number"),
    "contacts": _fields("name", "title", "department", "email"),
    "schedules": _fields(*CORE),
    "cost_options": _cost,
    "required_documents": _fields("document"),
    "service_areas": _area,
    "accessibility": _fields("description"),
    "languages": _fields("code"),
    "organization_identifiers": _fields("identifier_scheme", "identifier"),
}
"By list, what tells one of its items from another."
OURS = frozenset({"id", "taxonomy", "taxonomy_id"})
"Fields in which our word holds: they are written in our way."


class Said:
    """An object as we say it."""

    def __init__(self, id: str, language: str) -> None:
        """language: the original one of the record that it belongs to."""
        self.id, self.language = id, language
        self._said: Json = {"id": id}
        self._marks: list[Json] = []

    def put(self, **fields: Any) -> "Said":
        """This will say some fields; None, "" and what is empty says nothing."""
        self._said |= {name: value for name, value in fields.items() if value not in (None, "", [])}
        return self

    def texts(self, **fields: Texts | None) -> "Said":
        """This will say texts: each in the record's language, or in one there is, and the others by attributes."""
        for name, texts in fields.items():
            if not texts:
                continue
            original = self.language if self.language in texts else min(texts)
            self._said[name] = texts[original]
            if original != self.language:
                self.mark(LANGUAGE, name, original)
            for tag in sorted(texts.keys() - {original}):
                self.mark(TRANSLATION, f"{name}@{tag}", texts[tag])
        return self

    def fitting(self, kind: str, **fields: str | None) -> "Said":
        """This will say fields that take only what is of a form, such as a URI; what is not goes by attribute."""
        for name, value in fields.items():
            if value and fits(value, kind):
                self._said[name] = value
            else:
                self.value(name, value)
        return self

    def value(self, label: str, value: str | None) -> "Said":
        """This will say by attribute what the standard has no field for."""
        if value is not None:
            self.mark(VALUE, label, value)
        return self

    def original(self) -> "Said":
        """This will say in which language the object's texts are, where they do not say otherwise."""
        self.mark(LANGUAGE, ALL_FIELDS, self.language)
        return self

    def mark(self, link_type: str, label: str, value: str) -> None:
        self._marks.append(mark(self.id, link_type, label, value))

    def attribute(self, link_type: str | None, term: Json) -> "Said":
        """This will link the object to a term."""
        named = {"link_type": link_type} if link_type else {}
        id = made(self.id, link_type, term["id"], term.get("language"))
        self._marks.append({"id": id, **named, "taxonomy_term_id": term["id"], "taxonomy_term": term})
        return self

    def attributes(self, attributes: Iterable[Json]) -> "Said":
        self._marks += attributes
        return self

    def done(self, kept: Mapping[str, Any] | None = None, **defaults: Any) -> Json:
        """This will be the object, with what its source said more.

        defaults: fields that it must have, for where nobody says anything of them.
        """
        said = self._said
        if self._marks:
            said["attributes"] = self._marks
        if kept:
            _lay_beside(said, kept)
        for name, value in defaults.items():
            said.setdefault(name, value)
        return said


def _lay_beside(said: Json, kept: Mapping[str, Any], *, over: bool = False) -> None:
    """over: what is kept holds where both say something, as of an item that is ours by what tells it from others."""
    for name, value in kept.items():
        if name == "attributes":
            said[name] = _beside(said.get(name, []), value, _is_of_term)
        elif name in FOUND_BY and isinstance(value, list):
            if items := _beside(said.get(name, []), value, _alike(FOUND_BY[name])):
                said[name] = items
        elif isinstance(value, dict) and isinstance(said.get(name), dict):
            _lay_beside(said[name], value, over=over)
        elif said.get(name) in (None, "") or (over and name not in OURS):
            said[name] = value


def _beside(said: list[Json], kept: list[Json], is_it: Callable[[Json, Json], bool]) -> list[Json]:
    items, waiting = list(said), list(said)
    for item in kept:
        if "id" in item:
            items.append(item)
        elif own := next((each for each in waiting if is_it(each, item)), None):
            waiting.remove(own)
            _lay_beside(own, item, over=True)
    return items


def _alike(sign: Sign) -> Callable[[Json, Json], bool]:
    return lambda own, kept: sign(own) == sign(kept)


def _is_of_term(own: Json, kept: Json) -> bool:
    """Our schemes begin with the partner's name; its own way of naming them does not."""
    ours, theirs = own.get("taxonomy_term") or {}, kept.get("taxonomy_term") or {}
    scheme, said = str(ours.get("taxonomy")), str(theirs.get("taxonomy"))
    return ours.get("code") == theirs.get("code") and (scheme == said or scheme.endswith(f":{said}"))
