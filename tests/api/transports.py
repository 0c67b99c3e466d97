"""One question to `/graphql` by each transport, in process and without a socket; and what became of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from starlette.types import ASGIApp, Message

from api.graph.websocket import PROTOCOL

PATIENCE = 20.0
"Seconds."


class Transport(StrEnum):
    HTTP = "HTTP"
    SSE = "SSE"
    WEBSOCKET = "WebSocket"


@dataclass(frozen=True)
class Outcome:
    """What a client was told first."""

    status: int
    "Of HTTP; of a WebSocket that was closed, the code; 0 while it is open."
    told: dict[str, Any]
    "The response: `data`, `errors`."
    challenge: str = ""

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.told.get("errors", [])]

    @property
    def ran(self) -> bool:
        return self.told.get("data") is not None


async def ask(app: ASGIApp, transport: Transport, token: str | None, text: str) -> Outcome:
    """This will ask one thing as the bearer of the token, and read the first that comes back."""
    async with asyncio.timeout(PATIENCE):
        if transport is Transport.WEBSOCKET:
            return await _by_websocket(app, token, text)
        return await _by_http(app, token, text, events=transport is Transport.SSE)


async def _by_http(app: ASGIApp, token: str | None, text: str, *, events: bool) -> Outcome:
    accept = b"text/event-stream" if events else b"application/graphql-response+json"
    headers = [(b"content-type", b"application/json"), (b"accept", accept)]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    heard = asyncio.Event()
    coming: list[Message] = [{"type": "http.request", "body": orjson.dumps({"query": text})}]
    sent: list[Message] = []

    async def receive() -> Message:
        if coming:
            return coming.pop()
        await heard.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if b"event: next" in message.get("body", b""):
            heard.set()

    await app({"type": "http", "method": "POST", **_graphql(headers)}, receive, send)
    start, *rest = sent
    body = b"".join(message.get("body", b"") for message in rest)
    said = {name: value.decode() for name, value in start["headers"]}
    if said[b"content-type"].startswith("text/event-stream"):
        body = body.split(b"event: next\ndata: ", 1)[1].split(b"\n", 1)[0]
    return Outcome(start["status"], orjson.loads(body), said.get(b"www-authenticate", ""))


async def _by_websocket(app: ASGIApp, token: str | None, text: str) -> Outcome:
    payload = {} if token is None else {"authorization": f"Bearer {token}"}
    said: asyncio.Queue[Message] = asyncio.Queue()
    heard: asyncio.Queue[Message] = asyncio.Queue()
    await said.put({"type": "websocket.connect"})
    await said.put(_frame({"type": "connection_init", "payload": payload}))
    scope = {"type": "websocket", "subprotocols": [PROTOCOL], **_graphql([])}
    serving = asyncio.ensure_future(app(scope, said.get, heard.put))
    try:
        await heard.get()
        welcome = await heard.get()
        if welcome["type"] == "websocket.close":
            return Outcome(welcome["code"], {})
        await said.put(_frame({"id": "1", "type": "subscribe", "payload": {"query": text}}))
        answer = orjson.loads((await heard.get())["text"])
        return Outcome(0, answer["payload"] if answer["type"] == "next" else {"errors": answer["payload"]})
    finally:
        await said.put({"type": "websocket.disconnect", "code": 1000})
        await serving


def _graphql(headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {"path": "/graphql", "raw_path": b"/graphql", "query_string": b"", "headers": headers}


def _frame(message: dict[str, Any]) -> Message:
    return {"type": "websocket.receive", "text": orjson.dumps(message).decode()}


@asynccontextmanager
async def listening(app: ASGIApp, transport: Transport, token: str, text: str) -> AsyncIterator[asyncio.Queue[str]]:
    """This will subscribe, and go on hearing: each frame as it was sent, and `closed` with its code at the end."""
    said: asyncio.Queue[Message] = asyncio.Queue()
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def send(message: Message) -> None:
        if message["type"] in ("http.response.body", "websocket.send"):
            await heard.put(message.get("text") or message["body"].decode())
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await heard.put("closed 200")
        elif message["type"] == "websocket.close":
            await heard.put(f"closed {message['code']}")

    if transport is Transport.SSE:
        accept, json = (b"accept", b"text/event-stream"), (b"content-type", b"application/json")
        headers = [accept, json, (b"authorization", f"Bearer {token}".encode())]
        await said.put({"type": "http.request", "body": orjson.dumps({"query": text})})
        scope: dict[str, Any] = {"type": "http", "method": "POST", **_graphql(headers)}
    else:
        await said.put({"type": "websocket.connect"})
        await said.put(_frame({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
        await said.put(_frame({"id": "1", "type": "subscribe", "payload": {"query": text}}))
        scope = {"type": "websocket", "subprotocols": [PROTOCOL], **_graphql([])}
    serving = asyncio.ensure_future(app(scope, said.get, send))
    try:
        yield heard
    finally:
        await said.put({"type": "http.disconnect" if transport is Transport.SSE else "websocket.disconnect"})
        await serving
