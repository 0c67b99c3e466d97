"""Counts at the border through the graph: as clients enter, correct and list them, and what others are shown."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from api.database import DatabaseURLs
from models.rules.roles import Role
from planner.ids import global_id
from tests.actions.network import Network, standing
from tests.planner.answering import Answering, actor, answering

RECORD = """mutation($input: RecordBorderFlowInput!) { recordBorderFlow(input: $input) {
  flows { id day series total version stands reason crossingPoint { slug } organization { slug }
    parts { returnType sex ageGroup count residual } versions { totalCount nodes { version total reason } } }
  problems { __typename code field message } } }"""
LIST = """query($filter: BorderFlowFilter, $first: Int = 20) { borderFlows(filter: $filter, first: $first) {
  totalCount nodes { id day series total version stands } } }"""


class Desk:
    """Who asks the graph, over the small network."""

    def __init__(self, network: Network, graph: Answering, place: str) -> None:
        self.network, self.graph, self.place = network, graph, place

    async def ask(self, text: str, who: str = "brc", roles: frozenset[Role] = frozenset(Role), **variables: Any) -> Any:
        asking = actor(self.network.organizations[who], roles=roles)
        answer = await self.graph.ask(asking, text, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    async def record(self, *rows: dict[str, Any], key: str | None = None, **asking: Any) -> Any:
        usual = {"crossingPointId": self.place, "series": "OBSERVED"}
        given = {"idempotencyKey": key or str(uuid4()), "rows": [{**usual, **row} for row in rows]}
        return (await self.ask(RECORD, input=given, **asking))["recordBorderFlow"]

    async def listed(self, who: str = "brc", roles: frozenset[Role] = frozenset(Role), **asked: Any) -> list[Any]:
        page = (await self.ask(LIST, who, roles, filter={"crossingPointIds": [self.place], **asked}))["borderFlows"]
        assert page["totalCount"] == len(page["nodes"])
        nodes: list[Any] = page["nodes"]
        return nodes


@pytest.fixture(scope="module")
async def network(module_database: DatabaseURLs) -> AsyncIterator[Network]:
    async with standing(module_database) as network:
        yield network


@pytest.fixture(scope="module")
async def graph(module_database: DatabaseURLs) -> AsyncIterator[Answering]:
    async with answering(module_database) as graph:
        yield graph


@pytest.fixture
async def desk(network: Network, graph: Answering) -> Desk:
    """At a crossing point of the test's own."""
    own = {"organization_id": network.organizations["ibesr"], "kind": "CROSSING_POINT", "slug": str(uuid4())}
    return Desk(network, graph, global_id("Location", await network.add("location", id=uuid4(), **own)))


async def test_a_total_without_all_its_parts_shows_the_rest_as_unknown(desk: Desk) -> None:
    parts = [{"sex": "FEMALE", "returnType": "FORCED_CONFIRMED", "count": 12}, {"ageGroup": "AGE_5_11", "count": 3}]

    payload = await desk.record({"day": "2026-04-10", "total": 20, "parts": parts})

    assert payload["problems"] == []
    (flow,) = payload["flows"]
    assert (flow["day"], flow["series"], flow["total"], flow["version"], flow["stands"]) == (
        "2026-04-10", "OBSERVED", 20, 1, True,
    )  # fmt: skip
    assert flow["organization"] == {"slug": "brc"}
    assert [tuple(part.values()) for part in flow["parts"]] == [
        ("FORCED_CONFIRMED", "FEMALE", "UNKNOWN", 12, False),
        ("UNKNOWN", "UNKNOWN", "AGE_5_11", 3, False),
        ("UNKNOWN", "UNKNOWN", "UNKNOWN", 5, True),
    ]


async def test_what_was_counted_before_stays_readable(desk: Desk) -> None:
    await desk.record({"day": "2026-04-10", "total": 20})

    payload = await desk.record({"day": "2026-04-10", "total": 18, "corrects": 1, "reason": "Recompté."})

    assert payload["flows"][0]["versions"] == {
        "totalCount": 2,
        "nodes": [
            {"version": 1, "total": 20, "reason": None},
            {"version": 2, "total": 18, "reason": "Recompté."},
        ],
    }
    assert [(flow["version"], flow["stands"]) for flow in await desk.listed()] == [(2, True)]
    assert sorted((flow["version"], flow["stands"]) for flow in await desk.listed(superseded=True)) == [
        (1, False),
        (2, True),
    ]


