"""What one actor sees: the rows that a SELECT of a table shows, and nothing else. The reference computes from it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson
from graphql import GraphQLResolveInfo

from auth.actor import Actor
from models.session import Connection, beginning
from tests.auth.looking import COLUMNS

Row = Mapping[str, Any]
TABLES = (
    "area", "term", "organization", "account", "location", "service", "service_at_location", "service_term", "phone",
    "capacity", "capacity_count", "schedule", "schedule_exception", "person", "person_identity", "person_contact",
    "person_vulnerability", "consent", "consent_withdrawal", "referral", "referral_subject", "referral_identity",
    "referral_contact", "referral_request", "referral_vulnerabilities", "referral_narrative", "referral_event",
    "referral_note", "referral_decline", "referral_withdrawal", "referral_outcome", "change", "feed", "audit_entry",
    "indicator", "indicator_release", "release_member", "release_cell", "release_signoff",
    "border_flow", "border_flow_part",
    "course", "course_version", "training", "training_session", "enrolment", "participant", "enrolment_credential",
    "attendance_device", "attendance_event", "attendance_ruling", "attendance", "training_score", "certificate",
    "membership", "invitation", "identity_provider", "oauth_client", "verification_request",
    "suggestion", "draft", "partner", "sync_run", "source_record", "partner_import", "claim", "duplicate",
    "contact", "cost_option", "required_document", "service_area", "accessibility", "organization_identifier",
    "term_mapping", "directory_version", "directory_feed",
)  # fmt: skip
"""What the graph is made of. What is derived from it (referral_party, opening, service_place) the reference derives
itself, by the rules."""
CONFIDENTIAL = {
    "person_identity": "person_id",
    "person_contact": "person_id",
    "person_vulnerability": "person_id",
    "referral_identity": "referral_id",
    "referral_contact": "referral_id",
    "referral_request": "referral_id",
    "referral_vulnerabilities": "referral_id",
    "referral_narrative": "referral_id",
    "referral_note": "referral_id",
    "participant": "enrolment_id",
    "enrolment_credential": "enrolment_id",
    "certificate": "id",
}
"Tables whose readings are recorded, and the column that says whom they are about."


class Rows(dict[str, list[Row]]):
    """Rows by their table, and found again by their values without walking through all of them."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        super().__init__(rows)
        self._having: dict[tuple[str, ...], dict[tuple[Any, ...], list[Row]]] = {}

    def having(self, table: str, values: Mapping[str, Any]) -> list[Row]:
        """The rows of a table with these values."""
        named = (table, *values)
        if named not in self._having:
            found = self._having[named] = defaultdict(list)
            for row in self[table]:
                found[_hashable(row[name] for name in values)].append(row)
        return self._having[named].get(_hashable(values.values()), [])


def _hashable(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


@dataclass
class Seen:
    """One actor's view of the database, while one operation is answered from it."""

    actor: Actor
    rows: Rows
    languages: tuple[str, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    revealed: dict[str, set[str]] = field(default_factory=dict)
    "By root field, whose confidential rows stand in the answer."

    def all(self, table: str, keep: Callable[[Row], bool] = lambda _row: True) -> list[Row]:
        """The rows of a table that meet a condition."""
        return [row for row in self.rows[table] if keep(row)]

    def having(self, table: str, **values: Any) -> list[Row]:
        """The rows with these values."""
        return self.rows.having(table, values)

    def one(self, table: str, **values: Any) -> Row | None:
        """The row with these values; None where there is none, or none to be seen."""
        found = self.having(table, **values)
        assert len(found) <= 1, (table, values)
        return found[0] if found else None

    def reveal(self, root: str, table: str, row: Row) -> None:
        """This will remember that a confidential row came to stand in the answer to a root field."""
        self.revealed.setdefault(root, set()).add(str(row[CONFIDENTIAL[table]]))


Info: TypeAlias = GraphQLResolveInfo[Seen]
"What a resolver of the reference is told of where it stands."


def _whole(table: str) -> str:
    return f"SELECT {', '.join(COLUMNS.get(table, ('*',)))} FROM {table}"


async def look(connection: Connection, actor: Actor) -> Rows:
    """This will read everything that the actor sees, on a connection of role app."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads)
    await connection.execute(beginning(actor.claims(), writes=False))
    try:
        return Rows({table: [dict(row) for row in await connection.fetch(_whole(table))] for table in TABLES})
    finally:
        await connection.execute("ROLLBACK")
