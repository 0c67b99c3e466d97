"""The usual stack with the same duties: Strawberry's ASGI view, SQLAlchemy's async session, a data loader per relation.

As their documentation shows it, with one kindness: a request has one session and one transaction for all its loaders.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import defaultdict
from datetime import UTC, datetime
from enum import Enum
from time import monotonic
from typing import TYPE_CHECKING, Any, NewType, cast
from uuid import UUID

import strawberry
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.scalars import ID
from strawberry.schema.config import StrawberryConfig

from auth.authenticate import Authenticator
from auth.database import open_auth_engine
from auth.keys import KeyRing
from auth.tokens import Profile
from models import directory, ledger, organisations, referrals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

    from api.sealing import sealer
from api.settings import read_settings
from auth.actor import Actor

FRESH = 2.0
AUDIT = cast("Table", ledger.AuditEntry.__table__)
DateTime = NewType("DateTime", datetime)


class Loaders:
    """What one request loads by, in its one session, and what it reveals."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self.session, self.actor = session, actor
        self.turn = asyncio.Lock()
        self.revealed: set[UUID] = set()
        self.referral = self.by(referrals.Referral, referrals.Referral.id)
        self.subject = self.by(referrals.ReferralSubject, referrals.ReferralSubject.referral_id)
        self.identity = self.by(referrals.ReferralIdentity, referrals.ReferralIdentity.referral_id)
        self.request = self.by(referrals.ReferralRequest, referrals.ReferralRequest.referral_id)
        self.organization = self.by(organisations.Organization, organisations.Organization.id)
        self.service = self.by(directory.Service, directory.Service.id)
        self.events: DataLoader[UUID, list[Any]] = DataLoader(load_fn=self._events)

    def by(self, model: Any, key: Any) -> DataLoader[UUID, Any]:
        async def load(keys: list[UUID]) -> list[Any]:
            rows = await self.rows(select(model).where(key.in_(keys)))
            found = {getattr(row, key.key): row for row in rows}
            return [found.get(each) for each in keys]

        return DataLoader(load_fn=load)

    async def _events(self, keys: list[UUID]) -> list[list[Any]]:
        table = referrals.ReferralEvent
        found = defaultdict(list)
        for row in await self.rows(select(table).where(table.referral_id.in_(keys)).order_by(table.at, table.id)):
            found[row.referral_id].append(row)
        return [found[each] for each in keys]

    async def rows(self, statement: Any) -> Sequence[Any]:
        """A session serves one statement at a time."""
        async with self.turn:
            return (await self.session.scalars(statement)).all()


Info = strawberry.Info[Loaders, None]


@strawberry.type
class Organization:
    slug: str
    kind: str

    @classmethod
    def of(cls, row: Any) -> Organization | None:
        return cls(slug=row.slug, kind=row.kind.value) if row else None


@strawberry.type
class Service:
    row: strawberry.Private[Any]
    id: ID
    category: str

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        return Organization.of(await info.context.organization.load(self.row.organization_id))


@strawberry.type
class Identity:
    given_name: str | None
    family_name: str | None


@strawberry.type
class Subject:
    row: strawberry.Private[Any]
    sex: str
    age_group: str
    handling_needs: list[str]

    @strawberry.field
    async def identity(self, info: Info) -> Identity | None:
        row = await info.context.identity.load(self.row.referral_id)
        if row is None:
            return None
        info.context.revealed.add(row.referral_id)
        return Identity(given_name=row.given_name, family_name=row.family_name)


@strawberry.type
class Event:
    at: DateTime
    action: str | None
    status_after: str


@strawberry.type
class Events:
    nodes: list[Event]


@strawberry.type
class Referral:
    row: strawberry.Private[Any]
    id: ID
    reference: str
    kind: str
    status: str
    priority: str
    need: str
    created_at: DateTime
    updated_at: DateTime
    due_at: DateTime | None
    version: int

    @classmethod
    def of(cls, row: Any) -> Referral | None:
        if row is None:
            return None
        return cls(
            row=row,
            id=ID(f"Referral_{row.id}"),
            reference=row.reference,
            kind=row.kind.value,
            status=row.status.value,
            priority=row.priority.value,
            need=row.need.value,
            created_at=row.created_at,
            updated_at=row.updated_at,
            due_at=row.due_at,
            version=row.version,
        )

    @strawberry.field
    async def summary(self, info: Info) -> str | None:
        row = await info.context.request.load(self.row.id)
        if row is None:
            return None
        info.context.revealed.add(row.referral_id)
        summary: str = row.summary
        return summary

    @strawberry.field
    async def subject(self, info: Info) -> Subject | None:
        row = await info.context.subject.load(self.row.id)
        if row is None:
            return None
        return Subject(row=row, sex=row.sex.value, age_group=row.age_group.value, handling_needs=row.handling_needs)

    @strawberry.field
    async def sender(self, info: Info) -> Organization | None:
        return Organization.of(await info.context.organization.load(self.row.sender_id))

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        row = await info.context.service.load(self.row.service_id)
        return Service(row=row, id=ID(f"Service_{row.id}"), category=row.category.value) if row else None

    @strawberry.field
    async def events(self, info: Info, first: int = 20) -> Events:
        rows = (await info.context.events.load(self.row.id))[:first]
        return Events(
            nodes=[
                Event(at=row.at, action=row.action.value if row.action else None, status_after=row.status_after.value)
                for row in rows
            ]
        )


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class Referrals:
    nodes: list[Referral]
    page_info: PageInfo


