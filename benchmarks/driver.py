"""The load: a fixed number of connections, each asking its next question as soon as the last is answered.

A process of its own, given a round on standard input and answering its figures on standard output. It looks at no more
of an answer than its status and its length, so that it takes as little as it can of the cores that all share.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from functools import partial
from time import perf_counter
from typing import Any

import uvloop


class AnswerRefused(Exception):
    """A contender answered something other than 200 with a body of known length."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round asks: of which port, for how long, and what each connection asks in turn."""

    port: int
    path: str
    seconds: float
    questions: list[list[tuple[str, str]]]
    "For each connection, pairs of a bearer token and a body."
    once: bool = False
    "Whether each question is asked once at most, and the round is over when all were."
    every: float | None = None
    "Seconds from one question of a connection to its next; None: as soon as it is answered."


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round showed."""

    per_second: float
    p50: float
    "Milliseconds."
    p95: float
    bytes: float
    "Of one answer, on average, without its head."


class Connection(asyncio.Protocol):
    """One connection that asks until its time is over."""

    def __init__(
        self,
        requests: list[bytes],
        end: float,
        *,
        once: bool,
        done: asyncio.Future[None],
        every: float | None = None,
        first: float = 0.0,
    ) -> None:
        self.requests, self.end, self.done = requests, end, done
        self.most = len(requests) if once else None
        self.every, self.due = every, first
        self.times: list[float] = []
        self.bytes = self.asked = self.expected = self.received = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.ask_when_due()

    def ask_when_due(self) -> None:
        """A question that is late counts from when it was due: whoever waits to ask waits, too."""
        if self.every is None:
            self.ask(perf_counter())
            return
        due, self.due = self.due, self.due + self.every
        self.done.get_loop().call_later(max(0.0, due - perf_counter()), self.ask, due)

    def ask(self, since: float) -> None:
        self.started = since
        self.transport.write(self.requests[self.asked % len(self.requests)])
        self.asked += 1
        self.expected = self.received = 0

    def data_received(self, data: bytes) -> None:
        if not self.expected:
            head, _, body = data.partition(b"\r\n\r\n")
            at = head.lower().find(b"content-length:")
            if not head.startswith(b"HTTP/1.1 200") or at < 0 or body.startswith(b'{"errors"'):
                self.done.set_exception(AnswerRefused(data[:2_000].decode(errors="replace")))
                self.transport.close()
                return
            self.expected = int(head[at + 15 :].split(b"\r\n", 1)[0])
            self.received = len(body)
        else:
            self.received += len(data)
        if self.received >= self.expected:
            now = perf_counter()
            self.times.append(now - self.started)
            self.bytes += self.expected
            if now < self.end and self.asked != self.most:
                self.ask_when_due()
            else:
                self.transport.close()
                self.done.set_result(None)

    def connection_lost(self, failure: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(AnswerRefused("the connection was closed"))


async def drive(asked: Round) -> Figures:
    """This will run one round. Raises AnswerRefused."""
    loop = asyncio.get_running_loop()
    started = perf_counter()
    connections = []
    for number, questions in enumerate(asked.questions):
        requests = [written(asked.path, token, body) for token, body in questions]
        connection = Connection(
            requests,
            started + asked.seconds,
            once=asked.once,
            done=loop.create_future(),
            every=asked.every,
            first=started + (asked.every or 0.0) * number / len(asked.questions),
        )
        await loop.create_connection(partial(_same, connection), "127.0.0.1", asked.port)
        connections.append(connection)
    await asyncio.gather(*(connection.done for connection in connections))
    took = perf_counter() - started
    times = sorted(time for connection in connections for time in connection.times)
    return Figures(
        per_second=len(times) / took,
        p50=times[len(times) // 2] * 1000,
        p95=times[len(times) * 95 // 100] * 1000,
        bytes=sum(connection.bytes for connection in connections) / len(times),
    )


def _same(connection: Connection) -> Connection:
    return connection


def written(path: str, token: str, body: str) -> bytes:
    encoded = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(encoded)}\r\n\r\n"
    )
    return head.encode() + encoded


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(drive(Round(**json.load(sys.stdin)))))))
