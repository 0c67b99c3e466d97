"""The demo network with its releases, and who looks at them: for tests that read figures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from api.database import DatabaseURLs
from auth.actor import Actor
from auth.scopes import Scope
from jobs.demo.figures import publish
from jobs.demo.load import load
from jobs.demo.organisations import PERSONAS
from jobs.demo.personas import GRANTS
from models.session import Connection
from tests.planner.answering import Answering, actor, answering

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)


@dataclass
class Figures:
    """A published network."""

    urls: DatabaseURLs
    graph: Answering
    worker: Connection
    owner: Connection
    organizations: dict[str, UUID]
    "By persona."

    def persona(self, name: str, *, scopes: frozenset[Scope] | None = None) -> Actor:
        grant = GRANTS[name]
        return actor(self.organizations[name], roles=grant.roles, scopes=scopes or grant.scopes)


@asynccontextmanager
async def published_network(urls: DatabaseURLs) -> AsyncIterator[Figures]:
    await load(urls.migration, scale=1, now=NOW, progress=lambda _line: None)
    await publish(urls.worker, now=NOW, progress=lambda _line: None)
    worker, owner = await asyncpg.connect(urls.worker), await asyncpg.connect(urls.migration)
    try:
        known = {
            persona: await owner.fetchval("SELECT id FROM organization WHERE slug = $1", slug)
            for persona, slug in PERSONAS.items()
        }
        async with answering(urls) as graph:
            yield Figures(urls, graph, worker, owner, known)
    finally:
        await worker.close()
        await owner.close()
