"""The real program: what changes at a partner is found within its interval; what reads it ends with the program."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.database import DatabaseURLs
from api.postgres import reached
from models.partners import PartnerKind
from partners.register import add
from partners.sync import connected
from tests.api.processes import User, folder, soon
from tests.outside import Partner, joined
from tests.partners.conftest import LOOPBACK
from tests.partners.servers import HsdsServer, serving
from tests.running import Running, running

POLL = 5
"Seconds."
SPARE = 5.0
"Seconds beyond the interval in which a change is found."
SEARCH = "query($text: String!) { services(filter: {text: $text}) { nodes { id name capacity { available } } } }"
CHANGES = """query($after: String) {
  directoryChanges(after: $after, first: 100) { nodes { operation recordId } pageInfo { endCursor } } }"""


@dataclass
class World:
    program: Running
    urls: DatabaseURLs
    asker: Partner
    server: HsdsServer
    address: str

    def found(self, text: str) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = self.asker.ask(SEARCH, text=text)["services"]["nodes"]
        return [each for each in nodes if each["name"] == text]

    def enter(self, name: str, poll: int | None) -> None:
        async def entered() -> None:
            async with connected(self.urls.worker) as connection:
                await add(
                    connection, name=name, kind=PartnerKind.HSDS, address=self.address, organization=None,
                    settings={**LOOPBACK, "whole_hours": 0}, poll_seconds=poll,
                )  # fmt: skip

        asyncio.run(entered())


def service(available: int) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    room = {"id": "c1", "service_id": "s1", "available": available, "maximum": 9, "updated": now}
    return {
        "id": "s1",
        "name": "Ebèjman pwogram",
        "status": "active",
        "last_modified": now,
        "organization": {"id": "o1", "name": "Fondasyon Pwogram", "description": "x"},
        "capacities": [{**room, "unit": {"id": "u1", "name": "place"}}],
        "service_at_locations": [],
    }


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    others = [{**service(1), "id": f"other-{n}", "name": f"Lòt sèvis {n}", "capacities": []} for n in range(9)]
    server = HsdsServer(
        [{"id": "o1", "name": "Fondasyon Pwogram", "description": "x"}], [service(3), *others], per_page=100
    )
    with (
        folder(User(None), "data") as data,
        serving(server) as address,
        running(data / "log", DATA=data, DEMO="false") as program,
    ):
        program.start()
        with reached(data) as postgres:
            urls = DatabaseURLs.embedded(postgres, "konbit")
        asker = asyncio.run(joined(urls, "brc"))["brc"]
        asker.address = program.address
        yield World(program, urls, asker, server, address)
        if program.process and program.process.poll() is None:
            program.end()


def readers(of: int) -> list[int]:
    """The processes that a program started to read partners."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == of and b"work" in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except (OSError, ValueError, IndexError):
            continue
    return found


def until(holds: Callable[[], bool], within: float) -> float:
    began = time.monotonic()
    assert soon(holds, within), f"not within {within} s"
    return time.monotonic() - began


def test_nothing_reads_where_there_are_no_partners(world: World) -> None:
    assert world.program.process is not None
    time.sleep(2.5)

    assert readers(world.program.process.pid) == []


def test_a_changed_capacity_is_found_within_the_interval(world: World) -> None:
    world.enter("pwogram", POLL)
    until(lambda: bool(world.found("Ebèjman pwogram")), 30)
    [before] = world.found("Ebèjman pwogram")
    assert before["capacity"]["available"] == 3

    world.server.services[0] = service(7)

    def is_told() -> bool:
        [found] = world.found("Ebèjman pwogram")
        return bool(found["capacity"]["available"] == 7)

    assert until(is_told, POLL + SPARE) <= POLL + SPARE


def test_a_deleted_service_is_gone_after_two_whole_readings_and_leaves_a_tombstone(world: World) -> None:
    [found] = world.found("Ebèjman pwogram")
    cursor = world.asker.ask(CHANGES)["directoryChanges"]["pageInfo"]["endCursor"]

    del world.server.services[0]

    until(lambda: not world.found("Ebèjman pwogram"), 2 * POLL + SPARE)

    def tombstone() -> bool:
        nodes = world.asker.ask(CHANGES, after=cursor)["directoryChanges"]["nodes"]
        return {"operation": "REMOVED", "recordId": found["id"]} in nodes

    until(tombstone, SPARE)


def test_what_reads_is_of_low_priority_and_ends_with_a_program_that_is_killed(world: World) -> None:
    assert world.program.process is not None
    program = world.program.process.pid
    until(lambda: bool(readers(program)), 10)
    [reader] = readers(program)
    assert os.getpriority(os.PRIO_PROCESS, reader) >= 10

    world.program.kill()

    until(lambda: not Path(f"/proc/{reader}").exists(), 3)
    world.program.start()
    assert world.program.process is not None
    until(lambda: bool(readers(world.program.process.pid)) if world.program.process else False, 20)


def test_a_program_that_ends_takes_its_reader_with_it(world: World) -> None:
    assert world.program.process is not None
    until(lambda: bool(readers(world.program.process.pid)) if world.program.process else False, 20)
    [reader] = readers(world.program.process.pid)

    world.program.end()

    assert not Path(f"/proc/{reader}").exists()
