"""Pages of a list: what they refuse, and that walking them either way sees every row once."""

import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.actor import Actor
from tests.planner.answering import Answering, actor, answering

ME = uuid4()
LIST = """query($first: Int, $after: String, $last: Int, $before: String) {
  organizations(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
OF_ANOTHER_LIST = base64.b64encode(b'["CREATED_AT", "6f9619ff-8b86-4011-b42d-00cf4fc964ff"]').decode()
SLUGS = [f"o{number}" for number in range(7)]


@pytest.fixture(scope="module")
async def graph(module_database: DatabaseURLs) -> AsyncIterator[Answering]:
    await add(module_database, {"o0": ME} | {slug: uuid4() for slug in SLUGS[1:]})
    async with answering(module_database) as graph:
        yield graph


async def add(urls: DatabaseURLs, organizations: dict[str, UUID]) -> None:
    connection = await asyncpg.connect(urls.migration)
    await connection.executemany(
        "INSERT INTO organization (slug, id, names, kind) VALUES ($1, $2, '{\"fr\": \"O\"}', 'NGO')",
        organizations.items(),
    )
    await connection.close()


@pytest.fixture
def me() -> Actor:
    return actor(ME)


async def page(graph: Answering, me: Actor, **given: Any) -> dict[str, Any]:
    answered = await graph.ask(me, LIST, **given)
    assert "errors" not in answered, answered
    found: dict[str, Any] = answered["data"]["organizations"]
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(("count", "cursor", "end", "more"), [
    ("first", "after", "endCursor", "hasNextPage"),
    ("last", "before", "startCursor", "hasPreviousPage"),
])  # fmt: skip
async def test_walking_the_pages_sees_each_row_once(
    graph: Answering, me: Actor, size: int, count: str, cursor: str, end: str, more: str
) -> None:
    seen: list[str] = []
    given: dict[str, Any] = {count: size}
    while True:
        found = await page(graph, me, **given)
        slugs = [edge["node"]["slug"] for edge in found["edges"]]
        seen = seen + slugs if count == "first" else slugs + seen
        if not found["pageInfo"][more]:
            break
        given[cursor] = found["pageInfo"][end]
    assert sorted(seen) == SLUGS
    assert seen == [edge["node"]["slug"] for edge in (await page(graph, me, first=100))["edges"]]


async def test_a_cursor_stays_where_it_is_while_rows_come(database: DatabaseURLs, me: Actor) -> None:
    await add(database, {"o0": ME, "low": UUID(int=10), "high": UUID(int=2**128 - 10)})
    async with answering(database) as graph:
        cursor = (await page(graph, me, first=1))["pageInfo"]["endCursor"]
        await add(database, {"lower": UUID(int=5), "between": UUID(int=15), "higher": UUID(int=2**128 - 5)})
        after = await page(graph, me, first=100, after=cursor)
        before = await page(graph, me, last=100, before=cursor)
    assert [edge["node"]["slug"] for edge in after["edges"]] == ["between", "o0", "high", "higher"]
    assert [edge["node"]["slug"] for edge in before["edges"]] == ["lower"]


async def test_after_and_before_cut_from_both_sides(graph: Answering, me: Actor) -> None:
    everything = (await page(graph, me, first=100))["edges"]
    after = await page(graph, me, first=2, after=everything[2]["cursor"])
    between = await page(graph, me, first=100, after=everything[0]["cursor"], before=everything[3]["cursor"])
    assert [edge["node"]["slug"] for edge in after["edges"]] == [edge["node"]["slug"] for edge in everything[3:5]]
    assert [edge["node"]["slug"] for edge in between["edges"]] == [edge["node"]["slug"] for edge in everything[1:3]]


@pytest.mark.parametrize(
    "given",
    [
        {"first": 101},
        {"first": -1},
        {"last": 101},
        {"first": 1, "last": 1},
        {"after": ""},
        {"after": "bm90IGpzb24="},
        {"before": OF_ANOTHER_LIST},
        {"after": "WyJSRUNPUkQiLCAiOyBEUk9QIl0="},
        {"after": "WyJSRUNPUkQiXQ=="},
    ],
)  # fmt: skip
async def test_a_page_that_cannot_be_is_refused(graph: Answering, me: Actor, given: dict[str, Any]) -> None:
    answered = await graph.ask(me, LIST, **given)
    assert answered["data"] == {"organizations": None}
    assert [error["extensions"]["code"] for error in answered["errors"]] == ["BAD_USER_INPUT"]


async def test_a_page_refused_inside_a_row_refuses_its_root_field_alone(graph: Answering, me: Actor) -> None:
    answered = await graph.ask(
        me, "{ a: viewer { organization { services(first: 101) { totalCount } } } viewer { scopes } }"
    )
    assert answered["data"] is None  # viewer is non-null
    assert [error["path"] for error in answered["errors"]] == [["a"]]
