"""How a reading of classes 1 to 4 is recorded: in the statement that reads, so that nothing leaves before it is."""

from sqlalchemy import CTE, Insert, Text, Uuid, cast, func, insert, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from models.base import Confidentiality
from models.ledger import AuditEntry
from planner.given import Given


def record(answer: CTE, classes: frozenset[int], root: str, given: Given) -> Insert:
    """One entry for each row of the answer that revealed something: who, at which root field, which classes, whom."""
    reached = ", ".join(f"'{Confidentiality(number).name}'" for number in sorted(classes))
    whom = select(func.unnest(cast(func.string_to_array(answer.c.ids, literal_column("','")), ARRAY(Uuid)))).distinct()
    reading = select(
        given.context("organization_id", Uuid()),
        given.context("client_id", Text()),
        given.context("user_id", Uuid()),
        literal_column(f"'read:{root}'"),
        literal_column(f"ARRAY[{reached}]"),
        func.array(whom.correlate(answer).scalar_subquery()),
        given.context("request_id", Text()),
    ).where(answer.c.ids.is_not(None))
    columns = ["organization_id", "client_id", "user_id", "act", "classes", "subjects", "request_id"]
    return insert(AuditEntry).from_select(columns, reading)
