"""Which services are of a kind, for a person, and have room."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

from models.rules.eligibility import Applicant, Criteria, verdicts
from models.rules.people import Age
from models.rules.vocabulary import Sex
from tests.auth.searching import NEARBY, NOW, World, north

BY_NAME = {"order_by": "NAME", "descending": False}


async def test_lists_match_any_of_their_words_and_an_empty_one_nothing(world: World) -> None:
    police = await world.directory.organization("police", "POLICE")
    health = await world.service("Clinique", category="HEALTH", languages=["fr", "ht"])
    guard = await world.directory.service(police, "Garde", "POLICE_PROTECTION", languages=["es-DO"])

    assert await world.anyone.found(categories=["HEALTH", "SHELTER"]) == [health]
    assert await world.anyone.found(organization_kinds=["POLICE"]) == [guard]
    assert await world.anyone.found(language="HT") == [health]
    assert await world.anyone.found(language="es") == [guard]
    assert await world.anyone.found(language="es-DO") == [guard]
    assert await world.anyone.found(language="es-MX") == []
    assert await world.anyone.found(**BY_NAME) == [health, guard]
    for name in ("categories", "terms", "organization_kinds"):
        assert await world.anyone.found(**{name: []}) == []


async def test_a_term_holds_those_below_it(world: World) -> None:
    worker = world.directory.worker
    add = """INSERT INTO term (scheme, code, labels, parent_id)
        VALUES ('t', $1, jsonb_build_object('fr', $1::text), $2) RETURNING id"""
    wide = await worker.fetchval(add, "logement", None)
    fine = await worker.fetchval(add, "dortoir", wide)
    service = await world.service("Accueil de nuit")
    link = "INSERT INTO service_term (service_id, term_id, organization_id) VALUES ($1, $2, $3)"
    await worker.execute(link, service, fine, world.owner)

    assert await world.anyone.found(terms=[wide]) == await world.anyone.found(terms=[fine, uuid4()]) == [service]
    assert await world.anyone.found(text="dortoir") == [service]
    await worker.execute("UPDATE term SET parent_id = NULL WHERE id = $1", fine)
    assert await world.anyone.found(terms=[wide]) == []


async def test_eligibility_is_the_rule_of_referrals(world: World) -> None:
    offers = {}
    for minimum, maximum, sexes, alone in product(
        [None, 12, 18], [None, 17], [[], ["FEMALE"], ["FEMALE", "MALE"]], [None, False, True]
    ):
        if minimum == 18 and maximum == 17:
            continue
        service = await world.service(
            "Offre",
            minimum_age=minimum,
            maximum_age=maximum,
            sexes=sexes,
            accepts_unaccompanied_children=alone,
        )
        offers[service] = Criteria(minimum, maximum, frozenset(map(Sex, sexes)), bool(alone))

    for age, sex, alone in product([5, 12, 14, 17], Sex, [False, True]):
        found = await world.anyone.found(age=age, sex=sex, unaccompanied_child=alone)
        applicant = Applicant(Age(age, exact=True), sex, alone)
        allowed = {s for s, criteria in offers.items() if all(v.passed for v in verdicts(criteria, applicant))}
        assert set(found) == allowed, (age, sex, alone)
    for age in (18, 40):
        allowed = {
            s
            for s, criteria in offers.items()
            if all(v.passed for v in verdicts(criteria, Applicant(Age(age, exact=True), Sex.FEMALE)))
        }
        assert set(await world.anyone.found(age=age, sex="FEMALE")) == allowed


async def test_capacity_counts_until_it_expires(world: World) -> None:
    full, free, stale = [await world.service(name) for name in ("Plein", "Libre", "Ancien")]
    await world.directory.capacity(full, world.owner, "FULL", NOW + timedelta(hours=1))
    await world.directory.capacity(free, world.owner, "AVAILABLE", NOW + timedelta(seconds=1))
    await world.directory.capacity(stale, world.owner, "AVAILABLE", NOW)

    assert await world.anyone.found(has_capacity=True) == [free]
    assert set(await world.anyone.found(has_capacity=False)) == {full, stale}
    assert await world.anyone.found(has_capacity=True, at=NOW + timedelta(seconds=1)) == []


async def test_the_place_that_has_room_is_the_one_named(world: World) -> None:
    service = await world.service("Abri")
    near, far = [
        await world.directory.given_at(service, await world.directory.location(world.owner, north(km)), world.owner)
        for km in (1, 9)
    ]
    tomorrow = NOW + timedelta(days=1)
    await world.directory.capacity(service, world.owner, "AVAILABLE", tomorrow)
    await world.directory.capacity(service, world.owner, "FULL", tomorrow, service_at_location_id=near)

    [hit] = await world.anyone.find(**NEARBY, within_km=20, has_capacity=True)
    assert (hit.place_id, hit.distance_km) == (far, 9.0)
    [hit] = await world.anyone.find(**NEARBY, within_km=20)
    assert hit.place_id == near
