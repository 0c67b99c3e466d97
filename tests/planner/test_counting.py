"""How many a list has in all: exact up to 10,000, null beyond, and only of what is seen."""

from uuid import UUID

import asyncpg
import pytest

from api.database import DatabaseURLs
from tests.planner.answering import actor, answering

COUNT = "{ organizations(first: 0) { totalCount nodes { id } pageInfo { hasNextPage startCursor endCursor } } }"


@pytest.mark.parametrize(("rows", "counted"), [(3, 3), (10_000, 10_000), (10_001, None)])
async def test_a_count_is_exact_up_to_ten_thousand(database: DatabaseURLs, rows: int, counted: int | None) -> None:
    me = await _organizations(database, rows)
    async with answering(database) as graph:
        answered = await graph.ask(actor(me), COUNT)
    assert answered["data"]["organizations"] == {
        "totalCount": counted,
        "nodes": [],
        "pageInfo": {"hasNextPage": True, "startCursor": None, "endCursor": None},
    }


async def _organizations(urls: DatabaseURLs, rows: int) -> UUID:
    connection = await asyncpg.connect(urls.migration)
    try:
        await connection.execute(
            "INSERT INTO organization (slug, names, kind)"
            f" SELECT 'o' || n, '{{\"fr\": \"O\"}}', 'NGO' FROM generate_series(1, {rows}) AS n"
        )
        found: UUID = await connection.fetchval("SELECT id FROM organization LIMIT 1")
        return found
    finally:
        await connection.close()
