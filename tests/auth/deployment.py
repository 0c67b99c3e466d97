"""An authorization server as deployed: role auth on a migrated database, two organisations, a clock to set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from api.database import DatabaseURLs
from api.oauth import oauth_routes
from api.userinfo import userinfo_routes
from auth.authenticate import Authenticator
from auth.clients import register_client
from auth.database import open_auth_engine
from auth.kek import HeldKey
from auth.keys import KeyRing, ensure_key
from auth.scopes import Scope
from auth.sealing import Sealer
from auth.server import OAuthServer
from auth.tokens import Profile
from models.rules.roles import Role

PROFILE = Profile(issuer="https://konbit.example", audience="https://konbit.example/graphql")
SEALER = Sealer([HeldKey(bytes(range(32)))])
START = datetime(2027, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
SCOPES = [Scope.DIRECTORY_READ, Scope.REFERRALS_READ, Scope.REFERRALS_WRITE]
ROLES = [Role.CASE_WORKER, Role.INTAKE]


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


@dataclass
class Deployment:
    urls: DatabaseURLs
    engine: AsyncEngine
    brc: UUID
    "The organisation of the client `brc`."
    shelter: UUID
    secret: str
    "Of `brc`."
    clock: Clock = field(default_factory=Clock)

    def process(self) -> "Process":
        """One more process of the same deployment: it shares the database and the clock, and nothing else."""
        ring = KeyRing(self.engine, SEALER)
        return Process(
            ring=ring,
            server=OAuthServer(self.engine, ring, PROFILE),
            authenticator=Authenticator(self.engine, ring, PROFILE),
            clock=self.clock,
        )

    async def register(self, client_id: str, *, organization_id: UUID | None = None, **more: object) -> str | None:
        async with self.engine.begin() as connection:
            _, secret = await register_client(
                connection,
                organization_id=organization_id or self.brc,
                client_id=client_id,
                name=client_id,
                scopes=SCOPES,
                roles=ROLES,
                now=self.clock.now,
                **more,  # type: ignore[arg-type]
            )
        return secret

    async def sql(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """As the database's owner, for what an operator would change behind the program's back."""
        connection = await asyncpg.connect(self.urls.migration)
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()


@dataclass
class Process:
    ring: KeyRing
    server: OAuthServer
    authenticator: Authenticator
    clock: Clock

    @property
    def app(self) -> Starlette:
        told = userinfo_routes(self.server, self.authenticator, clock=self.clock)
        return Starlette(routes=[*oauth_routes(self.server, clock=self.clock), *told])


@asynccontextmanager
async def deployed(urls: DatabaseURLs, *, at: datetime = START) -> AsyncIterator[Deployment]:
    """This will set up two organisations, a signing key, and the client `brc` with a secret."""
    engine = open_auth_engine(urls.auth)
    deployment = Deployment(urls, engine, brc=uuid4(), shelter=uuid4(), secret="", clock=Clock(at))
    for organization_id, slug in ((deployment.brc, "brc"), (deployment.shelter, "shelter")):
        await deployment.sql(
            "INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, $3, 'NGO')",
            organization_id,
            slug,
            f'{{"fr": "{slug}"}}',
        )
    async with engine.begin() as connection:
        await ensure_key(connection, sealer=SEALER, now=deployment.clock.now)
    deployment.secret = await deployment.register("brc") or ""
    try:
        yield deployment
    finally:
        await engine.dispose()


def assertion(key: ECKey, *, now: datetime, header: dict[str, object] | None = None, **claims: object) -> str:
    """A client assertion as RFC 7523 wants it, but for what is given otherwise; None leaves a claim out."""
    at = int(now.timestamp())
    usual = {
        "iss": "signer",
        "sub": "signer",
        "aud": PROFILE.issuer,
        "exp": at + 60,
        "iat": at,
        "jti": str(uuid4()),
    } | claims
    kept = {name: value for name, value in usual.items() if value is not None}
    return jwt.encode({"alg": "ES256"} | (header or {}), kept, key, algorithms=["ES256"])
