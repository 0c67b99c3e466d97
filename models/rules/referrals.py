"""Referrals: which step leads from which state to which, who may take it, and until when it is due (domain.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.people import CHILD_GROUPS
from models.rules.problems import Refusal
from models.rules.vocabulary import (
    AgeGroup,
    NotServedReason,
    OutcomeResult,
    ProblemCode,
    ReferralAction,
    ReferralEventKind,
    ReferralPriority,
    ReferralStatus,
    WithdrawReason,
    Word,
)

A, S = ReferralAction, ReferralStatus


class Side(Word):
    """In which capacity someone acts on a referral; whoever is on no side does not know that it exists."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"
    SUPERVISOR = "SUPERVISOR"
    """A supervisor of the sender or of the receiver."""
    ADMINISTRATOR = "ADMINISTRATOR"
    """An administrator of the sender."""
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: from any of some states, by one action of some sides, to one state."""

    action: ReferralAction | None
    """None where the system takes the step and nobody chose it."""
    sides: frozenset[Side]
    origins: frozenset[ReferralStatus]
    to: ReferralStatus | None
    """None: back to the state before the cancellation was requested."""
    event: ReferralEventKind = ReferralEventKind.ACTION


def _row(
    action: ReferralAction | None,
    sides: set[Side],
    origins: set[ReferralStatus],
    to: ReferralStatus | None,
    event: ReferralEventKind = ReferralEventKind.ACTION,
) -> Transition:
    return Transition(action, frozenset(sides), frozenset(origins), to, event)


NOT_YET_ANSWERED = frozenset({S.SENT, S.ACKNOWLEDGED, S.WAITLISTED})
NOT_YET_ACCEPTED = NOT_YET_ANSWERED | {S.DRAFT}

TRANSITIONS: tuple[Transition, ...] = (
    _row(A.SEND, {Side.SENDER}, {S.DRAFT}, S.SENT),
    _row(A.ACKNOWLEDGE, {Side.RECEIVER}, {S.SENT}, S.ACKNOWLEDGED),
    _row(A.WAITLIST, {Side.RECEIVER}, {S.SENT, S.ACKNOWLEDGED}, S.WAITLISTED),
    _row(A.ACCEPT, {Side.RECEIVER}, {*NOT_YET_ANSWERED}, S.ACCEPTED),
    _row(A.DECLINE, {Side.RECEIVER}, {*NOT_YET_ANSWERED, S.ACCEPTED}, S.DECLINED),
    _row(A.FORWARD, {Side.RECEIVER}, {*NOT_YET_ANSWERED}, S.FORWARDED),
    _row(A.WITHDRAW, {Side.SENDER}, {*NOT_YET_ACCEPTED}, S.WITHDRAWN),
    _row(None, {Side.SYSTEM}, {*NOT_YET_ACCEPTED}, S.WITHDRAWN, ReferralEventKind.CONSENT_WITHDRAWN),
    _row(A.REQUEST_CANCELLATION, {Side.SENDER}, {S.ACCEPTED, S.IN_PROGRESS}, S.CANCEL_REQUESTED),
    _row(A.RESOLVE_CANCELLATION, {Side.RECEIVER}, {S.CANCEL_REQUESTED}, S.WITHDRAWN),
    _row(A.RESOLVE_CANCELLATION, {Side.RECEIVER}, {S.CANCEL_REQUESTED}, None),
    _row(A.START, {Side.RECEIVER}, {S.ACCEPTED}, S.IN_PROGRESS),
    _row(A.HOLD, {Side.RECEIVER}, {S.IN_PROGRESS}, S.ON_HOLD),
    _row(A.RESUME, {Side.RECEIVER}, {S.ON_HOLD}, S.IN_PROGRESS),
    _row(A.COMPLETE, {Side.RECEIVER}, {S.ACCEPTED, S.IN_PROGRESS}, S.COMPLETED),
    _row(A.CLOSE, {Side.SENDER, Side.SYSTEM}, {S.COMPLETED}, S.CLOSED),
    _row(A.REOPEN, {Side.SUPERVISOR}, {S.CLOSED}, S.IN_PROGRESS),
    _row(None, {Side.SYSTEM}, {S.SENT, S.ACKNOWLEDGED}, S.EXPIRED, ReferralEventKind.EXPIRED),
    _row(A.MARK_ENTERED_IN_ERROR, {Side.ADMINISTRATOR}, {*S} - {S.ENTERED_IN_ERROR}, S.ENTERED_IN_ERROR),
)
"""The whole table of domain.md. A side that is not named may never take the step: the sender never accepts."""

OPEN = frozenset(S) - {S.DECLINED, S.FORWARDED, S.WITHDRAWN, S.COMPLETED, S.CLOSED, S.EXPIRED, S.ENTERED_IN_ERROR}
"""What blocks a second referral of the same person to the same service, among the sender's own."""

ANSWERS = frozenset({A.ACCEPT, A.DECLINE, A.FORWARD})
"""Steps that set `respondedAt`; a waiting list is no answer yet."""

