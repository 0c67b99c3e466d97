"""What words find: in any of four languages, without accents, begun, misspelled, and in which order."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from api.database import DatabaseURLs
from models.rules.words import normalise
from tests.auth.searching import BELLADERE, Searcher, World, new_world


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
async def test_signs_are_never_operators(library: Library, typed: str) -> None:
    found = await library.anyone.found(text=f"{typed} délivrance {typed}")

    assert found == ([] if normalise(typed) else [library.papers])
