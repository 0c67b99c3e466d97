"""Whatever a partner's system does to us, the directory stands, and the operator and the graph say what it did."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from api.database import DatabaseURLs
from auth.actor import Actor
from models.partners import BREAKER, PartnerHealth, SyncOutcome
from models.rules.roles import Role
from partners import standing
from partners.report import Report
from partners.schedule import LONGEST_WAIT
from partners.sync import connected, sync
from tests.partners.conftest import NOW, QUICK, Directory
from tests.partners.servers import HsdsServer, answer
from tests.planner.answering import Answering, actor, answering

Serve = Callable[[Any], str]
Trap = Callable[[HsdsServer], None]
BOMB = gzip.compress(b'{"contents": [' + b" " * 50_000_000 + b"]}", 1)
PATIENCE = replace(QUICK, whole=1.5, tries=1, largest=300_000)
ASK = """query($name: String!) { partner(name: $name) {
  health failures lastFailure lastFailureAt nextAt wholeAt services quarantined
  runs(first: 1) { nodes { outcome failures losses notes counts { new changed unchanged gone quarantined } } }
  quarantine(first: 3) { totalCount nodes { kind remoteId where problem since } } } }"""
LATER = NOW + timedelta(hours=2)


def at(path: str, said: Callable[[], Response]) -> Callable[[Request], Response | None]:
    return lambda request: said() if request.url.path == path else None


def trap(answers: Callable[[Request], Response | None]) -> Trap:
    def set_up(server: HsdsServer) -> None:
        server.before = answers

    return set_up


async def drips() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.05)


def huge() -> Response:
    return Response(b'{"contents": [' + b" " * 400_000 + b"]}", media_type="application/json")


def bomb() -> Response:
    return Response(BOMB, headers={"content-encoding": "gzip"}, media_type="application/json")


def loops(server: HsdsServer) -> None:
    server.per_page = 2
    page = server.page

    def first_again(request: Request, items: list[Any]) -> Response:
        said = json.loads(bytes(page(Request({**request.scope, "query_string": b"page=1"}), items).body))
        return answer({**said, "last_page": False, "total_items": 600, "total_pages": 300})

    server.page = first_again  # type: ignore[method-assign]


def lies(server: HsdsServer) -> None:
    server.envelope = lambda page: {**page, "total_items": 9_999, "total_pages": 1, "last_page": page["empty"]}


def forgets_everything(server: HsdsServer) -> None:
    server.services, server.organizations, server.places = [], [], []


def renames_all(server: HsdsServer) -> None:
    server.services = [{**each, "id": f"again-{each['id']}"} for each in server.services]


@dataclass(frozen=True)
class Case:
    trap: Trap
    outcome: SyncOutcome
    health: PartnerHealth
    told: str
    "In the report, on the operator's screen, and in the graph."


CASES = {
    "out of order": Case(
        trap(lambda _: answer({}, 500)), SyncOutcome.FAILED, PartnerHealth.FAILING, "Is the partner's system up?"
    ),
    "forbids": Case(
        trap(lambda _: answer({}, 403)), SyncOutcome.FAILED, PartnerHealth.FAILING, "answered 403. Check the address"
    ),
    "drips": Case(
        trap(lambda _: StreamingResponse(drips())), SyncOutcome.FAILED, PartnerHealth.FAILING, "TimeoutError"
    ),
    "breaks off": Case(
        trap(at("/services", lambda: Response(b'{"contents": [{"id": "1", "na'))),
        SyncOutcome.PARTIAL, PartnerHealth.PARTIAL, "does not answer with JSON, or not with all of it",
    ),
    "loops": Case(
        loops, SyncOutcome.COMPLETE, PartnerHealth.WELL, "repeats itself after 2 records though it speaks of 600"
    ),
    "forgets everything": Case(
        forgets_everything, SyncOutcome.HELD, PartnerHealth.HELD, "Nothing was taken as gone"
    ),
    "renames all": Case(renames_all, SyncOutcome.HELD, PartnerHealth.HELD, "6 of 6 records (service) are missing"),
    "leads inside": Case(
        trap(lambda _: RedirectResponse("http://169.254.169.254/latest/meta-data")),
        SyncOutcome.FAILED, PartnerHealth.FAILING, "169.254.169.254, in a network that is not public",
    ),
    "wants to be left alone for ever": Case(
        trap(lambda _: answer({}, 503, retry_after="9" * 400)),
        SyncOutcome.FAILED, PartnerHealth.FAILING, "asks to be left alone",
    ),
    "says too much": Case(
        trap(at("/services", huge)), SyncOutcome.PARTIAL, PartnerHealth.PARTIAL, "more than 300000 bytes"
    ),
    "sends a bomb": Case(
        trap(at("/services", bomb)), SyncOutcome.PARTIAL, PartnerHealth.PARTIAL, "more than 300000 bytes"
    ),
}  # fmt: skip


@pytest.fixture
async def graph(database: DatabaseURLs) -> AsyncIterator[Answering]:
    async with answering(database) as ready:
        yield ready


async def steward(directory: Directory) -> Actor:
    other = await directory.connection.fetchval(
        "INSERT INTO organization (slug, names, language, kind) VALUES ('net', '{\"fr\": \"Net\"}', 'fr', 'OTHER') "
        "ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING id"
    )
    return actor(UUID(str(other)), roles=frozenset({Role.NETWORK_STEWARD}))


async def shown(directory: Directory, graph: Answering, name: str) -> dict[str, Any]:
    answered = await graph.ask(await steward(directory), ASK, name=name)
    assert "errors" not in answered, answered
    partner: dict[str, Any] = answered["data"]["partner"]
    return partner


async def screen(directory: Directory, name: str) -> str:
    async with connected(directory.worker) as connection:
        [found] = await standing.standings(connection, name)
        kept_out = await standing.kept_out(connection, name)
    return "\n".join([*standing.lines(found, now=LATER), *map(str, kept_out)])


async def pull(directory: Directory, *, now: Any = LATER) -> Report:
    return await sync(directory.worker, "border", now=now, patience=PATIENCE)


@pytest.mark.parametrize("name", CASES)
async def test_it_harms_nothing_and_is_told(
    directory: Directory, border: HsdsServer, serve: Serve, graph: Answering, name: str
) -> None:
    await directory.enter("border", serve(border))
    assert (await directory.pull("border")).outcome is SyncOutcome.COMPLETE
    before = await directory.rows("SELECT id, names, removed_at FROM service ORDER BY id")
    case = CASES[name]
    case.trap(border)

    report = await pull(directory)

    assert report.outcome is case.outcome, report
    told = "\n".join([*report.failures, *report.losses, *report.notes])
    assert case.told in told
    kept = await directory.rows("SELECT id, names, removed_at FROM service ORDER BY id")
    assert [row for row in kept if row in before] == before, "what stood stays"

    partner = await shown(directory, graph, "border")
    [run] = partner["runs"]["nodes"]
    assert (partner["health"], run["outcome"]) == (case.health, case.outcome)
    assert case.told in "\n".join([*run["failures"], *run["losses"], *run["notes"]])
    on_screen = await screen(directory, "border")
    assert on_screen.startswith(f"border: {case.health.lower().replace('_', ' ')}: HSDS ")
    if case.outcome is not SyncOutcome.COMPLETE:
        assert case.told in on_screen
        assert case.told in partner["lastFailure"]
    row = await directory.one("SELECT next_at, failures FROM partner")
    assert row["next_at"] > LATER
    assert row["next_at"] <= LATER + timedelta(seconds=LONGEST_WAIT + 60)
    assert row["failures"] == (case.outcome is SyncOutcome.FAILED)


async def test_totals_that_lie_take_nothing_away(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    lies(border)
    border.per_page = 2
    await directory.enter("border", serve(border))

    reports = [await pull(directory) for _ in range(3)]

    last = reports[-1]
    assert (last.outcome, last.counts.unchanged, last.counts.gone) == (SyncOutcome.COMPLETE, 9, 0)


async def test_one_bad_record_in_a_hundred_is_kept_out_alone(
    directory: Directory, border: HsdsServer, serve: Serve, graph: Answering
) -> None:
    one = border.services[0]
    border.services = [{**one, "id": f"s{number}", "name": f"Service {number}"} for number in range(100)]
    border.services[57]["name"] = ""
    address = serve(border)
    await directory.enter("border", address)

    report = await pull(directory)

    assert (report.counts.quarantined, report.outcome) == (1, SyncOutcome.COMPLETE)
    assert len(await directory.rows("SELECT FROM service")) == 99
    partner = await shown(directory, graph, "border")
    assert (partner["services"], partner["quarantined"], partner["health"]) == (99, 1, "WELL")
    [record] = partner["quarantine"]["nodes"]
    assert record["where"] == f"{address}/services/s57"
    assert record["remoteId"] == "s57"
    assert "name" in record["problem"]
    assert record["since"] == "2026-11-21T14:00:00.000000Z"
    assert "1 quarantined" in await screen(directory, "border")
    assert f"{address}/services/s57" in await screen(directory, "border")


async def test_the_breaker_opens_at_the_fifth_failure_and_closes_at_the_first_answer(
    directory: Directory, border: HsdsServer, serve: Serve, graph: Answering
) -> None:
    await directory.enter("border", serve(border))
    border.before = lambda _: answer({}, 500)
    waits = []
    for _ in range(BREAKER):
        await pull(directory)
        waits.append((await directory.one("SELECT next_at FROM partner"))["next_at"] - LATER)
    assert waits[0] <= timedelta(seconds=75)
    assert waits[-1] >= timedelta(seconds=1800)
    broken = await shown(directory, graph, "border")
    assert (broken["health"], broken["failures"]) == ("LEFT_ALONE", BREAKER)
    assert "its breaker is open, so it is tried rarely" in await screen(directory, "border")

    border.before = lambda _: None
    await pull(directory)

    well = await shown(directory, graph, "border")
    assert (well["health"], well["failures"], well["lastFailure"]) == ("WELL", 0, None)


async def test_a_bug_of_ours_is_told_and_waited_for(
    directory: Directory, border: HsdsServer, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> Any:
        raise RuntimeError("Rue cachée")

    await directory.enter("border", serve(border))
    monkeypatch.setattr("partners.sync.Holdings.load", breaks)

    with pytest.raises(RuntimeError):
        await pull(directory)

    run = await directory.one("SELECT outcome, errors FROM sync_run")
    assert run["outcome"] == "FAILED"
    assert run["errors"]["failures"] == [
        "It failed here, by no fault of the partner's (RuntimeError). Tell the operator of this directory."
    ]
    assert (await directory.one("SELECT failures FROM partner"))["failures"] == 1
