"""How transactions wait for one another by a key of their own choosing, where no one row would do."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func, literal_column


def one_at_a_time(key: SQLColumnExpression[UUID]) -> ColumnElement[Any]:
    """Waits, for each row it is selected with, until no other transaction holds the key, and holds it to the end.

    What must not have changed meanwhile is read by a later statement: this one's snapshot is older than the wait.
    """
    return func.pg_advisory_xact_lock(func.hashtextextended(cast(key, Text), literal_column("0")))
