"""Buckets leak as they should, one device of many addresses is one, and those that ran dry are forgotten."""

from datetime import timedelta
from uuid import uuid4

import pytest

from auth.lockout import LockedOut
from auth.people import lockout
from auth.people.lockout import ANYWHERE, FORGOTTEN, HERE, KNOWN_FOR, Attempt
from tests.auth.deployment import START
from tests.auth.people.household import Household


def an_attempt(address: str = "192.0.2.1", *, name: str | None = None) -> Attempt:
    return Attempt.of(name or f"{uuid4()}", address=address)


async def tries(home: Household, attempt: Attempt, *, after: timedelta = timedelta()) -> None:
    await home.at(lambda c: lockout.try_password(c, attempt, now=START + after))


async def full(home: Household, attempt: Attempt, *, after: timedelta = timedelta()) -> timedelta:
    with pytest.raises(LockedOut) as locked:
        await tries(home, attempt, after=after)
    return locked.value.wait


async def test_one_more_is_given_back_a_minute(home: Household) -> None:
    attempt = an_attempt()
    for _ in range(HERE.burst):
        await tries(home, attempt)
    assert await full(home, attempt) == HERE.refill
    assert await full(home, attempt, after=HERE.refill / 4) == 3 * HERE.refill / 4
    await tries(home, attempt, after=HERE.refill)
    assert await full(home, attempt, after=HERE.refill) == HERE.refill
    for _ in range(HERE.burst):
        await tries(home, attempt, after=100 * HERE.refill)


async def test_a_clock_that_goes_back_forgives_nothing(home: Household) -> None:
    attempt = an_attempt()
    for _ in range(HERE.burst):
        await tries(home, attempt)
    assert await full(home, attempt, after=timedelta(hours=-1)) == HERE.refill


async def test_being_wrong_elsewhere_is_no_matter_until_it_is_from_everywhere(home: Household) -> None:
    name = f"{uuid4()}"
    for number in range(ANYWHERE.burst):
        await tries(home, an_attempt(f"198.51.100.{number}", name=name))
    assert await full(home, an_attempt("203.0.113.1", name=name)) == ANYWHERE.refill
    await tries(home, an_attempt("203.0.113.1"))


async def test_where_a_name_was_proved_others_failures_do_not_count_for_a_month(home: Household) -> None:
    for after, let_in in ((KNOWN_FOR - timedelta(seconds=1), True), (KNOWN_FOR, False)):
        name = f"{uuid4()}"
        mine = an_attempt(name=name)
        async with home.engines[0].begin() as connection:
            await lockout.proved(connection, uuid4(), mine, now=START)
        for number in range(ANYWHERE.burst):
            await tries(home, an_attempt(f"198.51.100.{number}", name=name), after=after)
        if let_in:
            await tries(home, mine, after=after)
        else:
            assert await full(home, mine, after=after) == ANYWHERE.refill


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
        ("testclient", "another", False),
    ],
)
def test_addresses_of_one_network_are_one(first: str, second: str, same: bool) -> None:
    assert (an_attempt(first, name="marie") == an_attempt(second, name="marie")) is same


async def test_neither_names_nor_addresses_are_kept(home: Household) -> None:
    await tries(home, an_attempt("203.0.113.77", name="marie.4821"))
    rows = await home.deployment.sql("SELECT * FROM sign_in_failure")
    assert rows
    kept = b"".join(row["name_hash"] for row in rows) + str(rows).encode()
    assert not any(word in kept for word in (b"marie", b"203.0.113"))


async def test_what_has_run_dry_is_forgotten_and_a_known_address_later(home: Household) -> None:
    dry, known = an_attempt(), an_attempt()
    await tries(home, dry)
    await home.at(lambda c: lockout.proved(c, uuid4(), known, now=START))

    async def left(after: timedelta) -> set[bytes]:
        await home.at(lambda c: lockout.forget(c, now=START + after))
        rows = await home.deployment.sql("SELECT name_hash FROM sign_in_failure")
        return {row["name_hash"] for row in rows} & {dry.here, dry.anywhere, known.here}

    assert await left(FORGOTTEN) == {dry.here, dry.anywhere, known.here}
    assert await left(FORGOTTEN + timedelta(seconds=1)) == {known.here}
    assert await left(KNOWN_FOR + timedelta(seconds=1)) == set()
