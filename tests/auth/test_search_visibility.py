"""The search shows what the row policies show, no less and no more, whoever asks: compared over a random directory."""

import random
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from api.database import DatabaseURLs
from models.directory import Visibility
from models.rules.roles import Role
from tests.auth.searching import BELLADERE, NEAR, Directory, Searcher, opened

SERVICES = 160
SEEN = "SELECT id FROM service WHERE removed_at IS NULL"
NEAREST = """
SELECT s.id, min(round(great_circle_km($1, $2, l.latitude, l.longitude) * 1000) / 1000) AS distance
FROM service s JOIN service_at_location a ON a.service_id = s.id JOIN location l ON l.id = a.location_id
WHERE s.removed_at IS NULL AND 'REDACTED' NOT IN (s.visibility, a.visibility, l.visibility) AND l.latitude IS NOT NULL
GROUP BY s.id
"""


@pytest.fixture(scope="module")
async def searchers(module_database: DatabaseURLs) -> AsyncIterator[list[Searcher]]:
    async with opened(module_database) as (directory, app):
        owners = [await directory.organization(slug) for slug in ("one", "two", "three")]
        await fill(directory, owners, random.Random(11))
        yield [Searcher(app, who, roles) for who in (*owners, None) for roles in ([], [Role.INTAKE], list(Role))]


async def fill(directory: Directory, owners: list[UUID], chance: random.Random) -> None:
    """Services, places and what joins them, each with an owner and a visibility of its own."""
    locations = [
        await directory.location(
            chance.choice(owners),
            (BELLADERE[0] + chance.uniform(-2, 2), BELLADERE[1] + chance.uniform(-2, 2)),
            visibility=chance.choice(list(Visibility)),
        )
        for _ in range(SERVICES // 3)
    ]
    for n in range(SERVICES):
        owner = chance.choice(owners)
        service = await directory.service(owner, f"Bureau {n}", visibility=chance.choice(list(Visibility)))
        for location in chance.sample(locations, chance.choice([0, 1, 1, 2, 3])):
            joined_by = chance.choice([owner, owner, *owners])
            await directory.given_at(service, location, joined_by, visibility=chance.choice(list(Visibility)))


async def test_the_services_found_are_those_the_policies_show(searchers: list[Searcher]) -> None:
    numbers = set()
    for searcher in searchers:
        seen = {row["id"] for row in await searcher.read(SEEN)}
        assert {hit.service_id for hit in await searcher.find(SERVICES)} == seen
        numbers.add(len(seen))
    assert min(numbers) == 0
    assert len(numbers) > 4


async def test_the_nearest_place_is_the_nearest_the_policies_show(searchers: list[Searcher]) -> None:
    for searcher in searchers:
        seen = {row["id"]: row["distance"] for row in await searcher.read(NEAREST, *BELLADERE)}
        found = {hit.service_id: hit for hit in await searcher.find(SERVICES, **NEAR, within_km=1000)}
        assert {service: hit.distance_km for service, hit in found.items()} == seen
        places = [hit.place_id for hit in found.values()]
        shown = await searcher.read("SELECT id FROM service_at_location WHERE id = ANY ($1)", places)
        assert {row["id"] for row in shown} == set(places)
