"""How actions write their statements: tables, values bound by a column's name and type, rows added under conditions."""

from typing import Any
from typing import cast as typed

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Insert,
    Table,
    bindparam,
    insert,
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
