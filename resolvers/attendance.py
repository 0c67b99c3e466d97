"""Attendance in the graph: sessions, who came to them, and the events behind it that a person has to look at."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Select, Text, Uuid, any_, cast, func, literal_column, select

from models import attendance as tables
from models.rules.vocabulary import (
    AttendanceConflict,
    AttendanceFlag,
    AttendanceOutcome,
    AttendanceRuling,
    AttendanceSource,
    AttendanceStatus,
)
from models.training import TrainingSession as SessionTable
from planner.fields import Argument, Codes, Expression, Found, One, Order, Page, Row, column, entity, planned
from resolvers.nodes import PAGE, Connection, Node, own_id
from resolvers.scalars import DateTime
from resolvers.training import RECORDS, TRAINING, Enrolment, Training

EVENT = tables.AttendanceEvent.__table__
RULING = tables.AttendanceRulingOnEvent.__table__
BY_OCCURRENCE = Order("OCCURRED_AT", lambda r: [r.occurred_at, r.id], (datetime, UUID))
BY_RECEIPT = Order("RECEIVED_AT", lambda r: [r.received_at, r.id], (datetime, UUID))


def ruled(event: Row, *kinds: AttendanceRuling) -> ColumnElement[bool]:
    """Whether a person has ruled on the event in one of these ways."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    so: Select[Any] = select(literal_column("1")).select_from(RULING)
    so = so.where(RULING.c.event_id == event.id, RULING.c.kind == any_(literal_column(f"ARRAY[{listed}]")))
    return so.correlate_except(RULING).exists()


def unmatched(event: Row) -> list[ColumnElement[bool]]:
    """It was recorded by a token that nobody is known by to this day."""
    return [event.raw_token.is_not(None), ~ruled(event, AttendanceRuling.MATCHED, AttendanceRuling.VOIDED)]


def awaiting(event: Row) -> list[ColumnElement[bool]]:
    """It came after the lock, and nobody has decided yet."""
    late: ColumnElement[bool] = literal_column(f"'{AttendanceFlag.AFTER_LOCK}'") == any_(event.flags)
    settled = (AttendanceRuling.APPROVED, AttendanceRuling.REFUSED, AttendanceRuling.VOIDED)
    return [late, ~ruled(event, *settled)]


@strawberry.type(description="A device that records attendance, known from its first event on.", directives=TRAINING)
@entity(tables.AttendanceDevice)
class AttendanceDevice(Node):
    id: strawberry.ID = own_id("AttendanceDevice")
    device_id: str = column(tables.AttendanceDevice.name, "The name it gave itself: the deviceId of its batches.")
    first_seen_at: DateTime = column(tables.AttendanceDevice.first_seen_at, "When its first event came.")
    revoked_at: DateTime | None = column(
        tables.AttendanceDevice.revoked_at, "Since when it is not believed, and wipes itself."
    )
    missing: int = planned(
        Expression(lambda r, _g: _missing(r)), "How many events, by the device's own count, have not come yet."
    )


def _missing(device: Row) -> ColumnElement[int]:
    counted = func.max(EVENT.c.device_sequence) - func.min(EVENT.c.device_sequence) + literal_column("1")
    gaps = func.coalesce(counted - func.count(EVENT.c.device_sequence.distinct()), literal_column("0"))
    return select(gaps).where(EVENT.c.device_id == device.id).correlate_except(EVENT).scalar_subquery()


@strawberry.type(description="One fact as a device told it. Never changed, never removed.", directives=TRAINING)
@entity(tables.AttendanceEvent)
class AttendanceEvent(Node):
    id: strawberry.ID = own_id("AttendanceEvent")
    event_id: strawberry.ID = planned(Expression(lambda r, _g: cast(r.event_id, Text)), "The id the device made.")
    device: AttendanceDevice | None = planned(
        One(on=lambda p, r: r.id == p.device_id), "The device; null where a person stated it at a desk."
    )
    device_sequence: int | None = column(tables.AttendanceEvent.device_sequence, "Counted by the device without a gap.")
    session: Annotated["TrainingSession", strawberry.lazy("resolvers.attendance")] | None = planned(
        One(on=lambda p, r: r.id == p.session_id), "The session."
    )
    enrolment: Enrolment | None = planned(
        One(on=lambda p, r: r.id == p.enrolment_id), "Whose it is; null where the token was not known."
    )
    token: str | None = column(
        tables.AttendanceEvent.raw_token, "What was shown, where no enrolment was known by it.", directives=RECORDS
    )
    status: AttendanceStatus = column(tables.AttendanceEvent.status, "What was recorded.")
    source: AttendanceSource = column(tables.AttendanceEvent.source, "How the person was recognised.")
    occurred_at: DateTime = column(tables.AttendanceEvent.occurred_at, "When, by the device's clock.")
    believed_at: DateTime = column(tables.AttendanceEvent.believed_at, "When, by ours, as far as they were compared.")
    received_at: DateTime = column(tables.AttendanceEvent.received_at, "When it came.")
    reason: str | None = column(tables.AttendanceEvent.reason, "What the recorder wrote beside it.")
    flags: list[AttendanceFlag] = column(tables.AttendanceEvent.flags, "What is remarkable about it.")
    outcome: AttendanceOutcome = column(tables.AttendanceEvent.outcome, "What was answered when it came.")
    rulings: list[AttendanceRuling] = planned(
        Codes(RULING, on=lambda p, r: r.event_id == p.id, make=lambda r, _g: r.kind), "What people decided of it."
    )


