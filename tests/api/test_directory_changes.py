"""The directory's feed and its past, as partners ask for them: over HTTP and as a stream, from the running program."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.assembly import build
from api.database import DatabaseURLs
from api.postgres import Server
from api.settings import Settings
from planner.ids import global_id
from tests.api.edge import serving
from tests.api.test_feed import Transport, over_events, over_websocket
from tests.conftest import copied
from tests.jobs.told import add
from tests.outside import Partner, joined

pytestmark = pytest.mark.anyio
TOLD = "cursor operation kind recordId at before after mergedIntoId"
CHANGES = f"""query($after: String, $first: Int, $all: Boolean) {{
  directoryChanges(after: $after, first: $first, fromTheBeginning: $all) {{
    nodes {{ {TOLD} }} pageInfo {{ endCursor hasNextPage }} }} }}"""
FOLLOW = f"subscription($after: String) {{ directoryChanges(after: $after) {{ {TOLD} }} }}"
RECORD = """query($id: ID!, $at: DateTime) { directoryRecord(id: $id, asOf: $at) {
  kind recordId operation at document mergedIntoId } }"""
WITHIN = 2.0
"Seconds in which a change is told."


@pytest.fixture(scope="module")
def urls(cluster: Server, template: str) -> Iterator[DatabaseURLs]:
    yield from copied(cluster, template)


@pytest.fixture(scope="module")
def partners(urls: DatabaseURLs) -> Iterator[dict[str, Partner]]:
    known = asyncio.run(joined(urls, "brc", "registry"))
    with serving(build(Settings(demo=False, issuer="http://127.0.0.1:8000"), urls)) as port:
        for partner in known.values():
            partner.address = f"http://127.0.0.1:{port}"
        yield known


@pytest.fixture
async def worker(urls: DatabaseURLs) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(urls.worker)
    yield connection
    await connection.close()


async def asked(partner: Partner, query: str, **variables: Any) -> Any:
    return await asyncio.to_thread(partner.ask, query, **variables)


async def end_of(partner: Partner, worker: asyncpg.Connection) -> str:
    """The cursor of now, once all that was noted is written."""
    for _ in range(100):
        if not await worker.fetchval("SELECT count(*) FROM directory_note"):
            break
        await asyncio.sleep(0.05)
    page = (await asked(partner, CHANGES))["directoryChanges"]
    assert page["nodes"] == []
    cursor: str = page["pageInfo"]["endCursor"]
    return cursor


async def told_since(partner: Partner, cursor: str, number: int) -> list[dict[str, Any]]:
    """So many changes since, within the time in which they are to be told."""
    began = time.monotonic()
    while True:
        nodes: list[dict[str, Any]] = (await asked(partner, CHANGES, after=cursor))["directoryChanges"]["nodes"]
        if len(nodes) >= number:
            return nodes
        assert time.monotonic() - began < WITHIN, nodes
        await asyncio.sleep(0.05)


async def new_service(worker: asyncpg.Connection, owner: UUID, name: str, **columns: Any) -> UUID:
    service: UUID = await worker.fetchval("SELECT uuidv7()")
    row = {"names": f'{{"fr": "{name}"}}', "category": "HEALTH", "source": "test", **columns}
    await add(worker, "service", id=service, organization_id=owner, **row)
    return service


async def test_a_change_is_told_with_what_was_said_before_and_after(
    partners: dict[str, Partner], worker: asyncpg.Connection
) -> None:
    brc, registry = partners["brc"], partners["registry"]
    start = await end_of(brc, worker)
    service = await new_service(worker, registry.organization_id, "Clinique")
    [made] = await told_since(brc, start, 1)
    assert (made["operation"], made["kind"], made["recordId"]) == ("CREATED", "SERVICE", global_id("Service", service))
    assert (made["before"], made["after"]["names"]) == (None, {"fr": "Clinique"})

    await worker.execute("UPDATE service SET email = 'a@example.org' WHERE id = $1", service)
    [changed] = await told_since(brc, made["cursor"], 1)
    assert changed["operation"] == "UPDATED"
    assert changed["before"] == made["after"]
    assert changed["after"] == {**made["after"], "email": "a@example.org"}

    await worker.execute("DELETE FROM service WHERE id = $1", service)
    [gone] = await told_since(brc, changed["cursor"], 1)
    assert (gone["operation"], gone["before"], gone["after"]) == ("REMOVED", changed["after"], None)
    assert (await told_since(brc, start, 3)) == [made, changed, gone]


async def test_a_merged_record_answers_null_and_the_feed_says_into_which(
    partners: dict[str, Partner], worker: asyncpg.Connection
) -> None:
    brc = partners["brc"]
    kept = await new_service(worker, brc.organization_id, "Une")
    other = await new_service(worker, brc.organization_id, "La même")
    start = await end_of(brc, worker)
    await worker.execute("UPDATE service SET removed_at = now(), merged_into_id = $2 WHERE id = $1", other, kept)

    [merged] = await told_since(brc, start, 1)
    assert (merged["operation"], merged["mergedIntoId"]) == ("MERGED", global_id("Service", kept))
    answer = await asked(
        brc,
        "query($id: ID!) { node(id: $id) { id } service(id: $id) { id } directoryRecord(id: $id) { mergedIntoId } }",
        id=global_id("Service", other),
    )
    assert answer == {"node": None, "service": None, "directoryRecord": {"mergedIntoId": global_id("Service", kept)}}


async def test_a_copy_can_be_built_from_the_beginning(partners: dict[str, Partner], worker: asyncpg.Connection) -> None:
    brc = partners["brc"]
    await new_service(worker, brc.organization_id, "Clinique")
    end = await end_of(brc, worker)
    copy: dict[str, Any] = {}
    page: dict[str, Any] = {"pageInfo": {"endCursor": None, "hasNextPage": True}}
    while page["pageInfo"]["hasNextPage"]:
        given = {"after": page["pageInfo"]["endCursor"], "first": 3, "all": True}
        page = (await asked(brc, CHANGES, **given))["directoryChanges"]
        copy.update((node["recordId"], node["after"]) for node in page["nodes"])
    assert page["pageInfo"]["endCursor"] == end
    standing = await worker.fetch("SELECT id FROM service WHERE removed_at IS NULL")
    told = {key for key, document in copy.items() if document is not None and key.startswith("Service_")}
    assert told == {global_id("Service", row["id"]) for row in standing}


async def test_what_the_directory_said_at_a_moment(partners: dict[str, Partner], worker: asyncpg.Connection) -> None:
    brc = partners["brc"]
    service = await new_service(worker, brc.organization_id, "Avant")
    start = await end_of(brc, worker)
    key = global_id("Service", service)
    [first] = (await asked(brc, "query($id: ID!) { service(id: $id) { versions { nodes { at } } } }", id=key))[
        "service"
    ]["versions"]["nodes"]
    await worker.execute("""UPDATE service SET names = '{"fr": "Après"}' WHERE id = $1""", service)
    await told_since(brc, start, 1)

    async def said(at: str | None) -> Any:
        return (await asked(brc, RECORD, id=key, at=at))["directoryRecord"]

    assert (await said("2020-01-01T00:00:00Z")) is None
    assert (await said(first["at"]))["document"]["names"] == {"fr": "Avant"}
    assert (await said(None))["document"]["names"] == {"fr": "Après"}
    listed = "versions(first: $first) { nodes { document } totalCount }"
    versions = f"query($id: ID!, $first: Int) {{ service(id: $id) {{ {listed} }} }}"
    page = (await asked(brc, versions, id=key, first=1))["service"]["versions"]
    assert page["totalCount"] == 2
    assert [node["document"]["names"] for node in page["nodes"]] == [{"fr": "Après"}]


async def test_ids_of_anything_else_name_nothing(partners: dict[str, Partner], worker: asyncpg.Connection) -> None:
    brc = partners["brc"]
    service = await new_service(worker, brc.organization_id, "Clinique")
    await end_of(brc, worker)
    for text in (str(service), global_id("Location", service), global_id("Referral", service), "Service_", ""):
        assert (await asked(brc, RECORD, id=text))["directoryRecord"] is None


@pytest.mark.parametrize("following", [over_events, over_websocket])
async def test_it_is_told_as_it_happens(
    following: Transport, partners: dict[str, Partner], worker: asyncpg.Connection
) -> None:
    brc, registry = partners["brc"], partners["registry"]
    end = await end_of(brc, worker)
    async with following(brc, query=FOLLOW) as told:
        first = (await asyncio.wait_for(told(), 10))["data"]["directoryChanges"]
        assert first["operation"] == "CHECKPOINT"
        assert first["cursor"] == end
        assert [first[name] for name in ("kind", "recordId", "at", "before", "after")] == [None] * 5
        began = time.monotonic()
        service = await new_service(worker, registry.organization_id, "Clinique")
        hidden = await new_service(worker, registry.organization_id, "Cachée", visibility="ORGANIZATION")
        change = (await asyncio.wait_for(told(), 10))["data"]["directoryChanges"]
        assert time.monotonic() - began < WITHIN
        assert change["recordId"] == global_id("Service", service)
        await worker.execute("UPDATE service SET visibility = 'NETWORK' WHERE id = $1", hidden)
        change = (await asyncio.wait_for(told(), 10))["data"]["directoryChanges"]
        assert (change["recordId"], change["operation"]) == (global_id("Service", hidden), "CREATED")
    async with following(brc, end, query=FOLLOW) as told:
        again = (await asyncio.wait_for(told(), 10))["data"]["directoryChanges"]
        assert again["recordId"] == global_id("Service", service)


async def test_what_was_hidden_is_not_told_as_what_was_said_before(
    partners: dict[str, Partner], worker: asyncpg.Connection
) -> None:
    brc, registry = partners["brc"], partners["registry"]
    start = await end_of(brc, worker)
    service = await new_service(worker, registry.organization_id, "Rue des Grenadiers")
    await told_since(brc, start, 1)
    await worker.execute("UPDATE service SET visibility = 'REDACTED' WHERE id = $1", service)
    await end_of(brc, worker)

    for partner in (brc, registry):
        page = await asked(partner, CHANGES, after=start)
        assert "Grenadiers" not in str(page)
        assert [node["operation"] for node in page["directoryChanges"]["nodes"]] == ["REMOVED"]
        assert "Grenadiers" not in str(await asked(partner, RECORD, id=global_id("Service", service)))
