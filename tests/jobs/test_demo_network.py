"""The network as it is made, before any database: true places, enough of all, every time the same, by the rules."""

import csv
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect

from jobs.demo import places, rows
from jobs.demo.cases import cases, files
from jobs.demo.directory import Directory
from jobs.demo.load import MODELS
from jobs.demo.network import build
from jobs.demo.offers import OFFERS
from jobs.demo.organisations import BRC, PERSONAS, REGISTRY, more_partners, partners
from jobs.demo.terms import TERMS
from models.directory import Location, Service, Visibility
from models.organisations import Area, Organization
from models.rules.consent import check_giver, check_reach
from models.rules.eligibility import Applicant, check_eligible
from models.rules.people import age_on, confidentiality_class, is_unaccompanied
from models.rules.purposes import purposes_for
from models.rules.referrals import Side, check_outcome, due_at, transition
from models.rules.vocabulary import (
    ConsentGiver,
    HandlingNeed,
    LocationKind,
    OrganizationKind,
    ReferralEventKind,
    ReferralKind,
    ReferralStatus,
    ServiceCategory,
    Vulnerability,
)
from tests.jobs.conftest import NOW

PCODES = Path(__file__).parents[3] / "shared/data/haiti/pcodes.csv"


@pytest.fixture(scope="module")
def directory() -> Directory:
    return build(partners(), NOW)


@pytest.fixture(scope="module")
def made(directory: Directory) -> dict[type, list[Any]]:
    """Every row of people and referrals, by kind."""
    found: dict[type, list[Any]] = {kind: [] for kind in MODELS}
    for case in cases(partners(), directory, scale=1, now=NOW):
        for row in case:
            found[type(row)].append(row)
    return found


def plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in decomposed if sign.isalpha())


@pytest.mark.skipif(not PCODES.exists(), reason="the reference codes of Haiti are not beside the project")
def test_every_code_and_name_is_that_of_the_reference() -> None:
    with PCODES.open() as file:
        reference = list(csv.DictReader(file))
    departments = {row["adm1_pcode"]: (row["adm1_fr"], row["adm1_ht"]) for row in reference}
    communes = {row["adm2_pcode"]: row["adm2_fr"] for row in reference}
    departments["HT08"] = ("Grand'Anse", departments["HT08"][1])  # the reference writes Grande'Anse

    assert {d.pcode: (d.fr, d.ht) for d in places.DEPARTMENTS} == departments
    assert {c.pcode: plain(c.fr) for c in places.COMMUNES} == {
        c.pcode: plain(communes[c.pcode]) for c in places.COMMUNES
    }


def test_places_lie_where_they_are_said_to() -> None:
    assert len(places.COMMUNES) == len(places.BY_PCODE) >= 60
    assert set(places.BORDER) <= set(places.BY_PCODE)
    for commune in places.COMMUNES:
        assert 18.0 < commune.latitude < 20.1
        assert -74.5 < commune.longitude < -71.6
    for spot in (*places.CENTRES, *places.CROSSINGS):
        town = places.BY_PCODE[spot.pcode]
        assert abs(spot.latitude - town.latitude) < 0.05, spot
        assert abs(spot.longitude - town.longitude) < 0.25, spot
    for department in places.DEPARTMENTS:
        towns = [town for town in places.COMMUNES if town.department == department.pcode]
        assert towns
        assert min(town.latitude for town in towns) < department.latitude < max(town.latitude for town in towns) + 0.1


def test_there_is_enough_of_everything(directory: Directory) -> None:
    organizations = [row for row in directory.rows if isinstance(row, Organization)]
    services = [row for row in directory.rows if isinstance(row, Service)]
    centres = [
        row for row in directory.rows if isinstance(row, Location) and row.kind is LocationKind.BORDER_RESOURCE_CENTER
    ]

    assert len(organizations) >= 60
    assert len(services) >= 150
    assert {row.pcode[:4] for row in organizations if row.pcode} == {d.pcode for d in places.DEPARTMENTS}
    assert {row.kind for row in organizations} == set(OrganizationKind)
    assert {row.category for row in services} == set(ServiceCategory)
    assert all("fr" in row.names for row in [*organizations, *services])
    assert sum("ht" in row.names for row in services) > 100
    assert {row.slug for row in centres} == {
        "brc-belladere",
        "brc-malpasse",
        "brc-anse-a-pitres",
        "brc-ouanaminthe",
    }
    assert {row.pcode for row in directory.rows if isinstance(row, Area)} >= {row.pcode for row in organizations}


