"""What every test may ask for: a PostgreSQL of its own, migrated databases, the asynchronous runner, full counts."""

import asyncio
import itertools
from collections.abc import Iterator

import asyncpg
import pytest

from api.database import DatabaseURLs
from api.postgres import Server, throwaway
from migrations.run import upgrade

TEMPLATE = "konbit"
LONG = ("web", "client_examples", "interop", "federation", "test_program.py", "test_commands_of_people.py")
"""Folders and files of the longest tests. They begin a run, so that at its end no processor waits for another's last
file."""
numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prove", action="store_true", help="run the tests that ask for `prove`, with their full counts")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(part in LONG for part in item.path.parts))
    if config.getoption("--prove"):
        others = [item for item in items if "prove" not in getattr(item, "fixturenames", ())]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)


@pytest.fixture(scope="session")
def prove(request: pytest.FixtureRequest) -> bool:
    """Whether a property runs with its full count (`make prove`) or with a taste of it.

    A test that asks for this is one of those that `make prove` runs.
    """
    return bool(request.config.getoption("--prove"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    # Not uvloop, which the server uses: its loop never closes while a failed test left a connection open.
    return "asyncio"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Server]:
    """An empty PostgreSQL for this test process; nothing of it survives."""
    with throwaway() as server:
        yield server


@pytest.fixture(scope="session")
def template(cluster: Server) -> str:
    """The name of a migrated database that is only ever copied."""
    run_sql(cluster, f"CREATE DATABASE {TEMPLATE}")
    upgrade(cluster.url(database=TEMPLATE), None)
    return TEMPLATE


@pytest.fixture
def database(cluster: Server, template: str) -> Iterator[DatabaseURLs]:
    """A migrated, empty database of this test's own."""
    yield from copied(cluster, template)


@pytest.fixture(scope="module")
def module_database(cluster: Server, template: str) -> Iterator[DatabaseURLs]:
    """A migrated, empty database that the tests of one module share: for reading what a fixture wrote once."""
    yield from copied(cluster, template)


def copied(cluster: Server, template: str) -> Iterator[DatabaseURLs]:
    name = f"copy_{next(numbers)}"
    run_sql(cluster, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield DatabaseURLs.embedded(cluster, name, roles=template)
    run_sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def run_sql(cluster: Server, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(cluster.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(execute())
