"""Being wrong often costs waiting, and tells nobody which clients exist."""

from datetime import timedelta

import pytest

from auth.lockout import BURST, REFILL, REMEMBERED, LockedOut, Lockout
from tests.auth.deployment import START


def failed(times: int) -> Lockout:
    lockout = Lockout()
    for _ in range(times):
        lockout.check("brc", "192.0.2.1", now=START)
        lockout.failed("brc", "192.0.2.1", now=START)
    return lockout


def test_after_ten_failures_one_waits_six_seconds_for_the_next_attempt() -> None:
    lockout = failed(BURST)
    with pytest.raises(LockedOut) as locked:
        lockout.check("brc", "192.0.2.1", now=START)
    assert locked.value.wait == REFILL
    with pytest.raises(LockedOut):
        lockout.check("brc", "192.0.2.1", now=START + REFILL - timedelta(milliseconds=1))
    lockout.check("brc", "192.0.2.1", now=START + REFILL)


def test_a_stranger_does_not_lock_out_the_client() -> None:
    failed(BURST).check("brc", "192.0.2.2", now=START)


@pytest.mark.parametrize("another", ["2001:db8:1:2::2", "2001:DB8:1:2:ffff::1"])
def test_whoever_has_a_whole_network_of_ipv6_has_one_bucket(another: str) -> None:
    lockout = Lockout()
    for number in range(BURST):
        lockout.failed("", f"2001:db8:1:2::{number:x}", now=START)
    with pytest.raises(LockedOut):
        lockout.check("", another, now=START)
    lockout.check("", "2001:db8:1:3::2", now=START)


def test_success_forgets_the_failures() -> None:
    lockout = failed(BURST - 1)
    lockout.succeeded("brc", "192.0.2.1")
    for _ in range(BURST):
        lockout.check("brc", "192.0.2.1", now=START)
        lockout.failed("brc", "192.0.2.1", now=START)


def test_a_clock_set_back_gives_nothing_away() -> None:
    with pytest.raises(LockedOut):
        failed(BURST).check("brc", "192.0.2.1", now=START - timedelta(hours=1))


def test_what_is_remembered_is_bounded() -> None:
    lockout = Lockout()
    for number in range(REMEMBERED + 5):
        lockout.failed(f"client-{number}", "192.0.2.1", now=START)
    assert len(lockout._failures) == REMEMBERED
