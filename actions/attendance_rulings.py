"""What people decide of attendance: whose an event is, what holds where it is disputed, what counts after the lock."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from actions.attendance_context import CREDENTIAL, DEVICE, ENROLMENT, TAUGHT, locks
from actions.attendance_statements import INSERT, matched
from actions.effects import Effect, Refused, RowsLost, refuse
from actions.projection import ATTENDANCE, EVENT, RULING, VERSION, project
from actions.statements import bind
from actions.texts import written
from auth.actor import Actor
from auth.policies.training import TRAINING_ROLES
from models.rules.problems import Refusal
from models.rules.vocabulary import (
    AttendanceFlag,
    AttendanceOutcome,
    AttendanceRuling,
    AttendanceSource,
    AttendanceStatus,
    ProblemCode,
)
from models.session import Session, Statement

_rulings = select(func.array_agg(RULING.c.kind)).where(RULING.c.event_id == EVENT.c.id).scalar_subquery()
TAKE_EVENT = Statement(
    select(
        EVENT.c.id,
        EVENT.c.session_id,
        func.coalesce(EVENT.c.enrolment_id, matched).label("enrolment_id"),
        EVENT.c.raw_token,
        EVENT.c.flags,
        EVENT.c.client_id,
        EVENT.c.user_id,
        _rulings.label("rulings"),
        locks.label("locks_at"),
    )
    .join(TAUGHT, TAUGHT.c.id == EVENT.c.session_id)
    .where(EVENT.c.id == bind(EVENT.c.id))
)
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
ENROLLED = Statement(select(ENROLMENT.c.id).where(ENROLMENT.c.id == bind(ENROLMENT.c.id)))
RULE = Statement(
    insert(RULING)
    .values({each.key: bind(each) for each in RULING.c if each.key != "id"})
    .on_conflict_do_nothing()
    .returning(RULING.c.id)
)
REVOKE = Statement(
    update(DEVICE)
    .where(DEVICE.c.id == bind(DEVICE.c.id))
    .values(revoked_at=func.coalesce(DEVICE.c.revoked_at, bind(DEVICE.c.revoked_at)))
)
WAITING = Statement(
    select(EVENT.c.id, EVENT.c.session_id, EVENT.c.client_id, EVENT.c.user_id, locks.label("locks_at"))
    .join(TAUGHT, TAUGHT.c.id == EVENT.c.session_id)
    .join(
        CREDENTIAL,
        and_(CREDENTIAL.c.training_id == TAUGHT.c.training_id, CREDENTIAL.c.token == EVENT.c.raw_token),
    )
    .where(CREDENTIAL.c.enrolment_id == bind(CREDENTIAL.c.enrolment_id), matched.is_(None))
    .order_by(EVENT.c.id)
)
"""Events that came by a token before it was anyone's. A PIN is drawn here: what came by one before was a slip."""

NO_EVENT = Refusal(ProblemCode.NOT_FOUND, "There is no such event.", ("eventId",))
NOT_A_TRAINER = Refusal(ProblemCode.NOT_ALLOWED, "This takes a role that gives or supervises trainings.")
SOMEONE_ELSE = Refusal(ProblemCode.NOT_ALLOWED, "After the lock, someone other than who recorded it decides.")
DECIDED = Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, "This was decided before.", ("eventId",))


async def match_attendance(
    session: Session, actor: Actor, now: datetime, *, event_id: UUID, enrolment_id: UUID, reason: str | None = None
) -> Effect:
    """This will say whose an event is that came by an unknown token.

    Raises Refused: NOT_FOUND (event, enrolment), NOT_ALLOWED (a role; after the lock, whoever recorded it),
    TRANSITION_NOT_ALLOWED (it is somebody's already).
    """
    note = written(reason, "reason")
    event = await _event(session, actor, event_id)
    if await session.value(ENROLLED, id=enrolment_id) is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such enrolment.", ("enrolmentId",)))
    refuse(DECIDED if event["enrolment_id"] is not None else None)
    refuse(SOMEONE_ELSE if now >= event["locks_at"] and _recorded_by(event, actor) else None)
    await _rule(session, actor, now, event_id, AttendanceRuling.MATCHED, reason=note, enrolment_id=enrolment_id)
    await project(session, now, [(event["session_id"], enrolment_id)])
    return Effect(event_id, (enrolment_id,))


