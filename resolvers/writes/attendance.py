"""Recording attendance, and what people decide of what was recorded, in the graph."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, or_, select

from actions.attendance import record_attendance
from actions.attendance_event import Told
from actions.attendance_rulings import (
    decide_attendance,
    match_attendance,
    revoke_device,
    void_attendance_event,
)
from actions.attendance_settling import settle_attendance
from auth.scopes import Scope
from models.attendance import AttendanceAnswer as Answer
from models.rules.vocabulary import AttendanceFlag, AttendanceOutcome, AttendanceSource, AttendanceStatus
from planner.fields import Expression, Many, One, Row, column, planned
from planner.ids import key_of
from resolvers.attendance import EVENT, RULING, Attendance, AttendanceDevice, AttendanceEvent
from resolvers.problems import Problem, problems
from resolvers.scalars import DateTime
from resolvers.writes.act import NOBODY, mutation
from resolvers.writes.inputs import KEY, optional

REASON = "Why, up to 4,000 signs."
BOOT = "Names one run of the device's system: within it, monotonicMs tells how much time has passed."
MONOTONIC = "Milliseconds since that boot, by the clock that nobody sets."
SOURCE = "How the person was recognised. What was written by hand (PAPER) is taken at its word."


@strawberry.input(description="One event: that someone was seen at a session, or missed. Kept for ever under its id.")
class AttendanceEventInput:
    event_id: strawberry.ID = strawberry.field(description="A UUID that the device made, version 7 for preference.")
    device_sequence: int = strawberry.field(description="Counted by the device without a gap, from 0 or 1 on.")
    session_id: strawberry.ID = strawberry.field(description="The TrainingSession, of the viewer's organisation.")
    enrolment_token: str = strawberry.field(
        description="What was shown, 1 to 200 signs: the QR code's token, or the PIN within the session's training."
    )
    status: AttendanceStatus = strawberry.field(description="What is recorded.")
    occurred_at: DateTime = strawberry.field(description="When, by the device's clock.")
    reason: str | None = optional("Why, up to 4,000 signs; asked for with a correction.")
    source: AttendanceSource | None = optional(SOURCE)
    boot_id: str | None = optional(BOOT)
    monotonic_ms: float | None = optional(MONOTONIC)
    corrects_version: int | None = optional(
        "The version of the attendance as it was read: this then states what it should have been."
    )
    corrects_event_id: strawberry.ID | None = optional(
        "The eventId that this corrects, also one that has not arrived: it is waited for, at most 5 days."
    )


@strawberry.input(description="A batch of events from one device.")
class RecordAttendanceInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    device_id: str = strawberry.field(
        description="The device's own name for itself, 1 to 200 signs, the same for good."
    )
    events: list[AttendanceEventInput] = strawberry.field(description="At most 100; each is answered for itself.")
    sent_at: DateTime | None = optional("The device's clock as it sends: shows how far off it is.")
    boot_id: str | None = optional(BOOT)
    monotonic_ms: float | None = optional(MONOTONIC)


@strawberry.type(description="What one event was answered, for good.")
class AttendanceResult:
    event_id: strawberry.ID = planned(Expression(lambda r, _g: r.event_id), "The event.")
    outcome: AttendanceOutcome = column(
        Answer.outcome,
        "RECORDED, DUPLICATE, UNMATCHED and CONFLICT are kept, REJECTED is not: none is to be sent again.",
    )
    flags: list[AttendanceFlag] = column(Answer.flags, "What is remarkable about it; it is kept all the same.")
    message: str | None = column(Answer.message, "In words, where it was not simply recorded.")
    attendance: Attendance | None = planned(
        One(on=lambda p, r: r.id == p.attendance_id), "What all that was recorded of the person now says together."
    )


@strawberry.type(description="What came of recording attendance.")
class RecordAttendancePayload:
    results: list[AttendanceResult] = planned(
        Many(on=lambda p, r: r.batch_id == p.key, order=lambda r: [r.position], table=Answer.__table__),
        "The answer to each event, in the order of the input; empty where the batch was refused.",
    )
    problems: list[Problem] = problems()


def told(session_id: str, **given: object) -> Told:
    """This will be an event of the input as the action takes it."""
    return Told(session_id=key_of("TrainingSession", session_id) or NOBODY, **given)  # type: ignore[arg-type]


def _of_event(payload: Row, row: Row) -> ColumnElement[bool]:
    """The attendance that an event is evidence for."""
    found = (
        select(EVENT.c.id)
        .outerjoin(RULING, and_(RULING.c.event_id == EVENT.c.id, RULING.c.enrolment_id.is_not(None)))
        .where(EVENT.c.id == payload.key, EVENT.c.session_id == row.session_id)
        .where(or_(EVENT.c.enrolment_id == row.enrolment_id, RULING.c.enrolment_id == row.enrolment_id))
    )
    return found.correlate_except(EVENT, RULING).exists()


def _attendance() -> Any:
    return planned(
        One(on=_of_event), "The attendance it is evidence for; null where it is nobody's, or nothing counts."
    )


EVENT_ID = "The AttendanceEvent, by its id in the graph."


@strawberry.input(description="Whose an event is.")
class MatchAttendanceInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    event_id: strawberry.ID = strawberry.field(description=EVENT_ID)
    enrolment_id: strawberry.ID = strawberry.field(description="The Enrolment, of the viewer's organisation.")
    reason: str | None = optional(REASON)


@strawberry.type(description="What came of matching an event.")
class MatchAttendancePayload:
    event: AttendanceEvent | None = planned(One(on=lambda p, r: r.id == p.key), "The event, matched.")
    attendance: Attendance | None = _attendance()
    problems: list[Problem] = problems()


@strawberry.input(description="Whether an event that came after the lock counts.")
class DecideAttendanceInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    event_id: strawberry.ID = strawberry.field(description=EVENT_ID)
    approve: bool = strawberry.field(description="True: it counts. False: it is kept, and does not.")
    reason: str = strawberry.field(description=REASON)


@strawberry.type(description="What came of deciding on an event.")
class DecideAttendancePayload:
    event: AttendanceEvent | None = planned(One(on=lambda p, r: r.id == p.key), "The event, decided.")
    attendance: Attendance | None = _attendance()
    problems: list[Problem] = problems()


@strawberry.input(description="An event that is to count no more.")
class VoidAttendanceEventInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    event_id: strawberry.ID = strawberry.field(description=EVENT_ID)
    reason: str = strawberry.field(description=REASON)


@strawberry.type(description="What came of voiding an event.")
class VoidAttendanceEventPayload:
    event: AttendanceEvent | None = planned(One(on=lambda p, r: r.id == p.key), "The event, void and kept.")
    attendance: Attendance | None = _attendance()
    problems: list[Problem] = problems()


@strawberry.input(description="What an attendance is, over all that was recorded of it.")
class SettleAttendanceInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    attendance_id: strawberry.ID = strawberry.field(description="The Attendance.")
    expected_version: int = strawberry.field(description="The version that was read: refused as STALE_VERSION else.")
    status: AttendanceStatus = strawberry.field(description="What holds.")
    occurred_at: DateTime = strawberry.field(description="When.")
    reason: str = strawberry.field(description=REASON)


@strawberry.type(description="What came of settling an attendance.")
class SettleAttendancePayload:
    attendance: Attendance | None = planned(
        One(on=lambda p, r: r.id == p.key), "The attendance; as it was, where a second person has yet to approve."
    )
    problems: list[Problem] = problems()


@strawberry.input(description="A device that was lost or stolen.")
class RevokeAttendanceDeviceInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    device_id: strawberry.ID = strawberry.field(description="The AttendanceDevice.")


@strawberry.type(description="What came of revoking a device.")
class RevokeAttendanceDevicePayload:
    device: AttendanceDevice | None = planned(One(on=lambda p, r: r.id == p.key), "The device, revoked.")
    problems: list[Problem] = problems()


@strawberry.type
class AttendanceMutations:
    record_attendance: RecordAttendancePayload = mutation(
        "recordAttendance",
        record_attendance,
        RecordAttendanceInput,
        Scope.TRAINING_WRITE,
        "Records what a device saw, now or days ago: each event is kept and answered for itself; one stops no other.",
        parts={"events": told},
    )
    match_attendance: MatchAttendancePayload = mutation(
        "matchAttendance",
        match_attendance,
        MatchAttendanceInput,
        Scope.TRAINING_WRITE,
        "Says whose an event is that came by an unknown token.",
        ids={"eventId": "AttendanceEvent", "enrolmentId": "Enrolment"},
    )
    decide_attendance: DecideAttendancePayload = mutation(
        "decideAttendance",
        decide_attendance,
        DecideAttendanceInput,
        Scope.TRAINING_WRITE,
        "Lets an event that came after the lock count, or not; its recorder may not approve it.",
        ids={"eventId": "AttendanceEvent"},
    )
    void_attendance_event: VoidAttendanceEventPayload = mutation(
        "voidAttendanceEvent",
        void_attendance_event,
        VoidAttendanceEventInput,
        Scope.TRAINING_WRITE,
        "Lets an event count no more. It is kept.",
        ids={"eventId": "AttendanceEvent"},
    )
    settle_attendance: SettleAttendancePayload = mutation(
        "settleAttendance",
        settle_attendance,
        SettleAttendanceInput,
        Scope.TRAINING_WRITE,
        "States what an attendance is: settles its conflicts, or corrects it.",
        ids={"attendanceId": "Attendance"},
    )
    revoke_attendance_device: RevokeAttendanceDevicePayload = mutation(
        "revokeAttendanceDevice",
        revoke_device,
        RevokeAttendanceDeviceInput,
        Scope.TRAINING_WRITE,
        "Stops believing a device that was lost. Twice does no harm.",
        ids={"deviceId": "AttendanceDevice"},
    )
