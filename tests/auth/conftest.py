"""A deployment for each test of who is asking, one that the tests of a module share, and a directory to search."""

from collections.abc import AsyncIterator

import pytest

from api.database import DatabaseURLs
from tests.auth.deployment import Deployment, deployed
from tests.auth.searching import World, new_world


@pytest.fixture
async def deployment(database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(database) as ready:
        yield ready


@pytest.fixture(scope="module")
async def shared(module_database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(module_database) as ready:
        yield ready


@pytest.fixture
async def world(database: DatabaseURLs) -> AsyncIterator[World]:
    async with new_world(database) as ready:
        yield ready
