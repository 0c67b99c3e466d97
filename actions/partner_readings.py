"""Having a partner's system read or tried now, pausing it, and taking what it lost as gone.

Its organisation's directory editors may, and the network's stewards.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from actions.effects import Effect, Refused, RowsLost
from actions.partners import PARTNER, kept
from actions.statements import bind, table
from actions.texts import written
from auth.actor import Actor
from models import partners as tables
from models.partners import PartnerKind, SyncOccasion, SyncOutcome
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

RUN = table(tables.SyncRun)

PAUSE = Statement(
    update(PARTNER)
    .where(PARTNER.c.id == bind(PARTNER.c.id, "key"))
    .values(paused_at=bind(PARTNER.c.paused_at), paused_because=bind(PARTNER.c.paused_because))
)
RESUME = Statement(
    update(PARTNER)
    .where(PARTNER.c.id == bind(PARTNER.c.id, "key"))
    .values(paused_at=None, paused_because=None, failures=0, next_at=bind(PARTNER.c.next_at))
)
ACCEPT = Statement(
    update(PARTNER)
    .where(PARTNER.c.id == bind(PARTNER.c.id, "key"))
    .values(losses_accepted_at=bind(PARTNER.c.losses_accepted_at))
)
WAITS = Statement(
    select(RUN.c.id).where(
        RUN.c.partner_id == bind(RUN.c.partner_id),
        RUN.c.dry_run == bind(RUN.c.dry_run),
        RUN.c.outcome == SyncOutcome.WAITING,
    )
)
ASK = Statement(
    insert(RUN).values(
        {
            name: bind(RUN.c[name])
            for name in ("id", "partner_id", "started_at", "outcome", "occasion", "whole", "dry_run")
        }
    )
)
LAST = Statement(
    select(RUN.c.outcome)
    .where(
        RUN.c.partner_id == bind(RUN.c.partner_id),
        ~RUN.c.dry_run,
        RUN.c.outcome != SyncOutcome.WAITING,
        RUN.c.outcome != SyncOutcome.RUNNING,
    )
    .order_by(RUN.c.started_at.desc(), RUN.c.id.desc())
    .limit(1)
)


async def sync_partner(
    session: Session, actor: Actor, now: datetime, *, partner_id: UUID, whole: bool | None = None
) -> Effect:
    """This will have a partner read now, by the worker; all of it unless told otherwise. Asked twice, it is read once.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, INVALID_INPUT (it sends). Runs three statements.
    """
    await _read(session, actor, partner_id)
    return Effect(await _asked(session, partner_id, now, whole=whole is not False, dry_run=False), (partner_id,))


async def try_partner(session: Session, actor: Actor, now: datetime, *, partner_id: UUID) -> Effect:
    """This will have a partner read and nothing of it kept; its run says what would have changed.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, INVALID_INPUT (it sends). Runs three statements.
    """
    await _read(session, actor, partner_id)
    return Effect(await _asked(session, partner_id, now, whole=True, dry_run=True), (partner_id,))


async def pause_partner(
    session: Session, actor: Actor, now: datetime, *, partner_id: UUID, reason: str | None = None
) -> Effect:
    """This will stop reading a partner at its interval; what it brought stays. Twice does no harm.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, INVALID_INPUT. Runs two statements.
    """
    stands = await kept(session, actor, partner_id)
    because = written(reason, "reason")
    if await session.change(PAUSE, key=partner_id, paused_at=stands["paused_at"] or now, paused_because=because) != 1:
        raise RowsLost
    return Effect(partner_id)


async def resume_partner(session: Session, actor: Actor, now: datetime, *, partner_id: UUID) -> Effect:
    """This will let a partner be read again, at once, also where it is left alone for its failures.

    Raises Refused: NOT_FOUND, NOT_ALLOWED. Runs two statements.
    """
    stands = await kept(session, actor, partner_id)
    next_at = None if stands["poll_seconds"] is None else now
    if await session.change(RESUME, key=partner_id, next_at=next_at) != 1:
        raise RowsLost
    return Effect(partner_id)


async def accept_losses(session: Session, actor: Actor, now: datetime, *, partner_id: UUID) -> Effect:
    """This will have a partner read whole now, and what is missing then taken as gone, however much it is; once.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, TRANSITION_NOT_ALLOWED (nothing is held). Runs five statements.
    """
    await _read(session, actor, partner_id)
    if await session.value(LAST, partner_id=partner_id) != SyncOutcome.HELD:
        message = "Nothing is held: its last reading did not miss more than a fifth of what stood."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("partnerId",)))
    if await session.change(ACCEPT, key=partner_id, losses_accepted_at=now) != 1:
        raise RowsLost
    return Effect(await _asked(session, partner_id, now, whole=True, dry_run=False), (partner_id,))


async def _read(session: Session, actor: Actor, partner_id: UUID) -> None:
    stands = await kept(session, actor, partner_id)
    if stands["kind"] == PartnerKind.PUSH:
        message = "It is not read: it sends (importServices)."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("partnerId",)))


async def _asked(session: Session, partner_id: UUID, now: datetime, *, whole: bool, dry_run: bool) -> UUID:
    """The run that waits for the worker: the one that waits already, or a new one."""
    waits: UUID | None = await session.value(WAITS, partner_id=partner_id, dry_run=dry_run)
    if waits is not None:
        return waits
    key = uuid4()
    await session.change(
        ASK,
        id=key,
        partner_id=partner_id,
        started_at=now,
        outcome=SyncOutcome.WAITING,
        occasion=SyncOccasion.MANUAL,
        whole=whole,
        dry_run=dry_run,
    )
    return key
