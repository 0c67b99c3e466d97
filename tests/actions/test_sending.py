"""Sending: each refusal and the order they come in, what is copied for whom, capacity, authorities, and races."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from actions.consent_withdrawal import withdraw_consent
from models.rules.roles import Role
from models.rules.vocabulary import (
    CapacityState,
    ConsentPurpose,
    InformationClass,
    ReferralKind,
    ReferralPriority,
    Vulnerability,
)
from tests.actions.network import WORDS, Network, codes

IDENTITY, CONTACT, NEED, VULNERABILITIES, NARRATIVE = InformationClass
PARTS = ("subject", "identity", "contact", "request", "vulnerabilities", "narrative")


async def refused(network: Network, code: str, *field: str, who: Any = "brc", **given: Any) -> Any:
    """Sends, and holds that it was refused for this and that nothing was written."""
    before = await network.everything()
    outcome = await network.send(who, **given)
    assert (outcome.key, codes(outcome)) == (None, [code])
    assert (outcome.problems[0].field or ()) == field
    assert await network.everything() == before
    return outcome.problems[0]


async def test_a_sent_referral_is_whole(network: Network) -> None:
    person_id = await network.person()
    consent_id = await network.consent(person_id)

    referral_id = await network.sent(person_id)

    (row,) = await network.rows("SELECT * FROM referral WHERE id = $1", referral_id)
    assert (row["status"], row["version"], row["consent_id"], row["place_id"]) == ("SENT", 1, consent_id, None)
    assert (row["sender_id"], row["receiver_id"]) == (
        network.organizations["brc"],
        network.organizations["registry"],
    )
    assert row["created_at"] == row["updated_at"] == row["sent_at"]
    assert row["due_at"] - row["sent_at"] == timedelta(hours=72)
    assert len(row["reference"]) == 14


async def test_what_is_copied_waits_for_acceptance_and_consent(network: Network) -> None:
    person_id = await network.person()
    await network.consent(person_id, "registry", IDENTITY, NEED)
    referral_id = await network.sent(person_id)

    read = [f"(SELECT '{part}' FROM referral_{part} WHERE referral_id = $1)" for part in PARTS]
    seen = f"SELECT array_remove(ARRAY[{', '.join(read)}], NULL)"

    before = await network.sees("registry", seen, referral_id)
    await network.step("registry", "ACCEPT", referral_id)

    assert before == ["subject"]
    assert await network.sees("registry", seen, referral_id) == ["subject", "identity", "request"]
    assert await network.sees("brc", seen, referral_id) == list(PARTS)
    assert await network.sees("outsider", seen, referral_id) == []
    codes_ = await network.value("SELECT codes FROM referral_vulnerabilities WHERE referral_id = $1", referral_id)
    assert codes_ == ["SGBV_SURVIVOR", "WITHOUT_CIVIL_DOCUMENTS"]


async def test_a_sender_sends_only_what_its_own_role_may_know(network: Network) -> None:
    officer = network.actor("brc", roles=frozenset({Role.REGISTRATION_OFFICER}))
    person_id = await network.person()
    await network.consent(person_id)

    outcome = await network.send(officer, person_id=person_id)

    codes_ = await network.value("SELECT codes FROM referral_vulnerabilities WHERE referral_id = $1", outcome.key)
    assert codes_ == ["WITHOUT_CIVIL_DOCUMENTS"]


async def test_a_signpost_concerns_nobody(network: Network) -> None:
    outcome = await network.send(kind=ReferralKind.SIGNPOST)

    tables = [f"(SELECT count(*) FROM referral_{part} WHERE referral_id = $1)" for part in PARTS]
    assert await network.value(f"SELECT {' + '.join(tables)}", outcome.key) == 0
    assert await network.sees("registry", "SELECT status FROM referral WHERE id = $1", outcome.key) == "SENT"


async def test_a_redirection_carries_name_and_contact_alone(network: Network) -> None:
    person_id = await network.person()
    await network.consent(person_id, "registry", IDENTITY, CONTACT)

    outcome = await network.send(kind=ReferralKind.REDIRECTION, person_id=person_id)

    found = [
        part
        for part in PARTS
        if await network.value(f"SELECT true FROM referral_{part} WHERE referral_id = $1", outcome.key)
    ]
    assert found == ["subject", "identity", "contact"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": ReferralKind.SIGNPOST, "person_id": UUID(int=1)}, "personId"),
        ({"kind": ReferralKind.REFERRAL}, "personId"),
        ({"kind": ReferralKind.REDIRECTION, "person_id": UUID(int=1), "summary": "x"}, "summary"),
        ({"person_id": UUID(int=1), "summary": "x" * 4001}, "summary"),
        ({"person_id": UUID(int=1), "narrative": "x" * 20_001}, "narrative"),
    ],
)
async def test_what_the_kind_cannot_carry_is_invalid(network: Network, given: dict[str, Any], field: str) -> None:
    await refused(network, "INVALID_INPUT", field, **given)


async def test_what_cannot_be_found_or_seen_is_not_found(network: Network) -> None:
    person_id = await network.person()
    await network.consent(person_id)
    hidden = await network.service("hidden", "registry", visibility="ORGANIZATION")
    removed = await network.service("removed", "registry", removed_at=datetime.now(UTC))
    owned = {"organization_id": network.organizations["registry"]}
    location_id = await network.add("location", id=uuid4(), **owned, kind="OFFICE")
    elsewhere = await network.add(
        "service_at_location", id=uuid4(), **owned, service_id=hidden, location_id=location_id, source="registry"
    )

    for other in (await network.person("registry"), uuid4()):
        await refused(network, "NOT_FOUND", "personId", person_id=other)
    for service_id in (hidden, removed, uuid4()):
        await refused(network, "NOT_FOUND", "serviceId", person_id=person_id, service_id=service_id)
    for place_id in (elsewhere, uuid4()):
        await refused(network, "NOT_FOUND", "placeId", person_id=person_id, place_id=place_id)


async def test_a_place_of_the_service_is_kept(network: Network) -> None:
    owned = {"organization_id": network.organizations["registry"]}
    location_id = await network.add("location", id=uuid4(), **owned, kind="OFFICE")
    of = {"service_id": network.services["papers"], "location_id": location_id}
    place_id = await network.add("service_at_location", id=uuid4(), **owned, **of, source="registry")

    referral_id = await network.sent(place_id=place_id)

    assert await network.value("SELECT place_id FROM referral WHERE id = $1", referral_id) == place_id


async def test_a_referral_goes_to_another_organisation(network: Network) -> None:
    person_id = await network.person()

    await refused(network, "NOT_ALLOWED", "serviceId", person_id=person_id, service_id=network.services["own"])


async def test_a_role_that_does_not_work_with_people_sends_nothing(network: Network) -> None:
    coordinator = network.actor("brc", roles=frozenset({Role.COORDINATOR}))

    await refused(network, "NOT_ALLOWED", who=coordinator, person_id=await network.person())


async def test_whom_a_service_is_not_for_is_not_sent_there(network: Network) -> None:
    person_id = await network.person()
    await network.consent(person_id)
    adults = await network.service("adults", "registry", minimum_age=18)
    men = await network.service("men", "registry", sexes=["MALE"])

    await refused(network, "NOT_ELIGIBLE", "serviceId", person_id=person_id, service_id=adults)
    await refused(network, "NOT_ELIGIBLE", "serviceId", person_id=person_id, service_id=men)


async def test_a_supervisor_decides_on_the_transfer_of_a_child_alone(network: Network) -> None:
    person_id = await network.person(codes=(Vulnerability.UNACCOMPANIED_CHILD,))
    await network.consent(person_id)
    supervisor = network.actor("brc", roles=frozenset({Role.CASE_WORKER, Role.SUPERVISOR}))
    transfer = {"kind": ReferralKind.TRANSFER, "person_id": person_id}

    await refused(network, "NOT_ALLOWED", **transfer)
    assert (await network.send(supervisor, **transfer)).key is not None


async def test_a_second_open_referral_is_refused_and_an_ended_one_blocks_nothing(network: Network) -> None:
    person_id = await network.person()
    await network.consent(person_id)
    first = await network.sent(person_id)

    problem = await refused(network, "DUPLICATE_REFERRAL", "serviceId", person_id=person_id)
    assert problem.referral == first
    await network.step("registry", "DECLINE", first)
    assert (await network.send(person_id=person_id)).key is not None


async def test_a_duplicate_is_judged_before_consent_and_after_eligibility(network: Network) -> None:
    person_id = await network.person()
    consent_id = await network.consent(person_id)
    service_id = await network.service("order", "registry")
    referral_id = await network.sent(person_id, service_id=service_id)
    await network.step("registry", "ACCEPT", referral_id)
    await network.do("brc", withdraw_consent, consent_id=consent_id)

    await refused(network, "DUPLICATE_REFERRAL", "serviceId", person_id=person_id, service_id=service_id)
    await network.owner.execute("UPDATE service SET minimum_age = 18 WHERE id = $1", service_id)
    await refused(network, "NOT_ELIGIBLE", "serviceId", person_id=person_id, service_id=service_id)


async def test_what_consent_must_still_reach_is_said(network: Network) -> None:
    person_id = await network.person()
    registry, brc = network.organizations["registry"], network.organizations["brc"]
    past = datetime.now(UTC) - timedelta(days=2)

    async def missing() -> tuple[InformationClass, ...]:
        problem = await refused(network, "CONSENT_REQUIRED", person_id=person_id)
        assert problem.recipient == registry != brc
        found: tuple[InformationClass, ...] = problem.missing
        return found

    assert await missing() == (IDENTITY, NEED)
    await network.consent(person_id, "outsider", *InformationClass)
    await network.consent(person_id, "registry", *InformationClass, purpose=ConsentPurpose.FOLLOW_UP)
    await network.consent(person_id, "registry", given_at=past, valid_until=past + timedelta(days=1))
    gone = await network.consent(person_id, "registry")
    await network.do("brc", withdraw_consent, consent_id=gone)
    assert await missing() == (IDENTITY, NEED)
    await network.consent(person_id, "registry", NEED, NARRATIVE)
    assert await missing() == (IDENTITY,)
    await network.consent(person_id, "registry", IDENTITY)
    assert await missing() == (IDENTITY,), "a referral rests on one consent, never on two that each reach a part"


async def test_it_rests_on_the_consent_that_reaches_and_lasts_most(network: Network) -> None:
    person_id = await network.person()
    soon, later = (datetime.now(UTC) + timedelta(days=days) for days in (1, 300))
    await network.consent(person_id, "registry", IDENTITY, NEED)
    await network.consent(person_id, "registry", IDENTITY, NEED, NARRATIVE, valid_until=soon)
    best = await network.consent(person_id, "registry", IDENTITY, NEED, NARRATIVE, valid_until=later)
    await network.consent(person_id, "registry", IDENTITY, CONTACT, VULNERABILITIES, NARRATIVE)

    referral_id = await network.sent(person_id)

    assert await network.value("SELECT consent_id FROM referral WHERE id = $1", referral_id) == best


async def test_an_authority_receives_on_its_own_purpose_and_sees_nobody_before_an_officer_takes_it(
    network: Network,
) -> None:
    person_id = await network.person()
    given: dict[str, Any] = {"person_id": person_id, "service_id": network.services["complaint"]}
    await network.consent(person_id, "police", *InformationClass)
    await refused(network, "CONSENT_REQUIRED", **given)
    await network.consent(person_id, "police", *InformationClass, purpose=ConsentPurpose.LAW_ENFORCEMENT)
    outcome = await network.send(**given)
    officer = network.actor("police", user_id=uuid4())
    stub = "SELECT age_group FROM referral_subject WHERE referral_id = $1"
    name = "SELECT given_name FROM referral_identity WHERE referral_id = $1"
    assert outcome.key is not None

    assert await network.sees("police", stub, outcome.key) is None
    await network.step(officer, "ACCEPT", outcome.key)

    assert await network.value("SELECT officer_id FROM referral WHERE id = $1", outcome.key) == officer.user_id
    assert await network.sees(officer, stub, outcome.key) == "AGE_12_17"
    assert await network.sees(officer, name, outcome.key) == "Mirlande"


async def test_a_machine_that_accepts_for_an_authority_names_nobody_and_sees_nobody(network: Network) -> None:
    person_id = await network.person()
    await network.consent(person_id, "police", *InformationClass, purpose=ConsentPurpose.LAW_ENFORCEMENT)
    outcome = await network.send(person_id=person_id, service_id=network.services["complaint"])
    assert outcome.key is not None

    await network.step("police", "ACCEPT", outcome.key)

    assert await network.value("SELECT status FROM referral WHERE id = $1", outcome.key) == "ACCEPTED"
    read = "SELECT count(*) FROM referral_subject s NATURAL FULL JOIN referral_identity i WHERE referral_id = $1"
    assert await network.sees("police", read, outcome.key) == 0


async def test_child_protection_receives_on_child_authority(network: Network) -> None:
    person_id = await network.person()
    given: dict[str, Any] = {"person_id": person_id, "service_id": network.services["protection"]}
    await network.consent(person_id, "ibesr")
    await refused(network, "CONSENT_REQUIRED", **given)

    await network.consent(person_id, "ibesr", purpose=ConsentPurpose.CHILD_AUTHORITY)

    assert (await network.send(**given)).key is not None


@pytest.mark.parametrize(
    ("state", "available", "left"),
    [
        (CapacityState.AVAILABLE, 2, 1),
        (CapacityState.AVAILABLE, 0, None),
        (CapacityState.AVAILABLE, None, "uncounted"),
        (CapacityState.FULL, None, None),
        (CapacityState.WAITLIST, 0, 0),
    ],
)
async def test_a_place_is_held_where_places_are_counted(
    network: Network, state: CapacityState, available: int | None, left: Any
) -> None:
    name = f"{state}-{available}"
    service_id = await network.service(name, "registry")
    capacity = await network.capacity(name, available, state=state)
    person_id = await network.person()
    await network.consent(person_id)

    if left is None:
        await refused(network, "NO_CAPACITY", "serviceId", person_id=person_id, service_id=service_id)
        return
    assert (await network.send(person_id=person_id, service_id=service_id)).key is not None
    found = await network.value("SELECT available FROM capacity_count WHERE capacity_id = $1", capacity)
    assert found == (None if left == "uncounted" else left)


async def test_of_two_sent_at_once_for_one_person_the_second_meets_the_first(network: Network) -> None:
    for _ in range(5):
        person_id = await network.person()
        await network.consent(person_id)

        outcomes = await asyncio.gather(*(network.send(person_id=person_id) for _ in range(4)))

        (won,) = [outcome.key for outcome in outcomes if outcome.key is not None]
        lost = [outcome.problems[0] for outcome in outcomes if outcome.key is None]
        assert [(str(problem.code), problem.referral) for problem in lost] == [("DUPLICATE_REFERRAL", won)] * 3


async def test_of_two_sent_at_once_to_the_last_place_one_gets_it(network: Network) -> None:
    service_id = await network.service("last", "registry")
    capacity = await network.capacity("last", 1)
    people = [await network.person() for _ in range(6)]
    for person_id in people:
        await network.consent(person_id)

    outcomes = await asyncio.gather(*(network.send(person_id=each, service_id=service_id) for each in people))

    assert sorted(code for outcome in outcomes for code in codes(outcome)) == ["NO_CAPACITY"] * 5
    assert await network.value("SELECT count(*) FROM capacity_hold WHERE capacity_id = $1", capacity) == 1


@pytest.mark.parametrize(("priority", "hours"), [("EMERGENCY", 24), ("URGENT", 72), ("NORMAL", 14 * 24)])
async def test_how_soon_help_is_due(network: Network, priority: str, hours: int) -> None:
    referral_id = await network.sent(priority=ReferralPriority(priority))

    due = await network.value("SELECT due_at - sent_at FROM referral WHERE id = $1", referral_id)
    assert due == timedelta(hours=hours)


async def test_the_words_of_a_referral_are_the_ones_given(network: Network) -> None:
    referral_id = await network.sent()

    read = "SELECT summary || narrative FROM referral_request NATURAL JOIN referral_narrative WHERE referral_id = $1"
    assert await network.value(read, referral_id) == WORDS["summary"] + WORDS["narrative"]
