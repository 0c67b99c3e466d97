"""The load counts what was answered whole, and stops at what was not answered as asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.driver import AnswerRefused, Round, drive

BODY = b'{"data":{"x":"' + b"a" * 20_000 + b'"}}'


@asynccontextmanager
async def serving(head: bytes, body: bytes) -> AsyncIterator[int]:
    """A server that answers each request so, in two pieces."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with_length = b"HTTP/1.1 " + head + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        while await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(2)
            writer.write(with_length + body[:100])
            await writer.drain()
            await asyncio.sleep(0)
            writer.write(body[100:])
        writer.close()

    async def shielded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(shielded, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_each_question_is_asked_once_where_that_is_wished() -> None:
    async with serving(b"200 OK", BODY) as port:
        figures = await drive(Round(port, "/", 10.0, [[("t", "{}")] * 3, [("t", "{}")] * 2], once=True))
    assert figures.bytes == len(BODY)
    assert figures.per_second > 0


async def test_a_round_lasts_as_long_as_it_should() -> None:
    async with serving(b"200 OK", BODY) as port:
        loop = asyncio.get_running_loop()
        started = loop.time()
        figures = await drive(Round(port, "/", 0.2, [[("t", "{}")]]))
        took = loop.time() - started
    assert 0.2 <= took < 2
    assert 0 < figures.p50 <= figures.p95


@pytest.mark.parametrize("head", [b"500 Internal Server Error", b"401 Unauthorized"])
async def test_a_refusal_ends_the_round(head: bytes) -> None:
    async with serving(head, BODY) as port:
        with pytest.raises(AnswerRefused):
            await drive(Round(port, "/", 5.0, [[("t", "{}")]]))


async def test_errors_without_data_end_the_round() -> None:
    async with serving(b"200 OK", b'{"errors":[]}') as port:
        with pytest.raises(AnswerRefused):
            await drive(Round(port, "/", 5.0, [[("t", "{}")]]))
