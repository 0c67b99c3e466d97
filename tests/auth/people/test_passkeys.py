"""A passkey signs in without a name: verified by the person, on our pages, once per challenge, counting upwards."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from auth.assurance import PASSKEY
from auth.people import accounts, passkeys
from auth.people.ceremonies import CeremonyOver
from auth.people.passkey_answers import NewPasskey, NotThisPasskey
from auth.people.passkeys import CountedBack
from auth.people.proving import Proved
from tests.auth.deployment import PROFILE, START
from tests.auth.people.authenticator import BE, BS, UP, UV, Device, encoded
from tests.auth.people.household import Household


async def asked(home: Household) -> passkeys.Asked:
    return await home.at(lambda c: passkeys.ask_to_sign_in(c, profile=PROFILE, now=START))


async def signs_in(home: Household, device: Device) -> Proved:
    step = await asked(home)
    return await home.prover().passkey(step.handle, device.sign_in(step.options), now=START)


async def registers(home: Household, device: Device) -> NewPasskey:
    account_id = await home.account()
    async with home.engines[0].begin() as connection:
        step = await passkeys.ask_to_register(
            connection, account_id, name="marie", display_name="Marie", profile=PROFILE, now=START
        )
        whose, made = await passkeys.registered(
            connection, step.handle, device.register(step.options), profile=PROFILE, now=START
        )
    assert whose == account_id
    return made


async def test_it_says_who_it_is(home: Household) -> None:
    account_id = await home.account()
    device = await home.device(account_id)
    await home.device(await home.account("Another"))
    assert await signs_in(home, device) == Proved(account_id, PASSKEY)


async def test_what_the_browser_is_asked(home: Household) -> None:
    account_id = await home.account()
    known = await home.device(account_id)
    step = await home.at(
        lambda c: passkeys.ask_to_register(
            c, account_id, name="marie", display_name="Marie", profile=PROFILE, now=START
        )
    )
    assert step.options["rp"] == {"name": "Konbit", "id": "konbit.example"}
    assert step.options["attestation"] == "none"
    assert step.options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert [each["id"] for each in step.options["excludeCredentials"]] == [encoded(known.credential_id)]
    sign_in = await asked(home)
    assert sign_in.options["userVerification"] == "required"
    assert sign_in.options["allowCredentials"] == []


WRONG: dict[str, dict[str, Any]] = {
    "without user verification": {"flags": UP},
    "without the person": {"flags": UV},
    "another origin": {"origin": "https://konbit.example.evil.test"},
    "another port": {"origin": "https://konbit.example:8443"},
    "not encrypted": {"origin": "http://konbit.example"},
    "another site": {"rp_id": "evil.test"},
    "the parent's site": {"rp_id": "example"},
    "inside another page": {"client_data": {"crossOrigin": True}},
    "inside a page that is named": {"client_data": {"topOrigin": "https://evil.test"}},
    "another challenge": {"client_data": {"challenge": encoded(bytes(64))}},
    "another ceremony": {"client_data": {"type": "payment.get"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_it_is_refused_at_sign_in(home: Household, wrong: dict[str, Any]) -> None:
    device = await home.device(await home.account())
    for name, value in wrong.items():
        setattr(device, name, value)
    with pytest.raises(NotThisPasskey):
        await signs_in(home, device)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_it_is_refused_when_it_is_made(home: Household, wrong: dict[str, Any]) -> None:
    with pytest.raises(NotThisPasskey):
        await registers(home, home.a_device(**wrong))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda device: setattr(device, "key", Device("", "").key),
        lambda device: setattr(device, "credential_id", bytes(32)),
        lambda device: setattr(device, "user_handle", bytes(16)),
        lambda device: setattr(device, "user_handle", None),
    ],
    ids=["another key", "an unknown id", "someone else's handle", "no handle"],
)
async def test_a_passkey_that_is_not_ours_is_refused(home: Household, spoil: Callable[[Device], None]) -> None:
    device = await home.device(await home.account())
    spoil(device)
    with pytest.raises(NotThisPasskey):
        await signs_in(home, device)


async def test_a_challenge_is_used_once_whatever_was_answered(home: Household) -> None:
    device = await home.device(await home.account())
    step = await asked(home)
    with pytest.raises(NotThisPasskey):
        await home.prover().passkey(step.handle, "{}", now=START)
    with pytest.raises(CeremonyOver):
        await home.prover().passkey(step.handle, device.sign_in(step.options), now=START)


async def test_of_fifty_uses_of_one_answer_one_counts(home: Household) -> None:
    account_id = await home.account()
    device = await home.device(account_id)
    step = await asked(home)
    answer = device.sign_in(step.options)
    uses = [home.prover(number % 2).passkey(step.handle, answer, now=START) for number in range(50)]
    results = await asyncio.gather(*uses, return_exceptions=True)
    assert [each for each in results if isinstance(each, Proved)] == [Proved(account_id, PASSKEY)]
    assert {type(each) for each in results if isinstance(each, BaseException)} == {CeremonyOver}


async def test_a_counter_that_stands_still_or_goes_back_is_noticed(home: Household) -> None:
    device = await home.device(await home.account())
    device.counter = 7
    await signs_in(home, device)
    device.step = 0
    with pytest.raises(CountedBack):
        await signs_in(home, device)
    device.counter = 3
    with pytest.raises(CountedBack):
        await signs_in(home, device)
    device.counter = 4_000_000_000
    await signs_in(home, device)


async def test_a_device_that_never_counts_is_welcome(home: Household) -> None:
    device = await home.device(await home.account(), step=0)
    for _ in range(2):
        await signs_in(home, device)


async def test_whether_it_is_backed_up_is_kept_as_last_said(home: Household) -> None:
    account_id = await home.account()
    device = await home.device(account_id, flags=UP | UV | BE)
    device.flags |= BS
    await signs_in(home, device)
    [listed] = await home.at(lambda c: passkeys.listed(c, account_id))
    assert (listed.name, listed.backed_up, listed.last_used_at) == ("telefòn", True, START)


async def test_another_accounts_passkey_cannot_be_taken_over(home: Household) -> None:
    owner = await home.account()
    device = await home.device(owner)
    stranger = await home.account("Stranger")
    with pytest.raises(NotThisPasskey):
        await home.device(stranger, credential_id=device.credential_id)
    assert (await signs_in(home, device)).account_id == owner
    assert await home.at(lambda c: passkeys.listed(c, stranger)) == []


async def test_a_suspended_account_is_not_signed_in_to(home: Household) -> None:
    account_id = await home.account()
    device = await home.device(account_id)
    await home.at(lambda c: accounts.suspend(c, account_id, now=START))
    with pytest.raises(NotThisPasskey):
        await signs_in(home, device)


async def test_step_up_takes_a_passkey_of_the_same_person(home: Household) -> None:
    mine, theirs = await home.account(), await home.account("Another")
    await home.device(mine)
    other = await home.device(theirs)
    step = await home.at(lambda c: passkeys.ask_to_sign_in(c, profile=PROFILE, now=START, account_id=mine))
    assert encoded(other.credential_id) not in str(step.options)
    with pytest.raises(NotThisPasskey):
        await home.prover().passkey(step.handle, other.sign_in(step.options), now=START)


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", "[" * 16_000, '"' + "x" * 20_000 + '"', '{"id": 1}', "\udcff", "1" * 5_000],
    ids=lambda answer: answer[:8],
)
async def test_what_no_browser_says_is_refused(home: Household, answer: str) -> None:
    step = await asked(home)
    with pytest.raises(NotThisPasskey):
        await home.prover().passkey(step.handle, answer, now=START)


@pytest.mark.parametrize("where", ["attestationObject", "clientDataJSON"])
async def test_broken_pieces_are_refused(home: Household, where: str) -> None:
    account_id = await home.account()
    for broken in ("", "!", encoded(b"\x9f" * 2_000), encoded(b"\xa3\x63fmt"), encoded(b"{}"), encoded(b"\xff" * 80)):
        async with home.engines[0].begin() as connection:
            step = await passkeys.ask_to_register(
                connection, account_id, name="marie", display_name="Marie", profile=PROFILE, now=START
            )
            answer = json.loads(home.a_device().register(step.options))
            answer["response"][where] = broken
            with pytest.raises(NotThisPasskey):
                await passkeys.registered(connection, step.handle, json.dumps(answer), profile=PROFILE, now=START)
