"""Services sent by the graph: the whole input comes in as it was said, and what came of it is told in order."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.database import DatabaseURLs
from models.rules.roles import Role
from partners.push.taking import take_in
from planner.ids import key_of
from tests.actions.network import Network, standing
from tests.api.exporting import service, texts
from tests.planner.answering import Answering, actor, answering

SEND = """mutation($input: ImportServicesInput!) { importServices(input: $input) {
  directoryImport { id state } problems { code message field } } }"""
LOOK = """query($id: ID!) { directoryImport(id: $id) { state outcome dryRun counts { new changed quarantined }
  findings { where remoteId problem keptOut } changes { remoteId change name fields { field before after } } } }"""


@pytest.fixture
async def network(database: DatabaseURLs) -> AsyncIterator[Network]:
    async with standing(database) as network:
        await network.owner.execute("TRUNCATE service, location, referral CASCADE")
        yield network


@pytest.fixture
async def graph(database: DatabaseURLs) -> AsyncIterator[Answering]:
    async with answering(database) as graph:
        yield graph


async def test_services_are_tried_sent_and_told(network: Network, graph: Answering, database: DatabaseURLs) -> None:
    editor = actor(network.organizations["registry"], roles=frozenset({Role.DIRECTORY_EDITOR}))

    async def send(key: str, *services: dict[str, Any], dry: bool = False) -> Any:
        said = {"idempotencyKey": key, "services": list(services), "dryRun": dry}
        payload = (await graph.ask(editor, SEND, input=said))["data"]["importServices"]
        assert payload["problems"] == [], payload
        identity = payload["directoryImport"]["id"]
        row = key_of("DirectoryImport", identity)
        assert row is not None
        await take_in(database.worker, row, now=datetime.now(UTC))
        return (await graph.ask(editor, LOOK, id=identity))["data"]["directoryImport"]

    full = {**service("S-1"), "serviceAreas": [{"names": texts(fr="Les mornes")}]}
    told = await send("1", full, {**service("S-2"), "places": [{"location": {"latitude": 100.0, "longitude": 1.0}}]})
    assert (told["state"], told["outcome"], told["counts"]["new"]) == ("DONE", "COMPLETE", 2)
    assert told["changes"] == []
    assert [(each["where"], each["remoteId"], each["keptOut"]) for each in told["findings"]] == [
        ("services[0]", "S-1", False),
        ("services[1]", "S-2", False),
    ]
    assert "Latitude 100" in told["findings"][1]["problem"]

    tried = await send("2", {**full, "fees": texts(fr="50 gourdes")}, service("S-3"), dry=True)
    assert tried["dryRun"] is True
    changes = {each["remoteId"]: each for each in tried["changes"]}
    assert changes["S-1"] == {
        "remoteId": "S-1",
        "change": "CHANGED",
        "name": "Soins",
        "fields": [
            {"field": "fees", "before": '{"fr": "Gratuit", "ht": "Gratis"}', "after": '{"fr": "50 gourdes"}'},
        ],
    }
    assert (changes["S-3"]["change"], changes["S-3"]["fields"]) == ("NEW", [])
    assert await network.value("SELECT count(*) FROM service") == 2


async def test_to_others_there_is_none(network: Network, graph: Answering) -> None:
    editor = actor(network.organizations["registry"], roles=frozenset({Role.DIRECTORY_EDITOR}))
    said = {"idempotencyKey": "1", "services": [service("S-1")]}
    sent = (await graph.ask(editor, SEND, input=said))["data"]["importServices"]["directoryImport"]["id"]

    for other in (
        actor(network.organizations["police"]),
        actor(network.organizations["registry"], roles=frozenset({Role.CASE_WORKER})),
    ):
        assert (await graph.ask(other, LOOK, id=sent))["data"]["directoryImport"] is None
    refused = (await graph.ask(other, SEND, input={**said, "idempotencyKey": "2"}))["data"]["importServices"]
    assert refused["directoryImport"] is None
    assert [problem["code"] for problem in refused["problems"]] == ["NOT_ALLOWED"]
