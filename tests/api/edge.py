"""What the tests of the edge stand on: a small graph, known tokens, and the app with or without sockets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import uvicorn
from graphql import GraphQLSchema, build_schema
from starlette.types import ASGIApp, Message

from api.app import create_app
from api.graph.execute import Graph
from api.limits import LIMITS, Limits
from auth.actor import Actor
from auth.dpop import InvalidProof
from auth.scopes import OF_CLIENTS, Scope
from auth.tokens import InvalidToken

SDL = """
type Query {
  hello(name: String = "world"): String!
  echo(input: EchoInput!): Echo
  broken: String
  late: String
  node(id: ID!): Node
  people(filter: [String!], first: Int = 20, after: String, last: Int, before: String): PersonConnection
  _entities(representations: [String!]!): [Node]!
}
type Mutation { rename(name: String!): String! }
type Subscription { count(to: Int!): Int!  forever: Int! failing: Int!  people: Person! }
interface Node { id: ID! }
type Person implements Node { id: ID! name: String contact: Contact friends(first: Int, last: Int): PersonConnection }
type Contact { phone: String }
type PersonConnection { nodes: [Person!]! edges: [PersonEdge!]! totalCount: Int }
type PersonEdge { node: Person! }
type Place implements Node { id: ID! name: String }
type Echo { text: String count: Int sex: Sex }
enum Sex { FEMALE MALE }
input EchoInput { text: String count: Int sex: Sex tags: [String!] inner: EchoInput }
"""
ORGANIZATION = UUID("11111111-1111-4111-8111-111111111111")


def small_schema() -> GraphQLSchema:
    """A graph of a dozen fields, with scopes declared as the real one declares them."""
    schema = build_schema(SDL)
    fields = {name: schema.get_type(name).fields for name in ("Query", "Mutation", "Subscription")}  # type: ignore[union-attr]

    def hello(_: Any, info: Any, name: str) -> str:
        return f"Hello, {name}!"

    def broken(_: Any, info: Any) -> str:
        raise RuntimeError("Mirlande, +50934101234")

    async def late(_: Any, info: Any) -> str:
        raise ConnectionError("10.1.2.3 refused")

    async def count(_: Any, info: Any, to: int) -> AsyncIterator[int]:
        for number in range(to):
            yield number

    async def forever(_: Any, info: Any) -> AsyncIterator[int]:
        yield 0
        await asyncio.sleep(3600)

    async def failing(_: Any, info: Any) -> AsyncIterator[int]:
        yield 0
        raise RuntimeError("Mirlande, +50934101234")

    fields["Query"]["hello"].resolve = hello
    fields["Query"]["broken"].resolve = broken
    fields["Query"]["late"].resolve = late
    fields["Query"]["echo"].resolve = lambda _, info, input: input
    fields["Mutation"]["rename"].resolve = lambda _, info, name: name
    for name, stream in {"count": count, "forever": forever, "failing": failing}.items():
        fields["Subscription"][name].subscribe = stream
        fields["Subscription"][name].resolve = lambda event, info, **_: event
    schema.type_map["Person"].extensions["scopes"] = [["people:read"]]
    schema.type_map["Contact"].extensions["scopes"] = [["people:read", "audit:read"], ["admin"]]
    fields["Mutation"]["rename"].extensions["scopes"] = [["directory:write"]]
    return schema


@dataclass
class Tokens:
    """Who each token belongs to, as the real authenticator would say it."""

    known: dict[str, Actor] = field(default_factory=dict)

    def issue(self, *scopes: Scope, seconds: float = 600) -> str:
        token = uuid4().hex
        self.known[token] = Actor(
            organization_id=ORGANIZATION,
            client_id="client-" + token[:6],
            user_id=None,
            scopes=frozenset(scopes) | OF_CLIENTS,
            roles=frozenset(),
            token_id=uuid4(),
            expires_at=datetime.now(UTC) + timedelta(seconds=seconds),
        )
        return token

    def narrow(self, token: str, *scopes: Scope) -> None:
        self.known[token] = replace(self.known[token], scopes=frozenset(scopes) | OF_CLIENTS)

    async def actor(self, bearer: str, *, now: datetime) -> Actor:
        actor = self.known.get(bearer)
        if actor is None or actor.expires_at <= now:
            raise InvalidToken
        return actor

    async def prove(self, proof: str, *, jkt: str, bearer: str, method: str, path: str, now: datetime) -> None:
        raise InvalidProof

    async def nonce(self, *, now: datetime) -> str:
        return "nonce"


@dataclass
class Edge:
    """The app under test, and a token that opens all of it."""

    app: ASGIApp
    tokens: Tokens
    token: str

    async def ask(
        self,
        body: bytes | dict[str, Any] | list[bytes | None] = b"",
        *,
        method: str = "POST",
        path: str = "/graphql",
        query_string: bytes = b"",
        **headers: str,
    ) -> Answer:
        """One request without a socket; keywords are headers, with `_` for `-`, and "" leaves a default out."""
        given = {"content_type": "application/json", "authorization": f"Bearer {self.token}"} | headers
        pieces = body if isinstance(body, list) else [orjson.dumps(body) if isinstance(body, dict) else body]
        return await asked(
            self.app,
            {
                "type": "http",
                "method": method,
                "path": path,
                "raw_path": path.encode(),
                "query_string": query_string,
                "headers": [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in given.items() if v],
            },
            pieces,
        )

    async def run(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Answer:
        return await self.ask({"query": query, "variables": variables}, query_string=b"", **headers)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.json.get("errors", [])]


async def asked(app: ASGIApp, scope: dict[str, Any], pieces: list[bytes | None]) -> Answer:
    """One exchange. Of the pieces, None is a client that sends no more, and an empty one after others that it left."""
    sent: list[Message] = []
    coming = list(pieces)

    async def receive() -> Message:
        if coming and coming[0] is not None and (coming[0] or len(pieces) == 1):
            return {"type": "http.request", "body": coming.pop(0), "more_body": bool(coming)}
        if not coming or coming[0] is None:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in rest))


def small_edge(limits: Limits = LIMITS, *, tokens: Tokens | None = None, **options: Any) -> Edge:
    """The whole app over the small graph."""
    tokens = tokens or Tokens()

    async def ready() -> None:
        return None

    app = create_app(graph=Graph(small_schema()), authenticator=tokens, limits=limits, **{"ready": ready} | options)
    return Edge(app, tokens, tokens.issue(*Scope))


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """The app behind a real server, on a free port of this machine."""
    config = uvicorn.Config(
        app, port=0, log_config=None, access_log=False, ws_max_size=300_000, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        threading.Event().wait(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
