"""JSON as PostgreSQL writes it: objects of any size, arrays that are never null, and scalars in one form."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Numeric, Text, cast, func, literal_column
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.ext.compiler import compiles

RFC_3339: ColumnElement[str] = literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'')
EMPTY: ColumnElement[Any] = literal_column("'[]'::json", JSON())


class JsonObject(ColumnElement[Any]):
    """`json_object(k VALUE v, ...)`: json_build_object takes at most 50 pairs."""

    inherit_cache = False
    type = JSON()

    def __init__(self, fields: Mapping[str, ColumnElement[Any]]) -> None:
        self.fields = dict(fields)

    def get_children(self, **_options: Any) -> list[ColumnElement[Any]]:
        return list(self.fields.values())


@compiles(JsonObject)
def _json_object(element: JsonObject, compiler: Any, **options: Any) -> str:
    if not element.fields:
        return "'{}'::json"
    pairs = (f"'{name}' VALUE {compiler.process(value, **options)}" for name, value in element.fields.items())
    return f"json_object({', '.join(pairs)})"


def scalar(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A scalar in the one form the graph answers it in: DateTime in UTC with six digits, Decimal as a string."""
    if isinstance(value.type, DateTime):
        return func.to_char(value, RFC_3339)
    if isinstance(value.type, Numeric) and value.type.asdecimal:
        return cast(value, Text)
    return value


def array_of(value: ColumnElement[Any], *order: ColumnElement[Any]) -> ColumnElement[Any]:
    """All values as an array, empty where there is none."""
    ordered = aggregate_order_by(value, *order) if order else value
    return func.coalesce(func.json_agg(ordered), EMPTY)
