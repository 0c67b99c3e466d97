"""Withdrawing a consent: disclosure stops at once, and what rests on it and was not yet accepted ends with it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid as Key
from sqlalchemy import any_, bindparam, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.files import check_works_with_people
from actions.statements import added, bind, table
from actions.texts import written
from auth.actor import Actor
from models import people
from models import referrals as tables
from models.rules.problems import Refusal
from models.rules.referrals import after_consent_withdrawn
from models.rules.vocabulary import ProblemCode, ReferralEventKind, ReferralStatus, WithdrawReason
from models.session import Session, Statement
from models.turns import one_at_a_time

CONSENT = table(people.Consent)
WITHDRAWAL = table(people.ConsentWithdrawal)
REFERRAL = table(tables.Referral)
EVENT = table(tables.ReferralEvent)
ENDED = table(tables.ReferralWithdrawal)

OF_WHOM = Statement(
    select(CONSENT.c.person_id, one_at_a_time(CONSENT.c.person_id)).where(CONSENT.c.id == bind(CONSENT.c.id))
)
RESTING = Statement(
    select(REFERRAL.c.id, REFERRAL.c.status)
    .where(REFERRAL.c.consent_id == bind(REFERRAL.c.consent_id))
    .order_by(REFERRAL.c.id)
    .with_for_update(key_share=True)
)
WITHDRAW = Statement(insert(WITHDRAWAL).values({c.key: bind(c) for c in WITHDRAWAL.c}).on_conflict_do_nothing())


def _end() -> Statement:
    """The referrals that end with a consent: their state, the system's event, and why. As many rows as referrals."""
    withdrawn = literal(ReferralStatus.WITHDRAWN, REFERRAL.c.status.type)
    moved = (
        update(REFERRAL)
        .where(REFERRAL.c.id == any_(bindparam("ids", type_=ARRAY(Key()))))
        .values(
            status=withdrawn,
            version=REFERRAL.c.version + 1,
            updated_at=func.greatest(REFERRAL.c.updated_at, bind(REFERRAL.c.updated_at)),
        )
        .returning(REFERRAL.c.id, REFERRAL.c.updated_at)
        .cte("moved")
    )
    event = (
        added(
            EVENT,
            referral_id=moved.c.id,
            organization_id=literal(None, EVENT.c.organization_id.type),
            at=moved.c.updated_at,
            kind=literal(ReferralEventKind.CONSENT_WITHDRAWN, EVENT.c.kind.type),
            action=null(),
            status_after=withdrawn,
        )
        .returning(EVENT.c.id, EVENT.c.referral_id, EVENT.c.at)
        .cte("event")
    )
    return Statement(
        added(
            ENDED,
            referral_id=event.c.referral_id,
            event_id=event.c.id,
            reason=literal(WithdrawReason.CONSENT_WITHDRAWN, ENDED.c.reason.type),
            at=event.c.at,
        )
    )


END = _end()


async def withdraw_consent(
    session: Session, actor: Actor, now: datetime, *, consent_id: UUID, reason: str | None = None
) -> Effect:
    """This will end a consent: disclosure stops in this transaction, and what was not yet accepted is withdrawn.

    Withdrawing again is no refusal: the person's wish holds, and whoever sees to it a second time must not be told that
    it failed. The first moment and reason stand. Raises Refused: NOT_ALLOWED, NOT_FOUND, INVALID_INPUT. Runs three
    statements, and one where referrals end.
    """
    refuse(check_works_with_people(actor))
    text = written(reason, "reason")
    of_whom = await session.row(OF_WHOM, id=consent_id)
    if of_whom is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "Your organisation keeps no such consent.", ("consentId",)))
    # Referrals before their parties, as every step of one does: who locks in another order waits for ever.
    resting = await session.rows(RESTING, consent_id=consent_id)
    fresh = await session.change(
        WITHDRAW,
        consent_id=consent_id,
        organization_id=actor.organization_id,
        withdrawn_at=now,
        reason=text,
    )
    ending = [
        row["id"] for row in resting if after_consent_withdrawn(status := ReferralStatus(row["status"])) is not status
    ]
    if fresh and ending and await session.change(END, ids=ending, updated_at=now) != len(ending):
        raise RowsLost
    return Effect(consent_id, (of_whom["person_id"], *(ending if fresh else ())))
