"""The audit in the graph: who did and saw what in the viewer's organisation, for those who guard it."""

from datetime import datetime
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Text, Uuid, any_
from sqlalchemy.dialects.postgresql import TIMESTAMP

from auth.scopes import Scope
from models.ledger import AuditEntry as Table
from planner.fields import Argument, One, Order, Page, Row, column, entity, planned
from planner.given import Given
from planner.ids import key_of
from resolvers.nodes import PAGE, Connection, Node, own_id, requires
from resolvers.scalars import DateTime
from resolvers.viewer import User

AUDIT = requires(Scope.AUDIT_READ)
NEWEST_FIRST = Order("AT", lambda r: [r.at, r.id], (datetime, UUID), descending=True)


@strawberry.type(description="One act, or one reading of what is confidential. It holds no content.", directives=AUDIT)
@entity(Table)
class AuditEntry(Node):
    id: strawberry.ID = own_id("AuditEntry")
    at: DateTime = column(Table.at, "When.")
    client_id: str = column(Table.client_id, "The client that asked.")
    user: User | None = planned(
        One(on=lambda p, r: r.id == p.user_id), "The person it acted for; null where a machine acted for itself."
    )
    act: str = column(Table.act, "The mutation, or `read:` and the field that was read.")
    classes: list[str] = column(Table.classes, "The classes of confidentiality a reading reached; empty for an act.")
    subjects: list[str] = column(Table.subjects, "The keys of the people, consents and referrals it touched.")
    request_id: str = column(Table.request_id, "The request, as the log names it.")


@strawberry.input(description="Narrows the audit. What is left out or null does not filter.")
class AuditFilter:
    client_id: str | None = strawberry.field(default=strawberry.UNSET, description="By this client.")
    act: str | None = strawberry.field(default=strawberry.UNSET, description="This act, exactly.")
    subject_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="That touched this person, consent, referral or count at the border."
    )
    since: DateTime | None = strawberry.field(default=strawberry.UNSET, description="At this moment or later.")
    before: DateTime | None = strawberry.field(default=strawberry.UNSET, description="Before this moment.")


def _subject(text: str) -> UUID | None:
    return next((key for name in ("Person", "Consent", "Referral", "BorderFlow") if (key := key_of(name, text))), None)


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    conditions: list[ColumnElement[bool]] = [row.organization_id == given.context("organization_id", Uuid())]
    if asked is None:
        return conditions
    if asked.has("clientId"):
        conditions.append(row.client_id == asked.bind("clientId", Text()))
    if asked.has("act"):
        conditions.append(row.act == asked.bind("act", Text()))
    if asked.has("subjectId"):
        conditions.append(asked.bind("subjectId", Uuid(), _subject) == any_(row.subjects))
    if asked.has("since"):
        conditions.append(row.at >= asked.bind("since", TIMESTAMP(timezone=True)))
    if asked.has("before"):
        conditions.append(row.at < asked.bind("before", TIMESTAMP(timezone=True)))
    return conditions


@strawberry.type
class LedgerQueries:
    audit_entries: Connection[AuditEntry] | None = planned(
        Page(order=lambda _g: NEWEST_FIRST, where=_asked),
        "Who did and saw what in the viewer's organisation, newest first: for its data protection officer and its"
        " administrators.",
        arguments={"filter": Argument(AuditFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=AUDIT,
    )
