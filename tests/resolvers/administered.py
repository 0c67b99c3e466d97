"""Two organisations with members, programs and providers of each, a place, and those who try to administer them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from api.database import DatabaseURLs
from auth.actor import Actor
from models.base import Base
from models.rules.roles import Role
from tests.planner.answering import Answering, actor, answering

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
STEWARD = frozenset({Role.NETWORK_STEWARD})
SECRET = "x" * 43
FIELDS = {
    "createInvitation": "invitation { id name roles expiresAt acceptedAt } token",
    "revokeInvitation": "invitation { id revokedAt }",
    "changeMembership": "membership { id roles status site { id } }",
    "endMembership": "membership { id status leftAt }",
    "registerClient": "client { id clientId proof grants scopes wantedScopes } secret",
    "updateClient": "client { id name redirectUris roles publicKeysUrl }",
    "rotateClientSecret": "client { id previousSecretUntil } secret",
    "suspendClient": "client { id status }",
    "resumeClient": "client { id status }",
    "requestClientScopes": "client { id scopes wantedScopes }",
    "grantClientScopes": "client { id scopes wantedScopes }",
    "bindClientToIssuer": "client { id proof subject provider { id } }",
    "registerIdentityProvider": "identityProvider { id issuer people machines }",
    "suspendIdentityProvider": "identityProvider { id suspendedAt }",
    "resumeIdentityProvider": "identityProvider { id suspendedAt }",
}
"What each mutation's payload is asked for."


@dataclass
class Administered:
    graph: Answering
    owner: "asyncpg.Connection[asyncpg.Record]"
    ours: UUID = field(default_factory=uuid4)
    theirs: UUID = field(default_factory=uuid4)
    site: UUID = field(default_factory=uuid4)

    async def ask(self, who: Actor, text: str, **variables: Any) -> dict[str, Any]:
        answered = await self.graph.ask(who, text, **variables)
        assert "errors" not in answered, answered
        data: dict[str, Any] = answered["data"]
        return data

    async def do(self, who: Actor, mutation: str, **given: Any) -> dict[str, Any]:
        """One mutation; its payload."""
        text = f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{"
        text += f" {FIELDS[mutation]} problems {{ code field message }} }} }}"
        payload: dict[str, Any] = (await self.ask(who, text, input={"idempotencyKey": str(uuid4()), **given}))[mutation]
        return payload

    async def account(self, name: str = "Someone") -> UUID:
        return await self._add("account", id=uuid4(), display_name=name)

    async def membership(
        self, *roles: Role, of: UUID | None = None, site: UUID | None = None, account: UUID | None = None
    ) -> UUID:
        return await self._add(
            "membership",
            id=uuid4(),
            account_id=account or await self.account(),
            organization_id=of or self.ours,
            site_id=site,
            roles=list(roles) or [Role.CASE_WORKER],
        )

    async def client(self, of: UUID | None = None, *, secret_hash: bytes = bytes(32), **values: Any) -> UUID:
        usual = {"grants": ["CLIENT_CREDENTIALS"], "proof": "CLIENT_SECRET_BASIC", "secret_hash": secret_hash}
        return await self._add(
            "oauth_client",
            id=uuid4(),
            client_id=f"client_{uuid4().hex}",
            organization_id=of or self.ours,
            name="Program",
            created_at=datetime.now(UTC),
            **usual | values,
        )

    async def provider(self, of: UUID | None = None, **values: Any) -> UUID:
        key = uuid4()
        return await self._add(
            "identity_provider",
            id=key,
            organization_id=of or self.ours,
            issuer=f"https://{key}.example",
            name="Ours",
            client_id="konbit",
            created_at=datetime.now(UTC),
            **values,
        )

    async def invitation(self, of: UUID | None = None, site: UUID | None = None) -> UUID:
        now = datetime.now(UTC)
        return await self._add(
            "invitation",
            id=uuid4(),
            organization_id=of or self.ours,
            site_id=site,
            token_hash=uuid4().bytes + uuid4().bytes,
            name="Someone",
            roles=["TRAINER"],
            created_at=now,
            expires_at=now + timedelta(days=7),
        )

    async def administrator(self, of: UUID | None = None, site: UUID | None = None) -> Actor:
        """A person who administers, by a membership of their own."""
        account = await self.account("Administrator")
        membership = await self.membership(Role.ADMINISTRATOR, of=of, site=site, account=account)
        someone = actor(of or self.ours, roles=ADMINISTRATOR, user_id=account)
        return replace(someone, membership_id=membership, site_id=site)

    async def row(self, table: str, key: UUID) -> asyncpg.Record:
        found = await self.owner.fetchrow(f"SELECT * FROM {table} WHERE id = $1", key)
        assert found is not None
        return found

    async def everything(self) -> dict[str, list[str]]:
        return {
            table.name: [row[0] for row in await self.owner.fetch(f'SELECT t::text FROM "{table.name}" t ORDER BY 1')]
            for table in Base.metadata.sorted_tables
        }

    async def _add(self, table: str, **values: Any) -> UUID:
        names, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self.owner.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *values.values())
        key: UUID = values["id"]
        return key


@asynccontextmanager
async def administered(urls: DatabaseURLs) -> AsyncIterator[Administered]:
    """This will open the graph over two organisations and a place."""
    owner = await asyncpg.connect(urls.migration)
    try:
        async with answering(urls, size=6) as graph:
            world = Administered(graph, owner)
            for key, slug in ((world.ours, "ours"), (world.theirs, "theirs")):
                await owner.execute(
                    "INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, '{\"fr\": \"O\"}', 'NGO')",
                    key,
                    slug,
                )
            await owner.execute(
                "INSERT INTO location (id, organization_id, slug, kind) VALUES ($1, $2, 'site', 'OFFICE')",
                world.site,
                world.theirs,
            )
            yield world
    finally:
        await owner.close()


def codes(payload: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in payload["problems"]]
