"""What an attacker can learn of a safe house by searching: its alias and its department, and only by a role."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.policies.declare import REFERRAL_ROLES
from models.rules.roles import Role
from models.rules.words import words_of
from tests.auth.searching import BELLADERE, NEAR, NOW, Directory, Searcher, opened

TRUE_POINT = (18.9031, -71.8112)
SECRETS = ["Espoir", "impasse Toussaint", "Renthe", "espwa", "Solidarité", "jardin mur bleu"]
"Words of the true name, address, town, owner and description."
UNKNOWN = {secret: " ".join("zzzzzz" for _ in words_of(secret)) for secret in SECRETS}
"As many words that stand nowhere."


@dataclass
class SafeHouse:
    """A redacted service with its face and its true place, a plain neighbour, and everybody who might ask."""

    service: UUID
    neighbour: UUID
    owner: Searcher
    referring: Searcher
    strangers: list[Searcher]
    "Everybody but the owner and those whose role is to refer."

    @property
    def everybody(self) -> list[Searcher]:
        return [self.owner, self.referring, *self.strangers]


@pytest.fixture
async def house(database: DatabaseURLs) -> AsyncIterator[SafeHouse]:
    async with opened(database) as (directory, app):
        owner = await directory.organization("owner", name="Fondation Solidarité")
        other = await directory.organization("other")
        for code, name, level, parent in [
            ("HT", "Haïti", 0, None),
            ("HT06", "Centre", 1, "HT"),
            ("HT0632", "Belladère", 2, "HT06"),
            ("HT0632-01", "Renthe-Mathé", 3, "HT0632"),
        ]:
            await directory.area(code, name, level, parent)
        service = await safe_house(directory, owner)
        neighbour = await directory.placed(other, "Clinique", BELLADERE)
        yield SafeHouse(
            service,
            neighbour,
            Searcher(app, owner, [Role.DIRECTORY_EDITOR]),
            Searcher(app, other, [Role.CASE_WORKER]),
            [Searcher(app, other, sorted(set(Role) - REFERRAL_ROLES)), Searcher(app, other), Searcher(app, None)],
        )


async def safe_house(directory: Directory, owner: UUID) -> UUID:
    """The alias and the department for referral roles; the true place and the numbers for the owner alone."""
    service = await directory.service(
        owner,
        "Accueil protégé Alizé",
        "SAFE_HOUSE",
        visibility="REDACTED",
        descriptions='{"fr": "jardin, mur bleu, espwa@kay.ht"}',
    )
    face = await directory.location(owner, kind="SAFE_HOUSE", visibility="REDACTED", pcode="HT06")
    await directory.given_at(service, face, owner, visibility="REDACTED")
    place = await directory.location(
        owner,
        TRUE_POINT,
        kind="SAFE_HOUSE",
        visibility="ORGANIZATION",
        pcode="HT0632-01",
        names='{"fr": "Maison Espoir"}',
        address_lines=["7, impasse Toussaint"],
        locality="impasse Toussaint",
    )
    true_place = await directory.given_at(service, place, owner, visibility="ORGANIZATION")
    tomorrow = NOW + timedelta(days=1)
    await directory.capacity(service, owner, "AVAILABLE", tomorrow, visibility="REDACTED")
    await directory.worker.execute(
        "INSERT INTO opening (service_at_location_id, organization_id, visibility, opens_at, closes_at)"
        " VALUES ($1, $2, 'ORGANIZATION', $3, $4)",
        true_place,
        owner,
        NOW - timedelta(hours=1),
        tomorrow,
    )
    return service


ASKED: list[dict[str, Any]] = [
    {"text": "Alizé"},
    {"text": "maison sécurisée"},
    {"text": "abri"},
    {"categories": ["SAFE_HOUSE"]},
    {"pcode": "HT06"},
    {"has_capacity": True},
    {"order_by": "NAME", "descending": False},
    {},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
async def test_the_alias_is_found_by_the_owner_and_who_refers(house: SafeHouse, asked: dict[str, Any]) -> None:
    for searcher in (house.owner, house.referring):
        [hit] = [hit for hit in await searcher.find(**asked) if hit.service_id == house.service]
        assert (hit.place_id, hit.distance_km) == (None, None)


@pytest.mark.parametrize("asked", ASKED, ids=str)
async def test_nobody_else_finds_it(house: SafeHouse, asked: dict[str, Any]) -> None:
    for searcher in house.strangers:
        assert house.service not in await searcher.found(**asked)


async def test_nobody_at_all_finds_it_near_anything(house: SafeHouse) -> None:
    for searcher, point, within_km, order_by in product(
        house.everybody, [TRUE_POINT, BELLADERE], [0.001, 1, 10, 100, 21000], ["DISTANCE", "NAME", "RELEVANCE"]
    ):
        near = {"latitude": point[0], "longitude": point[1], "within_km": within_km}
        assert house.service not in await searcher.found(**near, order_by=order_by)
        assert house.service not in await searcher.found(**near, order_by=order_by, categories=["SAFE_HOUSE"])


@pytest.mark.parametrize("secret", SECRETS)
async def test_the_words_of_the_true_place_reveal_nothing(house: SafeHouse, secret: str) -> None:
    for searcher in house.everybody:
        assert house.service not in await searcher.found(text=secret)
        assert house.service not in await searcher.found(text=secret[:5])
        # What it says may be found although another word is nowhere: the secret must do no more than such a word.
        assert await searcher.found(text=f"{secret} Alizé") == await searcher.found(text=f"{UNKNOWN[secret]} Alizé")


async def test_the_area_of_the_true_place_reveals_nothing(house: SafeHouse) -> None:
    for searcher, pcode in product(house.everybody, ["HT0632", "HT0632-01"]):
        assert house.service not in await searcher.found(pcode=pcode)


async def test_the_hours_of_the_true_place_are_the_owners_alone(house: SafeHouse) -> None:
    for searcher in (house.referring, *house.strangers):
        assert house.service not in await searcher.found(open_at=NOW)
    assert house.service in await house.owner.found(open_at=NOW)


async def test_a_hidden_word_changes_nothing_in_what_a_misspelling_finds(database: DatabaseURLs) -> None:
    async with opened(database) as (directory, app):
        owner, other = await directory.organization("owner"), await directory.organization("other")
        stranger = Searcher(app, other, list(Role))
        spelled = await directory.service(other, "Espoir")
        assert await stranger.found(text="espoyr") == [spelled]

        hidden = await directory.service(owner, "Espoyr", visibility="ORGANIZATION")
        redacted = await directory.service(owner, "Espoyre", visibility="REDACTED")

        assert await Searcher(app, other).found(text="espoyr") == [spelled]
        assert set(await stranger.found(text="espoyr")) == {spelled, redacted}
        assert set(await Searcher(app, owner).found(text="espoyr")) == {spelled, hidden, redacted}
        assert not await directory.keeper.fetchval("SELECT bool_or(open) FROM search_word WHERE word LIKE 'espoyr%'")


async def test_what_is_redacted_later_leaves_no_trace(database: DatabaseURLs) -> None:
    async with opened(database) as (directory, app):
        owner, other = await directory.organization("owner"), await directory.organization("other")
        stranger, referring = Searcher(app, other), Searcher(app, other, [Role.INTAKE])
        service = await directory.placed(owner, "Refuge", TRUE_POINT)
        near = {"latitude": TRUE_POINT[0], "longitude": TRUE_POINT[1], "within_km": 5}
        assert await stranger.found(**near) == [service]

        await directory.worker.execute("UPDATE service SET visibility = 'REDACTED'")

        assert await stranger.found() == await stranger.found(**near) == await referring.found(**near) == []
        assert await referring.found() == [service]
        assert await directory.keeper.fetch("SELECT FROM service_place WHERE latitude IS NOT NULL") == []


@pytest.mark.parametrize("table", ["service_at_location", "location"])
@pytest.mark.parametrize("visibility", ["ORGANIZATION", "REDACTED"])
async def test_one_hidden_part_hides_the_place(database: DatabaseURLs, table: str, visibility: str) -> None:
    async with opened(database) as (directory, app):
        owner, other = await directory.organization("owner"), await directory.organization("other")
        service = await directory.placed(owner, "Bureau", BELLADERE)
        await directory.worker.execute(f"UPDATE {table} SET visibility = '{visibility}'")

        stranger = Searcher(app, other, list(Role))
        assert [hit.place_id for hit in await stranger.find()] == [None]
        assert await stranger.found(**NEAR, within_km=1) == []
        own = await Searcher(app, owner).found(**NEAR, within_km=1)
        assert own == ([service] if visibility == "ORGANIZATION" else [])


async def test_a_place_hidden_by_two_owners_is_near_nobody(database: DatabaseURLs) -> None:
    async with opened(database) as (directory, app):
        owner, host = await directory.organization("owner"), await directory.organization("host")
        service = await directory.service(owner, "Bureau", visibility="ORGANIZATION")
        place = await directory.location(host, BELLADERE, visibility="ORGANIZATION")
        await directory.given_at(service, place, owner)

        assert await Searcher(app, owner).found(**NEAR, within_km=1) == []
        assert await Searcher(app, owner).found() == [service]
        assert await Searcher(app, host).found() == []


async def test_a_location_of_kind_safe_house_is_never_near(database: DatabaseURLs) -> None:
    async with opened(database) as (directory, app):
        owner = await directory.organization("owner")
        service = await directory.service(owner, "Refuge")
        await directory.given_at(service, await directory.location(owner, BELLADERE, kind="SAFE_HOUSE"), owner)

        assert await Searcher(app, owner).found(**NEAR, within_km=1) == []
        assert [hit.place_id for hit in await Searcher(app, owner).find()] == [None]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM service_place",
        "SELECT * FROM search_word",
        "SELECT refresh_search()",
        'SELECT understood_words(\'[{"words": ["x"], "prefix": true, "phrases": []}]\')',
        "SELECT count(*) FROM meeting_places(NULL)",
    ],
)
async def test_the_index_itself_is_closed_to_requests(database: DatabaseURLs, statement: str) -> None:
    async with opened(database) as (_, app):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.fetch(statement)
