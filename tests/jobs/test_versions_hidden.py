"""What is hidden is hidden in every version, before anybody can look: between the change and the writer's next look."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs.versions import take
from models.rules.roles import Role
from tests.auth.searching import BELLADERE, NOW, Searcher, World, new_world
from tests.jobs.told import add, operations, told, written

ALIAS, STREET = "Maison des Palmiers", "17, rue des Grenadiers"
"Planted words: what a partner once called a shelter, and where it is."


@pytest.fixture
async def world(database: DatabaseURLs) -> AsyncIterator[World]:
    async with new_world(database) as ready:
        yield ready


async def shelter(world: World) -> None:
    """A shelter at a place that was open to all, told and told again."""
    location = await world.directory.location(world.owner, BELLADERE, address_lines=[STREET])
    service = await world.service(ALIAS, category="SHELTER")
    await world.directory.given_at(service, location, world.owner)
    await add(world.directory.worker, "phone", organization_id=world.owner, service_id=service, number="+50937009911")
    await written(world)
    await world.directory.worker.execute("UPDATE service SET email = 'a@example.org'")
    await written(world)


async def everything_told(who: Searcher) -> str:
    """All that somebody may read of versions, as text: every byte of every column."""
    return "\n".join(row["v"] for row in await who.read("SELECT v::text FROM directory_version v"))


def anyone_of(world: World) -> Searcher:
    """Somebody else, in every role there is."""
    return Searcher(world.app, world.anyone.organization, list(Role))


@pytest.mark.parametrize(
    ("change", "planted"),
    [
        ("UPDATE location SET visibility = 'ORGANIZATION'", STREET),
        ("UPDATE location SET visibility = 'REDACTED'", STREET),
        ("UPDATE location SET kind = 'SAFE_HOUSE'", STREET),
        ("UPDATE service_at_location SET visibility = 'ORGANIZATION'", STREET + " in the service"),
        ("UPDATE service SET visibility = 'ORGANIZATION'", ALIAS),
        ("UPDATE service SET visibility = 'REDACTED'", ALIAS),
        ("UPDATE service SET category = 'SAFE_HOUSE'", ALIAS),
        ("UPDATE phone SET visibility = 'ORGANIZATION'", "+50937009911"),
    ],
)
async def test_it_is_hidden_before_the_writer_looks(world: World, change: str, planted: str) -> None:
    await shelter(world)
    word, _, where = planted.partition(" in the ")
    service_only = " WHERE kind = 'SERVICE'" if where else ""
    query = f"SELECT v::text FROM directory_version v{service_only}"
    before = [row["v"] for row in await anyone_of(world).read(query)]
    assert sum(word in text for text in before) >= 2, "it was told, more than once"

    await world.directory.worker.execute(change)

    at_once = [row["v"] for row in await anyone_of(world).read(query)]
    assert not any(word in text for text in at_once)
    await written(world)
    after = [row["v"] for row in await anyone_of(world).read(query)]
    assert not any(word in text for text in after)


async def test_others_are_told_that_it_is_gone_and_its_owner_what_it_says(world: World) -> None:
    await shelter(world)
    [service] = {v.record_id for v in await told(world.anyone) if v.kind == "SERVICE"}
    await world.directory.worker.execute("UPDATE service SET visibility = 'ORGANIZATION'")
    await written(world)

    owner = Searcher(world.app, world.owner)
    assert await operations(world.anyone, service) == ["REMOVED"]
    assert await operations(owner, service) == ["CREATED", "UPDATED", "REMOVED", "CREATED"]
    last = (await told(owner, service))[-1]
    assert last.position is None
    assert last.document is not None
    assert last.document["places"][0]["location"]["addressLines"] == [STREET]

    await world.directory.worker.execute("UPDATE service SET visibility = 'NETWORK'")
    await written(world)
    assert await operations(world.anyone, service) == ["REMOVED", "CREATED"]


async def test_what_is_redacted_has_no_versions_for_anybody(world: World) -> None:
    await shelter(world)
    await world.directory.worker.execute("UPDATE service SET visibility = 'REDACTED'")
    await world.directory.worker.execute("UPDATE location SET visibility = 'REDACTED'")
    await written(world)

    for who in (world.anyone, anyone_of(world), Searcher(world.app, world.owner, list(Role))):
        text = await everything_told(who)
        assert ALIAS not in text
        assert STREET not in text
        assert {version.operation for version in await told(who) if version.kind != "ORGANIZATION"} == {"REMOVED"}


async def test_a_place_that_moved_to_another_service_is_hidden_in_the_first_as_well(world: World) -> None:
    await shelter(world)
    other = await world.service("Autre")
    await world.directory.worker.execute("UPDATE service_at_location SET service_id = $1", other)
    await written(world)

    await world.directory.worker.execute("UPDATE location SET visibility = 'ORGANIZATION'")
    assert STREET not in await everything_told(anyone_of(world))


async def test_a_place_of_another_owner_is_hidden_from_the_service_s_owner_too(world: World) -> None:
    third = await world.directory.organization("third")
    location = await world.directory.location(third, BELLADERE, address_lines=[STREET])
    service = await world.service("Clinique")
    await world.directory.given_at(service, location, world.owner)
    await written(world)
    assert STREET in await everything_told(Searcher(world.app, world.owner))

    await world.directory.worker.execute("UPDATE location SET visibility = 'ORGANIZATION'")

    assert STREET not in await everything_told(Searcher(world.app, world.owner))
    assert STREET in await everything_told(Searcher(world.app, third))
    await world.directory.worker.execute("UPDATE service SET visibility = 'ORGANIZATION'")
    assert STREET not in await everything_told(Searcher(world.app, world.owner))
    assert "Clinique" not in await everything_told(Searcher(world.app, third)), "it is nobody's any more"


async def test_parts_that_fewer_may_see_are_left_out(world: World) -> None:
    worker, directory = world.directory.worker, world.directory
    service = await world.service("Clinique")
    for visibility in ("ORGANIZATION", "REDACTED"):
        location = await directory.location(world.owner, address_lines=[STREET], visibility=visibility)
        await directory.given_at(service, location, world.owner)
        for table, columns in (
            ("phone", {"number": f"secret {visibility}"}),
            ("contact", {"name": f"secret {visibility}"}),
            ("required_document", {"documents": f'{{"fr": "secret {visibility}"}}'}),
            ("cost_option", {"options": f'{{"fr": "secret {visibility}"}}'}),
            ("service_area", {"names": f'{{"fr": "secret {visibility}"}}'}),
        ):
            row = {"organization_id": world.owner, "service_id": service, "visibility": visibility, **columns}
            await add(worker, table, **row)
        unmapped = {"record_id": service, "standard": visibility.lower(), "content": '{"x": "secret"}'}
        await add(worker, "unmapped", organization_id=world.owner, visibility=visibility, **unmapped)
    house = await directory.location(world.owner, kind="SAFE_HOUSE", address_lines=[STREET])
    await directory.given_at(service, house, world.owner)
    await written(world)

    for who in (anyone_of(world), Searcher(world.app, world.owner)):
        documents = [version.document for version in await told(who, service)]
        assert len(documents) == 1
        assert STREET not in str(documents)
        assert "secret" not in str(documents)

    await worker.execute("UPDATE service SET visibility = 'ORGANIZATION'")
    await written(world)
    owners = str((await told(Searcher(world.app, world.owner), service))[-1].document)
    assert "secret ORGANIZATION" in owners
    assert STREET in owners
    assert "secret REDACTED" not in owners


async def test_a_public_record_with_a_part_for_the_network_is_for_the_network(world: World) -> None:
    service = await world.service("Clinique", visibility="PUBLIC")
    await written(world)
    await add(world.directory.worker, "phone", organization_id=world.owner, service_id=service, number="+50937000001")
    await written(world)
    assert [version.visibility for version in await told(world.anyone, service)] == ["PUBLIC", "NETWORK"]

    await world.directory.worker.execute("UPDATE service SET visibility = 'NETWORK'")
    assert [version.visibility for version in await told(world.anyone, service)] == ["NETWORK", "NETWORK"]


async def test_what_is_hidden_while_it_is_written_does_not_stay_open(world: World, database: DatabaseURLs) -> None:
    """The writer has read the place as open and not committed when somebody hides it."""
    location = await world.directory.location(world.owner, BELLADERE, address_lines=[STREET])
    writer, other = await asyncpg.connect(database.worker), await asyncpg.connect(database.worker)
    writing = writer.transaction()
    await writing.start()
    assert await take(writer, now=NOW) == (3, 3)
    hiding = asyncio.create_task(other.execute("UPDATE location SET visibility = 'ORGANIZATION'"))
    await asyncio.sleep(0.3)
    assert not hiding.done(), "who hides waits for what is being written"
    await writing.commit()
    await hiding

    assert await told(world.anyone, location) == []
    await written(world)
    assert await operations(world.anyone, location) == ["REMOVED"]
    await writer.close()
    await other.close()
