"""A small directory to search, and a way to ask it as someone: everything is written as the worker writes it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from api.database import DatabaseURLs
from models.rules.roles import Role
from models.rules.words import alternatives

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"A Friday, 10:00 in Port-au-Prince."
BELLADERE = (18.8517, -71.7728)
NEAR = {"latitude": BELLADERE[0], "longitude": BELLADERE[1]}
NEARBY = {**NEAR, "order_by": "DISTANCE", "descending": False}


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of search_services."""

    service_id: UUID
    place_id: UUID | None
    distance_km: float | None
    key: tuple[float, str, UUID]


@dataclass
class Directory:
    """What is written into the directory, row by row."""

    worker: asyncpg.Connection
    keeper: asyncpg.Connection
    "Sees the index itself, which the worker does not."

    async def organization(self, slug: str, kind: str = "NGO", name: str | None = None) -> UUID:
        return await self.worker.fetchval(
            """INSERT INTO organization (slug, names, kind) VALUES ($1, jsonb_build_object('fr', $2::text), $3)
            RETURNING id""",
            slug,
            name or slug,
            kind,
        )

    async def area(self, pcode: str, name: str, level: int, parent: str | None = None) -> None:
        await self.worker.execute(
            """INSERT INTO area (pcode, names, level, parent_pcode)
            VALUES ($1, jsonb_build_object('fr', $2::text), $3, $4)""",
            pcode,
            name,
            level,
            parent,
        )

    async def service(self, owner: UUID, name: str, category: str = "OTHER", **columns: Any) -> UUID:
        return await self._insert(
            "service",
            {
                "organization_id": owner,
                "names": orjson.dumps({"fr": name}).decode(),
                "category": category,
                "source": "test",
                **columns,
            },
        )

    async def location(self, owner: UUID, point: tuple[float, float] | None = None, **columns: Any) -> UUID:
        latitude, longitude = point or (None, None)
        columns = {"kind": "OFFICE", "latitude": latitude, "longitude": longitude, **columns}
        return await self._insert("location", {"organization_id": owner, **columns})

    async def given_at(self, service: UUID, location: UUID, owner: UUID, **columns: Any) -> UUID:
        row = {"service_id": service, "location_id": location, "organization_id": owner, "source": "test", **columns}
        return await self._insert("service_at_location", row)

    async def placed(self, owner: UUID, name: str, point: tuple[float, float], **columns: Any) -> UUID:
        """A service at one place of its own."""
        service = await self.service(owner, name, **columns)
        await self.given_at(service, await self.location(owner, point), owner)
        return service

    async def capacity(self, service: UUID, owner: UUID, state: str, expires_at: datetime, **columns: Any) -> UUID:
        row = {
            "service_id": service,
            "organization_id": owner,
            "state": state,
            "updated_at": NOW,
            "expires_at": expires_at,
        }
        return await self._insert("capacity", {**row, **columns})

    async def _insert(self, table: str, row: dict[str, Any]) -> UUID:
        names = ", ".join(row)
        places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        return await self.worker.fetchval(
            f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *row.values()
        )


@dataclass
class Searcher:
    """Somebody of an organisation, on a connection of role app."""

    app: asyncpg.Connection
    organization: UUID | None
    roles: Sequence[Role] = ()

    async def find(self, wanted: int = 50, **asked: Any) -> list[Hit]:
        """The rows of search_services at NOW, in their order; `text` is compiled as the graph does."""
        rows = await self._call("SELECT * FROM search_services", {"wanted": wanted, **asked})
        return [
            Hit(
                row["service_id"],
                row["service_at_location_id"],
                row["distance_km"],
                (row["sort_key"], row["name_key"], row["service_id"]),
            )
            for row in rows
        ]

    async def found(self, **asked: Any) -> list[UUID]:
        """The services found, in their order; their number is what count_services says."""
        hits = [hit.service_id for hit in await self.find(**asked)]
        counted = {name: value for name, value in asked.items() if name not in ("order_by", "descending")}
        [row] = await self._call("SELECT count_services", counted)
        assert row[0] == len(hits) == len(set(hits))
        return hits

    async def _call(self, function: str, asked: dict[str, Any]) -> list[asyncpg.Record]:
        given = {"at": NOW, **asked}
        if "text" in given:
            given["words"] = orjson.dumps(alternatives(given.pop("text"))).decode()
        arguments = ", ".join(f"{name} => ${n}" for n, name in enumerate(given, 1))
        return await self.read(f"{function}({arguments})", *given.values())

    async def read(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """What a statement of this person's reads."""
        async with self.app.transaction():
            await self.app.execute(
                "SELECT set_config('konbit.organization', $1, true), set_config('konbit.roles', $2, true)",
                str(self.organization or ""),
                ",".join(self.roles),
            )
            return await self.app.fetch(statement, *values)


@dataclass
class World:
    """A directory, its owner, and somebody else of the network who searches it."""

    directory: Directory
    owner: UUID
    anyone: Searcher
    app: asyncpg.Connection

    async def service(self, name: str, **columns: Any) -> UUID:
        return await self.directory.service(self.owner, name, **columns)

    async def placed(self, name: str, point: tuple[float, float] = BELLADERE, **columns: Any) -> UUID:
        return await self.directory.placed(self.owner, name, point, **columns)


def north(km: float) -> tuple[float, float]:
    """A point so many km north of Belladère."""
    return BELLADERE[0] + km / 111.195, BELLADERE[1]


@asynccontextmanager
async def opened(urls: DatabaseURLs) -> AsyncIterator[tuple[Directory, asyncpg.Connection]]:
    """The directory as its writer sees it, and a connection of role app."""
    connections = [await asyncpg.connect(url) for url in (urls.worker, urls.migration, urls.app)]
    worker, keeper, app = connections
    try:
        yield Directory(worker, keeper), app
    finally:
        for connection in connections:
            await connection.close()


@asynccontextmanager
async def new_world(urls: DatabaseURLs) -> AsyncIterator[World]:
    """An empty directory with an owner and somebody else."""
    async with opened(urls) as (directory, app):
        owner, other = await directory.organization("owner"), await directory.organization("other")
        yield World(directory, owner, Searcher(app, other), app)
