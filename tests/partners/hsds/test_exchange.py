"""One directory read by another: served over HTTP by its own API, synced, and said again: the same, byte for byte."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from api.database import DatabaseURLs
from api.graph.bucket import Buckets
from api.hsds import hsds_routes
from api.limits import LIMITS
from api.uploads import Door
from jobs.versions import drain
from models.partners import PartnerKind
from models.session import Database
from partners.register import add
from partners.sync import connected, sync
from tests.api.edge import Tokens, small_edge
from tests.api.hsds.conftest import Bearing, Served, listening, served
from tests.conftest import copied
from tests.partners.conftest import LOOPBACK, QUICK

__all__ = ["served"]


@pytest.fixture(scope="module")
def other_database(cluster: Any, template: str) -> Iterator[DatabaseURLs]:
    yield from copied(cluster, template)


async def lines(url: str, *paths: str) -> dict[str, list[Any]]:
    """What the API says to another of the network, whole, below each path."""
    database = await Database(url, size=2).open()
    tokens = Tokens()
    edge = small_edge(routes=hsds_routes(database, Door(tokens, Buckets(LIMITS)), issuer="http://x"), tokens=tokens)
    told = {}
    for path in paths:
        name, _, query = path.partition("?")
        answer = await edge.ask(method="GET", path=f"/hsds/{name}", query_string=f"format=ndjson&{query}".encode())
        assert answer.status == 200, answer.body
        told[name] = [orjson.loads(line) for line in answer.body.splitlines()]
    await database.close()
    return told


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def plainly(said: Any) -> Any:
    """Without identifiers, when it came here, and the prefix that each reader gives to a partner's taxonomies."""
    if isinstance(said, dict):
        told = {name: plainly(value) for name, value in said.items() if name not in ("last_modified", "modified_date")}
        return {name: value for name, value in told.items() if value is not None}
    if isinstance(said, list):
        return sorted((plainly(each) for each in said if not _is_modified_at(each)), key=orjson.dumps)
    return UUID.sub("id", said).removeprefix("copy:") if isinstance(said, str) else said


def _is_modified_at(said: Any) -> bool:
    return isinstance(said, dict) and said.get("label") == "modified_at"


async def test_a_directory_is_the_same_in_another(served: Served, other_database: DatabaseURLs) -> None:
    areas = await served.directory.rows("SELECT pcode, names, level, parent_pcode FROM area")
    async with connected(other_database.migration) as other:
        for level in range(4):
            rows = [tuple(row.values()) for row in areas if row["level"] == level]
            await other.executemany(
                "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ($1, $2, $3, $4)", rows
            )
    database = await Database(served.database.app, size=3).open()
    tokens = Tokens()
    door = Door(tokens, Buckets(LIMITS))
    edge = small_edge(routes=hsds_routes(database, door, issuer="http://x"), tokens=tokens)
    async with listening(Bearing(edge.app, edge.token)) as base:
        async with connected(other_database.worker) as worker:
            address = f"{base}/hsds"
            await add(
                worker, name="copy", kind=PartnerKind.HSDS, address=address, organization=None, settings={**LOOPBACK}
            )
        report = await sync(other_database.worker, "copy", now=datetime.now(UTC), patience=QUICK)
        assert report.failures == []
        assert report.counts.quarantined == 0
        again = await sync(other_database.worker, "copy", now=datetime.now(UTC), patience=QUICK)
        assert (again.counts.new, again.counts.changed) == (0, 0)
    async with connected(other_database.worker) as worker:
        await drain(worker, now=datetime.now(UTC))
    await database.close()

    first = await lines(served.database.app, "services?full=true", "organizations?full=true")
    second = await lines(other_database.app, "services?full=true", "organizations?full=true")

    told, again = (orjson.dumps(plainly(each["services"])) for each in (first, second))
    where = next((at for at, (one, other) in enumerate(zip(told, again, strict=False)) if one != other), len(told))
    assert again == told, (told[where - 300 : where + 100], again[where - 300 : where + 100])
    assert len(first["services"]) == 5
    names = {each["name"] for each in first["organizations"]}
    by_name = {each["name"]: each for each in second["organizations"]}
    assert names <= by_name.keys()
