"""The networks that are measured: the demo's, at several sizes, each loaded once and kept for the next run."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from api.database import DatabaseURLs, create_if_missing
from api.postgres import Server
from auth.clients import register_client
from auth.database import open_auth_engine
from auth.scopes import OF_CLIENTS, Scope
from jobs.demo.load import is_empty, load
from migrations.run import upgrade
from models.rules.roles import Role

REFERRALS = 3_000
"Of the demo network at its usual size."
MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"
SCOPES = (Scope.DIRECTORY_READ, Scope.PEOPLE_READ, Scope.REFERRALS_READ, Scope.REFERRALS_WRITE)
ROLES = (Role.CASE_WORKER, Role.INTAKE, Role.SUPERVISOR)
POINTS = 250
"Referrals of each viewer that are asked for one by one."

BUSIEST = "SELECT organization_id, count(*) AS held FROM referral_party GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $1"
NEAREST = """SELECT organization_id, count(*) AS held FROM referral_party GROUP BY 1
  ORDER BY abs(count(*) - $2), organization_id LIMIT $1"""
SOME = "SELECT referral_id FROM referral_party WHERE organization_id = $1 ORDER BY md5(referral_id::text) LIMIT $2"


@dataclass(frozen=True, slots=True)
class Network:
    """A database that holds a network."""

    name: str
    referrals: int
    urls: DatabaseURLs


@dataclass(frozen=True, slots=True)
class Viewer:
    """An organisation's client that asks."""

    client_id: str
    secret: str
    organization_id: UUID
    held: int
    "How many referrals the organisation takes part in."
    referrals: tuple[UUID, ...]
    "Some of them, drawn at random."


def network(server: Server, scale: int, say: Callable[[str], None]) -> Network:
    """This will give the network of `scale` times 3,000 referrals; loading it takes about a minute for 100,000.

    One that was loaded under other migrations is dropped: it is another database.
    """
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(MIGRATIONS.glob("*.py")))).hexdigest()[:8]
    name = f"network_{scale}_{stamp}"
    asyncio.run(_drop_others(server, f"network_{scale}_", name))
    asyncio.run(create_if_missing(server, name))
    urls = DatabaseURLs.embedded(server, name)
    upgrade(urls.migration)
    if asyncio.run(is_empty(urls.worker)):
        say(f"loading a network of {scale * REFERRALS:,} referrals, once")
        asyncio.run(load(urls.migration, scale=scale, now=datetime.now(UTC), progress=lambda line: say(f"  {line}")))
    return Network(name, scale * REFERRALS, urls)


async def viewers(network: Network, count: int, *, held: int | None = None) -> list[Viewer]:
    """This will register clients of organisations: the busiest, or those that hold nearest to so many referrals."""
    connection = await asyncpg.connect(network.urls.migration)
    keeper = open_auth_engine(network.urls.auth)
    try:
        chosen = await (connection.fetch(BUSIEST, count) if held is None else connection.fetch(NEAREST, count, held))
        found = []
        for row in chosen:
            organization_id = row["organization_id"]
            async with keeper.begin() as session:
                client_id, secret = await register_client(
                    session,
                    organization_id=organization_id,
                    name="benchmark",
                    scopes={*SCOPES, *OF_CLIENTS},
                    roles=ROLES,
                    now=datetime.now(UTC),
                )
            some = [each["referral_id"] for each in await connection.fetch(SOME, organization_id, POINTS)]
            found.append(Viewer(client_id, secret or "", organization_id, row["held"], tuple(some)))
        return found
    finally:
        await connection.close()
        await keeper.dispose()


@contextmanager
def dropped(server: Server, prefix: str) -> Iterator[None]:
    """This will drop the databases whose names begin so, before the block and after it."""
    asyncio.run(_drop_others(server, prefix))
    try:
        yield
    finally:
        asyncio.run(_drop_others(server, prefix))


async def _drop_others(server: Server, prefix: str, name: str = "") -> None:
    connection = await asyncpg.connect(server.url())
    try:
        for row in await connection.fetch(
            "SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND datname <> $2", prefix, name
        ):
            await connection.execute(f'DROP DATABASE "{row["datname"]}" WITH (FORCE)')
    finally:
        await connection.close()