async def test_several_rows_are_kept_at_once_or_not_at_all(desk: Desk) -> None:
    rows = [{"day": f"2026-04-{day}", "total": day} for day in range(10, 20)]

    refused = await desk.record(*rows, {"day": "2026-04-20"}, {"day": "2026-04-12", "total": 1})
    assert (refused["flows"], await desk.listed()) == ([], [])
    assert [(each["__typename"], each["code"], each["field"]) for each in refused["problems"]] == [
        ("PlainProblem", "INVALID_INPUT", ["rows", "10", "total"]),
        ("PlainProblem", "INVALID_INPUT", ["rows", "11"]),
    ]

    kept = await desk.record(*rows)
    assert [flow["total"] for flow in kept["flows"]] == list(range(10, 20))
    assert [flow["total"] for flow in await desk.listed()] == list(range(19, 9, -1))


async def test_a_replay_shows_the_same_counts_and_keeps_nothing_more(desk: Desk) -> None:
    row = {"day": "2026-04-10", "total": 20}

    first, again = [await desk.record(row, key=f"{desk.place} once") for _ in range(2)]
    other = await desk.record({**row, "total": 21}, key=f"{desk.place} once")

    assert again == first
    assert [problem["code"] for problem in other["problems"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert len(await desk.listed(superseded=True)) == 1


async def test_lists_are_narrowed_by_day_and_series(desk: Desk) -> None:
    rows = [{"day": f"2026-04-{day}", "total": 1, "series": series} for day in (10, 11, 12) for series in SERIES]
    await desk.record(*rows)

    assert len(await desk.listed()) == 6
    assert {flow["day"] for flow in await desk.listed(**{"from": "2026-04-11"})} == {"2026-04-11", "2026-04-12"}
    assert {flow["day"] for flow in await desk.listed(before="2026-04-11")} == {"2026-04-10"}
    assert {flow["series"] for flow in await desk.listed(series=["REGISTERED"])} == {"REGISTERED"}
    assert await desk.listed(series=[]) == []
    assert await desk.listed(crossingPointIds=["rubbish"]) == []


SERIES = ("OBSERVED", "REGISTERED")


@pytest.mark.parametrize("place", ["rubbish", "Location_6f9619ff-8b86-4011-b42d-00cf4fc964ff", "Person_x"])
async def test_a_crossing_point_that_is_not_there_is_not_found(desk: Desk, place: str) -> None:
    payload = await desk.record({"crossingPointId": place, "day": "2026-04-10", "total": 1})

    assert [(each["code"], each["field"]) for each in payload["problems"]] == [
        ("NOT_FOUND", ["rows", "0", "crossingPointId"])
    ]


async def test_another_organisation_is_shown_nothing_by_any_door(desk: Desk) -> None:
    id_ = (await desk.record({"day": "2026-04-10", "total": 20}))["flows"][0]["id"]
    text = "query($id: ID!) { borderFlow(id: $id) { total } node(id: $id) { __typename ... on BorderFlow { total } } }"

    own, other = [await desk.ask(text, who, id=id_) for who in ("brc", "ibesr")]

    assert own == {"borderFlow": {"total": 20}, "node": {"__typename": "BorderFlow", "total": 20}}
    assert other == {"borderFlow": None, "node": None}
    assert await desk.listed("ibesr") == []


async def test_an_analyst_of_the_organisation_itself_reads_figures_and_not_counts(desk: Desk) -> None:
    await desk.record({"day": "2026-04-10", "total": 20})

    assert await desk.listed(roles=frozenset({Role.ANALYST, Role.CASE_WORKER, Role.ADMINISTRATOR})) == []
    assert len(await desk.listed(roles=frozenset({Role.COORDINATOR}))) == 1


async def test_who_does_not_count_enters_nothing(desk: Desk) -> None:
    payload = await desk.record({"day": "2026-04-10", "total": 20}, roles=frozenset({Role.SUPERVISOR}))

    assert [problem["code"] for problem in payload["problems"]] == ["NOT_ALLOWED"]
    assert await desk.listed(superseded=True) == []
