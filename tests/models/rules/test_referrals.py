"""The table of steps, as domain.md draws it, and what follows from it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.problems import Refusal
from models.rules.referrals import (
    OPEN,
    OVERDUE_IN,
    Side,
    Stage,
    after_consent_withdrawn,
    available_actions,
    check_outcome,
    check_transfer,
    check_withdrawal,
    due_at,
    is_overdue,
    may_expire,
    transition,
)
from models.rules.roles import Role
from models.rules.vocabulary import (
    AgeGroup,
    NotServedReason,
    OutcomeResult,
    ProblemCode,
    ReferralKind,
    ReferralPriority,
    WithdrawReason,
)
from models.rules.vocabulary import ReferralAction as Action
from models.rules.vocabulary import ReferralStatus as Status

SENT_AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
WAITING = {Status.SENT, Status.ACKNOWLEDGED, Status.WAITLISTED}

STEPS: list[tuple[Action, Side, set[Status], Status]] = [
    (Action.SEND, Side.SENDER, {Status.DRAFT}, Status.SENT),
    (Action.ACKNOWLEDGE, Side.RECEIVER, {Status.SENT}, Status.ACKNOWLEDGED),
    (Action.WAITLIST, Side.RECEIVER, {Status.SENT, Status.ACKNOWLEDGED}, Status.WAITLISTED),
    (Action.ACCEPT, Side.RECEIVER, WAITING, Status.ACCEPTED),
    (Action.DECLINE, Side.RECEIVER, WAITING | {Status.ACCEPTED}, Status.DECLINED),
    (Action.FORWARD, Side.RECEIVER, WAITING, Status.FORWARDED),
    (Action.WITHDRAW, Side.SENDER, WAITING | {Status.DRAFT}, Status.WITHDRAWN),
    (Action.REQUEST_CANCELLATION, Side.SENDER, {Status.ACCEPTED, Status.IN_PROGRESS}, Status.CANCEL_REQUESTED),
    (Action.RESOLVE_CANCELLATION, Side.RECEIVER, {Status.CANCEL_REQUESTED}, Status.WITHDRAWN),
    (Action.START, Side.RECEIVER, {Status.ACCEPTED}, Status.IN_PROGRESS),
    (Action.HOLD, Side.RECEIVER, {Status.IN_PROGRESS}, Status.ON_HOLD),
    (Action.RESUME, Side.RECEIVER, {Status.ON_HOLD}, Status.IN_PROGRESS),
    (Action.COMPLETE, Side.RECEIVER, {Status.ACCEPTED, Status.IN_PROGRESS}, Status.COMPLETED),
    (Action.CLOSE, Side.SENDER, {Status.COMPLETED}, Status.CLOSED),
    (Action.CLOSE, Side.SYSTEM, {Status.COMPLETED}, Status.CLOSED),
    (Action.REOPEN, Side.SUPERVISOR, {Status.CLOSED}, Status.IN_PROGRESS),
    (
        Action.MARK_ENTERED_IN_ERROR,
        Side.ADMINISTRATOR,
        set(Status) - {Status.ENTERED_IN_ERROR},
        Status.ENTERED_IN_ERROR,
    ),
]
LEADS_TO = {(action, side, origin): to for action, side, origins, to in STEPS for origin in origins}
TAKES = {(action, side) for action, side, _, _ in STEPS}


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("action", Action)
def test_every_step_of_every_side_from_every_state(action: Action, side: Side) -> None:
    for status in Status:
        answer = transition(status, action, side)
        if (action, side, status) in LEADS_TO:
            assert answer is LEADS_TO[action, side, status]
        else:
            assert isinstance(answer, Refusal)
            never = (action, side) not in TAKES
            assert answer.code is (ProblemCode.NOT_ALLOWED if never else ProblemCode.TRANSITION_NOT_ALLOWED)


def test_every_action_of_the_contract_is_in_the_table() -> None:
    assert {action for action, _ in TAKES} == set(Action)


def test_the_sender_may_never_accept_and_nobody_accepts_twice() -> None:
    own = transition(Status.SENT, Action.ACCEPT, Side.SENDER)
    twice = transition(Status.ACCEPTED, Action.ACCEPT, Side.RECEIVER)
    assert isinstance(own, Refusal)
    assert own.code is ProblemCode.NOT_ALLOWED
    assert isinstance(twice, Refusal)
    assert twice.code is ProblemCode.TRANSITION_NOT_ALLOWED


def test_a_cancellation_that_is_not_granted_returns_to_the_state_before() -> None:
    for before in (Status.ACCEPTED, Status.IN_PROGRESS):
        resolved = transition(Status.CANCEL_REQUESTED, Action.RESOLVE_CANCELLATION, Side.RECEIVER, back_to=before)
        assert resolved is before
    for elsewhere in set(Status) - {Status.ACCEPTED, Status.IN_PROGRESS}:
        answer = transition(Status.CANCEL_REQUESTED, Action.RESOLVE_CANCELLATION, Side.RECEIVER, back_to=elsewhere)
        assert isinstance(answer, Refusal)


@pytest.mark.parametrize(
    ("status", "side", "actions"),
    [
        (Status.SENT, Side.SENDER, (Action.WITHDRAW,)),
        (Status.SENT, Side.RECEIVER, (Action.ACCEPT, Action.DECLINE)),
        (Status.WAITLISTED, Side.RECEIVER, (Action.ACCEPT, Action.DECLINE)),
        (Status.ACCEPTED, Side.RECEIVER, (Action.DECLINE, Action.COMPLETE)),
        (Status.ACCEPTED, Side.SENDER, ()),
        (Status.IN_PROGRESS, Side.RECEIVER, (Action.COMPLETE,)),
        (Status.COMPLETED, Side.SENDER, ()),
        (Status.COMPLETED, Side.RECEIVER, ()),
        (Status.DRAFT, Side.SENDER, (Action.WITHDRAW,)),
        (Status.SENT, Side.SUPERVISOR, ()),
        (Status.SENT, Side.SYSTEM, ()),
    ],
)
def test_what_is_offered_is_what_can_be_done_today(status: Status, side: Side, actions: tuple[Action, ...]) -> None:
    assert available_actions(status, side) == actions


@given(st.sampled_from(Status), st.sampled_from(Side))
def test_whatever_is_offered_works(status: Status, side: Side) -> None:
    offered = available_actions(status, side)
    assert all(isinstance(transition(status, action, side), Status) for action in offered)
    assert list(offered) == [action for action in Action if action in offered]


def test_the_open_states_are_these() -> None:
    still = WAITING | {
        Status.DRAFT,
        Status.ACCEPTED,
        Status.IN_PROGRESS,
        Status.ON_HOLD,
        Status.CANCEL_REQUESTED,
    }
    assert still == OPEN


def test_withdrawn_consent_ends_what_was_not_accepted_and_nothing_else() -> None:
    ended = {status for status in Status if after_consent_withdrawn(status) is not status}
    assert ended == WAITING | {Status.DRAFT}
    assert {after_consent_withdrawn(status) for status in ended} == {Status.WITHDRAWN}


@pytest.mark.parametrize(
    ("priority", "stage", "span"),
    [
        (ReferralPriority.EMERGENCY, Stage.ACKNOWLEDGED, timedelta(hours=1)),
        (ReferralPriority.EMERGENCY, Stage.HELPED, timedelta(hours=24)),
        (ReferralPriority.URGENT, Stage.ACKNOWLEDGED, None),
        (ReferralPriority.URGENT, Stage.HELPED, timedelta(hours=72)),
        (ReferralPriority.NORMAL, Stage.HELPED, timedelta(days=14)),
    ],
)
def test_due_times_of_the_domain(priority: ReferralPriority, stage: Stage, span: timedelta | None) -> None:
    assert due_at(priority, SENT_AT, stage=stage) == (None if span is None else SENT_AT + span)


def test_a_network_sets_its_own_spans() -> None:
    spans = {(ReferralPriority.NORMAL, Stage.HELPED): timedelta(days=3)}
    assert due_at(ReferralPriority.NORMAL, SENT_AT, spans=spans) == SENT_AT + timedelta(days=3)


@pytest.mark.parametrize("status", Status)
def test_overdue_is_past_the_moment_while_somebody_waits(status: Status) -> None:
    waits = status in WAITING | {Status.ACCEPTED, Status.IN_PROGRESS}
    assert (status in OVERDUE_IN) is waits
    assert is_overdue(status, SENT_AT, SENT_AT + timedelta(microseconds=1)) is waits
    assert not is_overdue(status, SENT_AT, SENT_AT)
    assert not is_overdue(status, None, SENT_AT)


def test_no_child_no_doubt_and_no_emergency_expires() -> None:
    lapsing = {
        (status, priority, group)
        for status in Status
        for priority in ReferralPriority
        for group in (None, *AgeGroup)
        if may_expire(status, priority, group)
    }
    assert lapsing == {
        (status, priority, group)
        for status in (Status.SENT, Status.ACKNOWLEDGED)
        for priority in (ReferralPriority.URGENT, ReferralPriority.NORMAL)
        for group in (None, AgeGroup.AGE_18_24, AgeGroup.AGE_25_59, AgeGroup.AGE_60_PLUS)
    }


def test_an_outcome_says_why_nobody_was_served() -> None:
    assert check_outcome(OutcomeResult.SERVED, None) is None
    assert check_outcome(OutcomeResult.PARTIALLY_SERVED, None) is None
    assert check_outcome(OutcomeResult.PARTIALLY_SERVED, NotServedReason.MOVED) is None
    assert check_outcome(OutcomeResult.NOT_SERVED, NotServedReason.DECLINED) is None
    for refusal in (
        check_outcome(OutcomeResult.NOT_SERVED, None),
        check_outcome(OutcomeResult.SERVED, NotServedReason.OTHER),
    ):
        assert refusal is not None
        assert (refusal.code, refusal.field) == (ProblemCode.INVALID_INPUT, ("reason",))


def test_the_system_alone_withdraws_for_withdrawn_consent() -> None:
    refused = {reason for reason in WithdrawReason if check_withdrawal(reason) is not None}
    assert refused == {WithdrawReason.CONSENT_WITHDRAWN}


def test_a_supervisor_decides_on_the_transfer_of_an_unaccompanied_child() -> None:
    refusal = check_transfer(ReferralKind.TRANSFER, unaccompanied=True, roles={Role.CASE_WORKER})
    assert refusal is not None
    assert refusal.code is ProblemCode.NOT_ALLOWED
    assert check_transfer(ReferralKind.TRANSFER, unaccompanied=True, roles={Role.SUPERVISOR}) is None
    assert check_transfer(ReferralKind.TRANSFER, unaccompanied=False, roles=set()) is None
    assert check_transfer(ReferralKind.REFERRAL, unaccompanied=True, roles=set()) is None