def test_partners_refer_to_what_there_is() -> None:
    everyone = [*partners(), *more_partners(200)]
    slugs = Counter(partner.slug for partner in everyone)

    assert slugs.most_common(1)[0][1] == 1
    assert set(PERSONAS.values()) <= set(slugs)
    assert {partner.parent for partner in everyone if partner.parent} <= set(slugs)
    assert {offer for partner in everyone for offer in partner.offers} == set(OFFERS)
    assert {offer.term for offer in OFFERS.values() if offer.term} <= set(TERMS)


def test_a_safe_house_tells_of_no_town(directory: Directory) -> None:
    houses = [row for row in directory.rows if isinstance(row, Location) and row.kind is LocationKind.SAFE_HOUSE]
    seats = {row.id: row.pcode for row in directory.rows if isinstance(row, Organization)}
    told = [row for row in houses if row.visibility is Visibility.REDACTED]

    assert len(told) >= 4
    assert {(row.latitude, row.longitude, row.locality, len(row.pcode or "")) for row in told} == {
        (None, None, None, 4)
    }
    for row in houses:
        if row.visibility is not Visibility.REDACTED:
            assert row.visibility is Visibility.ORGANIZATION
            assert row.pcode != seats[row.organization_id]


def test_people_and_referrals_are_as_many_as_said(made: dict[type, list[Any]]) -> None:
    assert len(made[rows.PersonRow]) == 2_000
    assert len(made[rows.ReferralRow]) == 3_000
    assert {row.status for row in made[rows.ReferralRow]} == set(ReferralStatus)
    assert {row.kind for row in made[rows.ReferralRow]} == set(ReferralKind)


@pytest.mark.parametrize("scale", [1, 2, 7, 170])
def test_files_are_shared_out_to_the_last_one(scale: int) -> None:
    network = [*partners(), *more_partners(20 * (scale - 1))]
    shared = files(network, 2_000 * scale)

    assert sum(count for _, count in shared) == 2_000 * scale
    assert min(count for _, count in shared) > 0
    assert {partner.slug: count for partner, count in shared}[BRC] == min(280 * scale, 3_400)


@cache
def digest() -> str:
    """What a loading would write, as one hash."""
    network = [*partners(), *more_partners(20)]
    directory = build(network, NOW)
    seen = sha256()
    for row in directory.rows:
        seen.update(repr(sorted((k, v) for k, v in vars(row).items() if k != "_sa_instance_state")).encode())
    for case in cases(network, directory, scale=1, now=NOW):
        seen.update(repr(case).encode())
    return seen.hexdigest()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_it_is_the_same_in_every_process(seed: str) -> None:
    """Where a set's order decided anything, another seed of Python's hashes would show it."""
    program = "from tests.jobs.test_demo_network import digest; print(digest())"
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == digest()


def test_ids_do_not_move_with_the_clock(directory: Directory, made: dict[type, list[Any]]) -> None:
    later = NOW + timedelta(days=33, hours=5)
    moved = build(partners(), later)

    assert moved.organizations == directory.organizations
    assert moved.services == directory.services
    again = [row for case in cases(partners(), moved, scale=1, now=later) for row in case]
    assert ids(again) == ids([*made[rows.PersonRow], *made[rows.ReferralRow]])


def ids(found: list[Any]) -> list[UUID]:
    return [row.id for kind in (rows.PersonRow, rows.ReferralRow) for row in found if isinstance(row, kind)]


@pytest.mark.parametrize(("kind", "model"), MODELS.items(), ids=lambda each: each.__name__)
def test_a_row_has_no_field_that_the_table_lacks(kind: Any, model: Any) -> None:
    assert set(kind._fields) <= {attribute.key for attribute in inspect(model).column_attrs}


def test_every_history_is_one_that_the_rules_allow(made: dict[type, list[Any]]) -> None:
    history: dict[UUID, list[Any]] = {row.id: [] for row in made[rows.ReferralRow]}
    for event in made[rows.ReferralEventRow]:
        history[event.referral_id].append(event)

    for referral in made[rows.ReferralRow]:
        status, at = ReferralStatus.DRAFT, referral.created_at
        for event in history[referral.id]:
            assert at < event.at <= NOW
            at = event.at
            if event.kind in MOVES:
                side = side_of(event, referral)
                if event.action is None:
                    assert side is Side.SYSTEM
                    status = event.status_after
                else:
                    assert transition(status, event.action, side) == event.status_after
                    status = event.status_after
            assert event.status_after == status
        assert referral.status == status
        assert referral.updated_at == at
        assert referral.version == max(1, sum(event.kind in MOVES for event in history[referral.id]))
        sent = next((event.at for event in history[referral.id]), None)
        assert referral.sent_at == sent
        assert referral.due_at == (due_at(referral.priority, sent) if sent else None)


