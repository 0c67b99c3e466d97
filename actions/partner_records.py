"""Letting a record rest that could not stand, and taking it up again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.keepers import check_keeper
from actions.statements import bind, table
from actions.texts import named
from auth.actor import Actor
from models import partners as tables
from models.partners import RecordStatus
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

RECORD, PARTNER = table(tables.SourceRecord), table(tables.Partner)
DECISION = ("dismissed_at", "dismissed_by", "dismissal")

SEEN = Statement(
    select(RECORD.c.status, PARTNER.c.organization_id)
    .join_from(RECORD, PARTNER, RECORD.c.partner_id == PARTNER.c.id)
    .where(RECORD.c.id == bind(RECORD.c.id))
)
DECIDE = Statement(
    update(RECORD)
    .where(RECORD.c.id == bind(RECORD.c.id, "key"), RECORD.c.status == RecordStatus.QUARANTINED)
    .values({name: bind(RECORD.c[name]) for name in DECISION})
)


async def dismiss_record(session: Session, actor: Actor, now: datetime, *, record_id: UUID, reason: str) -> Effect:
    """This will take a record out of the queue of those that could not stand, until it changes at its source.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, TRANSITION_NOT_ALLOWED (it stands), INVALID_INPUT. Runs two statements.
    """
    why = named(reason, "reason")
    return await _decide(session, actor, record_id, now=now, why=why)


async def reopen_record(session: Session, actor: Actor, now: datetime, *, record_id: UUID) -> Effect:
    """This will put a dismissed record back into the queue. Twice does no harm.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, TRANSITION_NOT_ALLOWED (it stands). Runs two statements.
    """
    return await _decide(session, actor, record_id, now=None, why=None)


async def _decide(session: Session, actor: Actor, record_id: UUID, *, now: datetime | None, why: str | None) -> Effect:
    record = await session.row(SEEN, id=record_id)
    if record is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such record.", ("recordId",)))
    refuse(check_keeper(actor, record["organization_id"], "recordId"))
    if record["status"] != RecordStatus.QUARANTINED:
        message = "It stands, or is gone: there is nothing to let rest."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("recordId",)))
    by = actor.organization_id if now else None
    if await session.change(DECIDE, key=record_id, dismissed_at=now, dismissed_by=by, dismissal=why) != 1:
        raise RowsLost
    return Effect(record_id)
