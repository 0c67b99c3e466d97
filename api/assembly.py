"""The program put together: the schema over the database, the authorization server, the edge."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.types import ASGIApp

from api.app import GRAPHQL, create_app
from api.certificates import certificate_routes
from api.database import DatabaseURLs
from api.errors import UNREACHABLE
from api.exports import export_routes
from api.fhir import fhir_routes
from api.flows import routes as flow_routes
from api.graph.bell import Bell
from api.graph.bucket import Buckets
from api.graph.engine import Engine
from api.graph.execute import Graph
from api.hsds import hsds_routes
from api.limits import LIMITS, Limits
from api.oauth import oauth_routes, utc_now
from api.partner_files import partner_file_routes
from api.sealing import sealer as sealer_of
from api.settings import Settings
from api.signin.desk import Desk
from api.signin.providers import provider_routes
from api.signin.routes import signin_routes
from api.training_papers import paper_routes
from api.uploads import Door
from api.userinfo import userinfo_routes
from auth.authenticate import Authenticator
from auth.database import open_auth_engine
from auth.first_party import ensure_first_party
from auth.keys import KeyRing, ensure_key
from auth.outside import Outside
from auth.people.passwords import Passwords
from auth.providers.machines import TrustedIssuers
from auth.providers.registry import Registry
from auth.providers.sign_in import ProviderSignIn
from auth.server import OAuthServer
from auth.tokens import Profile
from jobs.attendance import keep_attendance
from jobs.certificates import keep_signing
from jobs.duplicates import keep_comparing
from jobs.feed import lead
from jobs.housekeeping import keep_house
from jobs.indicators.keep import keep_releases
from jobs.logout import keep_telling
from jobs.minded import minded
from jobs.oauth import tend
from jobs.openings import keep_openings
from jobs.partners import keep_syncing
from jobs.post import Post
from jobs.validity import keep_validity
from jobs.verification import keep_verifying
from jobs.versions import keep_versions
from models.session import Connection, Database
from planner.operation import Operations
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build as build_schema

SECONDS_TO_BE_READY = 3.0
"What the database may take to answer before we say that it does not."
FOR_PAGES = 3
"Connections of the pages on which people sign in, and as many more when they are crowded."
VIGILANT = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}
"How the server learns that a program is gone whose machine is: the leader's lock is then another's."


def build(settings: Settings, urls: DatabaseURLs, *, limits: Limits = LIMITS) -> ASGIApp:
    """This will make the app; its pools open when it starts and close when it ends."""
    _, catalog = build_schema()
    database = Database(urls.app, size=settings.pool_size)
    keeper = open_auth_engine(urls.auth)
    profile = Profile(issuer=settings.issuer, audience=settings.issuer + GRAPHQL)
    sealer = sealer_of(settings)
    ring = KeyRing(keeper, sealer)
    # Of their own: however many people sign in, a token of the graph is checked at once.
    pages = open_auth_engine(urls.auth, connections=FOR_PAGES)
    desk = Desk(pages, profile, ring, sealer, Passwords(), clock=utc_now)
    outside = Outside(settings.allow_networks)
    bell = Bell()
    graph = Graph(catalog.schema, Engine(Operations(Planner(catalog, record)), database, bell))

    worker = partial(connected, urls.worker)
    beside: dict[str, Callable[[], Awaitable[None]]] = {
        "feed": lambda: lead(partial(worker, "feed")),
        "versions": lambda: keep_versions(partial(worker, "versions"), clock=utc_now),
        "validity": lambda: keep_validity(partial(worker, "validity")),
        "bell": lambda: bell.listen(partial(connected, urls.app, "bell")),
        "oauth": lambda: tend(keeper, sealer=sealer, clock=utc_now),
        "certificates": lambda: keep_signing(
            partial(worker, "certificates"), issuer=settings.issuer, sealer=sealer, clock=utc_now
        ),
        "verification": lambda: keep_verifying(
            partial(worker, "verification"),
            post=_post(settings),
            pages=profile.pages,
            after=timedelta(days=settings.verify_after) if settings.verify_after else None,
            clock=utc_now,
        ),
        "openings": lambda: keep_openings(partial(worker, "openings"), clock=utc_now),
        "attendance": lambda: keep_attendance(partial(worker, "attendance"), clock=utc_now),
        "logout": lambda: keep_telling(
            partial(connected, urls.auth, "logout"), ring=ring, outside=outside, profile=profile, clock=utc_now
        ),
        "housekeeping": lambda: keep_house(partial(worker, "housekeeping"), clock=utc_now),
        "duplicates": lambda: keep_comparing(partial(worker, "duplicates"), clock=utc_now),
        "partners": lambda: keep_syncing(partial(worker, "partners"), url=urls.worker, clock=utc_now),
        "releases": lambda: keep_releases(partial(worker, "releases"), clock=utc_now, publisher=settings.publisher),
    }

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await database.open()
        async with keeper.begin() as connection:
            await ensure_key(connection, sealer=sealer, now=utc_now())
            await ensure_first_party(connection, profile=profile, now=utc_now())
        tasks = [asyncio.create_task(minded(name, work)) for name, work in beside.items()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            desk.passwords.close()
            await database.close()
            await pages.dispose()
            await keeper.dispose()

    async def ready() -> str | None:
        try:
            async with asyncio.timeout(SECONDS_TO_BE_READY), database.transaction("BEGIN READ ONLY"):
                pass
        except UNREACHABLE as failure:
            return f"The database does not answer: {type(failure).__name__}"
        return None

    registry = Registry(keeper, outside)
    authenticator = Authenticator(keeper, ring, profile, trusted=TrustedIssuers(registry))
    server = OAuthServer(keeper, ring, profile, outside=outside)
    door = Door(authenticator, Buckets(limits))
    return create_app(
        graph=graph,
        authenticator=authenticator,
        ready=ready,
        routes=[
            *oauth_routes(server),
            *userinfo_routes(server, authenticator, clock=utc_now),
            *signin_routes(desk, database),
            *provider_routes(desk, ProviderSignIn(registry, profile=profile, ring=ring, sealer=sealer)),
            *flow_routes(database, door),
            *paper_routes(database, door, issuer=settings.issuer, clock=utc_now),
            *certificate_routes(database, issuer=settings.issuer, clock=utc_now),
            *fhir_routes(database, door, issuer=settings.issuer),
            *hsds_routes(database, door, issuer=settings.issuer),
            *export_routes(database, door, ring=ring, issuer=settings.issuer, clock=utc_now),
            *partner_file_routes(database, door, clock=utc_now),
        ],
        lifespan=lifespan,
        limits=limits,
        buckets=door.buckets,
        origins=settings.origins,
        personas=_personas(settings) if settings.demo else None,
        tiles=settings.map_tiles,
    )


async def connected(url: str, name: str) -> Connection:
    """This will open a connection beside the pools, told apart by its name in pg_stat_activity."""
    settings = VIGILANT | {"application_name": f"konbit {name}", "timezone": "UTC"}
    return await asyncpg.connect(url, timeout=10, server_settings=settings)


def _post(settings: Settings) -> Post | None:
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return Post(settings.smtp_url.get_secret_value(), settings.mail_from)


def _personas(settings: Settings) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        held: dict[str, Any] = json.loads((settings.data / "demo.json").read_text())
        return held

    return read
