"""How a reading of classes 1 to 4 is recorded: in the statement that reads, so that nothing leaves before it is."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Insert, Text, Uuid, insert, literal_column, select

from models.base import Confidentiality
from models.ledger import AuditEntry
from planner.given import Given


def record(answer: CTE, whom: ColumnElement[Any], classes: frozenset[int], root: str, given: Given) -> Insert:
    """One entry for each row of the answer that revealed something: who, at which root field, which classes, whom."""
    reached = ", ".join(f"'{Confidentiality(number).name}'" for number in sorted(classes))
    reading = select(
        given.context("organization_id", Uuid()),
        given.context("client_id", Text()),
        given.context("user_id", Uuid()),
        literal_column(f"'read:{root}'"),
        literal_column(f"ARRAY[{reached}]"),
        whom,
        given.context("request_id", Text()),
    ).where(answer.c.ids.is_not(None))
    columns = ["organization_id", "client_id", "user_id", "act", "classes", "subjects", "request_id"]
    return insert(AuditEntry).from_select(columns, reading)
