"""The small network: one for the tests of a module, and an empty-handed one for a test that counts everything."""

from collections.abc import AsyncIterator

import pytest

from api.database import DatabaseURLs
from tests.actions.network import Network, standing


@pytest.fixture(scope="module")
async def network(module_database: DatabaseURLs) -> AsyncIterator[Network]:
    async with standing(module_database, size=20) as ready:
        yield ready
