"""Enrolling someone who walks in, and giving them what was recorded of them before anyone here knew their name."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from actions.attendance_rulings import match_attendance
from actions.effects import Effect, Refused
from actions.enrolling import Named, enrol_participants
from actions.statements import bind, table
from auth.actor import Actor
from models import attendance, training
from models.rules.problems import Refusal
from models.rules.vocabulary import AttendanceRuling
from models.session import Session, Statement

EVENT = table(attendance.AttendanceEvent)
RULING = table(attendance.AttendanceRulingOnEvent)
SESSION = table(training.TrainingSession)

WAITING = Statement(
    select(EVENT.c.id)
    .join(SESSION, SESSION.c.id == EVENT.c.session_id)
    .where(
        SESSION.c.training_id == bind(SESSION.c.training_id),
        EVENT.c.raw_token == bind(EVENT.c.raw_token),
        ~select(RULING.c.id)
        .where(
            RULING.c.event_id == EVENT.c.id,
            or_(RULING.c.kind == AttendanceRuling.MATCHED, RULING.c.kind == AttendanceRuling.VOIDED),
        )
        .correlate(EVENT)
        .exists(),
    )
    .order_by(EVENT.c.received_at, EVENT.c.id)
)


async def enrol_walk_in(
    session: Session, actor: Actor, now: datetime, *, training_id: UUID, participant: Named
) -> Effect:
    """This will enrol someone as `enrol_participants` does, and match what came by the token that their device made.

    Raises Refused as both do.
    """
    try:
        effect = await enrol_participants(session, actor, now, training_id=training_id, participants=[participant])
    except Refused as refused:
        raise Refused(*map(_of_one, refused.refusals)) from refused
    events = []
    if participant.token is not None:
        events = await session.rows(WAITING, training_id=training_id, raw_token=participant.token)
    for event in events:
        await match_attendance(session, actor, now, event_id=event["id"], enrolment_id=effect.key)
    return Effect(effect.key, (*effect.touched, *(event["id"] for event in events)))


def _of_one(refusal: Refusal) -> Refusal:
    """A refusal of the one entry of a list, as the input of one names it."""
    path = refusal.field or ()
    return replace(refusal, field=("participant", *path[2:])) if path[:1] == ("participants",) else refusal