@strawberry.enum
class ReferralOrderField(Enum):
    UPDATED_AT = "updated_at"


@strawberry.enum
class OrderDirection(Enum):
    DESC = "desc"


@strawberry.input
class ReferralOrder:
    field: ReferralOrderField
    direction: OrderDirection


@strawberry.type
class Query:
    @strawberry.field
    async def referral(self, info: Info, id: ID) -> Referral | None:
        return Referral.of(await info.context.referral.load(UUID(id.removeprefix("Referral_"))))

    @strawberry.field
    async def referrals(self, info: Info, order_by: ReferralOrder, first: int) -> Referrals:
        table, party = referrals.Referral, referrals.ReferralParty
        page = (
            select(table)
            .join(party, party.referral_id == table.id)
            .where(party.organization_id == info.context.actor.organization_id)
            .order_by(party.updated_at.desc(), party.referral_id.desc())
            .limit(first + 1)
        )
        rows = await info.context.rows(page)
        nodes = [referral for row in rows[:first] if (referral := Referral.of(row))]
        return Referrals(nodes=nodes, page_info=PageInfo(has_next_page=len(rows) > first))


class View(GraphQL[Any, None]):
    """Strawberry's view, which opens the session before an operation and commits before its answer leaves."""

    def __init__(self, schema: strawberry.Schema, authenticator: Authenticator, url: str) -> None:
        super().__init__(schema, graphql_ide=None)
        self.authenticator = authenticator
        self.engine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=8,
            max_overflow=0,
            connect_args={"server_settings": {"timezone": "UTC"}, "prepared_statement_cache_size": 1_000},
        )
        self.known: dict[bytes, tuple[float, Actor]] = {}

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        bearer = request.headers["authorization"]
        digest = hashlib.sha256(bearer.encode()).digest()
        asked_at, actor = self.known.get(digest, (0.0, None))
        if actor is None or monotonic() - asked_at > FRESH:
            actor = await self.authenticator.actor(bearer.removeprefix("Bearer "), now=datetime.now(UTC))
            self.known[digest] = (monotonic(), actor)
        return Loaders(AsyncSession(self.engine, expire_on_commit=False), actor)

    async def execute_operation(self, *, context: Any, **options: Any) -> Any:  # type: ignore[override]
        async with context.session as session:
            claims = context.actor.claims()
            told = ", ".join(f"set_config('{name}', :{name.replace('.', '_')}, true)" for name in claims)
            await session.execute(
                text(f"SELECT {told}"), {name.replace(".", "_"): value for name, value in claims.items()}
            )
            result = await super().execute_operation(context=context, **options)
            if context.revealed:
                entry = {
                    "organization_id": context.actor.organization_id,
                    "client_id": context.actor.client_id,
                    "act": "read",
                    "classes": ["IDENTITY", "REQUEST"],
                    "subjects": list(context.revealed),
                    "request_id": os.urandom(12).hex(),
                }
                await session.execute(insert(AUDIT).values(entry).inline())  # who writes it may not read it back
            await session.commit()
            return result


def app() -> View:
    """This will make the app as the environment says."""
    keeper = open_auth_engine(os.environ["BENCH_AUTH_URL"])
    issuer = os.environ["BENCH_ISSUER"]
    authenticator = Authenticator(
        keeper, KeyRing(keeper, sealer(read_settings())), Profile(issuer=issuer, audience=f"{issuer}/graphql")
    )
    moment = strawberry.scalar(name="DateTime", serialize=lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    schema = strawberry.Schema(Query, config=StrawberryConfig(scalar_map={DateTime: moment}))
    return View(schema, authenticator, os.environ["BENCH_APP_URL"])
