"""A password and a code sign in, a password alone never does, and nobody's name is answered like somebody's."""

import asyncio
import unicodedata
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event

from auth.assurance import PASSWORD_AND_CODE, PASSWORD_AND_RECOVERY_CODE
from auth.lockout import LockedOut
from auth.people import accounts, lockout, passkeys, proving, sessions, totp
from auth.people.ceremonies import CeremonyOver
from auth.people.passwords import LONGEST_QUEUE, TooBusy
from auth.people.proving import TRIES, NotProved, Proved, WrongCode
from auth.people.sessions import SessionOver
from tests.auth.deployment import START
from tests.auth.people.household import ADDRESS, PASSWORD, Household, Person


async def password(
    home: Household, name: str, password: str = PASSWORD, *, address: str = ADDRESS, process: int = 0
) -> str:
    return await home.prover(process).password(name, password, address=address, now=START)


async def test_a_password_and_a_code_prove_who_it_is(home: Household) -> None:
    person = await home.person()
    handle = await password(home, f"  {person.name.upper()} ")
    proved = await home.prover().code(handle, f" {home.code(person)[:3]} {home.code(person)[3:]}", now=START)
    assert proved == Proved(person.account_id, PASSWORD_AND_CODE)


async def test_a_password_and_a_recovery_code_prove_who_it_is(home: Household) -> None:
    person = await home.person()
    handle = await password(home, person.name)
    typed = person.recovery_codes[3].lower().replace("-", " ")
    assert await home.prover().code(handle, typed, now=START) == Proved(person.account_id, PASSWORD_AND_RECOVERY_CODE)


async def test_a_password_typed_on_another_keyboard_is_the_same(home: Household) -> None:
    person = await home.person()
    await password(home, person.name, unicodedata.normalize("NFD", PASSWORD))


async def test_a_password_alone_is_refused_like_a_wrong_one(home: Household) -> None:
    person = await home.person()
    await home.deployment.sql("DELETE FROM totp WHERE account_id = $1", person.account_id)
    await password(home, person.name)
    await home.deployment.sql("DELETE FROM recovery_code WHERE account_id = $1", person.account_id)
    with pytest.raises(NotProved):
        await password(home, person.name)


async def test_a_suspended_account_is_refused_like_a_wrong_password(home: Household) -> None:
    person = await home.person()
    handle = await password(home, person.name)
    await home.at(lambda c: accounts.suspend(c, person.account_id, now=START))
    with pytest.raises(NotProved):
        await password(home, person.name)
    proved = await home.prover().code(handle, home.code(person), now=START)
    with pytest.raises(SessionOver):
        await home.signed_in(proved.account_id)


async def test_who_exists_cannot_be_told_by_words_or_by_work(home: Household) -> None:
    person = await home.person()
    work = []
    for name in (person.name, "nobody.1234", "", "\x00\udcff", "x" * 10_000):
        statements: list[str] = []
        engine = home.engines[0].sync_engine

        def count(_c: object, _k: object, statement: str, *_: object, seen: list[str] = statements) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", count)
        before = home.passwords.verified
        with pytest.raises(NotProved) as refused:
            await password(home, name, "another password altogether", address="192.0.2.77")
        event.remove(engine, "before_cursor_execute", count)
        work.append((type(refused.value), str(refused.value), home.passwords.verified - before, statements))
    assert all(each == work[0] for each in work)
    assert work[0][2] == 1


async def test_eleven_wrong_in_a_row_and_one_waits_whoever_it_is(home: Household) -> None:
    person = await home.person()
    waits = []
    for name in (person.name, "nobody.9999"):
        for _ in range(lockout.HERE.burst):
            with pytest.raises(NotProved):
                await password(home, name, "wrong wrong wrong", address="192.0.2.8")
        before = home.passwords.verified
        with pytest.raises(LockedOut) as locked:
            await password(home, name, PASSWORD, address="192.0.2.8")
        waits.append(locked.value.wait)
        assert home.passwords.verified == before
    assert waits == [lockout.HERE.refill] * 2


async def test_guesses_at_once_in_two_processes_are_all_counted(home: Household) -> None:
    person = await home.person()
    guesses = [
        password(home, person.name, f"guess number {n:06}", address="192.0.2.9", process=n % 2) for n in range(50)
    ]
    before = home.passwords.verified
    results = [type(each) for each in await asyncio.gather(*guesses, return_exceptions=True)]
    assert results.count(NotProved) == lockout.HERE.burst == home.passwords.verified - before
    assert results.count(LockedOut) == 50 - lockout.HERE.burst


