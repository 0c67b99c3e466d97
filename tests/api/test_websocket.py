"""graphql-transport-ws over a real socket: the conversation, and a clean close code for everything else."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from api.limits import Limits
from auth.scopes import Scope
from tests.api.edge import Edge, serving, small_edge

pytestmark = pytest.mark.anyio
PROTOCOL = Subprotocol("graphql-transport-ws")
CLEAN = {4400, 4401, 4408, 4409, 4429, 1009}


@pytest.fixture(scope="module")
def edge() -> Edge:
    return small_edge(Limits(init_seconds=0.5, standing_seconds=0.1, socket_operations=3))


@pytest.fixture(scope="module")
def url(edge: Edge) -> Iterator[str]:
    with serving(edge.app) as port:
        yield f"ws://127.0.0.1:{port}/graphql"


def socket(url: str, **options: Any) -> connect:
    return connect(url, subprotocols=[PROTOCOL], proxy=None, **options)


async def say(connection: ClientConnection, **message: Any) -> None:
    await connection.send(json.dumps(message))


async def hear(connection: ClientConnection) -> dict[str, Any]:
    text = await connection.recv()
    assert isinstance(text, str)
    message: dict[str, Any] = json.loads(text)
    return message


async def greet(connection: ClientConnection, token: str) -> None:
    await say(connection, type="connection_init", payload={"authorization": f"Bearer {token}"})
    assert await hear(connection) == {"type": "connection_ack"}


async def closed(connection: ClientConnection) -> tuple[int, str]:
    """How the server ended it; 1006 where it went away without a close frame."""
    await connection.wait_closed()
    return connection.close_code or 0, connection.close_reason or ""


async def test_a_subscription_a_query_and_a_mutation_share_a_socket(edge: Edge, url: str) -> None:
    async with socket(url) as connection:
        await greet(connection, edge.token)
        await say(connection, type="subscribe", id="1", payload={"query": "subscription { count(to: 2) }"})
        assert [await hear(connection) for _ in range(3)] == [
            {"id": "1", "type": "next", "payload": {"data": {"count": 0}}},
            {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
            {"id": "1", "type": "complete"},
        ]
        await say(connection, type="subscribe", id="1", payload={"query": "{ hello }"})
        assert (await hear(connection))["payload"] == {"data": {"hello": "Hello, world!"}, "extensions": {"cost": 1}}
        assert await hear(connection) == {"id": "1", "type": "complete"}
        await say(connection, type="subscribe", id="é", payload={"query": 'mutation { rename(name: "x") }'})
        assert (await hear(connection))["payload"]["data"] == {"rename": "x"}


async def test_the_token_may_come_with_the_upgrade(edge: Edge, url: str) -> None:
    async with socket(url, additional_headers={"Authorization": f"Bearer {edge.token}"}) as connection:
        await say(connection, type="connection_init")
        assert await hear(connection) == {"type": "connection_ack"}


async def test_ping_is_answered_before_and_after_the_greeting(edge: Edge, url: str) -> None:
    async with socket(url) as connection:
        await say(connection, type="ping", payload={"n": 1})
        assert await hear(connection) == {"type": "pong", "payload": {"n": 1}}
        await greet(connection, edge.token)
        await say(connection, type="pong")
        await say(connection, type="ping")
        assert await hear(connection) == {"type": "pong"}


async def test_completing_stops_a_subscription_and_frees_its_id(edge: Edge, url: str) -> None:
    async with socket(url) as connection:
        await greet(connection, edge.token)
        for _ in range(3):
            await say(connection, type="subscribe", id="a", payload={"query": "subscription { forever }"})
            assert (await hear(connection))["type"] == "next"
            await say(connection, type="complete", id="a")
        await say(connection, type="complete", id="never seen")
        await say(connection, type="subscribe", id="b", payload={"query": "{ hello }"})
        assert (await hear(connection))["id"] == "b"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "BAD_USER_INPUT"),
        ({"query": "{ nothing }"}, "BAD_USER_INPUT"),
        ({"query": 1}, "BAD_USER_INPUT"),
        ({"query": "query Q($n: Int!) { hello }"}, "BAD_USER_INPUT"),
        ({"query": "subscription { count(to: $x) }"}, "BAD_USER_INPUT"),
        ({"query": "{ people { nodes { contact { phone } } } }"}, "FORBIDDEN"),
    ],
)
async def test_what_cannot_run_is_an_error_and_the_socket_lives_on(
    edge: Edge, url: str, payload: dict[str, Any], code: str
) -> None:
    async with socket(url) as connection:
        await greet(connection, edge.tokens.issue(Scope.DIRECTORY_READ, Scope.PEOPLE_READ))
        await say(connection, type="subscribe", id="x", payload=payload)
        message = await hear(connection)
        assert (message["id"], message["type"]) == ("x", "error")
        assert message["payload"][0]["extensions"]["code"] == code
        await say(connection, type="subscribe", id="y", payload={"query": "{ hello }"})
        assert (await hear(connection))["type"] == "next"


async def test_nobody_gets_in_without_a_token_that_holds(edge: Edge, url: str) -> None:
    for payload in (None, {}, {"authorization": "x"}, {"authorization": "Bearer x"}, {"authorization": 1}):
        async with socket(url) as connection:
            await say(connection, type="connection_init", payload=payload)
            assert (await closed(connection))[0] == 4401


async def test_misuse_is_named_by_its_code(edge: Edge, url: str) -> None:
    init = {"type": "connection_init", "payload": {"authorization": f"Bearer {edge.token}"}}
    forever = {"type": "subscribe", "id": "1", "payload": {"query": "subscription { forever }"}}
    for messages, ending in (
        ([forever], (4401, "Unauthorized")),
        ([init, init], (4429, "Too many initialisation requests")),
        ([init, forever, forever], (4409, "Subscriber for 1 already exists")),
        ([init, {**forever, "id": ""}], (4400, "Invalid message")),
        ([init, {**forever, "id": "x" * 129}], (4400, "Invalid message")),
        ([init, {**forever, "payload": None}], (4400, "Invalid message")),
        ([], (4408, "Connection initialisation timeout")),
    ):
        async with socket(url) as connection:
            for message in messages:
                await say(connection, **message)
            assert await closed(connection) == ending


async def test_another_sub_protocol_is_refused(url: str) -> None:
    for offered in (None, [Subprotocol("graphql-ws")]):
        async with connect(url, subprotocols=offered, proxy=None) as connection:
            assert await closed(connection) == (4406, "Subprotocol not acceptable")


async def test_there_is_no_socket_elsewhere(url: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        await socket(url + "/other")


async def test_the_socket_closes_with_its_token(edge: Edge, url: str) -> None:
    async with socket(url) as connection:
        await greet(connection, edge.tokens.issue(*Scope, seconds=0.3))
        assert await closed(connection) == (4401, "The access token has ended")


async def test_the_socket_closes_when_its_grants_change(edge: Edge, url: str) -> None:
    token = edge.tokens.issue(*Scope)
    async with socket(url) as connection:
        await greet(connection, token)
        edge.tokens.narrow(token)
        assert await closed(connection) == (4403, "What the token may see has changed")


async def test_one_socket_runs_so_many_operations_at_once(edge: Edge, url: str) -> None:
    async with socket(url) as connection:
        await greet(connection, edge.token)
        for n in range(4):
            await say(connection, type="subscribe", id=str(n), payload={"query": "subscription { forever }"})
        messages = [await hear(connection) for _ in range(4)]
        assert sorted(message["type"] for message in messages) == ["error", "next", "next", "next"]


def malformed(seed: int) -> str | bytes:
    """A frame that no client should send."""
    dice = random.Random(seed)
    sound = json.dumps({"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"}})
    return dice.choice(
        [
            lambda: dice.choice(
                ["[]", "null", "1", '""', "{}", "", " ", "true", '{"type":1}', '{"type":null}', "[[]]"]
            ),
            lambda: dice.randbytes(dice.randrange(200)),
            lambda: sound[: dice.randrange(1, len(sound))],
            lambda: sound.replace(dice.choice('subscribe{}":'), dice.choice("é\0[]}{,"), dice.randrange(1, 4)),
            lambda: "[" * dice.randrange(2_000) + "]" * dice.randrange(2_000),
            lambda: json.dumps(
                {"type": dice.choice(["subscribe", "complete", "x"]), "id": dice.choice([None, 1, [], {}])}
            ),
            lambda: json.dumps(
                {"type": "connection_init", "payload": dice.choice([1, "x", [], {"authorization": []}])}
            ),
            lambda: json.dumps({"type": "ping", "payload": 1})[:-1] + "9" * 10_000 + "}",
            lambda: "x" * dice.choice([250_000, 290_000, 310_000]),
        ]
    )()


async def test_malformed_frames_end_in_a_clean_close(edge: Edge, url: str, prove: bool) -> None:
    """`[]`, `null`, `1`, binary, huge, cut short: the server answers with a close code and serves the next."""
    for seed in range(10_000 if prove or os.environ.get("KONBIT_PROVE") else 150):
        async with socket(url, max_size=None) as connection:
            try:
                await connection.send(malformed(seed))
            except ConnectionClosed:
                pass
            else:
                await say(connection, type="subscribe", id="1", payload={"query": "{ hello }"})
            assert (await closed(connection))[0] in CLEAN, seed
    async with socket(url) as connection:
        await greet(connection, edge.token)
