"""Bringing a database up to date: what a second start does, and what it leaves alone."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from api.postgres import Server
from migrations.run import upgrade
from tests.conftest import run_sql

SECRET = "SELECT rolpassword FROM pg_authid WHERE rolname = 'renewed_app'"


@pytest.fixture
def renewed(cluster: Server) -> Iterator[str]:
    """An empty database, whose roles are its own."""
    run_sql(cluster, "CREATE DATABASE renewed")
    yield cluster.url(database="renewed")
    run_sql(cluster, "DROP DATABASE renewed WITH (FORCE)")


def test_another_password_is_taken_though_nothing_else_changed(renewed: str) -> None:
    upgrade(renewed, "first")
    first = secret(renewed)
    upgrade(renewed, "second")
    assert first.startswith("SCRAM-SHA-256$")
    assert secret(renewed) != first


def secret(url: str) -> str:
    async def read() -> str:
        connection = await asyncpg.connect(url)
        try:
            return str(await connection.fetchval(SECRET))
        finally:
            await connection.close()

    return asyncio.run(read())
