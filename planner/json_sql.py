"""JSON as PostgreSQL writes it, as text: `concat` learns its arguments' types once, json_object for every row again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, ColumnElement, DateTime, Enum, Integer, Numeric, Text, Uuid, cast, func, literal_column
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.compiler import compiles

RFC_3339: ColumnElement[str] = literal_column(r"""'"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'""")
"In quotes, as JSON has it."
MOST_ARGUMENTS = 100
"Of a function of PostgreSQL."


class Json(Text):
    """A text that is JSON already; where it is null in SQL, so it is in JSON."""


class JsonObject(ColumnElement[str]):
    """An object of any number of fields, each as `scalar`, `array_of` or another object wrote it."""

    inherit_cache = False
    type = Json()

    def __init__(self, fields: Mapping[str, ColumnElement[Any]]) -> None:
        self.fields = dict(fields)

    def get_children(self, **_options: Any) -> list[ColumnElement[Any]]:
        return list(self.fields.values())


@compiles(JsonObject)
def _concat(element: JsonObject, compiler: Any, **options: Any) -> str:
    if not element.fields:
        return "'{}'"
    arguments: list[str] = []
    for name, value in element.fields.items():
        arguments += [
            f"""'{"," if arguments else "{"}"{name}":'""",
            f"coalesce({compiler.process(value, **options)}, 'null')",
        ]
    arguments.append("'}'")
    calls = (arguments[at : at + MOST_ARGUMENTS] for at in range(0, len(arguments), MOST_ARGUMENTS))
    return " || ".join(f"concat({', '.join(call)})" for call in calls)


def scalar(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A scalar in the one form the graph answers it in: DateTime in UTC with six digits, Decimal as a string."""
    match value.type:
        case Json():
            return value
        case DateTime():
            return func.to_char(value, RFC_3339, type_=Json())
        case Boolean() | Integer():
            return cast(value, Json)
        case Enum() | Uuid() | Numeric(asdecimal=True):  # nothing in them is ever escaped
            return (
                constant('"')
                .op("||", return_type=Json())(cast(value, Text))
                .op("||", return_type=Json())(constant('"'))
            )
    return func.to_json(value)


def array_of(
    value: ColumnElement[Any], *order: ColumnElement[Any], where: ColumnElement[bool] | None = None
) -> ColumnElement[Any]:
    """All values as an array, empty where there is none."""
    written = func.coalesce(value if isinstance(value.type, Json) else cast(value, Json), constant("null"))
    ordered = aggregate_order_by(constant(","), *order) if order else constant(",")
    listed = func.string_agg(written, ordered)
    return func.concat(constant("["), listed if where is None else listed.filter(where), constant("]"), type_=Json())


def constant(json: str) -> ColumnElement[str]:
    """JSON that is the same in every row; holds no apostrophe."""
    return literal_column(f"'{json}'", Json())


def finished(document: ColumnElement[Any]) -> ColumnElement[bytes]:
    """A finished document as the bytes that are sent."""
    return func.convert_to(document, literal_column("'UTF8'")).label("doc")
