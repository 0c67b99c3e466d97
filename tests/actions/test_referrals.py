"""Steps of a referral: the whole table of states and sides, versions, answers, and two who act at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from actions.referrals import ACCEPT, Taken
from models.rules.roles import Role
from models.rules.vocabulary import (
    NotServedReason,
    OrganizationKind,
    OutcomeResult,
    ReferralAction,
    ReferralStatus,
    WithdrawReason,
)
from models.session import Session
from tests.actions.network import STEPS, Network, codes

NOT_YET_ANSWERED = {"SENT", "ACKNOWLEDGED", "WAITLISTED"}
ALLOWED = {
    ("registry", "ACCEPT"): (NOT_YET_ANSWERED, "ACCEPTED"),
    ("registry", "DECLINE"): (NOT_YET_ANSWERED | {"ACCEPTED"}, "DECLINED"),
    ("registry", "COMPLETE"): ({"ACCEPTED", "IN_PROGRESS"}, "COMPLETED"),
    ("brc", "WITHDRAW"): (NOT_YET_ANSWERED | {"DRAFT"}, "WITHDRAWN"),
}
"Whose step it is, from which states, and where it leads (domain.md, Referrals)."


@pytest.mark.parametrize("status", list(ReferralStatus))
async def test_a_step_leads_where_the_table_says_or_changes_nothing(network: Network, status: ReferralStatus) -> None:
    for who in ("brc", "registry"):
        for action in STEPS:
            referral_id = await network.sent()
            await network.put_into(referral_id, status)
            before = await network.everything()

            outcome = await network.step(who, action, referral_id)

            origins, to = ALLOWED.get((who, action), (None, None))
            if origins is None:
                assert codes(outcome) == ["NOT_ALLOWED"], (who, action)
            elif status not in origins:
                assert codes(outcome) == ["TRANSITION_NOT_ALLOWED"], (who, action)
                assert outcome.problems[0].referral == referral_id
            else:
                assert outcome.key == referral_id, (who, action)
                after = await network.value("SELECT status || version FROM referral WHERE id = $1", referral_id)
                assert after == f"{to}2"
                continue
            assert await network.everything() == before, (who, action)


@pytest.mark.parametrize("action", list(STEPS))
async def test_to_who_takes_no_part_a_referral_does_not_exist(network: Network, action: str) -> None:
    referral_id = await network.sent()
    before = await network.everything()

    hidden = await network.step("outsider", action, referral_id)
    unknown = await network.step("outsider", action, uuid4())

    assert codes(hidden) == ["NOT_FOUND"]
    assert hidden == unknown
    assert await network.everything() == before


@pytest.mark.parametrize(("who", "code"), [("registry", "NOT_ALLOWED"), ("outsider", "NOT_FOUND")])
async def test_a_role_that_does_not_work_with_people_takes_no_step(network: Network, who: str, code: str) -> None:
    coordinator = network.actor(who, roles=frozenset({Role.COORDINATOR}))
    referral_id = await network.sent()
    before = await network.everything()

    outcome = await network.step(coordinator, "ACCEPT", referral_id)

    assert codes(outcome) == [code]
    assert await network.everything() == before


async def test_a_stale_version_is_refused_and_the_present_one_is_not(network: Network) -> None:
    referral_id = await network.sent()

    stale = await network.step("registry", "ACCEPT", referral_id, expected_version=8)
    fresh = await network.step("registry", "ACCEPT", referral_id, expected_version=1)
    late = await network.step("registry", "COMPLETE", referral_id, expected_version=1)

    assert codes(stale) == codes(late) == ["STALE_VERSION"]
    assert stale.problems[0].referral == referral_id
    assert fresh.key == referral_id


async def test_whose_step_it_is_not_hears_that_before_anything_else(network: Network) -> None:
    referral_id = await network.sent()

    outcome = await network.step("brc", "ACCEPT", referral_id, expected_version=8)

    assert codes(outcome) == ["NOT_ALLOWED"]


async def test_row_counts_on_UPDATE_are_checked_when_a_step_is_taken(network: Network) -> None:  # noqa: N802
    """What was read and locked cannot change; were it to, the step would say so and leave no event behind."""
    referral_id = await network.sent()
    before = await network.everything()
    actor = network.actor("registry")
    taken = Taken(
        id=referral_id,
        version=41,
        person_id=None,
        receiver_kind=OrganizationKind.CIVIL_REGISTRY,
        action=ReferralAction.ACCEPT,
        to=ReferralStatus.ACCEPTED,
        at=datetime.now(UTC),
    )

    async def verb(session: Session, *_others: object) -> Any:
        return await taken.step(session, actor, ACCEPT, note="not to be kept")

    outcome = await network.do(actor, verb)

    assert codes(outcome) == ["STALE_VERSION"]
    assert await network.everything() == before


async def test_of_fifty_who_accept_at_once_one_wins(network: Network) -> None:
    referral_id = await network.sent()

    outcomes = await asyncio.gather(*(network.step("registry", "ACCEPT", referral_id) for _ in range(50)))

    assert [outcome.key for outcome in outcomes].count(referral_id) == 1
    assert [codes(outcome) for outcome in outcomes].count(["TRANSITION_NOT_ALLOWED"]) == 49
    assert await network.value("SELECT version FROM referral WHERE id = $1", referral_id) == 2
    steps = await network.rows("SELECT status_after FROM referral_event WHERE referral_id = $1", referral_id)
    assert sorted(step["status_after"] for step in steps) == ["ACCEPTED", "SENT"]


async def test_of_an_accept_and_a_withdrawal_at_once_one_comes_first(network: Network) -> None:
    for _ in range(10):
        referral_id = await network.sent()

        accepted, withdrawn = await asyncio.gather(
            network.step("registry", "ACCEPT", referral_id), network.step("brc", "WITHDRAW", referral_id)
        )

        assert sorted([*codes(accepted), *codes(withdrawn)]) == ["TRANSITION_NOT_ALLOWED"]
        assert await network.value("SELECT count(*) FROM referral_event WHERE referral_id = $1", referral_id) == 2


async def test_history_stays_in_order_though_clocks_differ(network: Network) -> None:
    referral_id = await network.sent()
    ahead = datetime.now(UTC) + timedelta(seconds=30)
    await network.owner.execute("UPDATE referral SET updated_at = $2 WHERE id = $1", referral_id, ahead)

    await network.step("registry", "ACCEPT", referral_id)

    assert await network.value("SELECT max(at) FROM referral_event WHERE referral_id = $1", referral_id) == ahead


async def test_each_answer_has_its_own_time(network: Network) -> None:
    referral_id = await network.sent()
    await network.step("registry", "ACCEPT", referral_id)
    first = (await network.rows("SELECT responded_at, completed_at FROM referral WHERE id = $1", referral_id))[0]
    await network.step("registry", "COMPLETE", referral_id)
    then = (await network.rows("SELECT responded_at, completed_at FROM referral WHERE id = $1", referral_id))[0]

    assert first["completed_at"] is None
    assert then["responded_at"] == first["responded_at"]
    assert then["completed_at"] > then["responded_at"]


async def test_the_sender_reads_how_it_was_declined(network: Network) -> None:
    referral_id = await network.sent()

    await network.step("registry", "DECLINE", referral_id, note="  Ask at Mirebalais ")

    read = "SELECT reason || declined_by FROM referral_decline WHERE referral_id = $1"
    assert await network.sees("brc", read, referral_id) == "OUT_OF_AREAPROVIDER"
    note = "SELECT note FROM referral_note WHERE referral_id = $1"
    assert await network.sees("brc", note, referral_id) == "Ask at Mirebalais"
    assert await network.value("SELECT responded_at IS NOT NULL FROM referral WHERE id = $1", referral_id)


async def test_a_blank_note_is_none_and_a_long_one_is_refused(network: Network) -> None:
    referral_id = await network.sent()

    long = await network.step("registry", "ACCEPT", referral_id, note="x" * 4001)
    blank = await network.step("registry", "ACCEPT", referral_id, note=" \n ")

    assert (codes(long), long.problems[0].field) == (["INVALID_INPUT"], ("note",))
    assert blank.key == referral_id
    assert await network.value("SELECT count(*) FROM referral_note WHERE referral_id = $1", referral_id) == 0


async def test_a_sign_that_cannot_be_kept_is_invalid_input(network: Network) -> None:
    referral_id = await network.sent()

    outcome = await network.step("registry", "ACCEPT", referral_id, note="zero\0byte")

    assert codes(outcome) == ["INVALID_INPUT"]


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("COMPLETE", {"result": OutcomeResult.NOT_SERVED}),
        ("COMPLETE", {"result": OutcomeResult.SERVED, "reason": NotServedReason.MOVED}),
        ("WITHDRAW", {"reason": WithdrawReason.CONSENT_WITHDRAWN}),
    ],
)
async def test_a_reason_that_does_not_go_with_the_step_is_invalid(
    network: Network, action: str, given: dict[str, Any]
) -> None:
    referral_id = await network.sent()
    if action == "COMPLETE":
        await network.step("registry", "ACCEPT", referral_id)
    before = await network.everything()

    outcome = await network.step("registry" if action == "COMPLETE" else "brc", action, referral_id, **given)

    assert (codes(outcome), outcome.problems[0].field) == (["INVALID_INPUT"], ("reason",))
    assert await network.everything() == before


async def test_a_place_that_was_held_is_given_back_when_the_referral_ends(network: Network) -> None:
    await network.service("counted", "registry")
    capacity = await network.capacity("counted", 1)
    read = "SELECT state || n.available FROM capacity c JOIN capacity_count n ON capacity_id = c.id WHERE c.id = $1"

    referral_id = await network.sent(service_id=network.services["counted"])
    held = await network.value(read, capacity)
    await network.step("registry", "DECLINE", referral_id)

    assert (held, await network.value(read, capacity)) == ("FULL0", "AVAILABLE1")


async def test_every_step_is_told_to_both_sides(network: Network) -> None:
    referral_id = await network.sent()
    await network.step("registry", "ACCEPT", referral_id)

    told = "SELECT count(*) FROM change WHERE referral_id = $1"
    assert [await network.sees(who, told, referral_id) for who in ("brc", "registry", "outsider")] == [2, 2, 0]
