"""A directory that came from a partner, as the HSDS API answers from it: to a neighbour, and to its owner."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as ASGIScope

from api.database import DatabaseURLs
from api.graph.bucket import Buckets
from api.hsds import hsds_routes
from api.limits import LIMITS
from api.uploads import Door
from auth.scopes import Scope
from jobs.versions import drain
from models.rules.roles import Role
from models.session import Database
from partners.sync import connected
from tests.api.edge import Answer, Edge, Tokens, small_edge
from tests.partners.conftest import AREAS, FEED, Directory
from tests.partners.servers import HsdsServer, serving

ISSUER = "http://directory.test"
PLANTED = "Kay Zandolit"
STREET = "7 impasse Cachée-du-Mapou"
HIDDEN = ("Zandolit", "Cachée-du-Mapou", "+50937770001", "19.54321")
"Of a safe house: in no byte that anybody is answered."


@dataclass
class Served:
    """The API, whoever asks it, and the database as its owner sees it."""

    directory: Directory
    database: DatabaseURLs
    edge: Edge
    owner: UUID
    "The organisation whose services are there."
    neighbour: UUID

    def token(self, organization: UUID | None = None, *scopes: Scope, roles: frozenset[Role] = frozenset()) -> str:
        token = self.edge.tokens.issue(*(scopes or (Scope.DIRECTORY_READ,)))
        actor = self.edge.tokens.known[token]
        self.edge.tokens.known[token] = replace(
            actor, organization_id=organization or self.neighbour, client_id="reader", roles=roles
        )
        return token

    async def ask(self, path: str, *, token: str | None = None, method: str = "GET", **headers: str) -> Answer:
        path, _, query = path.partition("?")
        bearer = f"Bearer {token or self.token()}" if token != "" else ""
        return await self.edge.ask(
            b"",
            method=method,
            path=f"/hsds{path}",
            query_string=query.encode(),
            content_type="",
            authorization=bearer,
            **headers,
        )

    async def got(self, path: str, **given: Any) -> Any:
        answer = await self.ask(path, **given)
        assert answer.status == 200, (path, answer.body)
        return answer.json

    async def drain(self, *, now: datetime | None = None) -> None:
        async with connected(self.database.worker) as worker:
            await drain(worker, now=now or datetime.now(UTC))

    async def named(self, name: str) -> str:
        """The identifier of a service."""
        return str((await self.directory.service(name))["id"])


@pytest.fixture(scope="module")
async def served(module_database: DatabaseURLs) -> AsyncIterator[Served]:
    connection = await asyncpg.connect(module_database.migration)
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    await connection.executemany(
        "INSERT INTO area (pcode, names, level, parent_pcode, latitude, longitude)"
        " VALUES ($1, $2, $3, $4, 19.5, -71.7)",
        [(pcode, {"fr": name}, level, parent) for pcode, (name, level, parent) in AREAS.items()],
    )
    directory = Directory(connection, module_database.worker)
    said = json.loads(FEED.read_text())
    with serving(HsdsServer(said["organizations"], said["services"])) as address:
        await directory.enter("border", address)
        await directory.pull("border")
    owner = (await directory.service("Consultation médicale"))["organization_id"]
    (neighbour,) = await directory.rows(
        """INSERT INTO organization (slug, names, kind) VALUES ('neighbour', '{"fr": "Voisin"}', 'NGO') RETURNING id"""
    )
    await plant(directory, owner)
    await room(directory, owner)
    database = await Database(module_database.app, size=3).open()
    tokens = Tokens()
    routes = hsds_routes(database, Door(tokens, Buckets(LIMITS)), issuer=ISSUER)
    edge = Edge(small_edge(routes=routes, tokens=tokens).app, tokens, "")
    served = Served(directory, module_database, edge, owner, neighbour["id"])
    await served.drain()
    yield served
    await database.close()
    await connection.close()


async def plant(directory: Directory, owner: UUID) -> None:
    """Two safe houses: one of its owner's eyes alone, and one that is redacted, with words that must not be told."""
    for visibility in ("ORGANIZATION", "REDACTED"):
        service, location, place = uuid4(), uuid4(), uuid4()
        await directory.connection.execute(
            "INSERT INTO location (id, organization_id, visibility, kind, names, latitude, longitude, pcode,"
            " address_lines, postal_code)"
            " VALUES ($1, $2, 'ORGANIZATION', 'SAFE_HOUSE', $3, 19.54321, -71.71, 'HT0421', $4, 'HT0000')",
            *(location, owner, {"fr": PLANTED}, [STREET]),
        )
        await directory.connection.execute(
            "INSERT INTO service (id, organization_id, visibility, names, descriptions, category, source)"
            " VALUES ($1, $2, $3, $4, $5, 'SAFE_HOUSE', 'border')",
            *(service, owner, visibility, {"fr": PLANTED}, {"fr": f"{PLANTED}, {STREET}"}),
        )
        await directory.connection.execute(
            "INSERT INTO service_at_location (id, service_id, location_id, organization_id, visibility, source)"
            " VALUES ($1, $2, $3, $4, 'ORGANIZATION', 'border')",
            *(place, service, location, owner),
        )
        await directory.connection.execute(
            "INSERT INTO phone (organization_id, visibility, service_id, number)"
            " VALUES ($1, 'ORGANIZATION', $2, '+50937770001')",
            *(owner, service),
        )
        await directory.connection.execute(
            "INSERT INTO capacity (id, organization_id, visibility, service_id, state, updated_at, expires_at)"
            " VALUES ($1, $2, $3, $1, 'AVAILABLE', now(), now() + interval '1 day')",
            *(service, owner, visibility),
        )


async def room(directory: Directory, owner: UUID, *, updated: datetime | None = None) -> None:
    """Six of ten beds of one service, and a state alone of another."""
    at = updated or datetime.now(UTC)
    health, mental = [
        (await directory.service(name))["id"] for name in ("Consultation médicale", "Soutien psychosocial")
    ]
    await directory.connection.execute("DELETE FROM capacity WHERE service_id = ANY ($1)", [health, mental])
    of = "INSERT INTO capacity (id, organization_id, service_id, state, unit, updated_at, expires_at) VALUES "
    expires = at + timedelta(days=1)
    await directory.connection.execute(f"{of} ($1, $2, $1, 'AVAILABLE', 'lits', $3, $4)", health, owner, at, expires)
    await directory.connection.execute(
        "INSERT INTO capacity_count (capacity_id, organization_id, available, maximum) VALUES ($1, $2, 6, 10)",
        *(health, owner),
    )
    await directory.connection.execute(f"{of} ($1, $2, $1, 'WAITLIST', NULL, $3, $4)", mental, owner, at, expires)


class Bearing:
    """The API as one reaches it who has a token: each request is given it on the way."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._header = app, (b"authorization", f"Bearer {token}".encode())

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        headers = [*scope.get("headers", ()), self._header]
        await self._app({**scope, "headers": headers}, receive, send)


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """The app at an address of its own, in this loop: its database's connections belong to it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await running
