"""How much is asked for: a client of an organisation and each of its people draw on buckets that fill up with time."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.errors import RateLimited
from api.graph.bucket import PERSON, Buckets
from api.graph.execute import Graph
from api.graph.gate import Gate
from api.limits import Limits
from api.uploads import FILE, Door, as_someone
from auth.actor import Actor
from auth.scopes import Scope
from tests.api.edge import Edge, Tokens, small_edge, small_schema

MACHINE = Actor(uuid4(), "client", None, frozenset(), frozenset(), uuid4(), datetime.now(UTC) + timedelta(hours=1))
ROSE, PAUL = (replace(MACHINE, user_id=uuid4()) for _ in range(2))
ELSEWHERE = replace(MACHINE, organization_id=uuid4())


def hundred() -> Buckets:
    return Buckets(Limits(bucket_nodes=100, bucket_per_second=10))


def wait(buckets: Buckets, actor: Actor, nodes: int, *, seconds: float = 0) -> int:
    with pytest.raises(RateLimited) as refused:
        buckets.take(actor, nodes, seconds=seconds)
    assert f"Wait {refused.value.extensions['retryAfter']} s" in str(refused.value)
    return int(refused.value.extensions["retryAfter"])


def test_a_bucket_fills_up_again_and_says_when() -> None:
    buckets = hundred()
    buckets.take(MACHINE, 100, seconds=0)

    assert wait(buckets, MACHINE, 25) == 3
    buckets.take(MACHINE, 25, seconds=2.5)
    assert wait(buckets, MACHINE, 101, seconds=1000) == 1, "it never holds more than it can"


def test_a_person_alone_cannot_empty_what_all_share() -> None:
    buckets = hundred()
    buckets.take(ROSE, 100 // PERSON, seconds=0)

    assert wait(buckets, ROSE, 10) == PERSON
    buckets.take(PAUL, 20, seconds=0)
    buckets.take(MACHINE, 60, seconds=0)
    assert wait(buckets, replace(ROSE, user_id=uuid4()), 20) == 2, "but all of them together can"


def test_what_is_refused_is_not_taken() -> None:
    buckets = hundred()
    buckets.take(ROSE, 20, seconds=0)
    for _ in range(100):
        wait(buckets, ROSE, 20)
    buckets.take(MACHINE, 80, seconds=0)


def test_each_organisation_of_a_client_has_its_own() -> None:
    buckets = hundred()
    buckets.take(MACHINE, 100, seconds=0)
    buckets.take(ELSEWHERE, 100, seconds=0)
    assert wait(buckets, ELSEWHERE, 1) == 1


def test_full_buckets_are_forgotten() -> None:
    buckets = hundred()
    for _ in range(10_001):
        buckets.take(replace(MACHINE, organization_id=uuid4()), 1, seconds=0)
    assert len(buckets) == 10_001
    buckets.take(MACHINE, 1, seconds=60)
    assert len(buckets) == 1


async def test_a_person_may_hold_a_fifth_of_the_streams_of_a_client() -> None:
    gate = Gate(graph=Graph(small_schema()), limits=Limits(streams=10))
    with ExitStack() as open_streams:
        for _ in range(2):
            open_streams.enter_context(gate.stream(ROSE))
        with pytest.raises(RateLimited), gate.stream(ROSE):
            pass
        for _ in range(2):
            open_streams.enter_context(gate.stream(PAUL))
        for _ in range(6):
            open_streams.enter_context(gate.stream(MACHINE))
        with pytest.raises(RateLimited), gate.stream(replace(ROSE, user_id=uuid4())):
            pass
    assert gate.streams.total() == 0


def with_files(limits: Limits) -> Edge:
    """The small graph and a route of files, on the same buckets."""
    tokens = Tokens()
    door = Door(tokens, Buckets(limits))

    async def file(request: Request, actor: Actor) -> Response:
        return PlainTextResponse("a file")

    routes = [
        Route("/file", as_someone(door, Scope.DIRECTORY_READ, file)),
        Route("/export", as_someone(door, Scope.DIRECTORY_READ, file, recently=True)),
    ]
    return small_edge(limits, tokens=tokens, routes=routes, buckets=door.buckets)


async def test_files_and_the_graph_draw_on_the_same_bucket() -> None:
    edge = with_files(Limits(bucket_nodes=FILE, bucket_per_second=1))
    listing = "{ people(first: 100) { totalCount } }"
    file: dict[str, Any] = {"method": "GET", "path": "/file"}

    answers = [await edge.ask(**file), await edge.ask(**file), await edge.run(listing)]
    others = await edge.ask(**file, authorization=f"Bearer {edge.tokens.issue(Scope.DIRECTORY_READ)}")

    assert [(answer.status, answer.codes) for answer in answers[1:]] == [(429, ["RATE_LIMITED"])] * 2
    assert (answers[0].status, others.status) == (200, 200)
    for answer in answers[1:]:
        [error] = answer.json["errors"]
        assert answer.headers["retry-after"] == str(error["extensions"]["retryAfter"])
        assert f"Wait {answer.headers['retry-after']} s" in error["message"]
    assert FILE - 60 <= int(answers[1].headers["retry-after"]) <= FILE


async def test_an_export_asks_a_person_for_a_recent_proof_and_a_machine_for_none() -> None:
    edge = with_files(Limits())
    machine = edge.tokens.issue(Scope.DIRECTORY_READ)

    async def asked(minutes: float) -> Any:
        person = edge.tokens.issue(Scope.DIRECTORY_READ)
        signed_in = datetime.now(UTC) - timedelta(minutes=minutes)
        edge.tokens.known[person] = replace(edge.tokens.known[person], user_id=uuid4(), auth_time=signed_in)
        return await edge.ask(method="GET", path="/export", authorization=f"Bearer {person}")

    fresh, stale = await asked(4.9), await asked(5.1)

    assert (await edge.ask(method="GET", path="/export", authorization=f"Bearer {machine}")).status == 200
    assert (fresh.status, fresh.body) == (200, b"a file")
    assert (stale.status, stale.codes) == (401, ["STEP_UP_REQUIRED"])
    assert stale.json["errors"][0]["extensions"]["maxAge"] == 300
    assert stale.headers["www-authenticate"] == (
        'Bearer realm="konbit", error="insufficient_user_authentication", max_age="300"'
    )
