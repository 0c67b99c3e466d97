"""How the reference writes values: ids, moments, texts in a language. Nothing here is shared with the planner."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.rules.languages import choose, fallbacks, read_tag
from tests.planner.seen import Info, Row, Seen

Resolve = Callable[..., Any]
Fields = dict[str, Resolve]
_ID = re.compile(r"([A-Za-z]+)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def column(name: str) -> Resolve:
    """A field that is a column."""
    return lambda row, info: row[name]


def moment(name: str) -> Resolve:
    """A field that is a column with a moment: UTC, six digits."""
    return lambda row, info: row[name] and row[name].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day(name: str) -> Resolve:
    """A field that is a column with a day."""
    return lambda row, info: row[name] and row[name].isoformat()


def own_id(type_name: str, name: str = "id") -> Resolve:
    """The field `id`."""
    return lambda row, info: f"{type_name}_{row[name]}"


def text(names: str) -> Resolve:
    """A text by language: the argument, else what the reader accepts, else the original."""

    def resolve(row: Row, info: Info, language: str | None = None) -> str | None:
        texts: dict[str, str] = row[names] or {}
        tag = read_tag(language) if language is not None else None
        wanted = [*(fallbacks(tag) if tag else ()), *seen(info).languages]
        return texts.get(choose(wanted, texts) or row["language"])

    return resolve


def itself(row: Row, info: Info) -> Row:
    """An object made of the same row."""
    return row


def seen(info: Info) -> Seen:
    found: Seen = info.context
    return found


def key_of(type_name: str, text_: str) -> UUID | None:
    """The key in an id of the type; None for any other text."""
    found = _ID.fullmatch(text_)
    return UUID(found[2]) if found and found[1] == type_name else None


def tag_of(text_: str) -> str | None:
    """The type that an id names."""
    found = _ID.fullmatch(text_)
    return found[1] if found else None


def revealed(info: Info, table: str, row: Row | None) -> Row | None:
    """The same row, remembered as read by the root field that this is a part of."""
    if row is not None:
        path = info.path
        while path.prev is not None:
            path = path.prev
        seen(info).reveal(str(path.key), table, row)
    return row


def read_moment(text_: str) -> datetime:
    return datetime.fromisoformat(text_.upper())
