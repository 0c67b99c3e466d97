"""GraphQL over WebSocket, sub-protocol graphql-transport-ws: text frames in, text frames out, a close code always.

Every way to misuse it ends in a close code of the protocol (4400 to 4429) or of RFC 6455 (1009), never in an
exception. The token comes in `connection_init` as `{"authorization": "Bearer ..."}`, or in the upgrade's header. One
that is bound to a key comes as `{"authorization": "DPoP ...", "dpop": "<proof>"}`, or in both headers; the proof is for
GET of the graph's address, since that is what opens a socket. 4401 with `use_dpop_nonce` ends in the nonce to use.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from api.errors import RateLimited, Refused, Unauthenticated, Unavailable
from api.graph import negotiation, parameters
from api.graph.account import Account
from api.graph.bearer import NonceNeeded, NoToken, credentials, presented, sender
from api.graph.gate import RAN
from api.graph.stream import GrantsChanged, TokenEnded, answers, put_down, standing
from api.logs import fault
from api.requests import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from api.graph.bearer import Authenticator, Credentials
    from api.graph.gate import Gate
    from api.metrics import Metrics
    from auth.actor import Actor

PROTOCOL = "graphql-transport-ws"
LONGEST_ID = 128


class Closed(Exception):
    """The connection ends: with which code, and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:120].decode(errors="ignore")  # RFC 6455, 5.5: a control frame holds 125 bytes


class GraphQLOverWebSocket:
    """The endpoint."""

    def __init__(self, *, gate: Gate, authenticator: Authenticator, metrics: Metrics, log: Any) -> None:
        self.gate, self.authenticator, self.metrics, self.log = gate, authenticator, metrics, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        offered = PROTOCOL in scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if offered else None})
        connection = Connection(self, scope, receive, send)
        try:
            if not offered:
                raise Closed(4406, "Subprotocol not acceptable")
            await connection.serve()
        except Closed as closed:
            await connection.close(closed)
        except Exception as failure:  # noqa: BLE001 - the last catch: the socket is closed with a code whatever happens
            self.log.error("fault", request=connection.request_id, **fault(failure))
            await connection.close(Closed(1011, "Something went wrong on the server"))
        finally:
            await connection.end()


