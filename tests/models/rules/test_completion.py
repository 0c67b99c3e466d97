"""Completion: enough sessions, a test passed where there is one; attended, completed and unique people apart."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.completion import CompletionRule, NoSuchRule, completion, trained_figures
from models.rules.vocabulary import AttendanceStatus as Status

FIVE = ["monday", "tuesday", "wednesday", "thursday", "friday"]
EIGHTY = CompletionRule(share=80)
TESTED = CompletionRule(share=80, pass_mark=60)


def came(*statuses: Status) -> dict[str, Status]:
    return dict(zip(FIVE, statuses, strict=False))


def test_four_sessions_of_five_are_exactly_eighty_percent() -> None:
    found = completion(EIGHTY, FIVE, came(*[Status.PRESENT] * 4))

    assert (found.counted, found.sessions, found.enough, found.completed) == (4, 5, True, True)


def test_three_of_five_are_not_enough() -> None:
    found = completion(EIGHTY, FIVE, came(*[Status.PRESENT] * 3))

    assert (found.attended, found.enough, found.completed) == (True, False, False)


@pytest.mark.parametrize(
    ("status", "there", "counts"),
    [
        (Status.PRESENT, True, 1),
        (Status.LATE, True, 1),
        (Status.LEFT_EARLY, True, 0),
        (Status.EXCUSED, False, 0),
        (Status.ABSENT, False, 0),
    ],
)
def test_what_a_status_is_worth(status: Status, there: bool, counts: int) -> None:
    found = completion(CompletionRule(share=100), ["only"], {"only": status})

    assert (found.attended, found.counted, found.completed) == (there, counts, bool(counts))


@pytest.mark.parametrize(
    ("score", "passed", "completed"),
    [
        (Fraction(60, 100), True, True),
        (Fraction(5999, 10_000), False, False),
        (None, None, False),
        (Fraction(1), True, True),
    ],
)
def test_a_course_with_a_test_asks_for_it_too(score: Fraction | None, passed: bool | None, completed: bool) -> None:
    found = completion(TESTED, FIVE, came(*[Status.PRESENT] * 5), post_test=score)

    assert (found.enough, found.passed, found.completed) == (True, passed, completed)


def test_a_test_replaces_no_session() -> None:
    assert not completion(TESTED, FIVE, came(Status.PRESENT), post_test=Fraction(1)).completed


def test_a_score_of_a_course_without_a_test_says_nothing() -> None:
    found = completion(EIGHTY, FIVE, came(*[Status.PRESENT] * 5), post_test=Fraction(1, 10))

    assert (found.passed, found.completed) == (None, True)


def test_other_trainings_sessions_and_no_sessions_count_for_nothing() -> None:
    assert completion(EIGHTY, FIVE, {"another": Status.PRESENT}).attended is False
    assert completion(EIGHTY, [], {}).completed is False


@pytest.mark.parametrize(("share", "mark"), [(0, None), (101, None), (80, -1), (80, 101)])
def test_a_rule_that_cannot_be(share: int, mark: int | None) -> None:
    with pytest.raises(NoSuchRule):
        CompletionRule(share=share, pass_mark=mark)


def test_attended_completed_and_people_are_three_figures() -> None:
    whole, part, never = (came(*[Status.PRESENT] * days) for days in (5, 1, 0))
    outcomes = [
        ("marie", completion(EIGHTY, FIVE, whole)),
        ("marie", completion(EIGHTY, FIVE, whole)),
        ("jean", completion(EIGHTY, FIVE, part)),
        ("paul", completion(EIGHTY, FIVE, never)),
    ]

    found = trained_figures(outcomes)

    assert (found.attended, found.completed, found.unique_people) == (3, 2, 2)


@given(
    share=st.integers(1, 100),
    statuses=st.lists(st.sampled_from(Status), min_size=1, max_size=12),
)
def test_coming_once_more_never_undoes_a_completion(share: int, statuses: list[Status]) -> None:
    """And whoever completed attended; what is asked for is never more than there is, never less than the share."""
    rule, sessions = CompletionRule(share=share), list(range(len(statuses)))
    before = completion(rule, sessions, dict(enumerate(statuses)))
    after = completion(rule, sessions, dict(enumerate(statuses)) | {0: Status.PRESENT})

    assert not before.completed or after.completed
    assert not before.completed or before.attended
    assert 0 < rule.required(len(sessions)) <= len(sessions)
    assert rule.required(len(sessions)) * 100 >= share * len(sessions) > (rule.required(len(sessions)) - 1) * 100
