"""Whole records as the rows of the standard's tables (HSDS 3.1, tabular data package). Pure.

An object within another becomes a row of its own table, and names by its identifier what it stands in. A row is told
once, however often the records name it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from partners.hsds.shapes import SHAPES, Json, made

Row = tuple[str, list[str]]
"The shape whose table it is of, and its cells in the order of the columns."
UP = {"service": "service_id", "organization": "organization_id", "location": "location_id"} | {
    name: f"{name}_id" for name in ("service_at_location", "contact", "phone", "taxonomy", "program", "unit")
}
"By shape, the column by which a part names what it stands in, or what stands in it."
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d ().-]*$)")


def columns(shape: str) -> list[str]:
    """This will be the columns of a table."""
    return list(SHAPES[shape].fields)


def rows(said: Json, shape: str, above: Mapping[str, str] | None = None) -> Iterator[Row]:
    """This will part a whole record into rows: its own, and those of all that stands in it.

    above: the columns by which it names what it stands in.
    """
    known = SHAPES[shape]
    own = {**said, **{name: id for name, id in (above or {}).items() if name in known.fields}}
    if shape == "attribute" and above:
        own |= {"link_id": next(iter(above.values())), "link_entity": next(iter(above)).removesuffix("_id")}
    for name, of in known.objects.items():
        if isinstance(said.get(name), dict):
            own.setdefault(UP.get(of, f"{of}_id"), said[name].get("id"))
            own["taxonomy_term_id" if of == "taxonomy_term" else UP[of]] = said[name].get("id")
            yield from rows(said[name], of)
    yield shape, [_cell(own.get(name)) for name in known.fields]
    of_this = {UP[shape]: said["id"]} if shape in UP else {"link_id": said["id"]}
    for name, of in known.lists.items():
        for item in said.get(name, ()):
            yield from rows({"id": made(said["id"], name, item), **item}, of, of_this)


def neutral(text: str) -> str:
    """This will be a text that no spreadsheet takes for a formula; a telephone number is none."""
    return f"'{text}" if _FORMULA.match(text) else text


def package(found: Mapping[str, int]) -> Json:
    """This will describe the tables that there are (Frictionless Data, tabular data package)."""
    return {
        "profile": "tabular-data-package",
        "name": "konbit-hsds",
        "hsds_version": "3.1",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": SHAPES[shape].path,
                "path": f"{SHAPES[shape].path}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "primaryKey": "id",
                    "fields": [
                        {"name": name, "type": "number" if kind == "number" else "string"}
                        for name, kind in SHAPES[shape].fields.items()
                    ],
                },
            }
            for shape in sorted(found)
        ],
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    return str(value) if isinstance(value, int | float) else neutral(orjson.dumps(value).decode())
