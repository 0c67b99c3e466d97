"""How actions write their statements: tables, values bound by a column's name and type, rows added under conditions."""

from typing import Any
from typing import cast as typed
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Insert,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
)

from models.base import Base


def table(model: type[Base]) -> Table:
    """A model's table."""
    return typed(Table, model.__table__)


def bind(column: ColumnElement[Any], name: str | None = None) -> BindParameter[Any]:
    """A value to come, of the column's type; `name` where it is not the column's own."""
    return bindparam(name or column.key, type_=column.type)


def added(to: Table, *where: ColumnElement[bool], **values: ColumnElement[Any]) -> Insert:
    """An INSERT of one row for each row the values come from; of just one row, where they come from none."""
    return insert(to).from_select(list(values), select(*values.values()).where(*where))


def one_at_a_time(key: ColumnElement[UUID]) -> ColumnElement[Any]:
    """Waits, for each row it is selected with, until no other transaction holds the key, and holds it to the end.

    What must not have changed meanwhile is read by a later statement: this one's snapshot is older than the wait.
    """
    return func.pg_advisory_xact_lock(func.hashtextextended(cast(key, Text), literal_column("0")))
