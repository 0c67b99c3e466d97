"""A database that a newer program has migrated is refused in one line, and left as it is."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from api.postgres import Server
from migrations.run import NewerDatabase, upgrade
from tests.conftest import run_sql

NAME = "of_the_future"


@pytest.fixture
def newer(cluster: Server) -> Iterator[str]:
    run_sql(cluster, f"CREATE DATABASE {NAME}")
    url = cluster.url(database=NAME)
    upgrade(url)
    asyncio.run(said(url, "UPDATE alembic_version SET version_num = '9999' RETURNING version_num"))
    run_sql(cluster, f"COMMENT ON DATABASE {NAME} IS 'as a newer one left it'")
    yield url
    run_sql(cluster, f"DROP DATABASE {NAME} WITH (FORCE)")


async def said(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_a_database_of_a_newer_program_is_refused(newer: str) -> None:
    with pytest.raises(NewerDatabase):
        upgrade(newer)

    assert asyncio.run(said(newer, "SELECT version_num FROM alembic_version")) == "9999"
