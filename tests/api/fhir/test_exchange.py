"""Two directories: what one serves as FHIR, the other reads, and serves again as the same resources."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from api.database import DatabaseURLs
from api.postgres import Server
from models.partners import CredentialKind, PartnerKind
from models.rules.vocabulary import DirectoryKind, OrganizationKind
from partners import canonical, credentials
from partners.fhir.resources import resource
from partners.register import add
from partners.report import Report
from partners.sync import Means, connected, sync
from tests.api.fhir.conftest import PLANTED, World, written
from tests.api.fhir.served import Json, Served, served
from tests.auth.deployment import SEALER
from tests.conftest import copied
from tests.partners.conftest import AREAS, LOOPBACK, QUICK
from tests.partners.fhir import records
from tests.partners.fhir.schema import broken, needed
from tests.partners.fhir.server import FhirServer
from tests.partners.servers import serving

TYPES = {"Organization": "ORGANIZATION", "Location": "LOCATION", "HealthcareService": "SERVICE"}
DRAWN = 25
"Services, with all that belongs to them."


def drawn() -> list[canonical.Service]:
    """Some of the services that the round trip is proved on."""
    found: list[canonical.Service] = []
    ids: set[str] = set()
    checks = list(HealthCheck)

    @settings(
        max_examples=DRAWN, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=checks
    )
    @given(records.services())
    def draw(service: canonical.Service) -> None:
        named = {
            service.remote_id,
            *(id_ for place in service.places for id_ in (place.remote_id, place.location.remote_id)),
        }
        if len(named) == 1 + 2 * len(service.places) and ids.isdisjoint(named):
            ids.update(named)
            found.append(service)

    draw()
    return found


def registry(services: list[canonical.Service], *, now: datetime) -> FhirServer:
    """A FHIR server that tells of them; their capacities are of a moment ago."""
    server = FhirServer(page=50)
    places = [place.location for service in services for place in service.places]
    owners = {service.organization_id for service in services} | {each.owner_id for each in places}
    for number, owner in enumerate(sorted(filter(None, owners))):
        item = canonical.Organization(owner, {"fr": f"Organisation {number}"}, OrganizationKind.NGO)
        server.put(resource(DirectoryKind.ORGANIZATION, records.document(item), version=1, at=now))
    for place in places:
        server.put(resource(DirectoryKind.LOCATION, records.document(place), version=1, at=now))
    for service in services:
        rooms = [replace(each, updated_at=now) for each in records.rooms_of(service)]
        server.put(resource(DirectoryKind.SERVICE, records.document(service), version=1, at=now, rooms=rooms))
    return server


async def furnish(urls: DatabaseURLs) -> None:
    connection = await asyncpg.connect(urls.migration)
    await connection.executemany(
        "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ($1, $2, $3, $4)",
        [(pcode, json.dumps({"fr": name}), level, parent) for pcode, (name, level, parent) in AREAS.items()],
    )
    await connection.close()


async def enter(urls: DatabaseURLs, name: str, address: str, token: str | None = None) -> None:
    """A partner that is read with a token, kept as operators keep it."""
    async with connected(urls.worker) as connection:
        entered = {"kind": PartnerKind.FHIR, "address": address, "organization": None, "settings": LOOPBACK}
        partner = await add(connection, name=name, **entered)  # type: ignore[arg-type]
        if token:
            sealed = credentials.seal(
                CredentialKind.BEARER,
                {"token": token},
                partner_id=partner,
                address=address,
                networks=LOOPBACK["allowed_networks"],
                sealer=SEALER,
            )
            await credentials.keep(connection, partner_id=partner, kind=CredentialKind.BEARER, sealed=sealed)


async def pull(urls: DatabaseURLs, name: str, *, whole: bool = True, later: timedelta = timedelta()) -> Report:
    means = Means(patience=QUICK, sealer=SEALER)
    report = await sync(urls.worker, name, now=datetime.now(UTC) + later, whole=whole, means=means)
    await written(urls)
    return report


async def ids_of(urls: DatabaseURLs) -> dict[str, str]:
    """Our id of each record, and that which it has where it came from."""
    connection = await asyncpg.connect(urls.migration)
    rows = await connection.fetch("SELECT local_id::text, remote_id FROM source_link")
    await connection.close()
    return {row["local_id"]: row["remote_id"] for row in rows}


def told(there: Served, organization: Any, links: dict[str, str]) -> dict[tuple[str, str], Json]:
    """All that a server tells, with the ids of where it came from, and without what each server says of its own."""
    asking = there.program(organization)
    found = {}
    for type_ in TYPES:
        for entry in asking.every(f"{type_}?_count=100"):
            assert broken(entry["resource"]) == []
            text = json.dumps(entry["resource"])
            for ours, theirs in links.items():
                text = text.replace(ours, theirs)
            one = json.loads(text)
            del one["meta"]
            found[type_, one["id"]] = ordered(one)
    return found


def ordered(value: Any) -> Any:
    """The same with its lists in one order: what has no order of its own."""
    if isinstance(value, dict):
        return {key: ordered(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return sorted(map(ordered, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


@pytest.fixture
def two(cluster: Server, template: str) -> Iterator[tuple[DatabaseURLs, DatabaseURLs]]:
    for first in copied(cluster, template):
        for second in copied(cluster, template):
            yield first, second


async def organization_of(urls: DatabaseURLs, slug: str) -> Any:
    connection = await asyncpg.connect(urls.migration)
    found = await connection.fetchval("SELECT id FROM organization WHERE slug = $1", slug)
    await connection.close()
    return found


@needed
def test_what_one_directory_serves_another_serves_again(two: tuple[DatabaseURLs, DatabaseURLs]) -> None:
    first, second = two
    services = drawn()
    for urls in two:
        asyncio.run(furnish(urls))
    with serving(registry(services, now=datetime.now(UTC))) as address:
        asyncio.run(enter(first, "registry", address))
        report = asyncio.run(pull(first, "registry"))
    assert (report.failures, report.counts.quarantined) == ([], 0), report.findings
    reader = asyncio.run(organization_of(first, "registry"))

    with served(first) as there:
        token = there.program(reader).token
        asyncio.run(enter(second, "first", f"{there.address}/fhir", token))
        report = asyncio.run(pull(second, "first"))
        assert (report.failures, report.counts.quarantined, report.counts.changed) == ([], 0, 0), report.findings
        again = asyncio.run(pull(second, "first"))
        assert (again.counts.new, again.counts.changed, again.counts.gone) == (0, 0, 0)
        before = told(there, reader, {})
        with served(second) as here:
            own = asyncio.run(organization_of(second, "first"))
            after = told(here, own, asyncio.run(ids_of(second)))

    offered = [each for each in services if each.offered]
    assert sum(type_ == "HealthcareService" for type_, _ in before) == len(offered) >= 4
    given_at = {place["reference"] for one in before.values() for place in one.get("location", [])}
    for key, one in before.items():
        if key[0] != "Location" or "/".join(key) in given_at:
            assert after[key] == one
    assert not [key for key in after if key[0] == "Location" and "/".join(key) not in given_at], (
        "a place at which nothing is given that may be seen is not shown: it may be a safe house's"
    )
    assert [key for key in after if key not in before] == [("Organization", str(own))], "its own, which reads"


def test_what_changes_in_one_reaches_the_other(world: World, cluster: Server, template: str) -> None:
    birth, reader = world.ids["Maternité"], world.ids["Voisine"]

    async def rename(statement: str) -> None:
        connection = await asyncpg.connect(world.urls.migration)
        await connection.execute(statement, birth)
        await connection.close()
        await written(world.urls)

    async def names(urls: DatabaseURLs) -> tuple[list[str], str]:
        connection = await asyncpg.connect(urls.migration)
        standing = await connection.fetch("SELECT names ->> 'fr' FROM service WHERE removed_at IS NULL ORDER BY 1")
        kept = await connection.fetch("SELECT raw::text FROM source_record")
        await connection.close()
        return [row[0] for row in standing], "".join(row[0] for row in kept)

    for second in copied(cluster, template):
        asyncio.run(enter(second, "first", f"{world.served.address}/fhir", world.served.program(reader).token))
        asyncio.run(pull(second, "first"))
        asyncio.run(rename('UPDATE service SET names = \'{"fr": "Naissances"}\' WHERE id = $1'))
        changed = asyncio.run(pull(second, "first", whole=False))
        listed, kept = asyncio.run(names(second))
        assert listed == ["Accueil", "Aide juridique", "Consultation médicale", "Naissances"]
        assert [word for word in PLANTED if word in kept] == [], "a safe house never leaves"
        assert (changed.failures, changed.counts.changed) == ([], 1)

        asyncio.run(rename("UPDATE service SET removed_at = now() WHERE id = $1"))
        gone = asyncio.run(pull(second, "first", whole=False))
        assert (gone.failures, gone.counts.gone) == ([], 1)
        assert "Naissances" not in asyncio.run(names(second))[0]
        asyncio.run(rename('UPDATE service SET removed_at = NULL, names = \'{"fr": "Maternité"}\' WHERE id = $1'))
