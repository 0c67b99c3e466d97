"""Consent: what may be recorded for whom, and a withdrawal against everything that rests on it, at any moment."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.consent_withdrawal import withdraw_consent
from actions.consents import record_consent
from actions.perform import Outcome
from models.rules.roles import Role
from models.rules.vocabulary import Assent, ConsentGiver, ConsentMethod, ConsentPurpose, InformationClass
from tests.actions.network import Network, codes

GIVEN = {
    "giver": ConsentGiver.PARENT,
    "giver_name": "Rosemène Essai",
    "assent": Assent.GIVEN,
    "method": ConsentMethod.SIGNED,
    "language": "ht",
}
WIDE = tuple(InformationClass)


async def record(network: Network, who: Any = "brc", to: str | None = "registry", **given: Any) -> Outcome:
    usual = {
        "purpose": ConsentPurpose.SERVICE,
        "recipient_organization_id": None if to is None else network.organizations[to],
        "information": [InformationClass.NEED, InformationClass.IDENTITY],
    }
    return await network.do(who, record_consent, **{**usual, **GIVEN, **given})


async def test_a_consent_is_kept_as_it_was_given(network: Network) -> None:
    person_id = await network.person()

    outcome = await record(network, person_id=person_id, language="HT")

    (row,) = await network.rows(
        "SELECT * FROM consent NATURAL JOIN consent_detail WHERE id = consent_id AND id = $1", outcome.key
    )
    assert (row["purpose"], row["recipient_id"]) == ("SERVICE", network.organizations["registry"])
    assert (row["information"], row["language"]) == (["IDENTITY", "NEED"], "ht")
    assert (row["giver"], row["giver_name"], row["assent"]) == ("PARENT", "Rosemène Essai", "GIVEN")
    assert row["valid_until"] > row["given_at"] + timedelta(days=364)


async def test_an_adult_speaks_for_herself_and_nobody_is_named(network: Network) -> None:
    person_id = await network.person(born=date(1990, 5, 1))

    outcome = await record(network, person_id=person_id, giver=ConsentGiver.SELF, giver_name=None, assent=None)

    assert outcome.key is not None
    assert await network.value("SELECT count(*) FROM consent_detail WHERE consent_id = $1", outcome.key) == 0


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"giver": ConsentGiver.SELF}, "CONSENT_REQUIRED", "giver"),
        ({"assent": Assent.REFUSED}, "CONSENT_REQUIRED", "assent"),
        ({"assent": None}, "CONSENT_REQUIRED", "assent"),
        ({"giver_name": " "}, "INVALID_INPUT", "giverName"),
        ({"giver_name": "x" * 201}, "INVALID_INPUT", "giverName"),
        ({"language": "Kreyòl"}, "INVALID_INPUT", "language"),
        ({"information": []}, "INVALID_INPUT", "information"),
        ({"to": None}, "INVALID_INPUT", "recipientOrganizationId"),
        ({"to": "police"}, "INVALID_INPUT", "purpose"),
        ({"valid_until": datetime(2001, 1, 1, tzinfo=UTC)}, "INVALID_INPUT", "validUntil"),
        ({"recipient_organization_id": UUID(int=0)}, "NOT_FOUND", "recipientOrganizationId"),
        ({"person_id": UUID(int=0)}, "NOT_FOUND", "personId"),
    ],
)
async def test_what_cannot_be_consented_to_is_not_recorded(
    network: Network, given: dict[str, Any], code: str, field: str
) -> None:
    person_id = await network.person()
    before = await network.everything()

    outcome = await record(network, **{"person_id": person_id, **given})

    assert (codes(outcome), outcome.problems[0].field) == ([code], (field,))
    assert await network.everything() == before


async def test_towards_an_authority_a_case_worker_records_it(network: Network) -> None:
    person_id = await network.person()
    towards = {"to": "police", "purpose": ConsentPurpose.LAW_ENFORCEMENT}
    intake = network.actor("brc", roles=frozenset({Role.INTAKE}))

    assert codes(await record(network, intake, person_id=person_id, **towards)) == ["NOT_ALLOWED"]
    assert (await record(network, person_id=person_id, **towards)).key is not None


async def test_nobody_consents_in_anothers_file(network: Network) -> None:
    person_id = await network.person("registry")

    assert codes(await record(network, person_id=person_id)) == ["NOT_FOUND"]
    consent_id = (await record(network, "registry", to="brc", person_id=person_id)).key
    assert codes(await network.do("brc", withdraw_consent, consent_id=consent_id)) == ["NOT_FOUND"]
    coordinator = network.actor("registry", roles=frozenset({Role.COORDINATOR}))
    assert codes(await network.do(coordinator, withdraw_consent, consent_id=consent_id)) == ["NOT_ALLOWED"]


async def test_a_withdrawal_ends_what_was_not_yet_accepted_and_leaves_the_rest_undisclosed(network: Network) -> None:
    person_id = await network.person()
    consent_id = await network.consent(person_id, "registry", *WIDE)
    ids = {}
    for status in ("SENT", "WAITLISTED", "ACCEPTED", "COMPLETED", "DECLINED"):
        ids[status] = await network.sent(person_id, service_id=await network.service(f"for {status}", "registry"))
        await network.put_into(ids[status], status)
    name = "SELECT given_name FROM referral_identity WHERE referral_id = $1"
    assert await network.sees("registry", name, ids["ACCEPTED"]) == "Mirlande"

    outcome = await network.do("brc", withdraw_consent, consent_id=consent_id, reason="Asked to stop")

    assert outcome.key == consent_id
    states = {
        status: await network.value("SELECT status FROM referral WHERE id = $1", key) for status, key in ids.items()
    }
    assert states == {**{status: status for status in ids}, "SENT": "WITHDRAWN", "WAITLISTED": "WITHDRAWN"}
    assert [await network.sees("registry", name, key) for key in ids.values()] == [None] * 5
    events = await network.rows(
        "SELECT referral_id, organization_id, kind, action, status_after FROM referral_event WHERE kind <> 'ACTION'"
        " AND referral_id = ANY ($1)",
        list(ids.values()),
    )
    ended = {ids["SENT"], ids["WAITLISTED"]}
    assert {event["referral_id"] for event in events} == ended
    assert {(e["organization_id"], e["kind"], e["action"], e["status_after"]) for e in events} == {
        (None, "CONSENT_WITHDRAWN", None, "WITHDRAWN")
    }
    reasons = await network.rows(
        "SELECT referral_id, reason FROM referral_withdrawal WHERE referral_id = ANY ($1)", list(ended)
    )
    assert {(row["referral_id"], row["reason"]) for row in reasons} == {(key, "CONSENT_WITHDRAWN") for key in ended}
    subjects = await network.value("SELECT subjects FROM audit_entry WHERE subjects[1] = $1", consent_id)
    assert set(subjects) == {consent_id, person_id, *ended}


async def test_withdrawing_twice_is_no_refusal_and_the_first_moment_stands(network: Network) -> None:
    consent_id = await network.consent(await network.person())
    await network.do("brc", withdraw_consent, consent_id=consent_id, reason="First")

    again = await network.do("brc", withdraw_consent, consent_id=consent_id, reason="Second")

    assert again.key == consent_id
    rows = await network.rows("SELECT reason FROM consent_withdrawal WHERE consent_id = $1", consent_id)
    assert rows == [{"reason": "First"}]


async def test_a_withdrawal_gives_held_places_back(network: Network) -> None:
    service_id = await network.service("room", "registry")
    capacity = await network.capacity("room", 4)
    person_id = await network.person()
    consent_id = await network.consent(person_id)
    await network.sent(person_id, service_id=service_id)

    await network.do("brc", withdraw_consent, consent_id=consent_id)

    assert await network.value("SELECT available FROM capacity_count WHERE capacity_id = $1", capacity) == 4


async def test_an_acceptance_and_a_withdrawal_at_once_never_disclose(network: Network) -> None:
    seen = set()
    for attempt in range(20):
        person_id = await network.person()
        consent_id = await network.consent(person_id, "registry", *WIDE)
        referral_id = await network.sent(person_id)
        tasks = [
            network.step("registry", "ACCEPT", referral_id),
            network.do("brc", withdraw_consent, consent_id=consent_id),
        ]

        outcomes = await asyncio.gather(*(tasks if attempt % 2 else reversed(tasks)))

        assert {code for outcome in outcomes for code in codes(outcome)} <= {"TRANSITION_NOT_ALLOWED"}
        status = await network.value("SELECT status FROM referral WHERE id = $1", referral_id)
        seen.add(status)
        assert status in {"ACCEPTED", "WITHDRAWN"}
        name = "SELECT given_name FROM referral_identity WHERE referral_id = $1"
        assert await network.sees("registry", name, referral_id) is None


async def test_nothing_is_sent_on_a_consent_that_is_being_withdrawn(network: Network) -> None:
    for attempt in range(20):
        person_id = await network.person()
        consent_id = await network.consent(person_id)
        tasks = [
            network.send(person_id=person_id),
            network.do("brc", withdraw_consent, consent_id=consent_id),
        ]

        await asyncio.gather(*(tasks if attempt % 2 else reversed(tasks)))

        still = "SELECT count(*) FROM referral WHERE consent_id = $1 AND status = 'SENT'"
        assert await network.value(still, consent_id) == 0


async def test_of_many_withdrawals_at_once_each_succeeds_and_one_is_written(network: Network) -> None:
    person_id = await network.person()
    consent_id = await network.consent(person_id)
    referral_id = await network.sent(person_id)

    outcomes = await asyncio.gather(*(network.do("brc", withdraw_consent, consent_id=consent_id) for _ in range(8)))

    assert [outcome.key for outcome in outcomes] == [consent_id] * 8
    assert await network.value("SELECT count(*) FROM referral_event WHERE referral_id = $1", referral_id) == 2


async def test_an_unknown_consent_is_not_found(network: Network) -> None:
    assert codes(await network.do("brc", withdraw_consent, consent_id=uuid4())) == ["NOT_FOUND"]
