"""GraphQL over server-sent events, "distinct connections mode": one operation, one stream, `next` then `complete`."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import orjson

from api.errors import Refused
from api.graph.negotiation import Media
from api.graph.stream import answers, put_down
from api.requests import SECURITY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Receive, Send

    from api.graph.account import Account
    from api.graph.bearer import Authenticator
    from api.graph.gate import Admitted, Gate

KEEP_ALIVE = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"


def following(body: bytes) -> bytes:
    """This will write one body as an event; JSON from the graph holds no line breaks."""
    return b"event: next\ndata: %b\n\n" % body


async def serve_events(
    gate: Gate,
    authenticator: Authenticator,
    admitted: Admitted,
    bearer: str,
    account: Account,
    receive: Receive,
    send: Send,
) -> None:
    """This will stream an operation's events until it ends, its token does, or its reader leaves."""
    await _begin(send, account)
    await send({"type": "http.response.body", "body": KEEP_ALIVE, "more_body": True})
    account.close("STREAM", 200)
    leaving = asyncio.ensure_future(_left(receive))
    writing = asyncio.ensure_future(_write(bodies(gate, authenticator, admitted, bearer, account), send))
    try:
        await asyncio.wait({leaving, writing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await put_down(leaving)
        await put_down(writing)


async def refuse_events(refused: Refused, account: Account, send: Send) -> None:
    """This will say within a stream why an operation cannot run: an EventSource reads no other answer."""
    await _begin(send, account)
    await send({"type": "http.response.body", "body": following(orjson.dumps(refused.body())) + COMPLETE})
    account.close(refused.code, 200)


async def bodies(
    gate: Gate, authenticator: Authenticator, admitted: Admitted, bearer: str, account: Account
) -> AsyncGenerator[bytes | None]:
    """This will yield what to send, a refusal as the last body; None is silence."""
    try:
        async with aclosing(answers(gate, authenticator, admitted, bearer, account)) as stream:
            async for body in stream:
                yield body
    except Refused as refused:
        yield orjson.dumps(refused.body())


async def _begin(send: Send, account: Account) -> None:
    headers = [
        (b"content-type", Media.EVENTS.value),
        (b"x-request-id", account.request_id.encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *SECURITY,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _write(stream: AsyncGenerator[bytes | None], send: Send) -> None:
    async with aclosing(stream):
        async for body in stream:
            piece = KEEP_ALIVE if body is None else following(body)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": COMPLETE, "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
