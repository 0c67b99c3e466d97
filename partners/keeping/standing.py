"""What stands in the directory of what a batch of records speaks of, in memory; and what is to change of it.

Records are compared with it and written to it one after the other, without a question to the database; what changed is
then written at once (writing.py). So a batch costs the same few statements, however many records are in it.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from random import getrandbits
from typing import Any
from uuid import UUID

from partners.keeping.tables import columns, content, owned_by

Row = dict[str, Any]
"By column."


class Written(StrEnum):
    """What became of a row."""

    NEW = auto()
    CHANGED = auto()
    SAME = auto()


@dataclass(slots=True)
class Changes:
    """What is to be written of a table; rows by their identity in memory."""

    new: dict[int, Row] = field(default_factory=dict)
    changed: dict[int, tuple[Row, set[str]]] = field(default_factory=dict)
    gone: dict[int, Row] = field(default_factory=dict)


@dataclass(slots=True)
class Standing:
    """The rows that a batch may touch, as they stand and as they shall stand."""

    rows: dict[str, dict[UUID, Row]] = field(default_factory=lambda: defaultdict(dict))
    "Of each table, by key."
    parts: dict[tuple[str, str], dict[UUID, list[Row]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    "By table and column of the owner, by owner."
    terms: dict[tuple[str, str], Row] = field(default_factory=dict)
    "By scheme and code."
    capacities: dict[UUID, dict[UUID | None, Row]] = field(default_factory=lambda: defaultdict(dict))
    "By service, by service at a location; None: of the service as a whole."
    place_links: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    "By service at a location: the partner's ids of it."
    claims: dict[UUID, list[Row]] = field(default_factory=lambda: defaultdict(list))
    "By record, where more than one source speaks of it, or a steward did."
    slugs: set[str] = field(default_factory=set)
    "Of organisations that are new."
    sheltering: set[UUID] = field(default_factory=set)
    "Locations at which there is a safe house."
    changes: dict[str, Changes] = field(default_factory=lambda: defaultdict(Changes))

    def write(
        self, table: str, at: UUID | None, values: Mapping[str, Any], *, beside: Mapping[str, Any] | None = None
    ) -> tuple[UUID, Written]:
        """This will bring the row `at` up to date, or make one where there is none; answers its key.

        beside: columns that are written with the rest and are no reason to write, such as the time of fetching.
        """
        row = None if at is None else self.rows[table].get(at)
        if row is None:
            (key,) = columns(table).key
            local = new_id() if at is None or key == "id" else at
            row = {key: local, **values, **(beside or {})}
            self.rows[table][local] = row
            self.changes[table].new[id(row)] = row
            return local, Written.NEW
        differing = {name for name, value in values.items() if row.get(name) != value}
        if differing:
            row.update(values)
            row.update(beside or {})
            self._change(table, row, {*differing, *(beside or ())})
        return row[columns(table).key[0]], Written.CHANGED if differing else Written.SAME

    def write_parts(self, table: str, column: str, owner: UUID, wanted: Iterable[Row]) -> bool:
        """This will make the rows of a table that belong to an owner be just these; answers whether any changed."""
        missing = {_told(table, row): row for row in wanted}
        stand = self.parts[table, column][owner]
        kept = [row for row in stand if missing.pop(_told(table, row), None) is not None]
        surplus = [row for row in stand if not any(row is each for each in kept)]
        for row in surplus:
            self._remove(table, row)
        added = [{column: owner, **row} for row in missing.values()]
        self.changes[table].new.update((id(row), row) for row in added)
        self.parts[table, column][owner] = kept + added
        return bool(surplus or missing)

    def remove_place(self, place: UUID) -> None:
        """This will take a service at a location away, with all that is its own."""
        for table, column in owned_by("service_at_location"):
            if table == "unmapped":
                self.write_parts(table, column, place, ())
                continue
            for row in self.parts[table, column].pop(place, ()):
                self.changes[table].new.pop(id(row), None)
        self._remove("service_at_location", self.rows["service_at_location"].pop(place))

    def places_of(self, service: UUID) -> list[Row]:
        """This will be the rows of service_at_location of a service."""
        return [row for row in self.rows["service_at_location"].values() if row["service_id"] == service]

    def _change(self, table: str, row: Row, names: set[str]) -> None:
        changes = self.changes[table]
        if id(row) not in changes.new:
            changes.changed.setdefault(id(row), (row, set()))[1].update(names)

    def _remove(self, table: str, row: Row) -> None:
        changes = self.changes[table]
        changes.changed.pop(id(row), None)
        if changes.new.pop(id(row), None) is None:
            changes.gone[id(row)] = row


def new_id() -> UUID:
    """This will be a UUIDv7 as the database makes them: RFC 9562, 5.7, with the fraction of 6.2, method 3."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | getrandbits(62))


def as_json(value: Any) -> Any:
    """This will be a value, or a row's values, as JSON holds them."""
    return json.loads(json.dumps(value, default=str))


def _told(table: str, row: Row) -> tuple[Any, ...]:
    return tuple(_frozen(row[name]) for name in content(table))


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return tuple(value) if isinstance(value, list) else value
