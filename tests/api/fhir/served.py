"""The FHIR server over a database, at an address of its own, and programs of organisations that ask it."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx2
import uvicorn
from starlette.applications import Starlette

from api.database import DatabaseURLs
from api.fhir import fhir_routes
from api.graph.bucket import Buckets
from api.limits import LIMITS
from api.uploads import Door
from auth.scopes import Scope
from models.rules.roles import Role
from models.session import Database
from tests.api.edge import Tokens, small_edge

Json = dict[str, Any]


@dataclass
class Asking:
    """Somebody's program, at one server."""

    address: str
    token: str
    client: httpx2.Client = field(repr=False)

    def ask(self, path: str, *, method: str = "GET", status: int = 200, **options: Any) -> httpx2.Response:
        """One question; a path or a link of an answer."""
        url = path if path.startswith("http") else f"{self.address}/fhir/{path}"
        headers = {"authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        answer = self.client.request(
            method, url, headers={name: text for name, text in headers.items() if text}, **options
        )
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return answer

    def get(self, path: str, **options: Any) -> Json:
        said: Json = self.ask(path, **options).json()
        return said

    def pages(self, path: str) -> Iterator[Json]:
        """Bundle after bundle, by their links."""
        link: str | None = path
        while link:
            bundle = self.get(link)
            yield bundle
            link = next((each["url"] for each in bundle["link"] if each["relation"] == "next"), None)

    def every(self, path: str) -> list[Json]:
        return [entry for bundle in self.pages(path) for entry in bundle.get("entry", [])]

    def names(self, path: str) -> list[str]:
        """Of what a search finds, in alphabetical order."""
        matches = [each for each in self.every(path) if each["search"]["mode"] == "match"]
        return sorted(each["resource"]["name"] for each in matches)


@dataclass
class Served:
    address: str
    tokens: Tokens
    client: httpx2.Client = field(repr=False)

    def program(
        self, organization: UUID, *scopes: Scope, roles: frozenset[Role] = frozenset({Role.CASE_WORKER})
    ) -> Asking:
        token = self.tokens.issue(*(scopes or (Scope.DIRECTORY_READ,)))
        known = self.tokens.known[token]
        self.tokens.known[token] = replace(known, organization_id=organization, roles=roles)
        return Asking(self.address, token, self.client)


@contextmanager
def served(urls: DatabaseURLs) -> Iterator[Served]:
    """The server over a database until the context ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    tokens, database = Tokens(), Database(urls.app, size=3)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await database.open()
        yield
        await database.close()

    routes = fhir_routes(database, Door(tokens, Buckets(LIMITS)), issuer=address)
    app = small_edge(tokens=tokens, routes=routes, lifespan=lifespan).app
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        with httpx2.Client(timeout=30, trust_env=False) as client:
            yield Served(address, tokens, client)
    finally:
        server.should_exit = True
        thread.join(10)