MOVES = {ReferralEventKind.ACTION, ReferralEventKind.EXPIRED, ReferralEventKind.CONSENT_WITHDRAWN}


def side_of(event: Any, referral: Any) -> Side:
    if event.organization_id is None:
        return Side.SYSTEM
    if event.status_after is ReferralStatus.ENTERED_IN_ERROR:
        return Side.ADMINISTRATOR
    return Side.SENDER if event.organization_id == referral.sender_id else Side.RECEIVER


def test_every_consent_is_one_that_the_rules_allow(directory: Directory, made: dict[type, list[Any]]) -> None:
    kinds = {row.id: row.kind for row in directory.rows if isinstance(row, Organization)}
    ages = {
        row.person_id: age_on(
            NOW.date(),
            birth_date=row.birth_date,
            estimated_age=row.estimated_age,
            estimated_on=row.estimated_on,
        )
        for row in made[rows.PersonIdentityRow]
    }
    named = {row.consent_id: row.giver_name for row in made[rows.ConsentDetailRow]}
    consents = {row.id: row for row in made[rows.ConsentRow]}

    for consent in consents.values():
        assert consent.given_at < NOW
        assert (
            check_giver(
                age=ages[consent.person_id],
                giver=ConsentGiver(consent.giver),
                giver_name=named.get(consent.id),
                assent=consent.assent,
            )
            is None
        )
    for referral in made[rows.ReferralRow]:
        if referral.consent_id is None:
            assert referral.status is ReferralStatus.DRAFT or referral.kind is ReferralKind.SIGNPOST
            continue
        consent = consents[referral.consent_id]
        assert consent.person_id == referral.person_id
        assert consent.recipient_id == referral.receiver_id
        assert consent.given_at < referral.created_at
        assert consent.purpose in purposes_for(kinds[referral.receiver_id])
        reached = check_reach(
            kind=referral.kind, recipient=referral.receiver_id, granted=frozenset(consent.information)
        )
        assert reached is None


def test_everyone_is_referred_to_what_is_for_them(directory: Directory, made: dict[type, list[Any]]) -> None:
    targets = {target.service_id: target for target in directory.targets}
    codes: dict[UUID, set[Vulnerability]] = {row.id: set() for row in made[rows.PersonRow]}
    for row in made[rows.PersonVulnerabilityRow]:
        codes[row.person_id].add(row.code)
        assert row.sensitivity == confidentiality_class(row.code)
    people = {row.id: row for row in made[rows.PersonRow]}
    identities = {row.person_id: row for row in made[rows.PersonIdentityRow]}
    pairs: Counter[tuple[UUID, UUID]] = Counter()

    for referral in made[rows.ReferralRow]:
        target = targets[referral.service_id]
        assert target.organization_id == referral.receiver_id != referral.sender_id
        assert target.category is referral.need
        if referral.person_id is None:
            continue
        pairs[referral.person_id, referral.service_id] += 1
        person, identity = people[referral.person_id], identities[referral.person_id]
        assert person.organization_id == referral.sender_id
        assert person.registered_at < referral.created_at
        age = age_on(
            NOW.date(),
            birth_date=identity.birth_date,
            estimated_age=identity.estimated_age,
            estimated_on=identity.estimated_on,
        )
        alone = is_unaccompanied(
            age,
            handling_needs=frozenset(map(HandlingNeed, person.handling_needs)),
            vulnerabilities=frozenset(codes[person.id]),
        )
        assert check_eligible(target.criteria, Applicant(age, person.sex, alone)) is None
    assert set(pairs.values()) == {1}


def test_every_answer_is_complete(made: dict[type, list[Any]]) -> None:
    statuses = Counter(row.status for row in made[rows.ReferralRow])

    assert len(made[rows.ReferralDeclineRow]) == statuses[ReferralStatus.DECLINED]
    assert len(made[rows.ReferralWithdrawalRow]) == statuses[ReferralStatus.WITHDRAWN]
    assert len(made[rows.ReferralOutcomeRow]) == statuses[ReferralStatus.COMPLETED] + statuses[ReferralStatus.CLOSED]
    assert all(check_outcome(row.result, row.reason) is None for row in made[rows.ReferralOutcomeRow])


def test_the_outsider_has_no_part_and_the_registry_one(directory: Directory, made: dict[type, list[Any]]) -> None:
    outsider = directory.organizations[PERSONAS["outsider"]]
    received: Counter[UUID] = Counter(row.receiver_id for row in made[rows.ReferralRow])
    sent: Counter[UUID] = Counter(row.sender_id for row in made[rows.ReferralRow])

    assert received[outsider] == sent[outsider] == 0
    assert received[directory.organizations[REGISTRY]] >= 20
    assert sent[directory.organizations[BRC]] >= 300
