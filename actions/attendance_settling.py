"""Stating what an attendance is, over all that was recorded of it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from actions.attendance_context import TAUGHT, locks
from actions.attendance_rulings import NOT_A_TRAINER, because
from actions.attendance_statements import INSERT
from actions.effects import Effect, Refused, RowsLost, refuse
from actions.projection import ATTENDANCE, EVENT, VERSION, project
from actions.statements import bind
from auth.actor import Actor
from auth.policies.training import TRAINING_ROLES
from models.rules.problems import Refusal
from models.rules.vocabulary import (
    AttendanceFlag,
    AttendanceOutcome,
    AttendanceSource,
    AttendanceStatus,
    ProblemCode,
)
from models.session import Session, Statement

TAKE_ATTENDANCE = Statement(
    select(
        ATTENDANCE.c.id,
        ATTENDANCE.c.session_id,
        ATTENDANCE.c.enrolment_id,
        ATTENDANCE.c.version,
        ATTENDANCE.c.status,
        ATTENDANCE.c.occurred_at,
        VERSION.c.events,
        locks.label("locks_at"),
    )
    .join(TAUGHT, TAUGHT.c.id == ATTENDANCE.c.session_id)
    .join(VERSION, (VERSION.c.attendance_id == ATTENDANCE.c.id) & (VERSION.c.version == ATTENDANCE.c.version))
    .where(ATTENDANCE.c.id == bind(ATTENDANCE.c.id))
)


async def settle_attendance(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    attendance_id: UUID,
    expected_version: int,
    status: AttendanceStatus,
    occurred_at: datetime,
    reason: str,
) -> Effect:
    """This will state what an attendance is, over all that was recorded of it: it settles conflicts, or corrects.

    It is an event like others, so after the lock it waits for a second person. Raises Refused: NOT_FOUND, NOT_ALLOWED,
    STALE_VERSION (more was recorded since), INVALID_INPUT (no reason).
    """
    note = because(reason)
    refuse(None if actor.roles & TRAINING_ROLES else NOT_A_TRAINER)
    read = await session.row(TAKE_ATTENDANCE, id=attendance_id)
    if read is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such attendance.", ("attendanceId",)))
    if read["version"] != expected_version:
        message = "More was recorded since it was read: look at it again."
        raise Refused(Refusal(ProblemCode.STALE_VERSION, message, ("expectedVersion",)))
    values: dict[str, Any] = {each.key: None for each in EVENT.c}
    stated: UUID | None = await session.value(
        INSERT,
        **values
        | {
            "organization_id": actor.organization_id,
            "event_id": uuid4(),
            "session_id": read["session_id"],
            "enrolment_id": read["enrolment_id"],
            "status": status,
            "source": AttendanceSource.DESK,
            "occurred_at": occurred_at,
            "believed_at": occurred_at,
            "received_at": now,
            "reason": note,
            "corrects": read["events"],
            "base_status": read["status"],
            "base_occurred_at": read["occurred_at"],
            "content_hash": b"",
            "flags": [AttendanceFlag.AFTER_LOCK] if now >= read["locks_at"] else [],
            "outcome": AttendanceOutcome.RECORDED,
            "client_id": actor.client_id,
            "user_id": actor.user_id,
        },
    )
    if stated is None:
        raise RowsLost
    await project(session, now, [(read["session_id"], read["enrolment_id"])])
    return Effect(attendance_id, (read["enrolment_id"],))
