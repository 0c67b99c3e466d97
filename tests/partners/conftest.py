"""What tests of connectors stand on: areas, an entered partner, a way to sync it, and how to see that nothing moved."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.database import DatabaseURLs
from models.partners import PartnerKind
from partners.outgoing import Patience
from partners.register import add
from partners.report import Report
from partners.sync import connected, sync
from tests.partners.servers import HsdsServer, serving

FEED = Path(__file__).parent / "feeds" / "border.json"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOOPBACK = {"allowed_networks": ["127.0.0.0/8"]}
QUICK = Patience(connect=2, read=2, whole=5, tries=3, pause=0.01)
AREAS = {
    "HT": ("Haïti", 0, None),
    "HT01": ("Ouest", 1, "HT"),
    "HT02": ("Sud-Est", 1, "HT"),
    "HT04": ("Nord-Est", 1, "HT"),
    "HT06": ("Centre", 1, "HT"),
    "HT0133": ("Ganthier", 2, "HT01"),
    "HT0234": ("Anse-à-Pître", 2, "HT02"),
    "HT0421": ("Ouanaminthe", 2, "HT04"),
    "HT0632": ("Belladère", 2, "HT06"),
    "HT0633": ("Savanette", 2, "HT06"),
}
WRITTEN = (
    "organization",
    "location",
    "service",
    "service_at_location",
    "phone",
    "schedule",
    "opening",
    "term",
    "service_term",
    "service_place",
    "partner",
    "source_record",
    "source_link",
)


@dataclass
class Directory:
    """A database with areas in it, asked as its owner, and partners entered into it."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    worker: str

    async def enter(self, name: str, address: str, kind: PartnerKind = PartnerKind.HSDS, **settings: Any) -> None:
        async with connected(self.worker) as connection:
            await add(
                connection, name=name, kind=kind, address=address, organization=None, settings={**LOOPBACK, **settings}
            )

    async def correct(self, name: str, **settings: Any) -> None:
        """Its settings are these from now on."""
        await self.connection.execute(
            "UPDATE partner SET settings = $2 WHERE name = $1", name, {**LOOPBACK, **settings}
        )

    async def pull(self, name: str, *, now: datetime = NOW, accept_losses: bool = False, whole: bool = True) -> Report:
        return await sync(self.worker, name, now=now, accept_losses=accept_losses, patience=QUICK, whole=whole)

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.connection.fetch(query, *arguments)]

    async def one(self, query: str, *arguments: Any) -> dict[str, Any]:
        (row,) = await self.rows(query, *arguments)
        return row

    async def service(self, name: str) -> dict[str, Any]:
        return await self.one("SELECT * FROM service WHERE names ->> language = $1", name)

    async def versions(self, *, besides: tuple[str, ...] = ()) -> dict[str, set[str]]:
        """Where each row lies and who wrote it: any update, even to the same values, changes it."""
        return {
            table: {row["at"] for row in await self.rows(f'SELECT ctid::text || xmin::text AS at FROM "{table}"')}
            for table in WRITTEN
            if table not in besides
        }


@pytest.fixture
async def directory(database: DatabaseURLs) -> AsyncIterator[Directory]:
    connection = await asyncpg.connect(database.migration)
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    await connection.executemany(
        "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ($1, $2, $3, $4)",
        [(pcode, {"fr": name}, level, parent) for pcode, (name, level, parent) in AREAS.items()],
    )
    yield Directory(connection, database.worker)
    await connection.close()


@pytest.fixture
def border() -> HsdsServer:
    """The project's own feed: three organisations, six services, one of them with a place off the map."""
    said = json.loads(FEED.read_text())
    return HsdsServer(said["organizations"], said["services"])


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Puts an app on the network until the test ends, and says at which address."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))
