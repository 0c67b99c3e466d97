"""The demo network, loaded once for all tests that read it, by a role that migrates and is no superuser."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from api.database import DatabaseURLs
from api.postgres import Server
from jobs.demo.load import load
from tests.conftest import copied, run_sql

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
MOVER = "mover"


@pytest.fixture(scope="session")
def mover(cluster: Server, template: str) -> str:
    """A role that may become the makers of a database and nothing more."""
    run_sql(cluster, f"CREATE ROLE {MOVER} LOGIN NOSUPERUSER NOBYPASSRLS")
    for maker in ("owner", "keeper", "search"):
        run_sql(cluster, f"GRANT {template}_{maker} TO {MOVER} WITH INHERIT FALSE, SET TRUE")
    return MOVER


def migration_url(cluster: Server, database: DatabaseURLs, role: str) -> str:
    """The address of a database as another role than the one that made it."""
    return cluster.url(role, database.migration.rpartition("?")[0].rpartition("/")[2])


@pytest.fixture(scope="session")
def demo(cluster: Server, template: str, mover: str) -> Iterator[DatabaseURLs]:
    """A database with the demo network at its usual size. Tests that change it undo that."""
    for database in copied(cluster, template):
        asyncio.run(load(migration_url(cluster, database, mover), scale=1, now=NOW, progress=print))
        yield database
