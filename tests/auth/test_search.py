"""What the directory search finds, in which order, and which of several places it names."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from actions.openings import expand_openings
from api.database import DatabaseURLs
from models.rules.eligibility import Applicant, Criteria, verdicts
from models.rules.identifiers import distance_km
from models.rules.people import Age
from models.rules.vocabulary import Sex
from tests.auth.searching import BELLADERE, NEAR, NOW, Directory, Searcher, opened

NEARBY = {**NEAR, "order_by": "DISTANCE", "descending": False}
BY_NAME = {"order_by": "NAME", "descending": False}


@dataclass
class World:
    """A directory, its owner, and somebody else of the network who searches it."""

    directory: Directory
    owner: UUID
    anyone: Searcher
    app: asyncpg.Connection

    async def service(self, name: str, **columns: Any) -> UUID:
        return await self.directory.service(self.owner, name, **columns)

    async def placed(self, name: str, point: tuple[float, float] = BELLADERE, **columns: Any) -> UUID:
        return await self.directory.placed(self.owner, name, point, **columns)


@pytest.fixture
async def world(database: DatabaseURLs) -> AsyncIterator[World]:
    async with opened(database) as (directory, app):
        owner = await directory.organization("owner")
        other = await directory.organization("other")
        yield World(directory, owner, Searcher(app, other), app)


def north(km: float) -> tuple[float, float]:
    """A point so many km north of Belladère."""
    return BELLADERE[0] + km / 111.195, BELLADERE[1]


# --- Words ---


@pytest.mark.parametrize(
    "typed",
    [
        "acte de naissance",
        "ACTES DE NAISSANCE",
        "delivrance",
        "Délivrance",
        "naissanc",
        "batistè",
        "batiste",
        "birth certificate",
        "acta de nacimiento",
        "aktes de naisance",
        "naisence",
        "dèlivrans",
        "délivrance d'un acte",
        "eta sivil",
    ],
)
async def test_words_find_what_they_mean(world: World, typed: str) -> None:
    papers = await world.service("Délivrance d'actes de naissance", category="CIVIL_DOCUMENTATION")
    await world.service("Repas chauds et distribution", category="FOOD_AND_ITEMS")

    assert await world.anyone.found(text=typed) == [papers]


@pytest.mark.parametrize("typed", ["", "de la", "!!!", "acte de mariage"])
async def test_words_find_nothing_else(world: World, typed: str) -> None:
    await world.service("Délivrance d'actes de naissance", category="CIVIL_DOCUMENTATION")

    assert await world.anyone.found(text=typed) == []


async def test_a_misspelling_is_read_so_only_where_nobody_spells_it_so(world: World) -> None:
    kite, site = await world.service("Kite"), await world.service("Cite")
    assert await world.anyone.found(text="kite") == [kite]
    assert await world.anyone.found(text="xite") == [site, kite]


async def test_every_word_must_be_found_somewhere_in_the_entry(world: World) -> None:
    await world.directory.area("HT", "Haïti", 0)
    await world.directory.area("HT06", "Centre", 1, "HT")
    await world.directory.area("HT0632", "Belladère", 2, "HT06")
    health = await world.service("Consultation", descriptions='{"ht": "Swen pou timoun"}', category="HEALTH")
    place = await world.directory.location(world.owner, BELLADERE, names='{"fr": "Bureau du marché"}', pcode="HT0632")
    await world.directory.given_at(health, place, world.owner)

    for typed in ("consultation belladere", "timoun marché", "owner centre", "santé haiti", "klinik"):
        assert await world.anyone.found(text=typed) == [health], typed
    assert await world.anyone.found(text="consultation ouanaminthe") == []


async def test_a_name_counts_for_more_than_a_description(world: World) -> None:
    described = await world.service("Accueil", descriptions='{"fr": "aussi vaccination"}')
    named = await world.service("Vaccination")

    assert await world.anyone.found(text="vaccination") == [named, described]
    assert await world.anyone.found(text="vaccination", descending=False) == [described, named]


@pytest.mark.parametrize("typed", ["'", "a:*", "<->", "!x", "x & y | (", "\\", "''::tsquery", "%", "_", "$1"])
async def test_signs_are_never_operators(world: World, typed: str) -> None:
    service = await world.service("Écoute")

    assert await world.anyone.found(text=f"{typed} écoute {typed}") in ([service], [])


# --- Places ---


async def test_the_nearest_of_several_places_is_named(world: World) -> None:
    service = await world.service("Clinique mobile")
    for km in (30, 10, 20):
        place = await world.directory.given_at(
            service, await world.directory.location(world.owner, north(km)), world.owner
        )
        if km == 10:
            nearest = place
    other = await world.placed("Clinique", north(15))

    first, second = await world.anyone.find(**NEARBY, within_km=80)

    assert (first.service_id, first.place_id, first.distance_km) == (service, nearest, pytest.approx(10, abs=0.001))
    assert (second.service_id, second.distance_km) == (other, pytest.approx(15, abs=0.001))


async def test_distances_are_those_of_the_rule_rounded_to_metres(world: World) -> None:
    points = [(18.8401, -71.5907), (18.5944, -72.3074), (19.7594, -72.1982), (18.8517, -71.7728)]
    services = {await world.placed(f"Bureau {n}", point): point for n, point in enumerate(points)}

    hits = await world.anyone.find(**NEARBY, within_km=500)

    assert [hit.distance_km for hit in hits] == sorted(round(distance_km(BELLADERE, point), 3) for point in points)
    for hit in hits:
        assert hit.distance_km == round(distance_km(BELLADERE, services[hit.service_id]), 3)


@pytest.mark.parametrize("within_km", [0, 0.5, 1, 5, 12, 40, 80, 300, 1500, 9000, 21000])
async def test_a_radius_leaves_out_what_lies_beyond(world: World, within_km: float) -> None:
    reach = [0, 0.4, 0.6, 4.9, 5.1, 11, 39.9, 40.1, 79.9, 80.1, 299, 301, 1499, 1501]
    services = {km: await world.placed(f"Bureau {km}", north(km)) for km in reach}
    antipode = await world.placed("Antipode", (-BELLADERE[0], BELLADERE[1] + 180))

    found = await world.anyone.found(**NEARBY, within_km=within_km)

    beyond = [antipode] if within_km > 20016 else []
    assert found == [services[km] for km in reach if km <= within_km] + beyond


async def test_the_antimeridian_and_the_pole_are_no_borders(world: World) -> None:
    fiji, pole = await world.placed("Fidji", (-17.0, 179.9)), await world.placed("Pôle", (89.9, 10.0))

    around = {"latitude": -17.0, "longitude": -179.9, "order_by": "DISTANCE", "descending": False}
    assert await world.anyone.found(**around, within_km=50) == [fiji]
    assert await world.anyone.found(latitude=89.9, longitude=-170.0, within_km=50) == [pole]


async def test_a_service_without_a_place_is_found_but_not_near(world: World) -> None:
    hotline = await world.service("Ligne d'écoute")
    virtual = await world.service("Écoute en ligne")
    await world.directory.given_at(virtual, await world.directory.location(world.owner, kind="VIRTUAL"), world.owner)

    assert set(await world.anyone.found(text="écoute")) == {hotline, virtual}
    assert await world.anyone.found(**NEARBY, within_km=21000) == []


async def test_an_area_holds_those_below_it(world: World) -> None:
    for code, name, level, parent in [
        ("HT", "Haïti", 0, None),
        ("HT06", "Centre", 1, "HT"),
        ("HT0632", "Belladère", 2, "HT06"),
        ("HT0632-01", "Renthe-Mathé", 3, "HT0632"),
        ("HT0234", "Anse-à-Pître", 2, "HT"),
    ]:
        await world.directory.area(code, name, level, parent)
    services = {}
    for code in ("HT0632", "HT0632-01", "HT0234"):
        services[code] = await world.service(f"Bureau {code}")
        place = await world.directory.location(world.owner, BELLADERE, pcode=code)
        await world.directory.given_at(services[code], place, world.owner)
    centre = {services["HT0632"], services["HT0632-01"]}

    assert set(await world.anyone.found(pcode="HT06")) == centre
    assert set(await world.anyone.found(pcode="ht0632")) == centre
    assert await world.anyone.found(pcode="HT0632-01") == [services["HT0632-01"]]
    assert set(await world.anyone.found(pcode="HT")) == set(services.values())
    assert await world.anyone.found(pcode="HT99") == []


# --- Kinds ---


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


# --- Hours ---


async def scheduled(world: World, zone: str | None = "America/Port-au-Prince", **hours: Any) -> tuple[UUID, UUID]:
    service = await world.service("Bureau")
    place = await world.directory.given_at(
        service, await world.directory.location(world.owner, BELLADERE, time_zone=zone), world.owner
    )
    await world.directory.worker.execute(
        """INSERT INTO schedule (service_at_location_id, organization_id, weekdays, opens, closes)
        VALUES ($1, $2, $3, $4, $5)""",
        place,
        world.owner,
        hours["days"].split(),
        hours["opens"],
        hours["closes"],
    )
    return service, place


def on_the_wall(*moment: int, zone: str = "America/Port-au-Prince") -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type, misc]


async def test_open_at_is_read_on_the_clock_of_the_place(world: World) -> None:
    haiti, place = await scheduled(world, days="MO TU WE TH FR", opens=time(8), closes=time(16))
    dominican, across = await scheduled(
        world, "America/Santo_Domingo", days="MO TU WE TH FR", opens=time(8), closes=time(16)
    )
    assert await expand_openings(world.directory.worker, [place, across], now=NOW) > 80

    # In winter Dajabón is an hour ahead of Ouanaminthe.
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 7, 30)) == [dominican]
    assert set(await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 8))) == {haiti, dominican}
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 15, 30)) == [haiti]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 16)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 22, 10)) == []
    assert set(await world.anyone.found()) == {haiti, dominican}


async def test_hours_keep_to_the_wall_where_the_clock_changes(world: World) -> None:
    service, place = await scheduled(world, days="SU MO", opens=time(8), closes=time(16))
    before = on_the_wall(2027, 3, 1, 12)
    await expand_openings(world.directory.worker, [place], now=before)

    # Clocks go forward on 14 March 2027 at 2:00, and back on 7 November 2027.
    for day in (7, 14, 15):
        assert await world.anyone.found(open_at=on_the_wall(2027, 3, day, 7, 59)) == []
        assert await world.anyone.found(open_at=on_the_wall(2027, 3, day, 8)) == [service]
        assert await world.anyone.found(open_at=on_the_wall(2027, 3, day, 16)) == []
    await expand_openings(world.directory.worker, [place], now=on_the_wall(2027, 11, 1, 12))
    assert await world.anyone.found(open_at=on_the_wall(2027, 11, 7, 15, 59)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2027, 11, 7, 16, 0)) == []


async def test_a_night_is_open_into_the_next_day(world: World) -> None:
    service, place = await scheduled(world, days="FR", opens=time(20), closes=time(6))
    await expand_openings(world.directory.worker, [place], now=NOW)

    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 20, 19, 59)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 20, 23)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 21, 5, 59)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 21, 6)) == []


async def test_an_exception_replaces_the_hours_of_its_day(world: World) -> None:
    service, place = await scheduled(world, days="MO TU", opens=time(8), closes=time(16))
    add = """INSERT INTO schedule_exception (service_at_location_id, organization_id, day, opens, closes)
        VALUES ($1, $2, $3, $4, $5)"""
    await world.directory.worker.execute(add, place, world.owner, date(2026, 11, 23), None, None)
    await world.directory.worker.execute(add, place, world.owner, date(2026, 11, 24), time(10), time(12))
    await expand_openings(world.directory.worker, [place], now=NOW)

    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 23, 10)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 24, 9)) == []
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 24, 11)) == [service]
    assert await world.anyone.found(open_at=on_the_wall(2026, 11, 30, 9)) == [service]


async def test_writing_hours_again_replaces_them_and_reaches_further(world: World) -> None:
    service, place = await scheduled(world, days="MO TU WE TH FR SA SU", opens=time(8), closes=time(16))
    await expand_openings(world.directory.worker, [place], now=NOW)
    later = NOW + timedelta(days=59)
    assert await world.anyone.found(open_at=later) == [service]
    assert await world.anyone.found(open_at=later + timedelta(days=30)) == []

    await expand_openings(world.directory.worker, [place], now=later)
    assert await world.anyone.found(open_at=later + timedelta(days=30)) == [service]
    await world.directory.worker.execute("DELETE FROM schedule")
    assert await expand_openings(world.directory.worker, [place], now=later) == 0
    assert await world.anyone.found(open_at=later) == []


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../../etc/passwd"])
async def test_without_a_known_time_zone_no_hours_are_told(world: World, zone: str | None) -> None:
    _, place = await scheduled(world, zone, days="MO", opens=time(8), closes=time(16))

    assert await expand_openings(world.directory.worker, [place], now=NOW) == 0


async def test_hours_are_told_to_no_more_people_than_the_schedule(world: World) -> None:
    service, place = await scheduled(world, days="FR", opens=time(8), closes=time(16))
    await world.directory.worker.execute("UPDATE schedule SET visibility = 'ORGANIZATION'")
    await expand_openings(world.directory.worker, [place], now=NOW)

    assert await world.anyone.found(open_at=NOW) == []
    assert await Searcher(world.app, world.owner).found(open_at=NOW) == [service]


# --- Capacity ---


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


# --- Keeping up ---


async def test_what_is_removed_is_no_longer_found(world: World) -> None:
    worker = world.directory.worker
    service = await world.placed("Bureau")
    assert await world.anyone.found(text="bureau") == [service]
    await worker.execute("UPDATE service SET removed_at = now()")
    assert await world.anyone.found(text="bureau") == await world.anyone.found(**NEARBY, within_km=1) == []
    await worker.execute("UPDATE service SET removed_at = NULL")
    assert await world.anyone.found(text="bureau") == [service]
    await worker.execute("DELETE FROM service_at_location")
    assert await world.anyone.found(text="bureau") == [service]
    assert await world.anyone.found(**NEARBY, within_km=1) == []
    await worker.execute("DELETE FROM service")
    assert await world.anyone.found(text="bureau") == []


async def test_every_change_of_the_directory_is_found_at_once(world: World) -> None:
    worker = world.directory.worker
    await world.directory.area("HT", "Haïti", 0)
    service = await world.placed("Bureau")
    await worker.execute("""UPDATE service SET names = '{"fr": "Guichet"}', category = 'CASH', languages = '{en}'""")
    await worker.execute("""UPDATE location SET latitude = 19.5, pcode = 'HT', names = '{"fr": "Halle"}'""")
    await worker.execute("""UPDATE organization SET names = '{"fr": "Banque"}', kind = 'DONOR' WHERE slug = 'owner'""")
    await worker.execute("""UPDATE area SET names = '{"fr": "Ayiti"}'""")

    for asked in (
        {"text": "guichet"},
        {"text": "halle"},
        {"text": "banque"},
        {"text": "ayiti"},
        {"categories": ["CASH"]},
        {"organization_kinds": ["DONOR"]},
        {"language": "en"},
        {"pcode": "HT"},
        {"latitude": 19.5, "longitude": BELLADERE[1], "within_km": 1},
    ):
        assert await world.anyone.found(**asked) == [service], asked
    for asked in ({"text": "bureau"}, {"text": "haiti"}, {"categories": ["OTHER"]}, {**NEAR, "within_km": 1}):
        assert await world.anyone.found(**asked) == [], asked


async def test_what_is_loaded_in_bulk_is_found_after_one_refresh(world: World) -> None:
    worker = world.directory.worker
    async with worker.transaction():
        await worker.execute("SET LOCAL konbit.search = 'later'")
        service = await world.placed("Bureau")
        assert await worker.fetchval("SELECT refresh_search()") is None
    assert await world.anyone.found(text="bureau") == await world.anyone.found(**NEARBY, within_km=1) == [service]


async def test_two_writers_at_once_leave_no_stale_entry(world: World, database: DatabaseURLs) -> None:
    service = await world.service("Bureau")
    location = await world.directory.location(world.owner, BELLADERE)
    other = await asyncpg.connect(database.worker)
    try:
        change = other.transaction()
        await change.start()
        await other.execute("UPDATE location SET visibility = 'ORGANIZATION'")
        adding = asyncio.create_task(world.directory.given_at(service, location, world.owner))
        await asyncio.sleep(0.3)
        await change.commit()
        await adding
    finally:
        await other.close()

    assert await world.anyone.found(**NEARBY, within_km=1) == []
    assert await Searcher(world.app, world.owner).found(**NEARBY, within_km=1) == [service]


# --- Pages ---


@pytest.mark.parametrize("text", [None, "bureau"])
@pytest.mark.parametrize("order_by", ["RELEVANCE", "DISTANCE", "NAME"])
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_join_without_gap_or_overlap(
    world: World, text: str | None, order_by: str, descending: bool
) -> None:
    for n in range(9):
        service = await world.placed(f"Bureau {'abc'[n % 3]}", north(n % 4))
        await world.directory.given_at(service, await world.directory.location(world.owner, north(7)), world.owner)
    asked: dict[str, Any] = {**NEAR, "within_km": 50, "order_by": order_by, "descending": descending}
    asked |= {"text": text} if text else {}
    backwards = order_by == "NAME" and descending

    whole = [hit.key for hit in await world.anyone.find(**asked, reversed=backwards)]
    assert len(whole) == 9
    assert whole == sorted(whole, reverse=backwards)

    for side, reverse in (("above", False), ("below", True)):
        pages: list[Any] = []
        while True:
            bound = dict(zip((f"{side}_key", f"{side}_name", f"{side}_id"), pages[-1], strict=True)) if pages else {}
            page = await world.anyone.find(4, **asked, **bound, reversed=reverse)
            if not page:
                break
            pages += [hit.key for hit in page]
        assert pages == sorted(whole, reverse=reverse)


async def test_an_order_that_cannot_be_is_by_name(world: World) -> None:
    second, first = await world.service("école B"), await world.service("École A")

    for order_by, descending in (("DISTANCE", False), ("DISTANCE", True), ("RELEVANCE", True), ("NAME", False)):
        assert await world.anyone.found(order_by=order_by, descending=descending) == [first, second]
