"""Enrolling someone who walks in, and giving them what was recorded of them before anyone here knew their name."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from actions.attendance_rulings import match_waiting
from actions.effects import Effect, Refused
from actions.enrolling import Named, enrol_participants
from auth.actor import Actor
from models.rules.problems import Refusal
from models.session import Session


async def enrol_walk_in(
    session: Session, actor: Actor, now: datetime, *, training_id: UUID, participant: Named
) -> Effect:
    """This will enrol someone as `enrol_participants` does, and match what came by the token that their device made.

    Raises Refused as it does. What the actor recorded is matched after the lock by someone else.
    """
    try:
        effect = await enrol_participants(session, actor, now, training_id=training_id, participants=[participant])
    except Refused as refused:
        raise Refused(*map(_of_one, refused.refusals)) from refused
    events = await match_waiting(session, actor, now, enrolment_id=effect.key)
    return Effect(effect.key, (*effect.touched, *events))


def _of_one(refusal: Refusal) -> Refusal:
    """A refusal of the one entry of a list, as the input of one names it."""
    path = refusal.field or ()
    return replace(refusal, field=("participant", *path[2:])) if path[:1] == ("participants",) else refusal