@strawberry.type(
    description="Whether someone attended a session, as all that was recorded says together.", directives=TRAINING
)
@entity(tables.Attendance)
class Attendance(Node):
    id: strawberry.ID = own_id("Attendance")
    session: Annotated["TrainingSession", strawberry.lazy("resolvers.attendance")] | None = planned(
        One(on=lambda p, r: r.id == p.session_id), "The session."
    )
    enrolment: Enrolment | None = planned(One(on=lambda p, r: r.id == p.enrolment_id), "Who.")
    status: AttendanceStatus = column(tables.Attendance.status, "Whether, as far as is known.")
    occurred_at: DateTime = column(tables.Attendance.occurred_at, "When the person was first seen there, or missed.")
    recorded_at: DateTime = column(tables.Attendance.recorded_at, "When what decides it was received.")
    version: int = column(
        tables.Attendance.version, "Rises with each event behind it; give it as correctsVersion or expectedVersion."
    )
    conflicts: list[AttendanceConflict] = column(
        tables.Attendance.conflicts, "What a person has to settle; until then there is no certificate."
    )
    void: bool = column(tables.Attendance.void, "Nothing stands behind it any more: it counts nowhere.")
    events: Connection[AttendanceEvent] | None = planned(
        Page(
            order=lambda _g: BY_RECEIPT,
            on=lambda p, r: (r.session_id == p.session_id) & (r.enrolment_id == p.enrolment_id),
        ),
        "What was recorded by a known token, in the order in which it came: the evidence.",
        arguments=PAGE,
    )


@strawberry.type(description="A half-day or so, for which attendance is recorded.", directives=TRAINING)
@entity(SessionTable)
class TrainingSession(Node):
    id: strawberry.ID = own_id("TrainingSession")
    training: Training | None = planned(One(on=lambda p, r: r.id == p.training_id), "The training it is part of.")
    starts_at: DateTime = column(SessionTable.starts_at, "When it starts.")
    ends_at: DateTime = column(SessionTable.ends_at, "When it ends.")
    time_zone: str = column(SessionTable.time_zone, "IANA name of the zone it is told in.")
    attendances: Connection[Attendance] | None = planned(
        Page(
            order=lambda _g: BY_OCCURRENCE,
            on=lambda p, r: r.session_id == p.id,
            where=lambda r, _g: [~r.void],
        ),
        "Who came or was missed, by the time of it: for the organiser's trainers.",
        arguments=PAGE,
    )
    conflicts: Connection[Attendance] | None = planned(
        Page(
            order=lambda _g: BY_OCCURRENCE,
            on=lambda p, r: r.session_id == p.id,
            where=lambda r, _g: [func.cardinality(r.conflicts) > literal_column("0")],
        ),
        "Attendances that a person has to settle.",
        arguments=PAGE,
    )
    unmatched: Connection[AttendanceEvent] | None = planned(
        Page(order=lambda _g: BY_RECEIPT, on=lambda p, r: r.session_id == p.id, where=lambda r, _g: unmatched(r)),
        "Events whose token nobody is known by, for a person to match.",
        arguments=PAGE,
    )
    awaiting_approval: Connection[AttendanceEvent] | None = planned(
        Page(order=lambda _g: BY_RECEIPT, on=lambda p, r: r.session_id == p.id, where=lambda r, _g: awaiting(r)),
        "Events that came after the lock, for a second person to approve.",
        arguments=PAGE,
    )


BY_NAME = Order("NAME", lambda r: [r.name, r.id], (str, UUID))


@strawberry.type
class AttendanceQueries:
    attendance_device: AttendanceDevice | None = planned(
        Found(
            where=lambda r, g: [
                r.organization_id == g.context("organization_id", Uuid()),
                r.name == g.bind("deviceId", Text()),
            ]
        ),
        "A device of the viewer's organisation, by its own name: whether it is still believed.",
        arguments={"device_id": Argument(str, "The name it gave itself.")},
        directives=TRAINING,
    )
    attendance_devices: Connection[AttendanceDevice] | None = planned(
        Page(order=lambda _g: BY_NAME),
        "The devices of the viewer's organisation, by name.",
        arguments=PAGE,
        directives=TRAINING,
    )