class Connection:
    """One socket: who holds it, and what runs on it."""

    def __init__(self, endpoint: GraphQLOverWebSocket, scope: Scope, receive: Receive, send: Send) -> None:
        self.endpoint, self.gate, self.limits = endpoint, endpoint.gate, endpoint.gate.limits
        self.receive, self.send = receive, send
        self.request_id: str = scope[REQUEST_ID]
        self.path: str = scope["path"]
        self.upgrade: list[tuple[bytes, bytes]] = list(scope["headers"])
        headers = dict(self.upgrade)
        self.languages = negotiation.languages(headers.get(b"accept-language"))
        self.greeted = False
        self.known = asyncio.Event()
        self.bearer = ""
        self.actor: Actor | None = None
        self.running: dict[str, asyncio.Task[None]] = {}
        self.on_message: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "connection_init": self.greet,
            "ping": self.ping,
            "pong": self.pong,
            "subscribe": self.subscribe,
            "complete": self.complete,
        }

    async def serve(self) -> None:
        """This will read until the client leaves. Raises Closed where the server ends it."""
        reading = asyncio.ensure_future(self.read())
        watching = asyncio.ensure_future(self.watch())
        try:
            await asyncio.wait({reading, watching}, return_when=asyncio.FIRST_COMPLETED)
            for task in (watching, reading):
                if task.done():
                    task.result()
        finally:
            await put_down(reading)
            await put_down(watching)

    async def watch(self) -> None:
        """This will end the connection when nobody says who it is, and when the token that said so ends."""
        try:
            async with asyncio.timeout(self.limits.init_seconds):
                await self.known.wait()
        except TimeoutError:
            raise Closed(4408, "Connection initialisation timeout") from None
        while self.actor:
            left = (self.actor.expires_at - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(0.0, min(self.limits.standing_seconds, left)))
            try:
                await standing(self.endpoint.authenticator, self.bearer, self.actor)
            except TokenEnded:
                raise Closed(4401, "The access token has ended") from None
            except GrantsChanged:
                raise Closed(4403, "What the token may see has changed") from None
            except Unavailable:
                continue  # no event is sent without a look of its own

    async def read(self) -> None:
        while True:
            message = await self.receive()
            if message["type"] == "websocket.disconnect":
                self.log_close(message.get("code") or 1005)
                return
            text = message.get("text")
            if text is None:
                raise Closed(4400, "Text frames only")
            if len(text) > self.limits.body:
                raise Closed(1009, "Message too large")
            try:
                frame = parameters.decoded(text, self.limits)
            except Refused:
                raise Closed(4400, "Invalid message") from None
            handler = self.on_message.get(frame["type"]) if self.well_formed(frame) else None
            if handler is None:
                raise Closed(4400, "Invalid message")
            await handler(frame)

    @staticmethod
    def well_formed(frame: Any) -> bool:
        return type(frame) is dict and type(frame.get("type")) is str

    async def greet(self, frame: dict[str, Any]) -> None:
        if self.greeted:
            raise Closed(4429, "Too many initialisation requests")
        self.greeted = True
        payload = frame.get("payload")
        if payload is not None and type(payload) is not dict:
            raise Closed(4400, "Invalid message")
        authenticator, now = self.endpoint.authenticator, datetime.now(UTC)
        try:
            given = self.credentials(payload or {})
            self.bearer, self.actor = given.token, await sender(authenticator, given, now=now)
        except NonceNeeded:
            raise Closed(4401, f"use_dpop_nonce {await authenticator.nonce(now=now)}") from None
        except Unauthenticated as refused:
            raise Closed(4401, str(refused)) from None
        except Unavailable as refused:
            raise Closed(1013, str(refused)) from None
        self.known.set()
        await self.say({"type": "connection_ack"})

    def credentials(self, payload: dict[str, Any]) -> Credentials:
        """What was said at the greeting or, where nothing was, at the upgrade. Raises NoToken, BadProof."""
        said = payload.get("authorization") or payload.get("Authorization")
        if said is None:
            return credentials(self.upgrade, method="GET", path=self.path)
        proof = payload.get("dpop")
        if type(said) is not str or not (proof is None or type(proof) is str):
            raise NoToken
        return presented(said, proof, method="GET", path=self.path)

    async def ping(self, frame: dict[str, Any]) -> None:
        await self.say({"type": "pong"} | ({"payload": frame["payload"]} if "payload" in frame else {}))

    async def pong(self, frame: dict[str, Any]) -> None:
        """Nothing to do: that it came is all it says."""

    async def complete(self, frame: dict[str, Any]) -> None:
        if task := self.running.pop(self.id_of(frame), None):
            task.cancel()

    async def subscribe(self, frame: dict[str, Any]) -> None:
        if self.actor is None:
            raise Closed(4401, "Unauthorized")
        name = self.id_of(frame)
        if name in self.running:
            raise Closed(4409, f"Subscriber for {name} already exists")
        if type(frame.get("payload")) is not dict:
            raise Closed(4400, "Invalid message")
        self.running[name] = asyncio.create_task(self.run(name, frame["payload"], self.actor))

    def id_of(self, frame: dict[str, Any]) -> str:
        name = frame.get("id")
        if type(name) is not str or not 0 < len(name) <= LONGEST_ID:
            raise Closed(4400, "Invalid message")
        return name

    async def run(self, name: str, payload: dict[str, Any], actor: Actor) -> None:
        """This will answer one operation: `next` for each body, then `complete`, or one `error`."""
        account = Account("websocket", self.request_id, self.endpoint.log, self.endpoint.metrics, actor=actor)
        outcome = "STREAM"
        try:
            if len(self.running) > self.limits.socket_operations:
                raise RateLimited(seconds=self.limits.keep_alive_seconds)
            asked = parameters.from_object(payload)
            account.admitted = self.gate.admit(
                asked, actor=actor, languages=self.languages, request_id=self.request_id, now=datetime.now(UTC)
            )
            stream = answers(self.gate, self.endpoint.authenticator, account.admitted, self.bearer, account)
            async with aclosing(stream):
                async for body in stream:
                    if body is None:
                        continue
                    if not body.startswith(RAN):
                        await self.error(name, body.removeprefix(b'{"errors":').removesuffix(b"}"))
                        return
                    await self.frame(b'{"id":%b,"type":"next","payload":%b}' % (orjson.dumps(name), body))
            if self.running.get(name) is asyncio.current_task():
                await self.say({"id": name, "type": "complete"})
        except Refused as refused:
            outcome = refused.code
            await self.error(name, orjson.dumps(refused.errors))
        except (OSError, RuntimeError):
            outcome = "GONE"  # the other side left while it was being told
        finally:
            if self.running.get(name) is asyncio.current_task():
                del self.running[name]
            account.close(outcome, 0)

    async def error(self, name: str, errors: bytes) -> None:
        await self.frame(b'{"id":%b,"type":"error","payload":%b}' % (orjson.dumps(name), errors))

    async def say(self, message: dict[str, Any]) -> None:
        await self.frame(orjson.dumps(message))

    async def frame(self, text: bytes) -> None:
        await self.send({"type": "websocket.send", "text": text.decode()})

    async def close(self, closed: Closed) -> None:
        with suppress(OSError, RuntimeError):  # the other side may be gone already
            await self.send({"type": "websocket.close", "code": closed.code, "reason": closed.reason})
        self.log_close(closed.code)

    def log_close(self, code: int) -> None:
        self.endpoint.log.info("socket closed", request=self.request_id, code=code)

    async def end(self) -> None:
        """This will put down whatever still runs."""
        for task in list(self.running.values()):
            await put_down(task)