async def test_strangers_cannot_lock_a_person_out_where_they_usually_are(home: Household) -> None:
    person = await home.person()
    await home.prover().code(await password(home, person.name), home.code(person), now=START)
    for number in range(lockout.ANYWHERE.burst + 5):
        with pytest.raises((NotProved, LockedOut)):
            await password(home, person.name, "wrong wrong wrong", address=f"203.0.113.{number}")
    with pytest.raises(LockedOut):
        await password(home, person.name, address="198.51.100.1")
    await password(home, person.name)
    device = await home.device(person.account_id)
    step = await home.at(lambda c: passkeys.ask_to_sign_in(c, profile=home.profile, now=START))
    await home.prover().passkey(step.handle, device.sign_in(step.options), now=START)


async def wrong(home: Household, handle: str, typed: str = "000000") -> str:
    with pytest.raises(WrongCode) as again:
        await home.prover().code(handle, typed, now=START)
    return again.value.handle


async def test_a_wrong_code_may_be_tried_again_by_a_new_handle(home: Household) -> None:
    person = await home.person()
    first = await password(home, person.name)
    second = await wrong(home, first)
    with pytest.raises(CeremonyOver):
        await home.prover().code(first, home.code(person), now=START)
    assert (await home.prover().code(second, home.code(person), now=START)).account_id == person.account_id


async def test_after_five_wrong_codes_it_is_over_and_the_account_waits(home: Household) -> None:
    person = await home.person()
    handle = await password(home, person.name)
    for _ in range(TRIES - 1):
        handle = await wrong(home, handle, "not a code")
    with pytest.raises(NotProved):
        await home.prover().code(handle, "not a code", now=START)
    handle = await password(home, person.name)
    with pytest.raises(LockedOut):
        await home.prover().code(handle, home.code(person), now=START)
    later = START + lockout.CODE.refill - timedelta(seconds=1)
    handle = await home.prover().password(person.name, PASSWORD, address=ADDRESS, now=later)
    with pytest.raises(LockedOut):
        await home.prover().code(handle, home.code(person, steps=10), now=later)
    fresh = START + lockout.CODE.refill
    assert await home.prover().code(handle, totp.code(person.secret, totp.step_of(fresh)), now=fresh)


async def test_of_fifty_codes_for_one_password_one_is_looked_at(home: Household) -> None:
    person = await home.person()
    handle = await password(home, person.name)
    uses = [home.prover(number % 2).code(handle, home.code(person), now=START) for number in range(50)]
    results = [type(each) for each in await asyncio.gather(*uses, return_exceptions=True)]
    assert (results.count(Proved), results.count(CeremonyOver)) == (1, 49)


async def test_an_outdated_hash_is_made_again(home: Household) -> None:
    person = await home.person()
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    await home.deployment.sql("UPDATE password SET hash = $1 WHERE account_id = $2", old, person.account_id)
    await password(home, person.name)
    [row] = await home.deployment.sql("SELECT hash FROM password WHERE account_id = $1", person.account_id)
    assert row["hash"] != old
    await password(home, person.name)


async def test_proving_again_renews_the_session_under_a_new_cookie(home: Household) -> None:
    person = await home.person()
    cookie, signed_in = await home.signed_in(person.account_id)
    handle = await home.prover().password_again(signed_in, PASSWORD, address=ADDRESS, now=START)
    later = START + timedelta(minutes=3)
    proved = await home.prover().code(handle, totp.code(person.secret, totp.step_of(later)), now=later)
    renewed, again = await home.at(lambda c: proving.again(c, signed_in, proved, now=later))
    assert (again.session_id, again.auth_time, again.acr) == (signed_in.session_id, later, PASSWORD_AND_CODE.acr)
    assert await home.at(lambda c: sessions.find(c, cookie, now=later)) is None
    assert await home.at(lambda c: sessions.find(c, renewed, now=later)) == again


async def test_someone_elses_proof_renews_nothing(home: Household) -> None:
    mine, other = await home.person(), await home.person()
    _, signed_in = await home.signed_in(mine.account_id)
    with pytest.raises(NotProved):
        await home.at(lambda c: proving.again(c, signed_in, Proved(other.account_id, PASSWORD_AND_CODE), now=START))


async def test_a_full_queue_counts_no_failure(home: Household) -> None:
    person: Person = await home.person()
    waiting = [asyncio.create_task(home.passwords.verify(None, "waiting")) for _ in range(LONGEST_QUEUE)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await password(home, person.name, address="192.0.2.55")
    await asyncio.gather(*waiting)
    for _ in range(lockout.HERE.burst):
        with pytest.raises(NotProved):
            await password(home, person.name, "wrong wrong wrong", address="192.0.2.55")
    with pytest.raises(LockedOut):
        await password(home, person.name, address="192.0.2.55")
