"""Trainings in the graph: each root field as nobody, as another organisation, with too little scope, and rightly."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.database import DatabaseURLs
from api.graph.documents import Documents
from api.graph.scopes import demands
from auth.actor import Actor
from auth.scopes import Scope
from models.rules.roles import Role
from planner.ids import global_id
from resolvers.schema import build
from tests.actions.delivery import STARTS, Delivery, deliveries
from tests.planner.answering import Answering, actor, answering

TRAINER, SUPERVISOR = frozenset({Role.TRAINER}), frozenset({Role.SUPERVISOR})
RECORD = """mutation($input: RecordAttendanceInput!) { recordAttendance(input: $input) {
  results { eventId outcome flags message attendance { id status session { id } enrolment { id } version } }
  problems { code field } } }"""
NOW = datetime.now(UTC)
SINCE = NOW - timedelta(hours=1) - STARTS
"The graph goes by the real time: the sessions are moved to where nothing is locked."
WHOLE = """{ id code startsOn endsOn locksAt languages course { code title themes } organizer { id }
  sessions { id startsAt endsAt timeZone attendances { totalCount nodes { status } } unmatched { totalCount }
    conflicts { totalCount } awaitingApproval { totalCount } }
  enrolments { totalCount nodes { id token pin participant { name sex kind } attendances { totalCount } } } }"""


@dataclass
class Place:
    graph: Answering
    ours: Delivery
    theirs: Delivery

    def who(self, training: Delivery, roles: frozenset[Role] = TRAINER) -> Actor:
        return actor(training.organization_id, roles=roles)

    async def ask(self, who: Actor, text: str, **variables: Any) -> dict[str, Any]:
        answered = await self.graph.ask(who, text, **variables)
        assert "errors" not in answered, answered
        data: dict[str, Any] = answered["data"]
        return data

    async def record(self, who: Actor, *events: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        given = {"idempotencyKey": key or str(uuid4()), "deviceId": "tablet", "events": list(events)}
        payload: dict[str, Any] = (await self.ask(who, RECORD, input=given))["recordAttendance"]
        return payload

    def event(self, person: int = 0, **given: Any) -> dict[str, Any]:
        usual = {
            "eventId": str(uuid4()),
            "deviceSequence": 1,
            "sessionId": global_id("TrainingSession", self.ours.sessions[0]),
            "enrolmentToken": self.ours.tokens[person],
            "status": "PRESENT",
            "occurredAt": NOW.isoformat(),
        }
        return {**usual, **given}


@pytest.fixture
async def place(database: DatabaseURLs) -> AsyncIterator[Place]:
    async with deliveries(database, count=2, people=3) as (ours, theirs), answering(database) as graph:
        await ours.owner.execute(
            "UPDATE training_session SET starts_at = starts_at + $1, ends_at = ends_at + $1", SINCE
        )
        yield Place(graph, ours, theirs)


def own(training: Delivery) -> str:
    return global_id("Training", training.training_id)


@pytest.mark.parametrize(
    ("roles", "people", "credentials"),
    [(TRAINER, 3, True), (SUPERVISOR, 3, False), (frozenset({Role.ANALYST}), 0, False)],
)
async def test_a_training_is_seen_by_role(place: Place, roles: frozenset[Role], people: int, credentials: bool) -> None:
    await place.record(place.who(place.ours), place.event(), place.event(enrolmentToken="unknown"))

    query = f"query($id: ID!) {{ training(id: $id) {WHOLE} }}"
    found = (await place.ask(place.who(place.ours, roles), query, id=own(place.ours)))["training"]

    [session, _] = found["sessions"]
    enrolled = found["enrolments"]["nodes"]
    assert found["enrolments"]["totalCount"] == len(enrolled) == people
    assert [bool(each["token"] and each["pin"]) for each in enrolled] == [credentials] * people
    assert all(each["participant"]["name"] for each in enrolled)
    assert session["attendances"]["totalCount"] == session["unmatched"]["totalCount"] == (1 if people else 0)


async def test_another_organisation_knows_the_training_and_nobody_in_it(place: Place) -> None:
    await place.record(place.who(place.ours), place.event())
    other = place.who(place.theirs)

    found = (await place.ask(other, f"query($id: ID!) {{ training(id: $id) {WHOLE} }}", id=own(place.ours)))["training"]
    listed = (await place.ask(other, "{ trainings { totalCount nodes { id enrolments { totalCount } } } }"))[
        "trainings"
    ]

    assert (found["code"], found["enrolments"]) == (f"o-{place.ours.organization_id}", {"totalCount": 0, "nodes": []})
    assert [session["attendances"]["totalCount"] for session in found["sessions"]] == [0, 0]
    assert {each["id"]: each["enrolments"]["totalCount"] for each in listed["nodes"]} == {
        own(place.ours): 0,
        own(place.theirs): 3,
    }


@pytest.mark.parametrize(
    ("root", "asked"),
    [
        ("course", "course(code: $code) { code themes }"),
        ("training", "training(code: $code) { code }"),
        ("courses", "courses { nodes { code } }"),
        ("trainings", "trainings { nodes { code } }"),
        ("attendanceDevices", "attendanceDevices { nodes { deviceId } }"),
        ("attendanceDevice", 'attendanceDevice(deviceId: "tablet") { deviceId revokedAt missing }'),
    ],
)
async def test_each_root_field_for_nobody_for_another_and_for_its_own(place: Place, root: str, asked: str) -> None:
    await place.record(place.who(place.ours), place.event())
    code = f"o-{place.ours.organization_id}"
    text = f"query($code: String) {{ {asked} }}" if "$code" in asked else f"{{ {asked} }}"
    variables = {"code": code} if "$code" in asked else {}

    async def found(who: Actor) -> str:
        return str((await place.ask(who, text, **variables))[root])

    mark = "tablet" if "evice" in root else code
    assert mark in await found(place.who(place.ours))
    assert (mark in await found(place.who(place.theirs))) == ("evice" not in root)


async def test_people_are_behind_every_door_but_their_own(place: Place) -> None:
    [recorded] = (await place.record(place.who(place.ours), place.event()))["results"]
    [device] = await place.ours.rows("SELECT id FROM attendance_device")
    [event] = await place.ours.rows("SELECT id FROM attendance_event")
    ids = [
        global_id("Enrolment", place.ours.enrolments[0]),
        recorded["attendance"]["id"],
        global_id("AttendanceDevice", device["id"]),
        global_id("AttendanceEvent", event["id"]),
    ]

    for id_ in ids:
        text = "query($id: ID!) { node(id: $id) { __typename id } }"
        assert (await place.ask(place.who(place.ours), text, id=id_))["node"]["id"] == id_
        assert (await place.ask(place.who(place.theirs), text, id=id_))["node"] is None


async def test_a_replay_of_the_key_reads_the_same_and_one_of_the_batch_finds_duplicates(place: Place) -> None:
    trainer, batch = (
        place.who(place.ours),
        [place.event(), place.event(1, status="LATE"), place.event(enrolmentToken="x")],
    )
    key = str(uuid4())

    first = await place.record(trainer, *batch, key=key)
    replay = await place.record(trainer, *batch, key=key)
    again = await place.record(trainer, *batch)
    reused = await place.record(trainer, *batch[:1], key=key)

    assert [result["outcome"] for result in first["results"]] == ["RECORDED", "RECORDED", "UNMATCHED"]
    assert replay == first
    assert [result["outcome"] for result in again["results"]] == ["DUPLICATE"] * 3
    assert [each["attendance"] for each in again["results"]] == [each["attendance"] for each in first["results"]]
    assert (reused["results"], [each["code"] for each in reused["problems"]]) == ([], ["IDEMPOTENCY_KEY_REUSED"])


async def test_recording_takes_the_role_and_says_so(place: Place) -> None:
    refused = await place.record(place.who(place.ours, SUPERVISOR), place.event())
    foreign = await place.record(place.who(place.theirs), place.event())

    assert (refused["results"], refused["problems"]) == ([], [{"code": "NOT_ALLOWED", "field": None}])
    assert [result["outcome"] for result in foreign["results"]] == ["REJECTED"]


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"themes": ["PSEA"]}, 0),
        ({"themes": []}, 0),
        ({"from": "2026-11-02", "before": "2026-11-03"}, 2),
        ({"from": "2026-11-03"}, 0),
        ({"before": "2026-11-02"}, 0),
    ],
)
async def test_trainings_are_narrowed_by_theme_and_day(place: Place, given: dict[str, Any], count: int) -> None:
    query = "query($filter: TrainingFilter) { trainings(filter: $filter) { totalCount } }"

    assert (await place.ask(place.who(place.ours), query, filter=given))["trainings"]["totalCount"] == count


async def test_what_was_read_of_participants_is_in_the_audit(place: Place) -> None:
    query = f"query($id: ID!) {{ training(id: $id) {WHOLE} }}"

    await place.ask(place.who(place.ours), query, id=own(place.ours))
    await place.ask(place.who(place.theirs), query, id=own(place.ours))

    entries = await place.ours.rows("SELECT organization_id, classes, subjects FROM audit_entry")
    assert [(row["organization_id"], row["classes"]) for row in entries] == [(place.ours.organization_id, ["IDENTITY"])]
    assert set(entries[0]["subjects"]) == set(place.ours.enrolments)


async def test_a_person_matches_settles_and_revokes_through_the_graph(place: Place) -> None:
    trainer = place.who(place.ours)
    scan = place.event()
    await place.record(trainer, scan, place.event(enrolmentToken="unknown"))
    await place.record(trainer, {**scan, "status": "ABSENT"})
    query = """query($id: ID!) { node(id: $id) { ... on TrainingSession {
      unmatched { nodes { id token } } conflicts { nodes { id version conflicts events { totalCount } } } } } }"""
    session = (await place.ask(trainer, query, id=scan["sessionId"]))["node"]
    [lost], [disputed] = session["unmatched"]["nodes"], session["conflicts"]["nodes"]

    async def act(name: str, shown: str, **given: Any) -> Any:
        kind = f"{name[0].upper()}{name[1:]}Input"
        text = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {shown} problems {{ code }} }} }}"
        return (await place.ask(trainer, text, input={"idempotencyKey": str(uuid4()), **given}))[name]

    matched = await act(
        "matchAttendance",
        "event { rulings } attendance { status }",
        eventId=lost["id"],
        enrolmentId=global_id("Enrolment", place.ours.enrolments[2]),
    )
    settled = await act(
        "settleAttendance",
        "attendance { status conflicts }",
        attendanceId=disputed["id"],
        expectedVersion=disputed["version"],
        status="LATE",
        occurredAt=NOW.isoformat(),
        reason="Both lists agree",
    )
    [device] = (await place.ask(trainer, "{ attendanceDevices { nodes { id } } }"))["attendanceDevices"]["nodes"]
    revoked = await act("revokeAttendanceDevice", "device { deviceId revokedAt }", deviceId=device["id"])

    assert (lost["token"], disputed["conflicts"], disputed["events"]["totalCount"]) == ("unknown", ["EVENT_ID"], 2)
    assert matched == {"event": {"rulings": ["MATCHED"]}, "attendance": {"status": "PRESENT"}, "problems": []}
    assert settled == {"attendance": {"status": "LATE", "conflicts": []}, "problems": []}
    assert revoked["device"]["revokedAt"] is not None


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("{ trainings { totalCount } }", Scope.TRAINING_READ),
        ('{ training(code: "x") { id } }', Scope.TRAINING_READ),
        ("{ courses { totalCount } }", Scope.TRAINING_READ),
        ('{ course(code: "x") { id } }', Scope.TRAINING_READ),
        ("{ attendanceDevices { totalCount } }", Scope.TRAINING_READ),
        ("{ trainings { nodes { enrolments { nodes { token } } } } }", Scope.TRAINING_WRITE),
        ("{ trainings { nodes { enrolments { nodes { pin } } } } }", Scope.TRAINING_WRITE),
        (RECORD, Scope.TRAINING_WRITE),
    ],
)
def test_a_token_without_the_scope_is_refused_before_anything_runs(text: str, lacking: Scope) -> None:
    schema, _ = build()
    document = Documents(schema._schema).read(text)

    needed = demands(schema._schema, document.fragments, document.operation(None).node).requirements

    assert any(lacking in group for each in needed for group in each.any_of)
    assert not all(each.met_by(frozenset(Scope) - {lacking}) for each in needed)
