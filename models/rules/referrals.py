"""Referrals: which step leads from which state to which, who may take it, and until when it is due (domain.md)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.people import CHILD_GROUPS
from models.rules.problems import Refusal
from models.rules.roles import Role
from models.rules.vocabulary import (
    AgeGroup,
    NotServedReason,
    OutcomeResult,
    ProblemCode,
    ReferralEventKind,
    ReferralKind,
    ReferralPriority,
    WithdrawReason,
    Word,
)
from models.rules.vocabulary import ReferralAction as Action
from models.rules.vocabulary import ReferralStatus as Status


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

    action: Action | None
    """None where the system takes the step and nobody chose it."""
    sides: frozenset[Side]
    origins: frozenset[Status]
    to: Status | None
    """None: back to the state before the cancellation was requested."""
    event: ReferralEventKind = ReferralEventKind.ACTION


def _row(
    action: Action | None,
    sides: set[Side],
    origins: set[Status],
    to: Status | None,
    event: ReferralEventKind = ReferralEventKind.ACTION,
) -> Transition:
    return Transition(action, frozenset(sides), frozenset(origins), to, event)


NOT_YET_ANSWERED = frozenset({Status.SENT, Status.ACKNOWLEDGED, Status.WAITLISTED})
NOT_YET_ACCEPTED = NOT_YET_ANSWERED | {Status.DRAFT}

TRANSITIONS: tuple[Transition, ...] = (
    _row(Action.SEND, {Side.SENDER}, {Status.DRAFT}, Status.SENT),
    _row(Action.ACKNOWLEDGE, {Side.RECEIVER}, {Status.SENT}, Status.ACKNOWLEDGED),
    _row(Action.WAITLIST, {Side.RECEIVER}, {Status.SENT, Status.ACKNOWLEDGED}, Status.WAITLISTED),
    _row(Action.ACCEPT, {Side.RECEIVER}, {*NOT_YET_ANSWERED}, Status.ACCEPTED),
    _row(Action.DECLINE, {Side.RECEIVER}, {*NOT_YET_ANSWERED, Status.ACCEPTED}, Status.DECLINED),
    _row(Action.FORWARD, {Side.RECEIVER}, {*NOT_YET_ANSWERED}, Status.FORWARDED),
    _row(Action.WITHDRAW, {Side.SENDER}, {*NOT_YET_ACCEPTED}, Status.WITHDRAWN),
    _row(None, {Side.SYSTEM}, {*NOT_YET_ACCEPTED}, Status.WITHDRAWN, ReferralEventKind.CONSENT_WITHDRAWN),
    _row(Action.REQUEST_CANCELLATION, {Side.SENDER}, {Status.ACCEPTED, Status.IN_PROGRESS}, Status.CANCEL_REQUESTED),
    _row(Action.RESOLVE_CANCELLATION, {Side.RECEIVER}, {Status.CANCEL_REQUESTED}, Status.WITHDRAWN),
    _row(Action.RESOLVE_CANCELLATION, {Side.RECEIVER}, {Status.CANCEL_REQUESTED}, None),
    _row(Action.START, {Side.RECEIVER}, {Status.ACCEPTED}, Status.IN_PROGRESS),
    _row(Action.HOLD, {Side.RECEIVER}, {Status.IN_PROGRESS}, Status.ON_HOLD),
    _row(Action.RESUME, {Side.RECEIVER}, {Status.ON_HOLD}, Status.IN_PROGRESS),
    _row(Action.COMPLETE, {Side.RECEIVER}, {Status.ACCEPTED, Status.IN_PROGRESS}, Status.COMPLETED),
    _row(Action.CLOSE, {Side.SENDER, Side.SYSTEM}, {Status.COMPLETED}, Status.CLOSED),
    _row(Action.REOPEN, {Side.SUPERVISOR}, {Status.CLOSED}, Status.IN_PROGRESS),
    _row(None, {Side.SYSTEM}, {Status.SENT, Status.ACKNOWLEDGED}, Status.EXPIRED, ReferralEventKind.EXPIRED),
    _row(
        Action.MARK_ENTERED_IN_ERROR,
        {Side.ADMINISTRATOR},
        {*Status} - {Status.ENTERED_IN_ERROR},
        Status.ENTERED_IN_ERROR,
    ),
)
"""The whole table of domain.md. A side that is not named may never take the step: the sender never accepts."""

OPEN = frozenset(Status) - {
    Status.DECLINED,
    Status.FORWARDED,
    Status.WITHDRAWN,
    Status.COMPLETED,
    Status.CLOSED,
    Status.EXPIRED,
    Status.ENTERED_IN_ERROR,
}
"""What blocks a second referral of the same person to the same service, among the sender's own."""

