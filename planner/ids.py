"""Ids on the wire: the type's name and the row's key, `Referral_6f9619ff-8b86-4011-b42d-00cf4fc964ff`."""

import re
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, literal_column

_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def global_id(type_name: str, key: UUID) -> str:
    """The id of a row in its one canonical form."""
    return f"{type_name}_{key}"


def global_id_sql(type_name: str, key: ColumnElement[UUID]) -> ColumnElement[str]:
    """The same, written by the database."""
    return literal_column(f"'{type_name}_'").op("||")(cast(key, Text))


def key_of(type_name: str, text: object) -> UUID | None:
    """The row's key, or None where the text is no id of the type: malformed and unknown answer alike."""
    tagged = split(text)
    return tagged[1] if tagged and tagged[0] == type_name else None


def split(text: object) -> tuple[str, UUID] | None:
    """The type's name and the key, or None where the text is no id at all."""
    name, _, key = text.partition("_") if isinstance(text, str) else ("", "", "")
    return (name, UUID(key)) if _KEY.fullmatch(key) else None
