"""How does HSDS say what it has no field for? In attributes of ours, which every reader may pass over.

An `attribute` may hang on nearly every object of the standard, in its JSON and in its tables; its `link_type` comes
from an open codelist. Ours are:

| link_type | label | value |
|---|---|---|
| konbit:language | a field, or `*` | the language (BCP 47) its text is in |
| konbit:translation | field@language | the same text in that language |
| konbit:value | a name | what it is |
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from models.rules.languages import read_tag
from partners.hsds.shapes import Json, made

OURS = "konbit:"
LANGUAGE, TRANSLATION, VALUE = "konbit:language", "konbit:translation", "konbit:value"
CATEGORY = "konbit:category"
"Links to a term of one of our own taxonomies (partners/hsds/taxonomies.py)."
ALL_FIELDS = "*"


@dataclass(slots=True)
class Marks:
    """What the attributes of ours on one object say."""

    languages: dict[str, str] = field(default_factory=dict)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    "By field, the text by language."
    values: dict[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str | None:
        return self.languages.get(ALL_FIELDS)


def mark(of: str, link_type: str, label: str, value: str) -> Json:
    """This will be an attribute of ours on the object of that identifier."""
    return {"id": made(of, link_type, label), "link_type": link_type, "label": label, "value": value}


def read_marks(attributes: Iterable[Json]) -> tuple[Marks, list[Json]]:
    """This will part the attributes of one object into what ours say and those of others."""
    marks, others = Marks(), []
    for attribute in attributes:
        kind, label, value = (attribute.get(name) for name in ("link_type", "label", "value"))
        if not isinstance(kind, str) or not kind.startswith(OURS):
            others.append(attribute)
        elif isinstance(label, str) and kind in (LANGUAGE, TRANSLATION, VALUE):
            _note(marks, kind, label, "" if value is None else value)
        elif kind == CATEGORY:
            others.append(attribute)
    return marks, others


def _note(marks: Marks, kind: str, label: str, value: Any) -> None:
    if not isinstance(value, str):
        return
    if kind == VALUE:
        marks.values[label] = value
    elif kind == LANGUAGE and (tag := read_tag(value)):
        marks.languages[label] = tag
    elif kind == TRANSLATION:
        name, _, said = label.rpartition("@")
        tag = read_tag(said)
        if name and tag and value.strip():
            marks.translations.setdefault(name, {})[tag] = value.strip()
