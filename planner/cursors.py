"""Keyset cursors: where a page ended, by the values it was sorted by. Stable while rows come before or after."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Text, cast, func, literal_column

from planner.errors import BadInput


def cursor_sql(order: str, keys: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The cursor of a row, written by the database: base64 of a JSON array of the order's name and its keys."""
    array = cast(func.json_build_array(literal_column(f"'{order}'"), *keys), Text)
    written = func.encode(func.convert_to(array, literal_column("'UTF8'")), literal_column("'base64'"))
    return func.replace(written, literal_column("E'\\n'"), literal_column("''"))


def read_cursor(text: object, order: str, kinds: Sequence[type]) -> list[str]:
    """The keys a cursor holds, as texts that the database can cast to the given types.

    Raises BadInput where it is not a cursor of this order.
    """
    try:
        name, *keys = orjson.loads(base64.b64decode(str(text).encode(), validate=True))
        if name == order and len(keys) == len(kinds):
            return [_as(kind, key) for kind, key in zip(kinds, keys, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError):
        pass
    raise BadInput("The cursor is not of this list in this order. Take it from pageInfo or an edge of the same list.")


def _as(kind: type, key: Any) -> str:
    """A key as the database reads it: whoever forged the cursor meets the same refusal here as for any other."""
    if kind is datetime:
        return "infinity" if key == "infinity" else _moment(datetime.fromisoformat(key))
    if kind is date:
        return date.fromisoformat(key).isoformat()
    if kind is UUID:
        return str(UUID(str(key)))
    numbers = (int, float) if kind is float else kind
    if not isinstance(key, numbers) or isinstance(key, bool):
        raise TypeError(key)
    text = str(key)
    if "\0" in text or (kind is int and not -(2**63) <= int(text) < 2**63):
        raise ValueError(key)
    return text


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(moment)
    return moment.astimezone(UTC).isoformat()
