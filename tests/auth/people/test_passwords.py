"""Hashing is done beside the loop, one at a time, in a queue that ends; nobody's password costs what anyone's does."""

import asyncio
import threading
import time

import pytest
from argon2 import extract_parameters

from auth.people import passwords
from auth.people.passwords import LONGEST_QUEUE, Passwords, TooBusy, Verdict
from tests.auth.deployment import START
from tests.auth.people.household import PASSWORD, Household


async def test_what_was_hashed_is_known_again(home: Household) -> None:
    hashed = await home.passwords.hash(PASSWORD)
    assert hashed.startswith(f"$argon2id$v=19$m={passwords.MEMORY_KIB},t={passwords.TIME_COST},p={passwords.LANES}$")
    assert await home.passwords.verify(hashed, PASSWORD) == Verdict(True)
    assert await home.passwords.verify(hashed, PASSWORD + " ") == Verdict(False)
    assert await home.passwords.verify("not a hash", PASSWORD) == Verdict(False)


async def test_every_character_of_the_longest_counts(home: Household) -> None:
    longest = "chèz ba " * 25
    hashed = await home.passwords.hash(longest)
    assert not (await home.passwords.verify(hashed, longest[:-1] + "!")).right
    assert (await home.passwords.verify(hashed, longest)).right


async def test_nobodys_password_costs_one_hash_of_today(home: Household) -> None:
    ours = extract_parameters(await home.passwords.hash(PASSWORD))
    assert extract_parameters(passwords._NOBODYS) == ours
    before = home.passwords.verified
    assert await home.passwords.verify(None, PASSWORD) == Verdict(False)
    assert home.passwords.verified == before + 1


async def test_the_queue_ends_and_empties(home: Household) -> None:
    waiting = [asyncio.create_task(home.passwords.verify(None, "x")) for _ in range(LONGEST_QUEUE)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await home.passwords.verify(None, "x")
    assert await asyncio.gather(*waiting) == [Verdict(False)] * LONGEST_QUEUE
    assert await home.passwords.verify(None, "x") == Verdict(False)


async def test_who_gives_up_waiting_gives_the_place_back() -> None:
    hasher = Passwords()
    try:
        for _ in range(2 * LONGEST_QUEUE):
            asking = asyncio.create_task(hasher.verify(None, "x"))
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        assert await hasher.verify(None, "x") == Verdict(False)
        assert hasher.verified < LONGEST_QUEUE
    finally:
        hasher.close()


async def test_the_loop_goes_on_while_one_thread_hashes(home: Household) -> None:
    names = {thread.name for thread in threading.enumerate()}
    turns, done = 0, asyncio.gather(*(home.passwords.hash(PASSWORD) for _ in range(10)))
    began = time.thread_time()
    while not done.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 20
    assert time.thread_time() - began < 0.2
    hashing = {thread.name for thread in threading.enumerate() if thread.name.startswith("passwords")}
    assert len(hashing - names) <= 1


async def test_a_kept_hash_takes_the_place_of_the_one_before(home: Household) -> None:
    account_id = await home.account()
    assert await home.at(lambda c: passwords.stored(c, account_id)) is None
    for hashed in ("first", "second"):
        async with home.engines[0].begin() as connection:
            await passwords.keep(connection, account_id, hashed, now=START)
            assert await passwords.stored(connection, account_id) == hashed