VERBS = frozenset({A.ACCEPT, A.DECLINE, A.COMPLETE, A.WITHDRAW})
"""Actions on an existing referral for which the graph has a mutation today; nothing else is offered to anyone."""

OVERDUE_IN = NOT_YET_ANSWERED | {S.ACCEPTED, S.IN_PROGRESS}
"""States in which somebody waits for the receiver, so that a due time can pass.

The clock is the waiting person's: neither an acceptance nor a waiting list stops it. It stands still in DRAFT (nobody was
asked), in ON_HOLD (the receiver said why) and in CANCEL_REQUESTED (the sender wants it to end), and is over at the end.
"""


class Stage(Word):
    """What is due."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    HELPED = "HELPED"


Spans = Mapping[tuple[ReferralPriority, Stage], timedelta]

DEFAULT_SPANS: Spans = {
    (ReferralPriority.EMERGENCY, Stage.ACKNOWLEDGED): timedelta(hours=1),
    (ReferralPriority.EMERGENCY, Stage.HELPED): timedelta(hours=24),
    (ReferralPriority.URGENT, Stage.HELPED): timedelta(hours=72),
    (ReferralPriority.NORMAL, Stage.HELPED): timedelta(weeks=2),
}
"""Counted from sending; a network may put its own in place. What has no span has no due time of its own."""


def available_actions(status: ReferralStatus, side: Side) -> tuple[ReferralAction, ...]:
    """This will be what that side may do now and the graph has a mutation for, in the order of the contract."""
    able = {row.action for row in TRANSITIONS if side in row.sides and status in row.origins}
    return tuple(action for action in ReferralAction if action in able and action in VERBS)


def transition(
    status: ReferralStatus, action: ReferralAction, side: Side, *, back_to: ReferralStatus | None = None
) -> ReferralStatus | Refusal:
    """This will be the state after the step, or why there is none.

    NOT_ALLOWED: this side never takes this step. TRANSITION_NOT_ALLOWED: it does, but not from this state.
    `back_to` belongs to RESOLVE_CANCELLATION: the state before, where the receiver goes on; None grants the cancellation.
    """
    rows = [row for row in TRANSITIONS if row.action is action and side in row.sides]
    if not rows:
        return Refusal(ProblemCode.NOT_ALLOWED, "This step belongs to the other side of the referral.")
    for row in rows:
        if status in row.origins and (row.to is None) == (back_to is not None):
            if row.to is not None:
                return row.to
            if back_to in (S.ACCEPTED, S.IN_PROGRESS):
                return back_to
    return Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, f"A referral that is {status} cannot take this step.")


def after_consent_withdrawn(status: ReferralStatus) -> ReferralStatus:
    """This will be WITHDRAWN for what was not yet accepted; what was accepted goes on, without disclosure."""
    return S.WITHDRAWN if status in NOT_YET_ACCEPTED else status


def due_at(
    priority: ReferralPriority, sent_at: datetime, *, stage: Stage = Stage.HELPED, spans: Spans = DEFAULT_SPANS
) -> datetime | None:
    """This will be the moment by which the stage is to be reached; None where this priority sets none for it."""
    span = spans.get((priority, stage))
    return None if span is None else sent_at + span


def is_overdue(status: ReferralStatus, due: datetime | None, now: datetime) -> bool:
    """This will be True once the due time has passed while the receiver is still awaited; computed, never stored."""
    return due is not None and now > due and status in OVERDUE_IN


def may_expire(status: ReferralStatus, priority: ReferralPriority, age_group: AgeGroup | None) -> bool:
    """This will be False for a child, for doubt about it and for an EMERGENCY: those go to a coordinator's queue.

    `age_group` is None for a signpost, which concerns nobody in particular.
    """
    if priority is ReferralPriority.EMERGENCY or age_group in CHILD_GROUPS:
        return False
    return any(row.event is ReferralEventKind.EXPIRED and status in row.origins for row in TRANSITIONS)


def check_outcome(result: OutcomeResult, reason: NotServedReason | None) -> Refusal | None:
    """This will refuse NOT_SERVED without a reason and SERVED with one; PARTIALLY_SERVED may say why not wholly."""
    if result is OutcomeResult.NOT_SERVED and reason is None:
        return Refusal(ProblemCode.INVALID_INPUT, "Say why the person was not served.", ("reason",))
    if result is OutcomeResult.SERVED and reason is not None:
        return Refusal(ProblemCode.INVALID_INPUT, "A person who was served has no reason for not being.", ("reason",))
    return None


def check_withdrawal(reason: WithdrawReason) -> Refusal | None:
    """This will refuse CONSENT_WITHDRAWN from a person: the consent itself is withdrawn, and the system draws the rest."""
    if reason is not WithdrawReason.CONSENT_WITHDRAWN:
        return None
    message = "Withdraw the consent itself: the referrals that rest on it then end."
    return Refusal(ProblemCode.INVALID_INPUT, message, ("reason",))
