"""Ten codes for a bad day: each counts once, for one person, and new ones void the old."""

import asyncio

import pytest

from auth.people import recovery
from tests.auth.deployment import START
from tests.auth.people.household import Household, lost, won


async def use(home: Household, person_id: object, typed: str) -> bool:
    return await home.at(lambda c: recovery.use(c, person_id, typed, now=START))  # type: ignore[arg-type]


async def test_of_fifty_uses_in_two_processes_one_is_right(home: Household) -> None:
    person = await home.person()
    code = person.recovery_codes[0]
    results = await home.at_once(lambda c: recovery.use(c, person.account_id, code, now=START))
    assert lost(results) == []
    assert sorted(won(results)) == [False] * 49 + [True]
    assert await home.at(lambda c: recovery.left(c, person.account_id)) == 9


@pytest.mark.parametrize(
    "as_typed",
    [str, str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code.replace('-', ' – ')} "],
    ids=["as shown", "small", "in one", "with spaces"],
)
async def test_it_may_be_typed_as_it_comes(home: Household, as_typed: type[str]) -> None:
    person = await home.person()
    assert await use(home, person.account_id, as_typed(person.recovery_codes[7]))


async def test_what_is_easily_misread_is_read_right(home: Household) -> None:
    person = await home.person()
    code = next(code for code in person.recovery_codes if set(code) & set("OIB"))
    assert await use(home, person.account_id, code.replace("O", "0").replace("I", "1").replace("B", "8"))


async def test_it_is_good_for_nobody_else(home: Household) -> None:
    mine, other = await home.person(), await home.person()
    assert not await use(home, other.account_id, mine.recovery_codes[0])
    assert not await use(home, mine.account_id, "")
    assert not await use(home, mine.account_id, "\udcff")


async def test_new_ones_void_the_old(home: Household) -> None:
    person = await home.person()
    codes = await home.at(lambda c: recovery.make(c, person.account_id))
    assert len(set(codes)) == recovery.HOW_MANY
    assert not set(codes) & set(person.recovery_codes)
    assert not await use(home, person.account_id, person.recovery_codes[0])
    assert await use(home, person.account_id, codes[0])


async def test_made_twice_at_once_there_are_still_ten(home: Household) -> None:
    person = await home.person()
    made = [home.at(lambda c: recovery.make(c, person.account_id), number % 2) for number in range(6)]
    await asyncio.gather(*made)
    assert await home.at(lambda c: recovery.left(c, person.account_id)) == recovery.HOW_MANY


async def test_the_codes_are_not_kept(home: Household) -> None:
    person = await home.person()
    rows = await home.deployment.sql("SELECT r::text FROM recovery_code r")
    assert not any(code in str(rows) or code.replace("-", "") in str(rows) for code in person.recovery_codes)
