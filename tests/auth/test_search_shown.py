"""What is told beside a page: facets count what is found and nothing that is hidden; a hit says why it is one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import pytest

from api.database import DatabaseURLs
from auth.policies.declare import REFERRAL_ROLES
from models.rules.roles import Role
from models.rules.words import alternatives
from tests.auth.searching import NEAR, NOW, Searcher, World, new_world, north, opened
from tests.auth.test_search_redaction import ASKED, SECRETS, safe_house

FACETS = ["categories", "organizationKinds", "areas", "languages", "hasCapacity", "openNow"]
OWN = {
    "in_categories": "categories",
    "in_organization_kinds": "organization_kinds",
    "in_areas": "pcode",
    "in_languages": "language",
}
"Each column of count_facets, and the part of the filter that is its own."


async def facets(searcher: Searcher, *names: str, **asked: Any) -> dict[str, Any]:
    """One row of count_facets; the values of each facet as a mapping to their counts."""
    [row] = await searcher._call("SELECT * FROM count_facets", {"facets": list(names or FACETS), **asked})
    return {
        name: {each["value"]: each["services"] for each in orjson.loads(value)} if isinstance(value, str) else value
        for name, value in row.items()
    }


@dataclass
class Town:
    """A directory with all kinds of services, and somebody who searches it."""

    anyone: Searcher
    services: list[UUID] = field(default_factory=list)


@pytest.fixture(scope="module")
async def town(module_database: DatabaseURLs) -> AsyncIterator[Town]:
    async with new_world(module_database) as world:
        town = Town(world.anyone)
        await world.directory.area("HT", "Haïti", 0)
        await world.directory.area("HT06", "Centre", 1, "HT")
        for pcode in ("HT0632", "HT0633"):
            await world.directory.area(pcode, pcode, 2, "HT06")
        police = await world.directory.organization("police", "POLICE")
        for number in range(24):
            owner = police if number % 4 == 0 else world.owner
            service = await world.directory.service(
                owner,
                ("Vaccination", "Accueil de nuit", "Vaccination et accueil")[number % 3],
                ("HEALTH", "SHELTER", "EDUCATION")[number % 5 % 3],
                languages=[["fr", "ht"], ["es-DO"], []][number % 3],
            )
            for each in range(1 + number % 2):
                place = await world.directory.location(owner, north(number), pcode=("HT0632", "HT0633")[each])
                await world.directory.given_at(service, place, owner)
            if number % 2:
                state = ("AVAILABLE", "FULL")[number % 3 % 2]
                await world.directory.capacity(service, owner, state, NOW.replace(year=2027))
            town.services.append(service)
        yield town


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"text": "vaccination"},
        {"categories": ["HEALTH"], "pcode": "HT0633"},
        {"organization_kinds": ["POLICE"], "language": "es", "has_capacity": True},
        {**NEAR, "within_km": 12.5, "categories": ["SHELTER", "EDUCATION"]},
        {"text": "vaccination zzzzzz", "categories": []},
    ],
    ids=str,
)
async def test_a_facet_counts_what_choosing_its_value_finds(town: Town, asked: dict[str, Any]) -> None:
    told = await facets(town.anyone, **asked)

    for facet, own in OWN.items():
        others = {name: value for name, value in asked.items() if name != own}
        listed = own in ("categories", "organization_kinds")
        found = {
            value: await town.anyone.found(**others, **{own: [value] if listed else value}) for value in told[facet]
        }
        assert told[facet] == {value: len(services) for value, services in found.items()}
        assert list(told[facet].values()) == sorted(told[facet].values(), reverse=True)
        if facet != "in_languages":
            everything = {service for services in found.values() for service in services}
            assert everything == set(await town.anyone.found(**others))
    assert told["with_capacity"] == len(await town.anyone.found(**asked | {"has_capacity": True}))
    assert told["open_now"] == len(await town.anyone.found(**asked | {"open_at": NOW}))


async def test_only_what_is_asked_for_is_counted(town: Town) -> None:
    told = await facets(town.anyone, "areas")

    assert {name for name, value in told.items() if value is not None} == {"in_areas"}
    assert told["in_areas"] == {"HT06": 24, "HT0632": 24, "HT0633": 12}


@pytest.fixture
async def hidden(database: DatabaseURLs) -> AsyncIterator[tuple[Searcher, list[Searcher], UUID]]:
    """Who refers, everybody who may not know, and the safe house."""
    async with opened(database) as (directory, app):
        owner = await directory.organization("owner", "SHELTER", name="Fondation Solidarité")
        other = await directory.organization("other")
        for code, level, parent in [
            ("HT", 0, None),
            ("HT06", 1, "HT"),
            ("HT0632", 2, "HT06"),
            ("HT0632-01", 3, "HT0632"),
        ]:
            await directory.area(code, code, level, parent)
        service = await safe_house(directory, owner)
        strangers = [
            Searcher(app, other, sorted(set(Role) - REFERRAL_ROLES)),
            Searcher(app, other),
            Searcher(app, None),
        ]
        yield Searcher(app, other, [Role.CASE_WORKER]), strangers, service


@pytest.mark.parametrize("asked", [*ASKED, *({"text": secret} for secret in SECRETS), {"pcode": "HT0632"}], ids=str)
async def test_what_is_hidden_is_in_no_facet(
    hidden: tuple[Searcher, list[Searcher], UUID], asked: dict[str, Any]
) -> None:
    referring, strangers, _ = hidden
    asked = {name: value for name, value in asked.items() if name not in ("order_by", "descending")}
    nothing: dict[str, Any] = {"in_categories": {}, "in_organization_kinds": {}, "in_areas": {}, "in_languages": {}}

    for stranger in strangers:
        assert await facets(stranger, **asked) == nothing | {"with_capacity": 0, "open_now": 0}
    assert set((await facets(referring, **asked))["in_areas"]) <= {"HT06"}


async def explained(searcher: Searcher, service: UUID, place: UUID | None, text: str) -> list[tuple[str | None, ...]]:
    words = orjson.dumps(alternatives(text)).decode()
    rows = await searcher.read("SELECT * FROM explain_service($1, $2, $3) ORDER BY nth", service, place, words)
    return [(row["typed"], row["how"], row["found"], row["field"]) for row in rows]


async def test_a_hit_says_what_met_what_was_typed(world: World) -> None:
    service = await world.service(
        "Délivrance d'actes de naissance",
        category="CIVIL_DOCUMENTATION",
        descriptions='{"fr": "Registre ouvert le matin"}',
    )

    assert await explained(world.anyone, service, None, "batistè matinal ouanaminthe regis") == [
        ("batist", "SYNONYM", "acte naissanc", "NAME"),
        ("matinal", "MISSPELLING", "matin", "DESCRIPTION"),
        ("ouanaminth", "MISSING", None, None),
        ("regi", "BEGINNING", "registr", "CATEGORY"),
        ("regi", "BEGINNING", "registr", "DESCRIPTION"),
    ]
    assert await explained(world.anyone, service, None, "délivrance papye") == [
        ("delivranc", "AS_TYPED", "delivranc", "NAME"),
        ("papye", "SYNONYM", "civil documentation", "CATEGORY"),
        ("papye", "SYNONYM", "eta sivil", "CATEGORY"),
        ("papye", "SYNONYM", "etat civil", "CATEGORY"),
        ("papye", "SYNONYM", "registr civil", "CATEGORY"),
        ("papye", "NARROWER", "acte naissanc", "NAME"),
    ]


@pytest.mark.parametrize("text", ["Alizé", *SECRETS])
async def test_what_is_hidden_explains_nothing(hidden: tuple[Searcher, list[Searcher], UUID], text: str) -> None:
    referring, strangers, service = hidden

    for stranger in strangers:
        assert await explained(stranger, service, None, text) == []
    for _, how, found, _ in await explained(referring, service, None, text):
        assert (how, found) == ("AS_TYPED", "alize") if text == "Alizé" else how == "MISSING", found
