"""The whole graph over a world with one of each, and whoever asks it, with a token made for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
from graphql import GraphQLSchema
from starlette.types import ASGIApp

from api.app import create_app
from api.database import DatabaseURLs
from api.graph.bell import Bell
from api.graph.engine import Engine
from api.graph.execute import Graph
from auth import devices
from auth.clients import register_client
from auth.database import open_auth_engine
from auth.keys import Keys, ensure_key
from auth.lockout import Lockout
from auth.scopes import OF_CLIENTS, Scope, scope_text
from auth.tokens import AccessToken, read_token, write_token
from models.rules.roles import Role
from models.session import Database
from planner.fields import entity_of
from planner.operation import Operations
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build
from tests.auth.a_device import TRAINING, Device, a_device_program
from tests.auth.deployment import PROFILE, SEALER, Clock, Deployment, Process
from tests.auth.granting import a_program
from tests.auth.may_see import may_see
from tests.auth.one_of_each import PERSONAS, World, write_world
from tests.auth.posts import issue
from tests.auth.signing_in import Person, a_person, signs_in

EVERYTHING = frozenset(Scope) - OF_CLIENTS
OUTSIDER = next(each for each in PERSONAS if each.name == "outsider")


@dataclass
class Matrix:
    """The whole graph over a world with one of each, and who asks it."""

    app: ASGIApp
    schema: GraphQLSchema
    world: World
    deployment: Deployment
    process: Process
    keys: Keys

    async def machine(self, organization: str = "brc", *, scopes: frozenset[Scope] = frozenset(Scope)) -> str:
        """A token of a program that acts for itself, of a client made for it."""
        client_id, secret = f"machine-{uuid4()}", "s" * 43
        async with self.deployment.engine.begin() as connection:
            await register_client(
                connection,
                organization_id=self.world.organizations[organization],
                client_id=client_id,
                name="A machine",
                scopes=scopes,
                roles=Role,
                secret=secret,
                now=self.deployment.clock.now,
            )
        return await issue(self.process, secret, client_id=client_id)

    async def person(
        self, *, scopes: frozenset[Scope] = EVERYTHING, ago: timedelta = timedelta()
    ) -> tuple[str, Person]:
        """A token of a person of the brc who signed in so long ago, through a program made for it, and the person."""
        program = await a_program(self.deployment, f"program-{uuid4()}", scopes=scopes | OF_CLIENTS)
        person = await a_person(self.deployment, self.deployment.brc, roles=tuple(Role))
        if ago:
            earlier = self.deployment.clock.now - ago
            person = replace(person, signed_in=await signs_in(self.deployment, person.account_id, now=earlier))
        held = await program.tokens(self.process, person, scope=scope_text(scopes))
        return str(held["access_token"]), person

    async def device(self) -> str:
        """A token of a device that a person lets act for them, of a program with more scopes than devices get."""
        client_id, now = f"device-{uuid4()}", self.deployment.clock.now
        await a_device_program(self.deployment, client_id, refreshes=False, scopes=list(Scope))
        person = await a_person(self.deployment, self.deployment.brc, roles=tuple(Role))
        transport = httpx2.ASGITransport(app=self.process.app)
        async with httpx2.AsyncClient(transport=transport, base_url=PROFILE.issuer) as http:
            device = Device(http, self.deployment, client_id, key=None)
            told = await device.begin(scope=scope_text(TRAINING))
            at = {"session": person.signed_in, "now": now}
            async with self.deployment.engine.begin() as connection:
                await devices.look(connection, told["user_code"], address="192.0.2.1", lockout=Lockout(), **at)
                await devices.approve(connection, told["user_code"], membership_id=person.membership_id, **at)
            return str((await device.ask(told["device_code"])).json()["access_token"])

    def rewritten(self, token: str, **otherwise: Any) -> str:
        """The same, said otherwise and signed with our own key: who forges so well has stolen it."""
        profile = otherwise.pop("profile", PROFILE)
        return write_token(replace(self.said(token), **otherwise), key=self.keys.signing, profile=profile)

    def said(self, token: str) -> AccessToken:
        return read_token(token, keys=self.keys.published, profile=PROFILE, now=datetime.now(UTC))

    async def put(self, statement: str, *arguments: object) -> None:
        await self.deployment.sql(statement, *arguments)

    def hidden(self) -> dict[str, list[str]]:
        """By table, the keys of the rows that an outsider must not see; a key is no secret that another table shows."""
        seen, labels = may_see(OUTSIDER), self.world.labels
        shown = {key for (table, _), key in self.world.keys.items() if labels[key] in seen.get(table, ())}
        found: dict[str, list[str]] = {table: [] for table in seen}
        for (table, _), key in self.world.keys.items():
            if table in seen and key not in shown:
                found[table].append(key)
        return found

    def rows(self) -> dict[str, str]:
        """By type, the key of one of them."""
        hidden, found = self.hidden(), {}
        for kind in self.schema.type_map.values():
            declared = kind.extensions.get("strawberry-definition")
            entity = entity_of(getattr(declared, "origin", None))
            if entity is not None and hidden.get(entity.table.name):  # type: ignore[attr-defined]
                found[kind.name] = hidden[entity.table.name][0]  # type: ignore[attr-defined]
        return found


@asynccontextmanager
async def standing_matrix(urls: DatabaseURLs) -> AsyncIterator[Matrix]:
    """This will write the world, and open the graph over it."""
    now = datetime.now(UTC)
    schema, catalog = build()
    database = await Database(urls.app, size=4).open()
    owner, engine = await asyncpg.connect(urls.migration), open_auth_engine(urls.auth)
    try:
        world = await write_world(owner)
        of = world.organizations
        deployment = Deployment(urls, engine, brc=of["brc"], shelter=of["shelter"], secret="", clock=Clock(now))
        async with engine.begin() as connection:
            await ensure_key(connection, sealer=SEALER, now=now)
        process = deployment.process()

        async def ready() -> None:
            return None

        graph = Graph(schema._schema, Engine(Operations(Planner(catalog, record)), database, Bell()))
        app = create_app(graph=graph, authenticator=process.authenticator, ready=ready)
        keys = await process.ring.keys(now=now)
        yield Matrix(app, schema._schema, world, deployment, process, keys)
    finally:
        await engine.dispose()
        await owner.close()
        await database.close()
