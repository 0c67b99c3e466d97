"""Wakes those who follow a feed when something in it was placed: one LISTEN per process, for all its streams."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING

from api.logs import log
from jobs.feed import CHANNEL, RETRY
from models.session import TROUBLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from models.session import Connection


class Bell:
    """Rung by the leader's NOTIFY. Missing a ring costs no more than a follower's own pause."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextlib.contextmanager
    def heard_by(self, name: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something was placed in a feed: an organisation's id, or a feed's own name."""
        event = asyncio.Event()
        self._waiting[name].add(event)
        try:
            yield event
        finally:
            self._waiting[name].discard(event)
            if not self._waiting[name]:
                del self._waiting[name]

    def ring(self, payload: str) -> None:
        """This will wake whom the payload names; everyone where it names nobody."""
        for name in json.loads(payload) or list(self._waiting):
            for event in self._waiting.get(name, ()):
                event.set()

    async def listen(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        """This will listen for as long as it runs. Ends by cancellation."""
        while True:
            reason = "ConnectionLost"
            try:
                await self._hear(await connect())
            except TROUBLE as failure:
                reason = type(failure).__name__
            log("bell").warning("bell interrupted", reason=reason)
            await asyncio.sleep(RETRY)

    async def _hear(self, connection: Connection) -> None:
        """Listens until the connection is lost; first everyone is rung for, since nobody listened before."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        try:
            await connection.add_listener(CHANNEL, lambda _c, _pid, _channel, payload: self.ring(str(payload)))
            self.ring("[]")
            await lost.wait()
        finally:
            connection.terminate()
