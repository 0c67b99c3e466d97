"""A graph over a database, asked without an edge: for tests that write their own rows and their own operations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from api.database import DatabaseURLs
from api.graph.bell import Bell
from api.graph.documents import Documents
from api.graph.engine import Engine
from api.graph.execute import Graph, execute, subscribe
from api.graph.request import Request
from auth.actor import Actor
from auth.scopes import Scope
from models.rules.roles import Role
from models.session import Database, Session
from planner.operation import Operations
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build


def actor(
    organization_id: UUID,
    *,
    roles: frozenset[Role] = frozenset(Role),
    scopes: frozenset[Scope] = frozenset(Scope),
    user_id: UUID | None = None,
) -> Actor:
    """Someone of an organisation; in every role and with every scope unless less is said."""
    ends = datetime.now(UTC) + timedelta(hours=1)
    return Actor(organization_id, "the-client", user_id, scopes, roles, uuid4(), ends)


@dataclass
class Answering:
    graph: Graph
    documents: Documents

    async def ask(self, who: Actor, text: str, **variables: Any) -> dict[str, Any]:
        """The whole response."""
        answered: dict[str, Any] = orjson.loads(
            await execute(self.graph, self._request(who, text, variables), now=datetime.now(UTC))
        )
        return answered

    async def follow(self, who: Actor, text: str, **variables: Any) -> AsyncIterator[dict[str, Any]]:
        """The responses of a subscription, as they come."""
        async for each in subscribe(self.graph, self._request(who, text, variables)):
            yield orjson.loads(each)

    @asynccontextmanager
    async def session(self, who: Actor) -> AsyncIterator[Session]:
        """A transaction as someone, kept at its end."""
        assert self.graph.engine is not None
        async with self.graph.engine.database.session(who.claims()) as session:
            yield session

    def _request(self, who: Actor, text: str, variables: dict[str, Any]) -> Request:
        document = self.documents.kept(text) or self.documents.read(text)
        return Request(document, document.operation(None), variables, (), who, "a-request")


@asynccontextmanager
async def answering(urls: DatabaseURLs, *, size: int = 2) -> AsyncIterator[Answering]:
    """This will open the graph over a database, as role app."""
    schema, catalog = build()
    database = await Database(urls.app, size=size).open()
    try:
        engine = Engine(Operations(Planner(catalog, record)), database, Bell())
        yield Answering(Graph(schema._schema, engine), Documents(schema._schema))
    finally:
        await database.close()
