"""A deployment for each test of who is asking, and one that the tests of a module share where none changes it."""

from collections.abc import AsyncIterator

import pytest

from api.database import DatabaseURLs
from tests.auth.deployment import Deployment, deployed


@pytest.fixture
async def deployment(database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(database) as ready:
        yield ready


@pytest.fixture(scope="module")
async def shared(module_database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(module_database) as ready:
        yield ready
