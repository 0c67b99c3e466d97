"""A place to sign in at, which the tests of one module share: each makes people of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.auth.deployment import Deployment
from tests.auth.people.household import Household, household


@pytest.fixture(scope="module")
async def home(shared: Deployment) -> AsyncIterator[Household]:
    async with household(shared) as ready:
        yield ready
