"""What people rule on what was recorded: whose an event is, whether it counts, which device is believed no more."""

from datetime import datetime
from uuid import UUID

import asyncpg
from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from actions.attendance_context import CREDENTIAL, DEVICE, ENROLMENT, TAUGHT, locks
from actions.attendance_statements import matched
from actions.effects import Effect, Refused, refuse
from actions.projection import EVENT, RULING, project
from actions.statements import bind
from actions.texts import written
from auth.actor import Actor
from auth.policies.training import TRAINING_ROLES
from models.rules.problems import Refusal
from models.rules.vocabulary import (
    AttendanceFlag,
    AttendanceRuling,
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
    note = because(reason)
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
    note = because(reason)
    event = await _event(session, actor, event_id)
    if now >= event["locks_at"]:
        message = "After the lock nothing is void: state what holds, and a second person approves it."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("eventId",)))
    await _rule(session, actor, now, event_id, AttendanceRuling.VOIDED, reason=note)
    return await _projected(session, now, event)


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


def because(reason: str) -> str:
    """This will be the reason as it is kept. Raises Refused: INVALID_INPUT, where there is none."""
    note = written(reason, "reason")
    if note is None:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "A decision says why.", ("reason",)))
    return note
