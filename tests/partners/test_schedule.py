"""A partner is read at its interval, ever later where it fails, and as late as its server asks."""

from datetime import UTC, datetime, timedelta

import pytest

from models.partners import BREAKER, SyncOutcome
from partners.schedule import FIRST_WAIT, LONGEST_WAIT, RARELY, Next, after, wait

BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENDED = BEGAN + timedelta(seconds=20)


def next_after(outcome: SyncOutcome, *, failures: int = 0, poll: int | None = 900, left: float | None = None) -> Next:
    return after(outcome, began=BEGAN, ended=ENDED, poll=poll, failures=failures, left_alone_for=left)


@pytest.mark.parametrize("outcome", [SyncOutcome.COMPLETE, SyncOutcome.PARTIAL, SyncOutcome.HELD])
def test_a_system_that_answers_is_read_within_its_interval(outcome: SyncOutcome) -> None:
    moments = {next_after(outcome, failures=3) for _ in range(50)}

    assert all(each.at and 810 <= (each.at - BEGAN).total_seconds() <= 900 for each in moments)
    assert {each.failures for each in moments} == {0}
    assert len(moments) > 1, "partners would keep step"


def test_a_reading_longer_than_its_interval_leaves_a_pause() -> None:
    coming = after(
        SyncOutcome.COMPLETE, began=BEGAN, ended=BEGAN + timedelta(hours=1), poll=900, failures=0, left_alone_for=None
    )

    assert coming.at == BEGAN + timedelta(hours=1, seconds=90)


def test_failures_are_waited_for_twice_as_long_each_until_the_breaker_opens() -> None:
    assert [wait(number, 900) for number in range(1, BREAKER + 2)] == [60, 120, 240, 480, RARELY, RARELY]
    assert [wait(number, 10) for number in range(1, BREAKER)] == [10, 20, 40, 80]
    assert wait(BREAKER, 86_400) == 86_400
    for failures in range(BREAKER + 1):
        coming = next_after(SyncOutcome.FAILED, failures=failures)
        longest = wait(failures + 1, 900)
        assert coming.failures == failures + 1
        assert coming.at
        assert longest / 2 <= (coming.at - ENDED).total_seconds() <= longest


@pytest.mark.parametrize("outcome", [SyncOutcome.FAILED, SyncOutcome.PARTIAL])
@pytest.mark.parametrize(("asked", "given"), [(7200.0, 7200.0), (1e12, LONGEST_WAIT), (float("inf"), LONGEST_WAIT)])
def test_a_server_is_left_alone_as_long_as_it_asks_up_to_a_day(
    outcome: SyncOutcome, asked: float, given: float
) -> None:
    assert next_after(outcome, left=asked).at == ENDED + timedelta(seconds=given)


def test_a_short_retry_after_does_not_bring_a_failure_forward() -> None:
    coming = next_after(SyncOutcome.FAILED, left=1).at

    assert coming
    assert coming >= ENDED + timedelta(seconds=FIRST_WAIT / 2)


def test_who_is_read_when_asked_only_has_no_next_time() -> None:
    assert next_after(SyncOutcome.FAILED, failures=6, poll=None) == Next(None, 7)
