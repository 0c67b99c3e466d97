"""Once per key: replay, reuse, a twin in progress, and that a refusal or a fault leaves nothing behind."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from actions.effects import Effect, Refused, RowsLost
from actions.perform import BROKEN, LONGEST_KEY, input_hash
from actions.referrals import accept_referral
from auth.actor import Actor
from models.base import Base
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode, Sex
from models.session import Session
from tests.actions.network import Network, codes

SHORTLY = timedelta(milliseconds=200)

KEEPER = Path(__file__).parents[2] / "auth" / "policies" / "keeper"


async def test_a_replay_finds_the_effect_and_does_nothing_again(network: Network) -> None:
    referral_id = await network.sent()
    first = await network.do("registry", accept_referral, key="again", referral_id=referral_id)
    before = await network.everything()

    again = await network.do("registry", accept_referral, key="again", referral_id=referral_id)

    assert first.key == again.key == referral_id
    assert again.problems == ()
    assert await network.everything() == before


async def test_a_key_spent_on_another_input_is_refused(network: Network) -> None:
    one, other = await network.sent(), await network.sent()
    await network.do("registry", accept_referral, key="reused", referral_id=one)
    before = await network.everything()

    outcome = await network.do("registry", accept_referral, key="reused", referral_id=other)

    assert (outcome.key, codes(outcome)) == (None, ["IDEMPOTENCY_KEY_REUSED"])
    assert await network.everything() == before


async def test_a_refusal_spends_no_key(network: Network) -> None:
    person_id = await network.person()
    before = await network.everything()
    refused = await network.send(key="kept", person_id=person_id)
    assert codes(refused) == ["CONSENT_REQUIRED"]
    assert await network.everything() == before

    await network.consent(person_id)
    sent = await network.send(key="kept", person_id=person_id)

    assert sent.key is not None


async def test_a_key_belongs_to_client_organisation_user_and_mutation(network: Network) -> None:
    ours = network.actor("registry")
    user = network.actor("registry", user_id=uuid4())
    effects = [uuid4() for _ in range(4)]

    async def does(number: int) -> Any:
        async def verb(_session: Session, _actor: Actor, _now: object) -> Effect:
            return Effect(effects[number])

        if number == 3:
            verb.__name__ = "another"
        return await network.do((ours, user, network.actor("brc"), ours)[number], verb, key="same")

    assert [(await does(number)).key for number in range(4)] == effects
    assert [(await does(number)).key for number in range(4)] == effects


@pytest.mark.parametrize("key", ["", "k" * (LONGEST_KEY + 1), "zero\0byte"])
async def test_an_odd_key_is_invalid_input(network: Network, key: str) -> None:
    referral_id = await network.sent()

    outcome = await network.do("registry", accept_referral, key=key, referral_id=referral_id)

    assert codes(outcome) == ["INVALID_INPUT"]
    assert await network.value("SELECT status FROM referral WHERE id = $1", referral_id) == "SENT"


async def test_a_twin_still_running_is_waited_for_and_then_in_progress(network: Network) -> None:
    begun, free = asyncio.Event(), asyncio.Event()
    done = []

    async def slow(_session: Session, _actor: Actor, _now: object) -> Effect:
        begun.set()
        await free.wait()
        done.append(uuid4())
        return Effect(done[-1])

    first = asyncio.create_task(network.do("brc", slow, key="twin"))
    await begun.wait()
    impatient = await network.do("brc", slow, key="twin", patience=SHORTLY)
    patient = asyncio.create_task(network.do("brc", slow, key="twin"))
    await asyncio.sleep(0.05)
    free.set()

    assert codes(impatient) == ["IN_PROGRESS"]
    assert (await first).key == (await patient).key == done[0]
    assert len(done) == 1


async def test_the_twin_of_one_that_is_refused_tries_for_itself(network: Network) -> None:
    begun, free = asyncio.Event(), asyncio.Event()
    tries = 0

    async def refused_once(_session: Session, _actor: Actor, _now: object) -> Effect:
        nonlocal tries
        tries += 1
        if tries > 1:
            return Effect(network.organizations["brc"])
        begun.set()
        await free.wait()
        raise Refused(Refusal(ProblemCode.NO_CAPACITY, "No."))

    first = asyncio.create_task(network.do("brc", refused_once, key="second"))
    await begun.wait()
    twin = asyncio.create_task(network.do("brc", refused_once, key="second"))
    await asyncio.sleep(0.05)
    free.set()

    assert codes(await first) == ["NO_CAPACITY"]
    assert (await twin).key == network.organizations["brc"]


async def test_a_fault_is_raised_and_nothing_is_kept(network: Network) -> None:
    before = await network.everything()

    async def faulty(session: Session, _actor: Actor, _now: object) -> Effect:
        await session.connection.execute("SELECT 1 / 0")
        raise AssertionError

    with pytest.raises(asyncpg.DivisionByZeroError):
        await network.do("brc", faulty)

    assert await network.everything() == before


async def test_row_counts_on_UPDATE_are_checked_when_the_effect_is_kept(network: Network) -> None:  # noqa: N802
    """An UPDATE of what one may not change answers `UPDATE 0` and says nothing: here as another organisation."""
    before = await network.everything()

    async def changes_sides(session: Session, _actor: Actor, _now: object) -> Effect:
        await session.connection.execute(
            f"""SET LOCAL "konbit"."organization" = '{network.organizations["outsider"]}'"""
        )
        return Effect(uuid4())

    with pytest.raises(RowsLost):
        await network.do("brc", changes_sides)

    assert await network.everything() == before


async def test_what_is_done_has_one_entry_in_the_audit_and_tells_nobody_of_anothers_file(network: Network) -> None:
    person_id = await network.person()
    consent_id = await network.consent(person_id)
    referral_id = await network.sent(person_id)
    await network.do("registry", accept_referral, referral_id=referral_id)

    entries = await network.rows(
        "SELECT organization_id, client_id, act, subjects, request_id FROM audit_entry"
        " WHERE subjects @> ARRAY[$1::uuid] ORDER BY at",
        referral_id,
    )

    assert [(entry["client_id"], entry["act"], entry["subjects"]) for entry in entries] == [
        ("brc-client", "send_referral", [referral_id, person_id, consent_id]),
        ("registry-client", "accept_referral", [referral_id]),
    ]
    assert {entry["request_id"] for entry in entries} == {"a-request"}


def test_an_input_says_the_same_however_it_is_spelled() -> None:
    one = input_hash({"id": "x", "note": None, "inner": {"b": [1, None], "a": Sex.FEMALE}})
    same = input_hash({"inner": {"a": "FEMALE", "b": [1, None], "c": None}, "id": "x"})
    other = input_hash({"inner": {"a": "FEMALE", "b": [1]}, "id": "x"})

    assert one == same != other


def test_every_constraint_that_is_understood_exists() -> None:
    tables = Base.metadata.sorted_tables
    names = {str(constraint.name) for table in tables for constraint in table.constraints}
    names |= {str(index.name) for table in tables for index in table.indexes}
    raised = (re.findall(r"CONSTRAINT = '(\w+)'", path.read_text()) for path in KEEPER.glob("*.sql"))
    names = names.union(*raised)

    assert set(BROKEN) - names == set()


async def test_a_rule_broken_at_the_same_moment_is_the_rules_refusal(network: Network) -> None:
    """The index has the last word where a check was passed by: here by a verb that makes none."""
    referral_id = await network.sent()

    async def unchecked(session: Session, _actor: Actor, _now: object) -> Effect:
        await session.connection.execute(
            """INSERT INTO referral (id, reference, kind, status, priority, need, sender_id, receiver_id, service_id,
                 person_id, consent_id, created_at, updated_at)
               SELECT gen_random_uuid(), 'another', kind, status, priority, need, sender_id, receiver_id, service_id,
                 person_id, consent_id, created_at, updated_at FROM referral WHERE id = $1""",
            referral_id,
        )
        return Effect(UUID(int=1))

    outcome = await network.do("brc", unchecked)

    assert codes(outcome) == ["DUPLICATE_REFERRAL"]
