"""Looking after partners in the graph: who may, what it does, and what only the operator may."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from auth.actor import Actor
from models.partners import PartnerKind
from models.rules.roles import Role
from partners.sync import Means
from partners.work import work
from tests.partners.conftest import LOOPBACK, NOW, QUICK, Directory
from tests.partners.servers import HsdsServer
from tests.planner.answering import Answering, actor, answering

Serve = Callable[[Any], str]
EDITOR, STEWARD = frozenset({Role.DIRECTORY_EDITOR}), frozenset({Role.NETWORK_STEWARD})
FIELDS = {
    **dict.fromkeys(
        ("registerPartner", "changePartner", "pausePartner", "resumePartner"), "partner { id name health }"
    ),
    **dict.fromkeys(("tryPartner", "syncPartner", "acceptLosses"), "run { id outcome dryRun }"),
    **dict.fromkeys(("dismissRecord", "reopenRecord"), "record { id dismissedAt dismissal dismissedBy { slug } }"),
}


@dataclass
class Tending:
    directory: Directory
    graph: Answering
    people: dict[str, Actor]

    async def do(self, who: str, mutation: str, **given: Any) -> dict[str, Any]:
        text = f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{"
        text += f" {FIELDS[mutation]} problems {{ code field message }} }} }}"
        answered = await self.ask(who, text, input={"idempotencyKey": str(uuid4()), **given})
        payload: dict[str, Any] = answered[mutation]
        return payload

    async def ask(self, who: str, text: str, **variables: Any) -> dict[str, Any]:
        answered = await self.graph.ask(self.people[who], text, **variables)
        assert "errors" not in answered, answered
        data: dict[str, Any] = answered["data"]
        return data

    async def partner(self, who: str = "steward", name: str = "border", fields: str = "id") -> Any:
        return (await self.ask(who, f'{{ partner(name: "{name}") {{ {fields} }} }}'))["partner"]

    async def worked(self) -> None:
        await work(self.directory.worker, means=Means(QUICK), clock=lambda: datetime.now(UTC), idle=0.1)


@pytest.fixture
async def tending(
    directory: Directory, database: DatabaseURLs, border: HsdsServer, serve: Serve
) -> AsyncIterator[Tending]:
    """The border's feed, pulled once; its editor, another organisation's, a steward of a third, and an outsider."""
    await directory.enter("border", serve(border))
    await directory.pull("border")
    own = (await directory.one("SELECT organization_id AS id FROM partner"))["id"]
    others = {
        name: await directory.connection.fetchval(
            "INSERT INTO organization (slug, names, language, kind) VALUES ($1, $2, 'fr', 'NGO') RETURNING id",
            name,
            {"fr": name},
        )
        for name in ("other", "network")
    }
    people = {
        "editor": actor(UUID(str(own)), roles=EDITOR),
        "case worker": actor(UUID(str(own)), roles=frozenset({Role.CASE_WORKER})),
        "other": actor(UUID(str(others["other"])), roles=EDITOR),
        "steward": actor(UUID(str(others["network"])), roles=STEWARD),
    }
    async with answering(database) as graph:
        yield Tending(directory, graph, people)


def codes(payload: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(problem["code"], problem["field"]) for problem in payload["problems"]]


async def test_who_does_not_look_after_it_sees_nothing_of_it(tending: Tending) -> None:
    partner_id = (await tending.partner())["id"]
    listed = "{ partners { nodes { name } } quarantine { nodes { id } } }"

    assert await tending.partner("editor") == {"id": partner_id}
    for stranger in ("case worker", "other"):
        assert await tending.partner(stranger) is None
        assert await tending.ask(stranger, listed) == {"partners": {"nodes": []}, "quarantine": {"nodes": []}}
        for mutation in ("syncPartner", "tryPartner", "pausePartner", "resumePartner", "acceptLosses", "changePartner"):
            assert codes(await tending.do(stranger, mutation, partnerId=partner_id)) == [("NOT_FOUND", ["partnerId"])]
    assert len(await tending.directory.rows("SELECT FROM sync_run")) == 1


async def test_a_system_is_registered_tried_and_then_read(tending: Tending, border: HsdsServer, serve: Serve) -> None:
    made = await tending.do(
        "editor", "registerPartner", name="second", kind="HSDS", address="https://api.example.org/hsds"
    )
    assert (made["problems"], made["partner"]["health"]) == ([], "PAUSED")
    assert await tending.directory.rows("SELECT FROM partner WHERE paused_at IS NULL AND name = 'second'") == []
    # An address of this machine is the operator's to open.
    await tending.directory.connection.execute(
        "UPDATE partner SET address = $1, settings = $2 WHERE name = 'second'", serve(border), LOOPBACK
    )

    tried = await tending.do("editor", "tryPartner", partnerId=made["partner"]["id"])
    again = await tending.do("editor", "tryPartner", partnerId=made["partner"]["id"])
    assert tried["run"] == {"id": again["run"]["id"], "outcome": "WAITING", "dryRun": True}
    await tending.worked()

    told = """query($id: ID!) { node(id: $id) { ... on PartnerRun {
      outcome counts { new } wouldChange { what new changed missing } } } }"""
    run = (await tending.ask("editor", told, id=tried["run"]["id"]))["node"]
    assert (run["outcome"], run["counts"]["new"], run["wouldChange"]["what"]) == ("TRIED", 9, "HSDS 3.1")
    assert len(run["wouldChange"]["new"]) == 6
    assert len(await tending.directory.rows("SELECT FROM service")) == 6, "the first partner's"

    resumed = await tending.do("editor", "resumePartner", partnerId=made["partner"]["id"])
    assert resumed["partner"]["health"] == "UNREAD"
    await tending.worked()

    assert await tending.partner(name="second", fields="health services lastFailure pausedAt") == {
        "health": "WELL",
        "services": 6,
        "lastFailure": None,
        "pausedAt": None,
    }


async def test_a_manual_run_is_asked_for_and_told(tending: Tending, border: HsdsServer) -> None:
    border.services[0]["name"] = "Soins renommés"
    partner_id = (await tending.partner("editor"))["id"]

    run = (await tending.do("editor", "syncPartner", partnerId=partner_id))["run"]
    await tending.worked()

    asked = "{ node(id: %s) { ... on PartnerRun { outcome occasion whole counts { changed unchanged } } } }"
    assert (await tending.ask("editor", asked % json.dumps(run["id"])))["node"] == {
        "outcome": "COMPLETE",
        "occasion": "MANUAL",
        "whole": True,
        "counts": {"changed": 1, "unchanged": 8},
    }


async def test_losses_are_held_until_a_person_accepts_them_once(tending: Tending, border: HsdsServer) -> None:
    partner_id = (await tending.partner())["id"]
    assert codes(await tending.do("steward", "acceptLosses", partnerId=partner_id)) == [
        ("TRANSITION_NOT_ALLOWED", ["partnerId"])
    ]
    del border.services[2:]
    await tending.do("steward", "syncPartner", partnerId=partner_id)
    await tending.worked()
    assert (await tending.partner(fields="health services")) == {"health": "HELD", "services": 6}

    assert codes(await tending.do("steward", "acceptLosses", partnerId=partner_id)) == []
    await tending.worked()

    assert await tending.partner(fields="health services lossesAcceptedAt") == {
        "health": "WELL",
        "services": 2,
        "lossesAcceptedAt": None,
    }
    audited = "SELECT act FROM audit_entry WHERE act = 'acceptLosses'"
    assert len(await tending.directory.rows(audited)) == 1


async def test_a_pause_stops_the_interval_alone(tending: Tending, border: HsdsServer) -> None:
    partner_id = (await tending.partner())["id"]

    await tending.do("editor", "pausePartner", partnerId=partner_id, reason="They move house.")
    await tending.directory.connection.execute("UPDATE partner SET next_at = now()")
    await tending.worked()

    assert len(await tending.directory.rows("SELECT FROM sync_run")) == 1
    fields = "health pausedBecause services"
    assert await tending.partner(fields=fields) == {
        "health": "PAUSED",
        "pausedBecause": "They move house.",
        "services": 6,
    }


async def test_a_record_is_let_rest_until_it_changes(tending: Tending, border: HsdsServer) -> None:
    border.services[3]["name"] = ""
    await tending.directory.pull("border")
    queue = "{ quarantine(filter: {dismissed: false}) { nodes { id kind remoteId } } }"
    [record] = (await tending.ask("steward", queue))["quarantine"]["nodes"]

    done = await tending.do("steward", "dismissRecord", recordId=record["id"], reason="A test of theirs.")
    assert (done["record"]["dismissal"], done["record"]["dismissedBy"]) == ("A test of theirs.", {"slug": "network"})
    await tending.directory.pull("border")
    assert (await tending.ask("steward", queue))["quarantine"]["nodes"] == [], "it is as it was"

    border.services[3]["description"] = "Otherwise"
    await tending.directory.pull("border")
    assert (await tending.ask("steward", queue))["quarantine"]["nodes"] == [record]

    await tending.do("steward", "dismissRecord", recordId=record["id"], reason="Still.")
    assert (await tending.do("editor", "reopenRecord", recordId=record["id"]))["record"]["dismissedAt"] is None
    border.services[3]["name"] = "Named"
    await tending.directory.pull("border")
    assert codes(await tending.do("editor", "dismissRecord", recordId=record["id"], reason="x")) == [
        ("TRANSITION_NOT_ALLOWED", ["recordId"])
    ]
    assert codes(await tending.do("other", "dismissRecord", recordId=record["id"], reason="x")) == [
        ("NOT_FOUND", ["recordId"])
    ]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"settings": '{"allowed_networks": ["10.0.0.0/8"]}'}, "NOT_ALLOWED", "settings"),
    ({"settings": '{"organizations": {"pont": "other"}}'}, "NOT_ALLOWED", "settings"),
    ({"settings": '{"nothing": 1}'}, "INVALID_INPUT", "settings"),
    ({"settings": "[]"}, "INVALID_INPUT", "settings"),
    ({"settings": "{"}, "INVALID_INPUT", "settings"),
    ({"address": "/etc/passwd"}, "INVALID_INPUT", "address"),
    ({"address": "file:///etc/passwd"}, "INVALID_INPUT", "address"),
    ({"address": "https://me:secret@example.org"}, "INVALID_INPUT", "address"),
    ({"trust": 90}, "NOT_ALLOWED", "trust"),
    ({"pollSeconds": 5}, "INVALID_INPUT", "pollSeconds"),
]


async def test_what_is_not_the_editor_s_to_say_is_refused(tending: Tending) -> None:
    partner_id = (await tending.partner())["id"]
    before = await tending.directory.one("SELECT * FROM partner")

    for given, code, field in REFUSED:
        entry = {"kind": "CSV", "address": "https://example.org/list.csv", **given}
        assert codes(await tending.do("editor", "changePartner", partnerId=partner_id, **given)) == [(code, [field])]
        assert codes(await tending.do("editor", "registerPartner", name="new", **entry)) == [(code, [field])]

    assert await tending.directory.one("SELECT * FROM partner") == before


FORBIDDEN = [
    ('UPDATE partner SET settings = \'{"allowed_networks": ["10.0.0.0/8"]}\'', "ck_partner_networks"),
    ("UPDATE partner SET address = 'https://other.example.org'", "ck_partner_networks"),
    ("UPDATE partner SET settings = '{}', address = '/etc/passwd'", "ck_partner_networks"),
    ("UPDATE partner SET trust = 100", "ck_partner_trusted"),
    (
        'UPDATE partner SET settings = settings || \'{"organizations": {"pont": "other"}}\'',
        "ck_partner_organizations",
    ),
]
SECRETS = [
    "SELECT credential FROM partner",
    "SELECT raw FROM source_record",
    *(f"UPDATE partner SET {column} = NULL" for column in ("credential", "sealed_by", "credential_kind")),
]


async def test_the_database_refuses_it_too(tending: Tending) -> None:
    for statement, constraint in FORBIDDEN:
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            async with tending.graph.session(tending.people["editor"]) as session:
                await session.connection.execute(statement)
        assert refused.value.constraint_name == constraint
    for statement in SECRETS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with tending.graph.session(tending.people["editor"]) as session:
                await session.connection.execute(statement)


async def test_of_which_organisations_a_source_speaks_is_the_stewards_to_say(tending: Tending) -> None:
    partner_id = (await tending.partner())["id"]
    own = (
        await tending.directory.one(
            "SELECT slug FROM organization JOIN partner p ON p.organization_id = organization.id"
        )
    )["slug"]
    both = json.dumps({"organizations": {"pont": "other", "bureau": own}})

    for who, settings in (
        ("editor", json.dumps({"organizations": {"bureau": own}})),
        ("steward", both),
        ("editor", json.dumps({**json.loads(both), "language": "ht"})),
    ):
        assert codes(await tending.do(who, "changePartner", partnerId=partner_id, settings=settings)) == []
    said = json.dumps({"organizations": {"another": "other"}})
    refused = await tending.do("editor", "changePartner", partnerId=partner_id, settings=said)
    assert codes(refused) == [("NOT_ALLOWED", ["settings"])]


async def test_a_changed_address_closes_the_networks_and_begins_anew(tending: Tending) -> None:
    partner_id = (await tending.partner())["id"]

    done = await tending.do("editor", "changePartner", partnerId=partner_id, address="https://moved.example.org/hsds")

    assert done["problems"] == []
    row = await tending.directory.one("SELECT settings, cursor, whole_at, next_at <= now() AS due FROM partner")
    assert row == {"settings": {}, "cursor": {}, "whole_at": None, "due": True}
    fields = "trust licence settings pollSeconds address"
    said = {"trust": 80, "licence": "CC0", "settings": '{"language": "ht"}', "pollSeconds": 0}
    assert (await tending.do("steward", "changePartner", partnerId=partner_id, **said))["problems"] == []
    assert await tending.partner(fields=fields) == {
        **said,
        "pollSeconds": None,
        "address": "https://moved.example.org/hsds",
    }


async def test_of_a_safe_house_others_learn_nothing(tending: Tending, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "id,service,catégorie,lieu,pcode,latitude,longitude\n"
        "kay-trankil,Kay Trankil,maison sûre,Ri Kache 77,HT9977,18.7777,200\n"
        ",,maison sûre,Ri Kache 77,HT9977,18.7777,-72.7777\n"
    )
    await tending.directory.enter("sheet", str(sheet), PartnerKind.CSV)
    await tending.directory.pull("sheet", now=NOW)
    everything = """{ partners { nodes { name health services quarantined lastFailure system settings
      runs { nodes { counts { new } failures losses notes wouldChange { new } } }
      quarantine { nodes { remoteId where problem } } } } quarantine { nodes { remoteId where problem } } }"""

    told = json.dumps(await tending.ask("steward", everything), ensure_ascii=False)

    planted = ("Trankil", "Kache", "9977", "18.7777", "kay-trankil")
    assert [word for word in planted if word in told] == []
    assert '"name": "sheet"' in told
