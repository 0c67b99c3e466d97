"""A directory that came from a FHIR registry, with safe houses planted among it, served as FHIR to three partners."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from api.postgres import Server
from jobs.versions import drain
from models.partners import PartnerKind
from partners.register import add
from partners.sync import connected, sync
from tests.api.fhir.served import Asking, Served, served
from tests.conftest import copied
from tests.partners.conftest import AREAS, LOOPBACK, QUICK
from tests.partners.fhir.server import small_network
from tests.partners.servers import serving

PLANTED = ("Planquette", "Cachée", "Invisible", "Secrète", "50955550001", "18.8557", "71.7824")
"Words and numbers of houses and places that are hidden; no answer to others holds any of them."


@dataclass(frozen=True)
class World:
    """The directory as it is served, and what of it is whose."""

    served: Served
    urls: DatabaseURLs
    ids: dict[str, UUID]
    "By the name of a record."

    def program(self, name: str, **options: Any) -> Asking:
        return self.served.program(self.ids[name], **options)


@pytest.fixture(scope="module")
def world(cluster: Server, template: str) -> Iterator[World]:
    for urls in copied(cluster, template):
        ids = asyncio.run(_furnish(urls))
        with served(urls) as there:
            yield World(there, urls, ids)


@pytest.fixture(scope="module")
def stranger(world: World) -> Asking:
    """An organisation that owns nothing of it."""
    return world.program("Voisine")


async def _furnish(urls: DatabaseURLs) -> dict[str, UUID]:
    registry = small_network()
    owner = await asyncpg.connect(urls.migration)
    await owner.executemany(
        "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ($1, $2, $3, $4)",
        [(pcode, json.dumps({"fr": name}), level, parent) for pcode, (name, level, parent) in AREAS.items()],
    )
    now = datetime.now(UTC)
    with serving(registry) as address:
        registry.base = address
        async with connected(urls.worker) as connection:
            await add(
                connection,
                name="registry",
                kind=PartnerKind.FHIR,
                address=address,
                organization=None,
                settings=LOOPBACK,
            )
        report = await sync(urls.worker, "registry", now=now, patience=QUICK)
        assert report.failures == []
    ids = {row["name"]: row["id"] for row in await owner.fetch(_NAMES)}
    ids |= await _plant(owner, ids)
    await owner.execute("UPDATE capacity SET updated_at = $1, expires_at = $1::timestamptz + interval '1 day'", now)
    await owner.close()
    await written(urls)
    return ids


async def written(urls: DatabaseURLs) -> None:
    """The versions of all that changed."""
    async with connected(urls.worker) as connection:
        await drain(connection, now=datetime.now(UTC))


async def _plant(owner: "asyncpg.Connection[asyncpg.Record]", ids: dict[str, UUID]) -> dict[str, UUID]:
    """A redacted safe house, a service that only its owner sees, and such a place of an open one."""
    made = {name: uuid4() for name in ("Voisine", "Refuge", "Rue", "Secrète", "Cour", "Accueil", "À la cour")}
    clinic = ids["Clinique Bon Repos"]

    async def insert(table: str, **columns: Any) -> None:
        values = [json.dumps(each) if isinstance(each, dict) else each for each in columns.values()]
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await owner.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", *values)

    await insert("organization", id=made["Voisine"], slug="voisine", names={"fr": "Voisine"}, kind="NGO")
    point = {"latitude": 18.8557, "longitude": -71.7824}
    of = {"organization_id": clinic}
    hidden = {**of, "visibility": "ORGANIZATION"}
    await insert("location", id=made["Rue"], kind="SAFE_HOUSE", names={"fr": "12 rue Cachée"}, **point, **hidden)
    await insert("location", id=made["Cour"], kind="FACILITY", names={"fr": "Cour Invisible"}, **point, **hidden)
    told = {"source": "hand", "language": "fr"}
    house = {"names": {"fr": "Maison Planquette"}, "category": "SAFE_HOUSE", **told, **of}
    await insert("service", id=made["Refuge"], visibility="REDACTED", **house)
    inside = {"names": {"fr": "Réunion Secrète"}, "category": "LEGAL_AID", **told, **hidden}
    await insert("service", id=made["Secrète"], **inside)
    opened = {"names": {"fr": "Accueil"}, "category": "SHELTER", **told, **of}
    await insert("service", id=made["Accueil"], visibility="NETWORK", **opened)
    for service, place in (("Refuge", "Rue"), ("Secrète", "Cour"), ("Accueil", "Cour")):
        at = made["À la cour"] if service == "Accueil" else uuid4()
        places = {"service_id": made[service], "location_id": made[place], "source": "hand"}
        await insert("service_at_location", id=at, **places, **hidden)
        await insert("phone", id=uuid4(), service_at_location_id=at, number="+50955550001", **hidden)
    site = {"service_id": made["Accueil"], "location_id": ids["Centre de Belladère"], "source": "hand"}
    await insert("service_at_location", id=uuid4(), **site, **of, visibility="NETWORK")
    return made


_NAMES = """
SELECT id, names ->> 'fr' AS name FROM service UNION ALL SELECT id, names ->> 'fr' FROM organization
UNION ALL SELECT id, names ->> 'fr' FROM location"""
