"""A partner sends services and files: who may, what comes of them, and that a dry run keeps nothing and tells all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from actions.imports import MOST_WAITING, import_services
from api.database import DatabaseURLs
from api.graph.bucket import Buckets
from api.limits import LIMITS
from api.partner_files import partner_file_routes
from api.uploads import Door
from auth.scopes import Scope
from models.partners import SyncOutcome
from models.rules.roles import Role
from models.rules.vocabulary import ProblemCode
from partners.push.taking import take_in
from partners.report import Report
from planner.ids import key_of
from tests.actions.network import Network, standing
from tests.api.edge import Answer, Edge, Tokens, small_edge

EDITOR = frozenset({Role.DIRECTORY_EDITOR})
EMPTY = "TRUNCATE partner, source_record, partner_import, service, location, idempotency CASCADE"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHEET = "id,service,catégorie,lieu,pcode\nS-1,Soins,santé,Clinique,HT0632\nS-2,Cours,éducation,École,HT0632\n"
SERVICE = {
    "remoteId": "S-1",
    "names": [{"language": "fr", "text": "Soins"}, {"language": "ht", "text": "Swen"}],
    "category": "HEALTH",
    "phones": [{"number": "5000-0101", "kind": "WHATSAPP"}],
    "fees": [{"language": "fr", "text": "Gratuit"}],
    "places": [
        {
            "location": {"remoteId": "L-1", "names": [{"language": "fr", "text": "Clinique"}], "pcode": "HT0632"},
            "hoursText": "lun-ven 08:00-16:00",
            "capacity": {"state": "AVAILABLE", "available": 3, "maximum": 10, "unit": "lits"},
        }
    ],
}


@dataclass
class Post:
    """The network, and a post at which partners hand in what they have."""

    network: Network
    edge: Edge
    worker: str

    def token(self, who: str = "registry", *scopes: Scope, roles: frozenset[Role] = EDITOR) -> str:
        token = self.edge.tokens.issue(*(scopes or (Scope.DIRECTORY_WRITE,)))
        actor = self.network.actor(who, roles=roles)
        self.edge.tokens.known[token] = replace(actor, scopes=self.edge.tokens.known[token].scopes)
        return token

    async def send(
        self, body: bytes | str, name: str = "-", query: str = "", token: str | None = None, **headers: str
    ) -> Answer:
        return await self.edge.ask(
            body.encode() if isinstance(body, str) else body,
            path=f"/partners/{name}/file",
            query_string=query.encode(),
            authorization=f"Bearer {token or self.token()}",
            content_type="",
            **headers,
        )

    async def look(self, identity: str, token: str | None = None) -> Answer:
        return await self.edge.ask(
            method="GET", path=f"/partners/-/imports/{identity}", authorization=f"Bearer {token or self.token()}"
        )

    async def services(self, *services: dict[str, Any], who: str = "registry", **options: Any) -> UUID:
        actor = self.network.actor(who, roles=EDITOR)
        outcome = await self.network.do(actor, import_services, services=list(services), **options)
        assert outcome.key is not None, outcome
        return outcome.key

    async def take(self, key: UUID) -> Report:
        report = await take_in(self.worker, key, now=NOW)
        assert report is not None
        return report

    async def taken(self, answer: Answer) -> tuple[Report, Any]:
        """What came of a file, as the worker and as its sender are told."""
        assert answer.status == 202, answer.body
        key = key_of("DirectoryImport", answer.json["id"])
        assert key is not None
        report = await self.take(key)
        return report, (await self.look(answer.json["id"])).json


@pytest.fixture(scope="module")
async def network(module_database: DatabaseURLs) -> AsyncIterator[Network]:
    async with standing(module_database) as network:
        await network.owner.execute(
            "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ('HT', '{\"fr\": \"H\"}', 0, NULL),"
            " ('HT06', '{\"fr\": \"Centre\"}', 1, 'HT'), ('HT0632', '{\"fr\": \"Belladère\"}', 2, 'HT06')"
            " ON CONFLICT DO NOTHING"
        )
        await network.owner.execute(EMPTY)
        yield network


@pytest.fixture
async def post(network: Network, module_database: DatabaseURLs) -> AsyncIterator[Post]:
    tokens = Tokens()
    routes = partner_file_routes(network.database, Door(tokens, Buckets(LIMITS)), clock=lambda: NOW)
    yield Post(network, Edge(small_edge(routes=routes).app, tokens, ""), module_database.worker)
    await network.owner.execute(EMPTY)


async def test_services_come_in_under_their_senders_name(post: Post) -> None:
    report = await post.take(await post.services(SERVICE))

    assert (report.outcome, report.counts.new, report.findings) == (SyncOutcome.COMPLETE, 1, [])
    (service,) = await post.network.rows("SELECT * FROM service")
    assert service["organization_id"] == post.network.organizations["registry"]
    assert orjson.loads(service["names"]) == {"fr": "Soins", "ht": "Swen"}
    (partner,) = await post.network.rows("SELECT name, kind, last_success_at FROM partner")
    slug = await post.network.value("SELECT slug FROM organization WHERE id = $1", service["organization_id"])
    assert partner == {"name": slug, "kind": "PUSH", "last_success_at": NOW}
    rooms = await post.network.rows(
        "SELECT c.state, c.unit, n.available, n.maximum, l.pcode FROM capacity c "
        "JOIN capacity_count n ON n.capacity_id = c.id JOIN service_at_location a ON a.id = c.service_at_location_id "
        "JOIN location l ON l.id = a.location_id"
    )
    assert rooms == [{"state": "AVAILABLE", "unit": "lits", "available": 3, "maximum": 10, "pcode": "HT0632"}]

    again = await post.take(await post.services({**SERVICE, "names": [{"language": "fr", "text": "Soins infirmiers"}]}))

    assert (again.counts.new, again.counts.changed) == (0, 1)
    assert [dict(orjson.loads(r["names"])) for r in await post.network.rows("SELECT names FROM service")] == [
        {"fr": "Soins infirmiers"}
    ]
    assert await post.network.value("SELECT count(*) FROM partner_import WHERE content IS NOT NULL") == 0


async def test_what_is_wrong_is_told_where_it_stands(post: Post) -> None:
    odd = {
        "remoteId": "S-2",
        "names": [{"language": "fr", "text": "Cours"}],
        "category": "EDUCATION",
        "website": "x" * 2_000,
        "places": [{"location": {"latitude": 200, "longitude": 1}, "hours": [{"opens": "8h", "closes": "12:00"}]}],
    }

    report = await post.take(await post.services(SERVICE, odd, {"remoteId": "S-3", "category": "HEALTH"}))

    assert report.counts.told() == {"new": 2, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 1}
    wrong, without = sorted(report.findings, key=lambda finding: finding.where)
    assert (wrong.where, wrong.quarantined) == ("services[1]", False)
    assert sorted(wrong.problem.split("\n"), reverse=True) == [
        "website is no text of up to 1000 signs: it stays out.",
        (
            "places[0].location: Latitude 200 and longitude 1 are not on earth. "
            "The place comes without coordinates. Correct them."
        ),
        "places[0].hours[0].opens is no time of day, such as 08:30: it stays out.",
        "places[0].hours[0] needs opens, closes, and either weekdays (MO, TU, ...) or a rule: it stays out.",
    ]
    assert (without.where, without.quarantined) == ("services[2]", True)
    assert without.problem == "It has no names. Send at least one."


async def test_no_more_is_kept_than_can_be_taken_in(post: Post) -> None:
    first = await post.services(SERVICE)
    waiting = (
        "INSERT INTO partner_import (partner_id, organization_id, sent_at, media_type, dry_run) SELECT partner_id, "
    )
    waiting += "organization_id, sent_at, media_type, true FROM partner_import, generate_series(2, $1)"
    await post.network.owner.execute(waiting, MOST_WAITING)

    refused = await post.send(SHEET)
    await post.take(first)

    assert (refused.status, refused.json["problems"][0]["code"]) == (422, "IN_PROGRESS")
    assert (await post.send(SHEET)).status == 202


async def test_a_dry_run_tells_what_would_change_and_keeps_nothing(post: Post) -> None:
    await post.take(await post.services(SERVICE, {**SERVICE, "remoteId": "S-2"}))
    before = await post.network.everything()
    other = {**SERVICE, "fees": [{"language": "fr", "text": "50 gourdes"}]}

    key = await post.services(other, {**SERVICE, "remoteId": "S-9"}, dry_run=True)
    report = await post.take(key)

    assert report.counts.told() == {"new": 1, "changed": 1, "unchanged": 0, "gone": 0, "quarantined": 0}
    told = orjson.loads(await post.network.value("SELECT report FROM partner_import WHERE id = $1", key))
    new, changed = sorted(told["changes"], key=lambda each: each["change"], reverse=True)
    assert new == {"remoteId": "S-9", "change": "NEW", "name": "Soins", "fields": []}
    assert changed == {
        "remoteId": "S-1",
        "change": "CHANGED",
        "name": "Soins",
        "fields": [{"field": "fees", "before": '{"fr": "Gratuit"}', "after": '{"fr": "50 gourdes"}'}],
    }
    after = await post.network.everything()
    moved = {table for table in before if before[table] != after[table]}
    assert moved <= {"partner_import", "idempotency", "audit_entry"}


async def test_a_sheet_is_tried_and_sent(post: Post) -> None:
    report, told = await post.taken(await post.send(SHEET, query="dry_run=true"))
    assert (told["state"], told["outcome"], told["counts"]["new"]) == ("DONE", "COMPLETE", 2)
    assert [(each["remoteId"], each["change"]) for each in told["changes"]] == [("S-1", "NEW"), ("S-2", "NEW")]
    assert await post.network.value("SELECT count(*) FROM service") == 0

    report, told = await post.taken(await post.send(SHEET, query="whole=true"))
    assert report.counts.new == 2
    assert "changes" not in told

    report, told = await post.taken(await post.send(SHEET.replace("S-2", "S-3"), query="whole=true"))
    assert told["outcome"] == "HELD"
    assert told["losses"][0].startswith("1 of 2 records (service) are missing.")
    (run, *_) = await post.network.rows(
        "SELECT occasion, outcome, whole FROM sync_run ORDER BY started_at DESC, id DESC"
    )
    assert run == {"occasion": "PUSH", "outcome": "HELD", "whole": True}


async def test_a_file_that_is_none_is_told_so(post: Post) -> None:
    for body, problem in (
        ("Activité,Où\nSoins,Ici", "The sheet has no column of services"),
        (b"PK\x03\x04nothing", "This is no workbook that can be read"),
        ('{"services": 7}', "The file is no JSON of services"),
        ("\x00\x01\x02", "The sheet has no column of services; it has"),
    ):
        _, told = await post.taken(await post.send(body))
        assert (told["state"], told["outcome"]) == ("FAILED", "FAILED")
        assert told["failures"][0].startswith(problem), told
    assert (await post.send(b"")).json["errors"][0]["message"].startswith("There is no file")
    assert (await post.send(SHEET, query="dryrun=true")).status == 400


async def test_nobody_sends_for_another(post: Post) -> None:
    await post.taken(await post.send(SHEET, token=post.token("registry")))
    partner = await post.network.value("SELECT name FROM partner")
    case_worker = post.token("registry", roles=frozenset({Role.CASE_WORKER}))

    answers = [
        await post.send(SHEET, partner, token=post.token("police")),
        await post.send(SHEET, partner, token=post.token("police", roles=EDITOR | {Role.NETWORK_STEWARD})),
        await post.send(SHEET, "no-such", token=post.token("police")),
    ]
    codes = [[problem["code"] for problem in answer.json["problems"]] for answer in answers]
    assert codes == [[ProblemCode.NOT_FOUND]] * 3
    assert answers[0].body == answers[1].body == answers[2].body, "whether there is one is not told"
    refused = await post.send(SHEET, token=case_worker)
    assert [problem["code"] for problem in refused.json["problems"]] == ["NOT_ALLOWED"]
    assert (await post.send(SHEET, token=post.token("registry", Scope.DIRECTORY_READ))).codes == ["FORBIDDEN"]
    assert await post.network.value("SELECT count(*) FROM partner_import") == 1


async def test_what_came_of_it_is_its_sender_s_alone(post: Post) -> None:
    answer = await post.send(SHEET)
    await post.taken(answer)

    for token in (
        post.token("police"),
        post.token("police", roles=EDITOR | {Role.NETWORK_STEWARD}),
        post.token("registry", roles=frozenset({Role.CASE_WORKER})),
    ):
        assert (await post.look(answer.json["id"], token)).status == 404
    assert (await post.look("DirectoryImport_x")).status == 404


async def test_no_entry_of_another_is_changed_by_its_id(post: Post) -> None:
    shown = await post.network.service("theirs", "police", names='{"fr": "Plainte"}', category="POLICE_PROTECTION")
    secret = await post.network.service("hidden", "police", names='{"fr": "Kay"}', visibility="ORGANIZATION")
    mine = await post.network.service("mine", "registry", names='{"fr": "Actes"}', category="CIVIL_DOCUMENTATION")
    ids = [shown, secret, mine, uuid4()]

    report = await post.take(await post.services(*({**SERVICE, "remoteId": str(each)} for each in ids)))

    assert report.counts.told() == {"new": 2, "changed": 1, "unchanged": 0, "gone": 0, "quarantined": 1}
    (finding,) = report.findings
    assert finding.problem.startswith("It is the entry of another organisation")
    names = {
        row["id"]: orjson.loads(row["names"])["fr"]
        for row in await post.network.rows("SELECT id, names FROM service WHERE id = ANY($1)", ids)
    }
    assert names == {shown: "Plainte", secret: "Kay", mine: "Soins"}
    assert await post.network.value("SELECT count(*) FROM service") == 5, "a hidden id is one that nobody has"


async def test_a_safe_house_that_is_sent_is_told_to_nobody_else(post: Post) -> None:
    house = {
        **SERVICE,
        "remoteId": "S-7",
        "category": "SAFE_HOUSE",
        "names": [{"language": "fr", "text": "Kay Zetwal"}],
    }

    await post.take(await post.services(house))

    rows = await post.network.rows("SELECT visibility FROM service UNION ALL SELECT visibility FROM location")
    assert {row["visibility"] for row in rows} == {"ORGANIZATION"}


async def test_a_key_is_good_once(post: Post) -> None:
    first, second = [await post.send(SHEET, idempotency_key="one") for _ in range(2)]
    other = await post.send(SHEET + "S-3,Repas,repas,Cour,\n", idempotency_key="one")

    assert first.json["id"] == second.json["id"]
    assert [problem["code"] for problem in other.json["problems"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_two_with_one_id_are_refused(post: Post) -> None:
    actor = post.network.actor("registry", roles=EDITOR)

    outcome = await post.network.do(actor, import_services, services=[SERVICE, SERVICE])

    assert [problem.code for problem in outcome.problems] == [ProblemCode.INVALID_INPUT]
