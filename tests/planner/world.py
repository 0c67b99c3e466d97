"""The demo network with oddities, the program's own way of answering over it, and the reference's."""

import asyncio
import base64
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import orjson

from api.database import DatabaseURLs
from api.graph.bell import Bell
from api.graph.documents import Documents
from api.graph.engine import Engine
from api.graph.execute import Graph, execute
from api.graph.request import Request
from api.limits import LIMITS
from auth.actor import Actor
from auth.scopes import Scope
from jobs.demo.figures import publish
from jobs.demo.load import load
from jobs.demo.organisations import PERSONAS
from jobs.versions import drain
from models.rules.roles import Role
from models.session import Database
from planner.operation import Operations
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build
from tests.planner.known import Known, known
from tests.planner.oddities import ODDITIES, OFFICER, SITE
from tests.planner.oddities_partners import SOURCES
from tests.planner.reference import NODES, Reference
from tests.planner.seen import Row, Rows, Seen, look

T = TypeVar("T")
ACTORS: dict[str, tuple[str, frozenset[Role], frozenset[Scope]]] = {
    "brc": ("brc", frozenset(Role), frozenset(Scope)),
    "brc intake": ("brc", frozenset({Role.INTAKE}), frozenset(Scope)),
    "brc coordinator": ("brc", frozenset({Role.COORDINATOR}), frozenset(Scope)),
    "medical": ("medical", frozenset({Role.CASE_WORKER}), frozenset(Scope)),
    "shelter": ("shelter", frozenset(Role), frozenset(Scope) - {Scope.REFERRALS_WRITE}),
    "police": ("police", frozenset({Role.CASE_WORKER}), frozenset(Scope)),
    "registry": ("registry", frozenset(Role), frozenset(Scope) - {Scope.PEOPLE_READ}),
    "ministry": ("ministry", frozenset({Role.ANALYST}), frozenset({Scope.DIRECTORY_READ, Scope.INDICATORS_READ})),
    "steward": ("steward", frozenset({Role.NETWORK_STEWARD}), frozenset({Scope.ADMIN})),
    "brc at a site": ("brc", frozenset(Role), frozenset(Scope)),
    "outsider": ("outsider", frozenset(Role), frozenset(Scope)),
    "trainer": ("trainer", frozenset({Role.TRAINER}), frozenset(Scope)),
}
"Who asks: which persona's organisation, in which roles, with which scopes."
HARVEST = [
    "{ organizations(first: 100) { edges { cursor node { services(first: 3) { edges { cursor } } } } } }",
    "{ people(first: 60) { edges { cursor node { consents(first: 4) { edges { cursor } } } } } }",
    "{ people(first: 60) { nodes { referrals(first: 3) { edges { cursor } } } } }",
    "{ referrals(first: 40) { edges { node { events(first: 5) { edges { cursor } } } } } }",
    "{ people(first: 5) { nodes { identity { givenName } } } referrals(first: 5) { nodes { summary } } }",
    "{ auditEntries { edges { cursor } } }",
    "{ memberships { edges { cursor } } invitations { edges { cursor } } clients { edges { cursor } } }",
    "{ directoryChanges(fromTheBeginning: true, first: 50) { nodes { cursor } } }",
    "{ verificationRequests { edges { cursor } } suggestions { edges { cursor } } }",
    "{ borderFlows(first: 40, filter: {superseded: true}) { edges { cursor } } }",
    '{ referralChanges(after: "%s", first: 100) { nodes { cursor } } }',
]
"Operations whose answers hold cursors of lists that have one order."
LENIENT = replace(LIMITS, document=1_000_000, tokens=200_000, aliases=9_000, selections=40_000)
"Some operations here ask for more than a client may."
NEAR = "near: {latitude: 18.85, longitude: -71.77, withinKm: 400}"
PARENTS = {
    "services": "Organization",
    "consents": "Person",
    "referrals": "Person",
    "events": "Referral",
    "versions": "BorderFlow",
}


@dataclass(repr=False)
class World:
    runner: asyncio.Runner
    database: Database
    graph: Graph
    documents: Documents
    reference: Reference
    looking: "asyncpg.Connection[asyncpg.Record]"
    "As role app: what the reference sees."
    owner: "asyncpg.Connection[asyncpg.Record]"
    "As a superuser."
    statements: list[str] = field(default_factory=list)
    "What was sent to the database for the operation that was answered last."
    everyone: list[Known] = field(default_factory=list)
    _rows: dict[str, Rows] = field(default_factory=dict)

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(what)

    async def planned(
        self, text: str, variables: dict[str, Any], who: Known, languages: tuple[str, ...] = (), request_id: str = "-"
    ) -> dict[str, Any]:
        """The program's own answer, as parsed JSON."""
        document = self.documents.read(text)
        request = Request(document, document.operation(None), variables, languages, who.actor, request_id)
        self.statements.clear()
        answered: dict[str, Any] = orjson.loads(await execute(self.graph, request, now=datetime.now(UTC)))
        return answered

    async def expected(
        self, text: str, variables: dict[str, Any], who: Known, languages: tuple[str, ...] = (), *, afresh: bool = False
    ) -> tuple[dict[str, Any], Seen]:
        """The reference's answer, and what it was made from."""
        if afresh or who.name not in self._rows:
            self._rows[who.name] = await look(self.looking, who.actor)
        view = Seen(who.actor, self._rows[who.name], languages)
        return self.reference.answer(self.documents.read(text).ast, variables, view), view

    async def recorded(self, request_id: str) -> list[list[str]]:
        """What the audit says a request read: the ids, for each root field that revealed something."""
        entries = await self.owner.fetch("SELECT subjects FROM audit_entry WHERE request_id = $1", request_id)
        return [[str(subject) for subject in entry["subjects"]] for entry in entries]


