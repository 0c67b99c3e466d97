"""Subscriptions over server-sent events: the stream's form, and that it ends with what it was allowed by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from starlette.types import Message

from api.limits import Limits
from auth.scopes import Scope
from tests.api.edge import Edge, small_edge

pytestmark = pytest.mark.anyio
QUICK = Limits(keep_alive_seconds=0.05)


@dataclass
class Stream:
    """One open event stream, read as it comes."""

    sent: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def piece(self) -> bytes:
        message = await asyncio.wait_for(self.sent.get(), 5)
        body: bytes = message.get("body", b"")
        return body

    async def event(self) -> tuple[str, Any]:
        """The next event that is not a comment."""
        while True:
            text = (await self.piece()).decode()
            for block in text.split("\n\n"):
                if block.startswith("event: "):
                    name, data = block.removeprefix("event: ").split("\ndata:")
                    return name, orjson.loads(data) if data.strip() else None


@asynccontextmanager
async def streaming(edge: Edge, query: str, *, token: str | None = None) -> AsyncIterator[Stream]:
    stream = Stream()
    messages = iter([{"type": "http.request", "body": orjson.dumps({"query": query})}])

    async def receive() -> Message:
        for message in messages:
            return message
        await stream.left.wait()
        return {"type": "http.disconnect"}

    headers = {
        b"content-type": b"application/json",
        b"accept": b"text/event-stream",
        b"authorization": f"Bearer {token or edge.token}".encode(),
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": list(headers.items()),
    }
    serving = asyncio.ensure_future(edge.app(scope, receive, stream.sent.put))
    try:
        yield stream
    finally:
        stream.left.set()
        await asyncio.wait_for(serving, 5)


async def test_each_event_comes_as_next_and_the_end_as_complete() -> None:
    answer = await small_edge().run("subscription { count(to: 2) }", accept="text/event-stream")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.body == (
        b':\n\nevent: next\ndata: {"data":{"count":0}}\n\nevent: next\ndata: {"data":{"count":1}}\n\n'
        b"event: complete\ndata:\n\n"
    )


async def test_a_query_is_one_event_and_get_serves_too() -> None:
    edge = small_edge()
    answer = await edge.ask(method="GET", query_string=b"query={hello}", accept="text/event-stream")
    assert b'event: next\ndata: {"data":{"hello":"Hello, world!"},"extensions":{"cost":1}}\n\n' in answer.body


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { nothing }", "BAD_USER_INPUT"),
        ("subscription { count }", "BAD_USER_INPUT"),
        ("{", "BAD_USER_INPUT"),
    ],
)
async def test_a_document_that_cannot_run_is_told_within_the_stream(query: str, code: str) -> None:
    answer = await small_edge().run(query, accept="text/event-stream")
    assert (answer.status, answer.body[-23:]) == (200, b"event: complete\ndata:\n\n")
    data = orjson.loads(answer.body.split(b"data: ")[1].split(b"\n\n")[0])
    assert data["errors"][0]["extensions"]["code"] == code


async def test_who_may_not_is_told_by_status_or_in_the_stream() -> None:
    edge = small_edge()
    nobody = await edge.run("subscription { forever }", authorization="", accept="text/event-stream")
    broken = await edge.ask(b"null", accept="text/event-stream")
    lacking = edge.tokens.issue(Scope.DIRECTORY_READ)
    scoped = await edge.run(
        "subscription { people { id } }", authorization=f"Bearer {lacking}", accept="text/event-stream"
    )
    assert (nobody.status, broken.status, scoped.status) == (401, 400, 200)
    assert b'"data":null' in scoped.body
    assert b"FORBIDDEN" in scoped.body


async def test_silence_is_kept_alive_by_comments_until_the_reader_leaves() -> None:
    edge = small_edge(QUICK)
    async with streaming(edge, "subscription { forever }") as stream:
        assert await stream.event() == ("next", {"data": {"forever": 0}})
        assert await stream.piece() == b":\n\n"
        assert await stream.piece() == b":\n\n"


async def test_a_stream_ends_with_its_token() -> None:
    edge = small_edge()
    async with streaming(edge, "subscription { forever }", token=edge.tokens.issue(*Scope, seconds=0.2)) as stream:
        assert await stream.event() == ("next", {"data": {"forever": 0}})
        name, body = await stream.event()
        assert (name, body["errors"][0]["extensions"]["code"]) == ("next", "UNAUTHENTICATED")


async def test_a_stream_ends_when_its_grants_change() -> None:
    edge = small_edge(QUICK)
    token = edge.tokens.issue(*Scope)
    async with streaming(edge, "subscription { forever }", token=token) as stream:
        await stream.event()
        edge.tokens.narrow(token, Scope.DIRECTORY_READ)
        name, body = await stream.event()
        assert (name, body["errors"][0]["extensions"]["code"]) == ("next", "FORBIDDEN")


async def test_a_fault_in_a_stream_is_masked() -> None:
    answer = await small_edge().run("subscription { failing }", accept="text/event-stream")
    assert b"INTERNAL" in answer.body
    assert b"Mirlande" not in answer.body


async def test_a_client_may_hold_so_many_streams_and_closing_one_makes_room() -> None:
    edge = small_edge(Limits(streams=1))
    async with streaming(edge, "subscription { forever }") as first:
        await first.event()
        second = await edge.run("subscription { forever }", accept="text/event-stream")
        assert b"RATE_LIMITED" in second.body
    third = await edge.run("subscription { count(to: 1) }", accept="text/event-stream")
    assert b'{"data":{"count":0}}' in third.body
