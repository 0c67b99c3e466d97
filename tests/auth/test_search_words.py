"""What words find: in any of four languages, without accents, begun, misspelled, and in which order."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from api.database import DatabaseURLs
from tests.auth.searching import BELLADERE, NEAR, NOW, Searcher, World, new_world, north


@dataclass
class Library:
    """A service that gives papers, among others; the tests of this module only read it."""

    papers: UUID
    anyone: Searcher


@pytest.fixture(scope="module")
async def library(module_database: DatabaseURLs) -> AsyncIterator[Library]:
    async with new_world(module_database) as world:
        papers = await world.service("Délivrance d'actes de naissance", category="CIVIL_DOCUMENTATION")
        await world.service("Repas chauds et distribution", category="FOOD_AND_ITEMS")
        yield Library(papers, world.anyone)


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
async def test_words_find_what_they_mean(library: Library, typed: str) -> None:
    assert await library.anyone.found(text=typed) == [library.papers]


@pytest.mark.parametrize("typed", ["", "de la", "!!!", "acte de mariage", "zzzzzz"])
async def test_words_find_nothing_else(library: Library, typed: str) -> None:
    assert await library.anyone.found(text=typed) == []


async def test_a_misspelling_is_read_so_only_where_nobody_spells_it_so(world: World) -> None:
    kite, site = await world.service("Kite"), await world.service("Cite")
    assert await world.anyone.found(text="kite") == [kite]
    assert await world.anyone.found(text="xite") == [site, kite]


async def test_every_word_is_looked_for_everywhere_in_the_entry(world: World) -> None:
    await world.directory.area("HT", "Haïti", 0)
    await world.directory.area("HT06", "Centre", 1, "HT")
    await world.directory.area("HT0632", "Belladère", 2, "HT06")
    health = await world.service("Consultation", descriptions='{"ht": "Swen pou timoun"}', category="HEALTH")
    place = await world.directory.location(world.owner, BELLADERE, names='{"fr": "Bureau du marché"}', pcode="HT0632")
    await world.directory.given_at(health, place, world.owner)

    for typed in ("consultation belladere", "timoun marché", "owner centre", "santé haiti", "klinik"):
        assert await world.anyone.found(text=typed) == [health], typed


async def test_what_meets_all_of_it_comes_first_and_where_that_is_little_what_meets_less_follows(world: World) -> None:
    both = await world.service("Vaccination et nutrition")
    one, other = await world.service("Nutrition"), await world.service("Vaccination")
    await world.service("Repas")

    hits = await world.anyone.found(text="vaccination nutrition")
    assert (hits[0], set(hits[1:])) == (both, {one, other})
    assert set(await world.anyone.found(text="vaccination zzzzzz")) == {both, other}

    for _ in range(4):
        await world.service("Nutrition et vaccination")
    assert len(await world.anyone.found(text="vaccination nutrition")) == 5


async def test_for_whom_and_when_makes_an_answer_better_and_none_worse(world: World) -> None:
    school, for_children = await world.service("École"), await world.service("École pour enfants")

    assert await world.anyone.found(text="lekòl pou timoun") == [for_children, school]
    assert await world.anyone.found(text="timoun") == [for_children]


@pytest.mark.parametrize("typed", ["Wanament", "Ouanaminthe", "Juana Méndez", "wanamen"])
async def test_a_place_is_found_by_each_of_its_names(world: World, typed: str) -> None:
    await world.directory.area("HT0421", "Ouanaminthe", 2)
    service = await world.service("Clinique")
    place = await world.directory.location(world.owner, BELLADERE, pcode="HT0421")
    await world.directory.given_at(service, place, world.owner)

    assert await world.anyone.found(text=typed) == [service]


@pytest.mark.parametrize("typed", ["counceling", "vaksinasyo", "batiste"])
async def test_a_misspelling_of_a_known_need_finds_what_it_means(world: World, typed: str) -> None:
    await world.service("Soutien psychosocial")
    await world.service("Vaccination")
    await world.service("Acte de naissance")

    assert len(await world.anyone.found(text=typed)) == 1


async def test_of_equal_answers_the_nearer_comes_first_and_then_what_has_room(world: World) -> None:
    far, near = await world.placed("Vaccination", north(30)), await world.placed("Vaccination", north(1))
    asked = {"text": "vaccination", **NEAR, "within_km": 50}
    assert await world.anyone.found(**asked) == [near, far]

    full = await world.placed("Nutrition", BELLADERE)
    roomy = await world.placed("Nutrition", BELLADERE)
    checked = await world.placed("Nutrition", BELLADERE, verified_at=NOW - timedelta(days=3))
    await world.directory.capacity(full, world.owner, "FULL", NOW + timedelta(days=1))
    await world.directory.capacity(roomy, world.owner, "AVAILABLE", NOW + timedelta(days=1))
    await world.directory.capacity(checked, world.owner, "AVAILABLE", NOW + timedelta(days=1))
    assert await world.anyone.found(text="nutrition") == [checked, roomy, full]


async def test_a_name_counts_for_more_than_a_description(world: World) -> None:
    described = await world.service("Accueil", descriptions='{"fr": "aussi vaccination"}')
    named = await world.service("Vaccination")

    assert await world.anyone.found(text="vaccination") == [named, described]
    assert await world.anyone.found(text="vaccination", descending=False) == [described, named]


@pytest.mark.parametrize("typed", ["'", "a:*", "<->", "!x", "x & y | (", "\\", "''::tsquery", "%", "_", "$1"])
async def test_signs_are_never_operators(library: Library, typed: str) -> None:
    found = await library.anyone.found(text=f"{typed} délivrance {typed}")

    assert found == [library.papers]