ANSWERS = frozenset({Action.ACCEPT, Action.DECLINE, Action.FORWARD})
"""Steps that set `respondedAt`; a waiting list is no answer yet."""

VERBS = frozenset({Action.ACCEPT, Action.DECLINE, Action.COMPLETE, Action.WITHDRAW})
"""Actions on an existing referral for which the graph has a mutation today; nothing else is offered to anyone."""

OVERDUE_IN = NOT_YET_ANSWERED | {Status.ACCEPTED, Status.IN_PROGRESS}
"""States in which somebody waits for the receiver, so that a due time can pass.

The clock is the waiting person's: neither an acceptance nor a waiting list stops it. It stands still in DRAFT (nobody
was asked), in ON_HOLD (the receiver said why) and in CANCEL_REQUESTED (the sender wants it to end).
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


def available_actions(status: Status, side: Side) -> tuple[Action, ...]:
    """This will be what that side may do now and the graph has a mutation for, in the order of the contract."""
    able = {row.action for row in TRANSITIONS if side in row.sides and status in row.origins}
    return tuple(action for action in Action if action in able and action in VERBS)


def transition(status: Status, action: Action, side: Side, *, back_to: Status | None = None) -> Status | Refusal:
    """This will be the state after the step, or why there is none.

    NOT_ALLOWED: this side never takes this step. TRANSITION_NOT_ALLOWED: it does, but not from this state.
    `back_to` belongs to RESOLVE_CANCELLATION: the state before, where the receiver goes on; None grants what was asked.
    """
    rows = [row for row in TRANSITIONS if row.action is action and side in row.sides]
    if not rows:
        return Refusal(ProblemCode.NOT_ALLOWED, "This step belongs to the other side of the referral.")
    for row in rows:
        if status in row.origins and (row.to is None) == (back_to is not None):
            if row.to is not None:
                return row.to
            if back_to in (Status.ACCEPTED, Status.IN_PROGRESS):
                return back_to
    return Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, f"A referral that is {status} cannot take this step.")


def after_consent_withdrawn(status: Status) -> Status:
    """This will be WITHDRAWN for what was not yet accepted; what was accepted goes on, without disclosure."""
    return Status.WITHDRAWN if status in NOT_YET_ACCEPTED else status


def due_at(
    priority: ReferralPriority, sent_at: datetime, *, stage: Stage = Stage.HELPED, spans: Spans = DEFAULT_SPANS
) -> datetime | None:
    """This will be the moment by which the stage is to be reached; None where this priority sets none for it."""
    span = spans.get((priority, stage))
    return None if span is None else sent_at + span


def is_overdue(status: Status, due: datetime | None, now: datetime) -> bool:
    """This will be True once the due time has passed while the receiver is still awaited; computed, never stored."""
    return due is not None and now > due and status in OVERDUE_IN


def may_expire(status: Status, priority: ReferralPriority, age_group: AgeGroup | None) -> bool:
    """This will be False for a child, for doubt about it and for an EMERGENCY: those go to a coordinator's queue.

    `age_group` is None for a signpost, which concerns nobody in particular.
    """
    if priority is ReferralPriority.EMERGENCY or age_group in CHILD_GROUPS:
        return False
    return any(row.event is ReferralEventKind.EXPIRED and status in row.origins for row in TRANSITIONS)


def check_transfer(kind: ReferralKind, *, unaccompanied: bool, roles: Collection[Role]) -> Refusal | None:
    """This will refuse to move custody of an unaccompanied child but by a supervisor; `roles` are the sender's."""
    if kind is not ReferralKind.TRANSFER or not unaccompanied or Role.SUPERVISOR in roles:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "A supervisor decides on the transfer of a child without a caregiver.")


def check_outcome(result: OutcomeResult, reason: NotServedReason | None) -> Refusal | None:
    """This will refuse NOT_SERVED without a reason and SERVED with one; PARTIALLY_SERVED may say why not wholly."""
    if result is OutcomeResult.NOT_SERVED and reason is None:
        return Refusal(ProblemCode.INVALID_INPUT, "Say why the person was not served.", ("reason",))
    if result is OutcomeResult.SERVED and reason is not None:
        return Refusal(ProblemCode.INVALID_INPUT, "A person who was served has no reason for not being.", ("reason",))
    return None


def check_withdrawal(reason: WithdrawReason) -> Refusal | None:
    """This will refuse CONSENT_WITHDRAWN as a chosen reason: who withdraws the consent lets the system end the rest."""
    if reason is not WithdrawReason.CONSENT_WITHDRAWN:
        return None
    message = "Withdraw the consent itself: the referrals that rest on it then end."
    return Refusal(ProblemCode.INVALID_INPUT, message, ("reason",))
