"""Proposing a change to another's record: whoever gives the service, or a steward, decides what becomes of it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.keepers import check_keeper
from actions.statements import bind, table
from actions.texts import written
from auth.actor import Actor
from models import directory, stewardship
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement
from models.stewardship import SuggestionOrigin, SuggestionState

SERVICE, SUGGESTION = table(directory.Service), table(stewardship.Suggestion)
SAID = ("id", "service_id", "organization_id", "suggested_by", "origin", "closed", "note", "suggested_at")
DECISION = ("state", "decided_at", "decided_by", "decision_note")

OWNER = Statement(
    select(SERVICE.c.organization_id).where(SERVICE.c.id == bind(SERVICE.c.id), SERVICE.c.removed_at.is_(None))
)
SUGGEST = Statement(insert(SUGGESTION).values({name: bind(SUGGESTION.c[name]) for name in SAID}))
SEEN = Statement(
    select(SUGGESTION.c.organization_id, SUGGESTION.c.state)
    .where(SUGGESTION.c.id == bind(SUGGESTION.c.id))
    .with_for_update(key_share=True)
)
DECIDE = Statement(
    update(SUGGESTION)
    .where(SUGGESTION.c.id == bind(SUGGESTION.c.id, "key"), SUGGESTION.c.state == SuggestionState.OPEN)
    .values({name: bind(SUGGESTION.c[name]) for name in DECISION})
)


async def suggest_change(
    session: Session, actor: Actor, now: datetime, *, service_id: UUID, note: str | None = None, closed: bool = False
) -> Effect:
    """This will propose a change to a service's entry, in words; closed: it is said to be given no longer.

    Raises Refused: NOT_FOUND, INVALID_INPUT (nothing said). Runs two statements.
    """
    said = written(note, "note")
    if said is None and not closed:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "Say what is not right.", ("note",)))
    owner = await session.value(OWNER, id=service_id)
    if owner is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such service.", ("serviceId",)))
    key = uuid4()
    suggested = await session.change(
        SUGGEST,
        id=key,
        service_id=service_id,
        organization_id=owner,
        suggested_by=actor.organization_id,
        origin=SuggestionOrigin.MEMBER,
        closed=closed,
        note=said,
        suggested_at=now,
    )
    if suggested != 1:
        raise RowsLost
    return Effect(key)


async def decide_suggestion(
    session: Session, actor: Actor, now: datetime, *, suggestion_id: UUID, accepted: bool, note: str | None = None
) -> Effect:
    """This will say what becomes of a suggestion. Accepted: it is changed at its source, or by an override.

    Raises Refused: NOT_FOUND, NOT_ALLOWED (neither a steward nor its organisation's editor),
    TRANSITION_NOT_ALLOWED (decided already), INVALID_INPUT. Runs two statements.
    """
    suggestion = await session.row(SEEN, id=suggestion_id)
    if suggestion is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such suggestion.", ("suggestionId",)))
    if suggestion["state"] != SuggestionState.OPEN:
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, "It was decided already.", ("suggestionId",)))
    refuse(check_keeper(actor, suggestion["organization_id"], "suggestionId"))
    decided = await session.change(
        DECIDE,
        key=suggestion_id,
        state=SuggestionState.ACCEPTED if accepted else SuggestionState.DECLINED,
        decided_at=now,
        decided_by=actor.organization_id,
        decision_note=written(note, "note"),
    )
    if decided != 1:
        raise RowsLost
    return Effect(suggestion_id)