@contextmanager
def inhabited(urls: DatabaseURLs) -> Iterator[World]:
    """This will load the network into an empty database, and meet everyone who asks."""
    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        try:
            yield runner.run(_open(urls, runner, opened))
        finally:
            runner.run(opened.aclose())


async def _open(urls: DatabaseURLs, runner: asyncio.Runner, opened: AsyncExitStack) -> World:
    now = datetime.now(UTC)
    await load(urls.migration, scale=1, now=now, progress=lambda _line: None)
    await publish(urls.worker, now=now, progress=lambda _line: None)
    owner = await asyncpg.connect(urls.migration)
    opened.push_async_callback(owner.close)
    await _versions(urls)
    await owner.execute(ODDITIES)
    await owner.execute(SOURCES)
    await _versions(urls)
    schema, catalog = build()
    core = schema._schema
    database = await Database(urls.app, size=1).open()
    opened.push_async_callback(database.close)
    graph = Graph(core, Engine(Operations(Planner(catalog, record)), database, Bell()))
    looking = await asyncpg.connect(urls.app, server_settings={"timezone": "UTC"})
    opened.push_async_callback(looking.close)
    world = World(runner, database, graph, Documents(core, LENIENT), Reference(core), looking, owner)
    async with database.pool.acquire() as connection:
        connection.add_query_logger(lambda query: world.statements.append(query.query))
    everything: dict[str, list[Row]] = {
        table: [dict(row) for row in await owner.fetch(f"SELECT * FROM {table} ORDER BY random() LIMIT 40")]
        for table, _ in NODES.values()
    }
    for name, (persona, roles, scopes) in ACTORS.items():
        organization_id = await owner.fetchval("SELECT id FROM organization WHERE slug = $1", PERSONAS[persona])
        actor = _actor(organization_id, roles, scopes, user_id=OFFICER if name == "brc" else None)
        if name.endswith("at a site"):
            actor = replace(actor, site_id=await owner.fetchval("SELECT id FROM location WHERE slug = $1", SITE))
        who = known(name, actor, await look(looking, actor), everything)
        await _harvest(world, who)
        world.everyone.append(who)
    since = await owner.fetchval("SELECT clock_timestamp()")
    for who in world.everyone:
        who.words["since"].append(since.isoformat())
    return world


async def _versions(urls: DatabaseURLs) -> None:
    worker = await asyncpg.connect(urls.worker)
    try:
        await drain(worker, now=datetime.now(UTC))
    finally:
        await worker.close()


def _actor(organization_id: UUID, roles: frozenset[Role], scopes: frozenset[Scope], user_id: UUID | None) -> Actor:
    ends = datetime.now(UTC) + timedelta(hours=1)
    return Actor(organization_id, "the-client", user_id, scopes, roles, uuid4(), ends)


async def _harvest(world: World, who: Known) -> None:
    """Cursors, as the graph writes them."""
    now_at = (await world.planned("{ referralChanges { pageInfo { endCursor } } }", {}, who))["data"]
    end = now_at["referralChanges"]["pageInfo"]["endCursor"]
    purged = await world.owner.fetchval(
        "SELECT purged_position FROM feed WHERE organization_id = $1", who.actor.organization_id
    )
    start = _feed_cursor(purged or 0)
    who.cursors["Query.referralChanges"] = [end, start, *([_feed_cursor(0)] if purged else [])]
    for text in HARVEST:
        answered = await world.planned(text % start if "%s" in text else text, {}, who)
        _gather(answered["data"], "Query", who.cursors)
    for by, way in product(("CREATED_AT", "UPDATED_AT", "DUE_AT", "PRIORITY"), ("ASC", "DESC")):
        text = f"{{ referrals(first: 60, orderBy: {{field: {by}, direction: {way}}}) {{ edges {{ cursor }} }} }}"
        _keep(who.cursors, f"Query.referrals {by}", (await world.planned(text, {}, who))["data"]["referrals"])
    for by, way, near in product(("RELEVANCE", "DISTANCE", "NAME"), ("ASC", "DESC"), ("", NEAR)):
        order = f"orderBy: {{field: {by}, direction: {way}}}"
        text = f"{{ services(first: 60, filter: {{{near}}}, {order}) {{ edges {{ cursor }} }} }}"
        where = f"Query.services {by}{' DESC' if way == 'DESC' else ''}{' near' if near else ''}"
        _keep(who.cursors, where, (await world.planned(text, {}, who))["data"]["services"])


def _feed_cursor(position: int) -> str:
    return base64.b64encode(f'["FEED", {position}]'.encode()).decode()


def _keep(cursors: dict[str, list[str]], where: str, connection: dict[str, Any]) -> None:
    found = connection["edges"] if "edges" in connection else connection["nodes"]
    cursors.setdefault(where, []).extend(edge["cursor"] for edge in found if "cursor" in edge)


def _gather(value: Any, parent: str, cursors: dict[str, list[str]]) -> None:
    """The cursors in an answer, by the list they stand in."""
    if isinstance(value, list):
        for each in value:
            _gather(each, parent, cursors)
    elif isinstance(value, dict):
        for name, part in value.items():
            if isinstance(part, dict) and ("edges" in part or "nodes" in part):
                owner = "Query" if parent == "Query" else PARENTS[name]
                _keep(cursors, f"{owner}.{name}", part)
            _gather(part, "" if name in ("node", "nodes", "edges") else parent if name == parent else "", cursors)