async def decide_attendance(
    session: Session, actor: Actor, now: datetime, *, event_id: UUID, approve: bool, reason: str
) -> Effect:
    """This will let an event that came after the lock count, or not, as a second person decides.

    Raises Refused: NOT_FOUND, NOT_ALLOWED (a role; whoever recorded it may not approve it), TRANSITION_NOT_ALLOWED (it
    came before the lock, or was decided), INVALID_INPUT (no reason).
    """
    note = _because(reason)
    event = await _event(session, actor, event_id)
    if AttendanceFlag.AFTER_LOCK not in event["flags"]:
        message = "It came before the lock, and counts unasked."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("eventId",)))
    refuse(DECIDED if {AttendanceRuling.APPROVED, AttendanceRuling.REFUSED} & set(event["rulings"] or ()) else None)
    refuse(SOMEONE_ELSE if approve and _recorded_by(event, actor) else None)
    kind = AttendanceRuling.APPROVED if approve else AttendanceRuling.REFUSED
    await _rule(session, actor, now, event_id, kind, reason=note)
    return await _projected(session, now, event)


async def void_attendance_event(
    session: Session, actor: Actor, now: datetime, *, event_id: UUID, reason: str
) -> Effect:
    """This will let an event count no more, before the lock. It stays, and so does what was read of it.

    Raises Refused as `decide_attendance` does, TRANSITION_NOT_ALLOWED after the lock: state then what holds instead.
    """
    note = _because(reason)
    event = await _event(session, actor, event_id)
    if now >= event["locks_at"]:
        message = "After the lock nothing is void: state what holds, and a second person approves it."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("eventId",)))
    await _rule(session, actor, now, event_id, AttendanceRuling.VOIDED, reason=note)
    return await _projected(session, now, event)


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
    note = _because(reason)
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


async def revoke_device(session: Session, actor: Actor, now: datetime, *, device_id: UUID) -> Effect:
    """This will stop believing a device, which wipes itself when it learns of it. Twice does no harm.

    Raises Refused: NOT_FOUND, NOT_ALLOWED.
    """
    refuse(None if actor.roles & TRAINING_ROLES else NOT_A_TRAINER)
    if not await session.change(REVOKE, id=device_id, revoked_at=now):
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such device.", ("deviceId",)))
    return Effect(device_id)


async def match_waiting(session: Session, actor: Actor, now: datetime, *, enrolment_id: UUID) -> list[UUID]:
    """This will give a new enrolment what was recorded by its token before it was known, and name the events.

    After the lock, what the actor recorded is left for someone else to match.
    """
    waiting = [
        event
        for event in await session.rows(WAITING, enrolment_id=enrolment_id)
        if now < event["locks_at"] or not _recorded_by(event, actor)
    ]
    for event in waiting:
        await _rule(session, actor, now, event["id"], AttendanceRuling.MATCHED, enrolment_id=enrolment_id)
    await project(session, now, {(event["session_id"], enrolment_id) for event in waiting})
    return [event["id"] for event in waiting]


async def _event(session: Session, actor: Actor, event_id: UUID) -> asyncpg.Record:
    refuse(None if actor.roles & TRAINING_ROLES else NOT_A_TRAINER)
    event = await session.row(TAKE_EVENT, id=event_id)
    if event is None:
        raise Refused(NO_EVENT)
    return event


async def _rule(
    session: Session,
    actor: Actor,
    now: datetime,
    event_id: UUID,
    kind: AttendanceRuling,
    *,
    reason: str | None = None,
    enrolment_id: UUID | None = None,
) -> None:
    ruled = await session.value(
        RULE,
        organization_id=actor.organization_id,
        event_id=event_id,
        kind=kind,
        enrolment_id=enrolment_id,
        reason=reason,
        at=now,
        client_id=actor.client_id,
        user_id=actor.user_id,
    )
    if ruled is None:
        raise Refused(DECIDED)


async def _projected(session: Session, now: datetime, event: asyncpg.Record) -> Effect:
    if event["enrolment_id"] is None:
        return Effect(event["id"])
    await project(session, now, [(event["session_id"], event["enrolment_id"])])
    return Effect(event["id"], (event["enrolment_id"],))


def _recorded_by(event: asyncpg.Record, actor: Actor) -> bool:
    """Whether the actor recorded it: the person, or the client where nobody is named."""
    return str(event["user_id"] or event["client_id"]) == str(actor.user_id or actor.client_id)


def _because(reason: str) -> str:
    note = written(reason, "reason")
    if note is None:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "A decision says why.", ("reason",)))
    return note
