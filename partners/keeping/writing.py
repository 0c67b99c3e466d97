"""Writes what changed of a batch: of each table what is gone, what is new and what differs, a statement each."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from models import Base
from models.session import Connection
from partners.keeping.standing import Row, Standing
from partners.keeping.tables import columns


async def write_changes(connection: Connection, standing: Standing) -> None:
    """This will write all that changed, whatever is referred to before what refers to it.

    Raises what asyncpg raises where the database refuses any of it.
    """
    order = [table.name for table in Base.metadata.sorted_tables if table.name in standing.changes]
    for table in reversed(order):
        gone = standing.changes[table].gone.values()
        if gone:
            await connection.execute(_delete(table), _json(gone))
    for table in order:
        known = columns(table).types.keys()
        for names, rows in _alike((row, row.keys() & known) for row in standing.changes[table].new.values()):
            await connection.execute(_insert(table, names), _json(rows))
        for names, rows in _alike(standing.changes[table].changed.values()):
            await connection.execute(_update(table, names), _json(rows))


def _alike(changes: Iterable[tuple[Row, Iterable[str]]]) -> Iterable[tuple[tuple[str, ...], list[Row]]]:
    """Rows together in which the same columns are to be written."""
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row, names in changes:
        found[tuple(sorted(names))].append(row)
    return found.items()


def _json(rows: Iterable[Row]) -> str:
    return json.dumps(list(rows), default=_plain)


def _plain(value: Any) -> str:
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)


@cache
def _insert(table: str, names: Sequence[str]) -> str:
    listed = ", ".join(names)
    return f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM {_rows(table, names)}'


@cache
def _update(table: str, names: Sequence[str]) -> str:
    key = columns(table).key
    assigned = ", ".join(f"{name} = r.{name}" for name in names)
    return f'UPDATE "{table}" AS t SET {assigned} FROM {_rows(table, (*key, *names))} WHERE {_same(key)}'


@cache
def _delete(table: str) -> str:
    key = columns(table).key
    return f'DELETE FROM "{table}" AS t USING {_rows(table, key)} WHERE {_same(key)}'


def _rows(table: str, names: Iterable[str]) -> str:
    types = columns(table).types
    listed = ", ".join(f"{name} {types[name]}" for name in dict.fromkeys(names))
    return f"json_to_recordset($1::text::json) AS r ({listed})"


def _same(key: Iterable[str]) -> str:
    return " AND ".join(f"t.{name} = r.{name}" for name in key)
