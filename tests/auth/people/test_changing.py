"""What one signs in with is changed by oneself alone, after a proof of the last five minutes, and never to nothing."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.assurance import STEP_UP
from auth.people import changing, passkeys, sessions, totp
from auth.people.ceremonies import CeremonyOver
from auth.people.changing import LastWayIn, ProofNeeded, VouchedFor, WrongFirstCode
from auth.people.passkey_answers import NotThisPasskey
from auth.people.proving import NotProved
from auth.people.sessions import SignedIn
from models.rules.passwords import HoldsOwnName, TooCommon
from tests.auth.deployment import PROFILE, START
from tests.auth.people.household import ADDRESS, PASSWORD, Household

NEW = "twa ti zwazo sou yon branch"
Change = Callable[[Household, SignedIn, AsyncConnection], Awaitable[object]]
CHANGES: dict[str, Change] = {
    "a passkey to come": lambda home, who, c: changing.ask_for_passkey(c, who, profile=PROFILE, now=START),
    "a passkey": lambda home, who, c: changing.add_passkey(c, who, "", "", name="", profile=PROFILE, now=START),
    "a passkey less": lambda home, who, c: changing.remove_passkey(c, who, b"", now=START),
    "a password to come": lambda home, who, c: changing.check_password(c, who, NEW, now=START),
    "a password": lambda home, who, c: changing.change_password(c, who, "a hash", now=START),
    "a secret to come": lambda home, who, c: changing.new_secret(c, who, sealer=home.sealer, now=START),
    "a secret": lambda home, who, c: changing.confirm_secret(c, who, "", "", sealer=home.sealer, now=START),
    "recovery codes": lambda home, who, c: changing.new_recovery_codes(c, who, now=START),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_it_takes_a_proof_of_the_last_five_minutes_made_here(home: Household, change: Change) -> None:
    _, signed_in = await home.signed_in((await home.person()).account_id)
    stale = replace(signed_in, auth_time=START - STEP_UP - timedelta(seconds=1))
    with pytest.raises(ProofNeeded):
        await home.at(lambda c: change(home, stale, c))
    with pytest.raises(VouchedFor):
        await home.at(lambda c: change(home, replace(signed_in, provider_id=uuid4()), c))


async def test_a_second_passkey_is_added_and_each_has_its_name(home: Household) -> None:
    account_id = await home.account()
    await home.device(account_id)
    _, signed_in = await home.signed_in(account_id)
    asked = await home.at(lambda c: changing.ask_for_passkey(c, signed_in, profile=PROFILE, now=START))
    answer = home.a_device().register(asked.options)
    await home.at(
        lambda c: changing.add_passkey(
            c, signed_in, asked.handle, answer, name="  kle  USB ", profile=PROFILE, now=START
        )
    )
    ways = await home.at(lambda c: changing.ways(c, account_id))
    assert [each.name for each in ways.passkeys] in (["telefòn", "kle USB"], ["kle USB", "telefòn"])
    assert (ways.password, ways.totp, ways.recovery_codes, ways.names) == (False, False, 0, [])


async def test_a_passkey_that_was_made_for_someone_else_is_not_added(home: Household) -> None:
    _, mine = await home.signed_in(await home.account())
    _, theirs = await home.signed_in(await home.account())
    asked = await home.at(lambda c: changing.ask_for_passkey(c, theirs, profile=PROFILE, now=START))
    answer = home.a_device().register(asked.options)
    with pytest.raises(NotThisPasskey):
        await home.at(
            lambda c: changing.add_passkey(c, mine, asked.handle, answer, name="", profile=PROFILE, now=START)
        )


async def test_the_last_way_in_stays(home: Household) -> None:
    account_id = await home.account()
    device = await home.device(account_id)
    _, signed_in = await home.signed_in(account_id)
    with pytest.raises(LastWayIn):
        await home.at(lambda c: changing.remove_passkey(c, signed_in, device.credential_id, now=START))
    second = await home.device(account_id)
    assert await home.at(lambda c: changing.remove_passkey(c, signed_in, device.credential_id, now=START))
    assert not await home.at(lambda c: changing.remove_passkey(c, signed_in, device.credential_id, now=START))
    [left] = await home.at(lambda c: passkeys.listed(c, account_id))
    assert left.credential_id == second.credential_id


async def test_two_passkeys_removed_at_once_leave_one(home: Household) -> None:
    account_id = await home.account()
    devices = [await home.device(account_id) for _ in range(2)]
    _, signed_in = await home.signed_in(account_id)
    both = iter(devices)
    results = await home.at_once(
        lambda c: changing.remove_passkey(c, signed_in, next(both).credential_id, now=START), times=2
    )
    assert {type(each) for each in results} == {bool, LastWayIn}
    assert len(await home.at(lambda c: passkeys.listed(c, account_id))) == 1


async def test_password_and_app_together_are_a_way_in_and_neither_alone_is(home: Household) -> None:
    for lacking in ("password", "totp"):
        person = await home.person()
        device = await home.device(person.account_id)
        _, signed_in = await home.signed_in(person.account_id)
        await home.deployment.sql(f"DELETE FROM {lacking} WHERE account_id = $1", person.account_id)
        async with home.engines[0].connect() as connection:
            with pytest.raises(LastWayIn):
                await changing.remove_passkey(connection, signed_in, device.credential_id, now=START)
    person = await home.person()
    device = await home.device(person.account_id)
    _, signed_in = await home.signed_in(person.account_id)
    assert await home.at(lambda c: changing.remove_passkey(c, signed_in, device.credential_id, now=START))


async def test_nobody_removes_anothers_passkey(home: Household) -> None:
    owner = await home.account()
    device = await home.device(owner)
    _, stranger = await home.signed_in(await home.account())
    assert not await home.at(lambda c: changing.remove_passkey(c, stranger, device.credential_id, now=START))
    assert len(await home.at(lambda c: passkeys.listed(c, owner))) == 1


async def test_a_new_password_counts_and_ends_the_other_sessions(home: Household) -> None:
    person = await home.person()
    other, _ = await home.signed_in(person.account_id)
    mine, signed_in = await home.signed_in(person.account_id)
    hashed = await home.passwords.hash(NEW)
    await home.at(lambda c: changing.change_password(c, signed_in, hashed, now=START))
    with pytest.raises(NotProved):
        await home.prover().password(person.name, PASSWORD, address=ADDRESS, now=START)
    await home.prover().password(person.name, NEW, address=ADDRESS, now=START)
    assert await home.at(lambda c: sessions.find(c, other, now=START)) is None
    assert await home.at(lambda c: sessions.find(c, mine, now=START)) == signed_in


@pytest.mark.parametrize(
    ("unfit", "refused"), [("password1234", TooCommon), ("Marie-Test-99", HoldsOwnName)], ids=["common", "own name"]
)
async def test_an_unfit_password_changes_nothing(home: Household, unfit: str, refused: type[Exception]) -> None:
    person = await home.person()
    _, signed_in = await home.signed_in(person.account_id)
    with pytest.raises(refused):
        await home.at(lambda c: changing.check_password(c, signed_in, unfit, now=START))
    await home.prover().password(person.name, PASSWORD, address=ADDRESS, now=START)


async def test_a_new_app_counts_from_its_first_code_on(home: Household) -> None:
    person = await home.person()
    _, signed_in = await home.signed_in(person.account_id)
    shown = await home.at(lambda c: changing.new_secret(c, signed_in, sealer=home.sealer, now=START))
    assert person.name in shown.as_address
    secret = base64.b32decode(shown.as_text.replace(" ", ""))
    code = totp.code(secret, totp.step_of(START))

    async def confirm(typed: str) -> None:
        await home.at(
            lambda c: changing.confirm_secret(c, signed_in, shown.handle, typed, sealer=home.sealer, now=START)
        )

    with pytest.raises(WrongFirstCode):
        await confirm(home.code(person))
    assert await home.at(lambda c: totp.check(c, person.account_id, home.code(person), sealer=home.sealer, now=START))
    await confirm(code)
    with pytest.raises(CeremonyOver):
        await confirm(code)
    for typed, right in ((code, False), (totp.code(secret, totp.step_of(START) + 1), True)):
        checked = await home.at(
            lambda c, typed=typed: totp.check(c, person.account_id, typed, sealer=home.sealer, now=START)  # type: ignore[misc]
        )
        assert checked is right


async def test_a_secret_shown_to_another_is_not_confirmed(home: Household) -> None:
    _, mine = await home.signed_in((await home.person()).account_id)
    _, theirs = await home.signed_in((await home.person()).account_id)
    shown = await home.at(lambda c: changing.new_secret(c, theirs, sealer=home.sealer, now=START))
    with pytest.raises(CeremonyOver):
        await home.at(lambda c: changing.confirm_secret(c, mine, shown.handle, "000000", sealer=home.sealer, now=START))
