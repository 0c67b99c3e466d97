"""What its parties may do with a referral: accept, decline and complete it, or withdraw it (sending is in sending.py).

The row is locked when it is read, so of two who act at once the second sees what the first did.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, update

from actions.effects import Effect, Refused, refuse
from actions.statements import added, bind, table
from actions.texts import written
from auth.actor import Actor
from auth.policies.declare import CASE_ROLES
from models import referrals as tables
from models.organisations import Organization
from models.rules.problems import Refusal
from models.rules.purposes import AUTHORITIES
from models.rules.referrals import Side, check_outcome, check_withdrawal, transition
from models.rules.vocabulary import (
    DeclinedBy,
    DeclineReason,
    NotServedReason,
    OrganizationKind,
    OutcomeResult,
    ProblemCode,
    ReferralAction,
    ReferralEventKind,
    ReferralStatus,
    WithdrawReason,
)
from models.session import Session, Statement

REFERRAL = table(tables.Referral)
PARTY = table(tables.ReferralParty)
RECEIVER = table(Organization)
EVENT = table(tables.ReferralEvent)
NOTE = table(tables.ReferralNote)

TAKE = Statement(
    select(
        REFERRAL.c.status,
        REFERRAL.c.version,
        REFERRAL.c.updated_at,
        PARTY.c.person_id,
        PARTY.c.side,
        RECEIVER.c.kind.label("receiver_kind"),
    )
    .join(PARTY, PARTY.c.referral_id == REFERRAL.c.id)
    .join(RECEIVER, RECEIVER.c.id == REFERRAL.c.receiver_id)
    .where(REFERRAL.c.id == bind(REFERRAL.c.id), PARTY.c.organization_id == bind(PARTY.c.organization_id))
    .with_for_update(of=REFERRAL, key_share=True)
)
SEEN = Statement(select(REFERRAL.c.id).where(REFERRAL.c.id == bind(REFERRAL.c.id)))


def _step(answer: Any = None, *said: str) -> Statement:
    """The referral's new state, the event of it with its note, and the row that says how it was answered.

    Answers the event's id; no row where the referral is not as it was read.
    """
    moved = (
        update(REFERRAL)
        .where(REFERRAL.c.id == bind(REFERRAL.c.id), REFERRAL.c.version == bind(REFERRAL.c.version))
        .values(
            status=bind(REFERRAL.c.status),
            version=REFERRAL.c.version + 1,
            updated_at=bind(EVENT.c.at),
            responded_at=func.coalesce(REFERRAL.c.responded_at, bind(REFERRAL.c.responded_at)),
            completed_at=func.coalesce(REFERRAL.c.completed_at, bind(REFERRAL.c.completed_at)),
            officer_id=func.coalesce(REFERRAL.c.officer_id, bind(REFERRAL.c.officer_id)),
        )
        .returning(REFERRAL.c.id)
        .cte("moved")
    )
    event = (
        added(
            EVENT,
            referral_id=moved.c.id,
            organization_id=bind(PARTY.c.organization_id),
            at=bind(EVENT.c.at),
            kind=literal(ReferralEventKind.ACTION, EVENT.c.kind.type),
            action=bind(EVENT.c.action),
            status_after=bind(REFERRAL.c.status),
        )
        .returning(EVENT.c.id, EVENT.c.referral_id)
        .cte("event")
    )
    whose: dict[str, ColumnElement[Any]] = {"event_id": event.c.id, "referral_id": event.c.referral_id}
    note = added(
        NOTE,
        bind(NOTE.c.note).is_not(None),
        **whose,
        organization_id=bind(PARTY.c.organization_id),
        note=bind(NOTE.c.note),
    )
    query = select(event.c.id).add_cte(note.cte("note"))
    if answer is not None:
        row = added(answer, **whose, **{name: bind(answer.c[name]) for name in said})
        query = query.add_cte(row.cte("answer"))
    return Statement(query)


ACCEPT = _step()
DECLINE = _step(table(tables.ReferralDecline), "reason", "declined_by", "at")
COMPLETE = _step(table(tables.ReferralOutcome), "result", "reason")
WITHDRAW = _step(table(tables.ReferralWithdrawal), "reason", "at")


@dataclass(frozen=True, slots=True)
class Taken:
    """A referral that this transaction has locked, and the step that may be taken on it."""

    id: UUID
    version: int
    person_id: UUID | None
    """In the actor's own files: the sender's id of the person is nobody else's to know."""
    receiver_kind: OrganizationKind
    action: ReferralAction
    to: ReferralStatus
    at: datetime
    """Now, or when it last changed where that was later: history stays in order though clocks differ."""

    async def step(self, session: Session, actor: Actor, statement: Statement, **values: Any) -> Effect:
        """This will take the step. Raises Refused (STALE_VERSION) where the referral is not as it was read."""
        values = {"responded_at": None, "completed_at": None, "officer_id": None, **values}
        done = await session.value(
            statement,
            id=self.id,
            version=self.version,
            organization_id=actor.organization_id,
            action=self.action,
            status=self.to,
            at=self.at,
            **values,
        )
        if done is None:
            raise Refused(stale(self.id))
        return Effect(self.id, () if self.person_id is None else (self.person_id,))


