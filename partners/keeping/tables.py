"""What are the tables of the directory to whoever keeps them: keys, columns by type, and which rows belong to which?"""

from dataclasses import dataclass
from functools import cache

from models import Base
from models.session import DIALECT

RECORDS = ("organization", "location", "service", "service_at_location")
"""Tables whose rows are records of their own: a link leads to them."""
PARTS: dict[str, tuple[str, ...]] = {
    "phone": ("answers_for_id", "service_id", "service_at_location_id"),
    "contact": ("answers_for_id", "service_id", "service_at_location_id", "location_id"),
    "organization_identifier": ("organization_id",),
    "cost_option": ("service_id",),
    "required_document": ("service_id",),
    "service_area": ("service_id",),
    "service_term": ("service_id",),
    "accessibility": ("location_id",),
    "schedule": ("service_at_location_id",),
    "schedule_exception": ("service_at_location_id",),
    "unmapped": ("record_id",),
}
"""Tables whose rows belong to a record, and the columns that say to which."""
OWNERS = {
    "answers_for_id": "organization",
    "organization_id": "organization",
    "service_id": "service",
    "service_at_location_id": "service_at_location",
    "location_id": "location",
}
"""The table of the records that such a column leads to; `record_id` leads to any."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's columns."""

    types: dict[str, str]
    "PostgreSQL's name of each column's type."
    key: tuple[str, ...]


@cache
def columns(table: str) -> Columns:
    """This will be the columns of a table of ours."""
    declared = Base.metadata.tables[table]
    types = {each.name: each.type.compile(dialect=DIALECT) for each in declared.c}
    return Columns(types, tuple(each.name for each in declared.primary_key))


@cache
def content(table: str) -> tuple[str, ...]:
    """This will be the columns that tell one part of a record from another: all but its key and its owner."""
    return tuple(name for name in columns(table).types if name != "id" and name not in PARTS[table])


def owned_by(table: str) -> list[tuple[str, str]]:
    """This will be the parts that a record of a table may have, and the column that leads from them to it."""
    return [
        (part, column)
        for part, owners in PARTS.items()
        for column in owners
        if column == "record_id" or OWNERS[column] == table
    ]
