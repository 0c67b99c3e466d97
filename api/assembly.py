"""The program put together: the schema over the database, the authorization server, the edge."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.types import ASGIApp

from api.app import GRAPHQL, create_app
from api.database import DatabaseURLs
from api.errors import UNREACHABLE
from api.graph.bell import Bell
from api.graph.engine import Engine
from api.graph.execute import Graph
from api.oauth import oauth_routes, utc_now
from api.settings import Settings
from auth.authenticate import Authenticator
from auth.database import open_auth_engine
from auth.keys import KeyRing, ensure_key
from auth.server import OAuthServer
from auth.tokens import Profile
from jobs.feed import lead
from jobs.oauth import tend
from models.session import Database
from planner.operation import Operations
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build as build_schema


def build(settings: Settings, urls: DatabaseURLs) -> ASGIApp:
    """This will make the app; its pools open when it starts and close when it ends."""
    schema, catalog = build_schema()
    database = Database(urls.app, size=settings.pool_size)
    keeper = open_auth_engine(urls.auth)
    profile = Profile(issuer=settings.issuer, audience=settings.issuer + GRAPHQL)
    ring = KeyRing(keeper)
    bell = Bell()
    graph = Graph(schema._schema, Engine(Operations(Planner(catalog, record)), database, bell))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await database.open()
        async with keeper.begin() as connection:
            await ensure_key(connection, now=utc_now())
        tasks = [
            asyncio.create_task(lead(partial(asyncpg.connect, urls.worker))),
            asyncio.create_task(bell.listen(partial(asyncpg.connect, urls.app))),
            asyncio.create_task(tend(keeper, clock=utc_now)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await database.close()
            await keeper.dispose()

    async def ready() -> str | None:
        try:
            async with database.pool.acquire() as connection:
                await connection.execute("SELECT 1")
        except UNREACHABLE as failure:
            return f"The database does not answer: {type(failure).__name__}"
        return None

    return create_app(
        graph=graph,
        schema=schema._schema,
        authenticator=Authenticator(keeper, ring, profile),
        ready=ready,
        routes=oauth_routes(OAuthServer(keeper, ring, profile)),
        lifespan=lifespan,
        personas=_personas(settings) if settings.demo else None,
    )


def _personas(settings: Settings) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        held: dict[str, Any] = json.loads((settings.data / "demo.json").read_text())
        return held

    return read