async def accept_referral(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    referral_id: UUID,
    expected_version: int | None = None,
    note: str | None = None,
) -> Effect:
    """This will accept a referral for its receiver, who then sees of the person what consent reaches.

    An authority sees it only where a named user accepts. Raises Refused: NOT_FOUND, NOT_ALLOWED (the sender),
    STALE_VERSION, TRANSITION_NOT_ALLOWED, INVALID_INPUT. Runs two statements.
    """
    text = written(note, "note")
    taken = await _take(session, actor, now, ReferralAction.ACCEPT, referral_id, expected_version)
    officer_id = actor.user_id if taken.receiver_kind in AUTHORITIES else None
    return await taken.step(session, actor, ACCEPT, note=text, responded_at=taken.at, officer_id=officer_id)


async def decline_referral(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    referral_id: UUID,
    reason: DeclineReason,
    declined_by: DeclinedBy,
    expected_version: int | None = None,
    note: str | None = None,
) -> Effect:
    """This will decline a referral for its receiver, before or after it was accepted; nothing is then disclosed.

    Raises Refused as `accept_referral` does. Runs two statements.
    """
    text = written(note, "note")
    taken = await _take(session, actor, now, ReferralAction.DECLINE, referral_id, expected_version)
    return await taken.step(
        session, actor, DECLINE, note=text, responded_at=taken.at, reason=reason, declined_by=declined_by
    )


async def complete_referral(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    referral_id: UUID,
    result: OutcomeResult,
    reason: NotServedReason | None = None,
    expected_version: int | None = None,
    note: str | None = None,
) -> Effect:
    """This will end the work on a referral and say what came of it.

    Raises Refused as `accept_referral` does, and INVALID_INPUT where result and reason clash. Runs two statements.
    """
    refuse(check_outcome(result, reason))
    text = written(note, "note")
    taken = await _take(session, actor, now, ReferralAction.COMPLETE, referral_id, expected_version)
    return await taken.step(session, actor, COMPLETE, note=text, completed_at=taken.at, result=result, reason=reason)


async def withdraw_referral(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    referral_id: UUID,
    reason: WithdrawReason,
    expected_version: int | None = None,
    note: str | None = None,
) -> Effect:
    """This will take a referral back for its sender, before it was accepted.

    Raises Refused as `accept_referral` does, and INVALID_INPUT for the system's own reason. Runs two statements.
    """
    refuse(check_withdrawal(reason))
    text = written(note, "note")
    taken = await _take(session, actor, now, ReferralAction.WITHDRAW, referral_id, expected_version)
    return await taken.step(session, actor, WITHDRAW, note=text, reason=reason)


async def _take(
    session: Session,
    actor: Actor,
    now: datetime,
    action: ReferralAction,
    referral_id: UUID,
    expected_version: int | None,
) -> Taken:
    """Locks the referral and finds the step, or says why there is none: whose it is not to take, then what changed."""
    row = await session.row(TAKE, id=referral_id, organization_id=actor.organization_id)
    if row is None:
        if not actor.roles & CASE_ROLES and await session.value(SEEN, id=referral_id) is not None:
            raise Refused(Refusal(ProblemCode.NOT_ALLOWED, "This step takes a role that works with people."))
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such referral.", ("referralId",)))
    to = transition(ReferralStatus(row["status"]), action, Side(row["side"]))
    if isinstance(to, Refusal) and to.code is ProblemCode.NOT_ALLOWED:
        raise Refused(to)
    if expected_version not in (None, row["version"]):
        raise Refused(stale(referral_id))
    if isinstance(to, Refusal):
        raise Refused(Refusal(to.code, to.message, referral=referral_id))
    return Taken(
        id=referral_id,
        version=row["version"],
        person_id=row["person_id"],
        receiver_kind=OrganizationKind(row["receiver_kind"]),
        action=action,
        to=to,
        at=max(now, row["updated_at"]),
    )


def stale(referral_id: UUID) -> Refusal:
    """This will say that the referral is not as the caller read it; it comes along as it is now."""
    message = "The referral has changed since it was read: look at it again."
    return Refusal(ProblemCode.STALE_VERSION, message, ("expectedVersion",), referral=referral_id)
