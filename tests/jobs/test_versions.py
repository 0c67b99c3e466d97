"""What changes in the directory becomes a version: what it says, whose it is, where it stands in the feed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs import versions
from jobs.versions import Waits, drain, keep_versions, take
from models.base import Base
from models.versions import WRITING
from tests.auth.searching import BELLADERE, NOW, Searcher, World, new_world
from tests.jobs.told import add, operations, positions, told, written

NOTES = "SELECT count(*) FROM directory_note"


@pytest.fixture
async def world(database: DatabaseURLs) -> AsyncIterator[World]:
    async with new_world(database) as ready:
        await written(ready)
        yield ready


def owner_of(world: World) -> Searcher:
    return Searcher(world.app, world.owner)


async def test_a_service_is_told_with_all_that_belongs_to_it(world: World) -> None:
    worker = world.directory.worker
    await world.directory.area("HT06", "Centre", 1)
    await world.directory.area("HT0632", "Belladère", 2, "HT06")
    location = await world.directory.location(world.owner, BELLADERE, pcode="HT0632", country="HT")
    service = await world.service("État civil", status="TEMPORARILY_CLOSED", website="https://example.org")
    place = await world.directory.given_at(service, location, world.owner)
    term = await worker.fetchval(
        """INSERT INTO term (scheme, code, labels) VALUES ('konbit', 'birth', '{"fr": "Naissance"}') RETURNING id"""
    )
    await worker.execute("INSERT INTO term_mapping (term_id, scheme, code) VALUES ($1, 'icd', 'Z38')", term)
    mine = partial(add, worker, organization_id=world.owner)
    await mine("phone", service_id=service, number="+50937000001")
    await mine("phone", service_at_location_id=place, number="+50937000002")
    await mine("contact", service_id=service, title="Greffier")
    await mine("contact", location_id=location, title="Gardien")
    await mine("cost_option", service_id=service, amount=Decimal("12.50"), currency="HTG")
    await mine("required_document", service_id=service, documents='{"fr": "CIN"}')
    await mine("service_area", service_id=service, pcode="HT06")
    await mine("accessibility", location_id=location, descriptions='{"fr": "Rampe"}')
    await mine("unmapped", record_id=place, standard="hsds", content='{"a": 1}')
    await mine("schedule_exception", service_at_location_id=place, day=date(2026, 12, 25))
    await mine("schedule", service_at_location_id=place, weekdays=["MO", "TU"], opens=time(8), closes=time(16, 30))
    await mine("service_term", service_id=service, term_id=term)

    assert await written(world) == 2, "the location and the service, however many notes they left"

    [version] = await told(world.anyone, service)
    said = version.document
    assert said is not None
    assert (said["names"], said["status"], said["website"]) == (
        {"fr": "État civil"},
        "TEMPORARILY_CLOSED",
        "https://example.org",
    )
    assert said["organization"]["slug"] == "owner"
    assert [phone["number"] for phone in said["phones"]] == ["+50937000001"]
    assert [contact["title"] for contact in said["contacts"]] == ["Greffier"]
    assert [(cost["amount"], cost["currency"]) for cost in said["costs"]] == [("12.50", "HTG")]
    assert [paper["documents"] for paper in said["requiredDocuments"]] == [{"fr": "CIN"}]
    assert [area["pcode"] for area in said["serviceAreas"]] == ["HT06"]
    assert said["terms"][0]["mappings"] == [{"scheme": "icd", "code": "Z38", "equivalence": "EQUIVALENT"}]
    [given] = said["places"]
    assert given["id"] == str(place)
    assert [(each["weekdays"], each["opens"], each["closes"]) for each in given["schedules"]] == [
        (["MO", "TU"], "08:00:00", "16:30:00")
    ]
    assert [each["day"] for each in given["exceptions"]] == ["2026-12-25"]
    assert given["unmapped"] == {"hsds": {"a": 1}}
    assert [area["pcode"] for area in given["location"]["areas"]] == ["HT0632", "HT06"]
    assert [each["descriptions"] for each in given["location"]["accessibility"]] == [{"fr": "Rampe"}]
    assert [each["title"] for each in given["location"]["contacts"]] == ["Gardien"]


async def test_what_reads_the_same_is_no_new_version(world: World) -> None:
    service = await world.placed("Clinique")
    assert await written(world) == 2
    worker = world.directory.worker

    await worker.execute("UPDATE service SET fetched_at = now(), fresh_until = now() WHERE id = $1", service)
    await worker.execute("UPDATE service_at_location SET fetched_at = now()")
    assert await worker.fetchval(NOTES) == 0, "when it was fetched is in no document"
    await world.directory.capacity(service, world.owner, "AVAILABLE", NOW)
    await worker.execute("UPDATE capacity SET state = 'FULL'")
    assert await worker.fetchval(NOTES) == 0, "capacity is in no document"
    await worker.execute("UPDATE service SET status = 'INACTIVE'")
    await worker.execute("UPDATE service SET status = 'ACTIVE'")
    assert await worker.fetchval(NOTES) > 0
    assert await written(world) == 0

    await worker.execute("UPDATE service SET status = 'INACTIVE'")
    assert await written(world) == 1
    assert await operations(world.anyone, service) == ["CREATED", "UPDATED"]


async def test_every_column_of_a_service_is_told_or_left_out_on_purpose(world: World) -> None:
    """A column that is new and forgotten in keep_notes would change without a version."""
    function = await world.directory.keeper.fetchval(
        "SELECT prosrc FROM pg_proc WHERE proname = 'note_changed_records'"
    )
    for table in ("service", "service_at_location"):
        columns = {column.name for column in Base.metadata.tables[table].columns} - {"id"}
        unsaid = {"fetched_at", "fresh_until"}
        unsaid |= {"created_at"} if table == "service" else {"source", "modified_at"}
        [listed] = [part for part in function.split("WHEN '") if part.startswith(f"{table}'")]
        assert {name for name in columns if f"c.{name}" not in listed} == unsaid, table


async def test_what_is_repeated_in_services_changes_with_what_it_repeats(world: World) -> None:
    service = await world.placed("Clinique")
    await written(world)
    worker = world.directory.worker

    await worker.execute("UPDATE location SET locality = 'Lascahobas'")
    assert await written(world) == 2, "the place, and the service at it"
    await worker.execute("""UPDATE organization SET names = '{"fr": "Nouveau nom"}' WHERE id = $1""", world.owner)
    assert await written(world) == 2, "the organisation, and its service"
    latest = (await told(world.anyone, service))[-1].document
    assert latest is not None
    assert latest["organization"]["names"] == {"fr": "Nouveau nom"}
    assert latest["places"][0]["location"]["locality"] == "Lascahobas"


async def test_positions_follow_one_another_without_a_gap(world: World) -> None:
    for number in range(5):
        await world.placed(f"Service {number}")
        await world.service(f"À nous {number}", visibility="ORGANIZATION")
        await written(world)
    await world.directory.worker.execute("DELETE FROM location")
    await written(world)

    found = await positions(world.directory.keeper)
    assert found == list(range(1, len(found) + 1))
    last = await world.anyone.read("SELECT last_position FROM directory_feed")
    assert last[0]["last_position"] == len(found)


async def test_what_only_its_owner_sees_has_versions_without_positions(world: World) -> None:
    service = await world.service("À nous", visibility="ORGANIZATION")
    await written(world)

    [version] = await told(owner_of(world), service)
    assert (version.operation, version.position, version.visibility) == ("CREATED", None, "ORGANIZATION")
    assert await told(world.anyone, service) == []

    await world.directory.worker.execute("UPDATE service SET removed_at = now() WHERE id = $1", service)
    await written(world)
    assert await operations(owner_of(world), service) == ["CREATED", "REMOVED"]
    assert await told(world.anyone, service) == []


async def test_what_is_deleted_leaves_a_tombstone(world: World) -> None:
    service = await world.placed("Clinique")
    await written(world)

    await world.directory.worker.execute("DELETE FROM service WHERE id = $1", service)
    await world.directory.worker.execute("DELETE FROM location")
    await written(world)

    gone = [version for version in await told(world.anyone) if version.document is None]
    assert sorted((version.kind, version.operation) for version in gone) == [
        ("LOCATION", "REMOVED"),
        ("SERVICE", "REMOVED"),
    ]
    assert all(version.position for version in gone)


async def test_what_was_never_told_leaves_no_tombstone(world: World) -> None:
    service = await world.service("Éphémère")
    await world.directory.worker.execute("DELETE FROM service WHERE id = $1", service)
    assert await written(world) == 0


async def test_what_is_merged_names_what_tells_of_it_now(world: World) -> None:
    kept, other = await world.service("Une"), await world.service("La même")
    hidden, third = await world.service("À nous", visibility="ORGANIZATION"), await world.service("La troisième")
    await written(world)
    merge = "UPDATE service SET removed_at = now(), merged_into_id = $2 WHERE id = $1"
    await world.directory.worker.execute(merge, other, kept)
    await world.directory.worker.execute(merge, third, hidden)
    await written(world)

    last = (await told(world.anyone, other))[-1]
    assert (last.operation, last.merged_into_id, last.document) == ("MERGED", kept, None)
    last = (await told(world.anyone, third))[-1]
    assert (last.operation, last.merged_into_id) == ("REMOVED", None), "nobody is told of what they may not see"

    await world.directory.worker.execute("UPDATE service SET removed_at = NULL, merged_into_id = NULL")
    await written(world)
    assert await operations(world.anyone, other) == ["CREATED", "MERGED", "CREATED"]


async def test_two_at_once_write_each_version_once(world: World, database: DatabaseURLs) -> None:
    for number in range(30):
        await world.placed(f"Service {number}")
    other = await asyncpg.connect(database.worker)
    first, second = await asyncio.gather(drain(world.directory.worker, now=NOW), drain(other, now=NOW))
    await other.close()

    assert first + second == 60
    found = await positions(world.directory.keeper)
    assert found == list(range(1, len(found) + 1))


async def test_a_change_that_commits_late_is_told_late_and_not_lost(world: World, database: DatabaseURLs) -> None:
    service = await world.service("Clinique")
    await written(world)
    other = await asyncpg.connect(database.worker)
    late = other.transaction()
    await late.start()
    await other.execute("UPDATE service SET email = 'a@example.org' WHERE id = $1", service)

    assert await written(world) == 0
    await late.commit()
    await other.close()
    assert await written(world) == 1


async def test_the_writer_waits_while_somebody_hides(world: World, database: DatabaseURLs) -> None:
    await world.service("Clinique")
    other = await asyncpg.connect(database.worker)
    async with other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock_shared($1)", WRITING)
        with pytest.raises(Waits):
            await take(world.directory.worker, now=NOW)
    await other.close()
    assert await written(world) == 1


async def test_the_leader_writes_for_as_long_as_it_runs(world: World, database: DatabaseURLs) -> None:
    first = await asyncpg.connect(database.worker)
    await first.execute("SELECT pg_advisory_lock($1)", versions.LEADER)

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(database.worker)

    leading = asyncio.create_task(keep_versions(connect, clock=lambda: NOW + timedelta(days=1)))
    service = await world.service("Clinique")
    await asyncio.sleep(0.5)
    assert await told(world.anyone, service) == [], "another leads"
    await first.close()
    while not await told(world.anyone, service):
        assert not leading.done()
        await asyncio.sleep(0.05)
    leading.cancel()


async def test_bulk_loaders_leave_notes_for_everything_at_their_end(world: World) -> None:
    worker = world.directory.worker
    service = await world.placed("Clinique")
    await worker.execute("DELETE FROM directory_note")
    await worker.execute("SELECT note_everything()")
    assert await written(world) == 2, "what was written already is not written again"
    assert isinstance(service, UUID)
