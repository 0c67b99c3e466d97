"""A training in the graph from its plan to its certificates, and each of its mutations with too little scope."""

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
from planner.ids import global_id
from resolvers.schema import build
from tests.actions.network import Network, standing
from tests.actions.trained import TRAINERS, Trained, trained
from tests.planner.answering import Answering, actor, answering

PLAN = """mutation($input: PlanTrainingInput!) { planTraining(input: $input) { problems { code field }
  training { id code startsOn endsOn sessions { id startsAt timeZone } organizer { id } course { code } } } }"""
ENROL = """mutation($input: EnrolParticipantsInput!) { enrolParticipants(input: $input) { problems { code field }
  enrolments { id token pin participant { name organizationName } } } }"""
WALK_IN = """mutation($input: EnrolWalkInInput!) { enrolWalkIn(input: $input) { problems { code field }
  enrolment { id token participant { name } } } }"""
WITHDRAW = """mutation($input: WithdrawEnrolmentInput!) { withdrawEnrolment(input: $input) { problems { code }
  enrolment { withdrawnAt } } }"""
SCORES = """mutation($input: RecordScoresInput!) { recordScores(input: $input) { problems { code field }
  training { enrolments { nodes { id completion { scoreAfter } } } } } }"""
ISSUE = """mutation($input: IssueCertificatesInput!) { issueCertificates(input: $input) { problems { code field }
  training { enrolments { nodes { id completion { completed } certificate { id revokedAt } } } } } }"""
REVOKE = """mutation($input: RevokeCertificateInput!) { revokeCertificate(input: $input) { problems { code field }
  certificate { id revokedAt revocation } } }"""
MUTATIONS = [PLAN, ENROL, WALK_IN, WITHDRAW, SCORES, ISSUE, REVOKE]
TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


@dataclass
class Office:
    graph: Answering
    network: Network
    made: Trained

    @property
    def trainer(self) -> Actor:
        return actor(self.made.organizer, roles=TRAINERS)

    async def do(self, text: str, *, who: Actor | None = None, key: str | None = None, **given: Any) -> dict[str, Any]:
        """The payload."""
        told = {"idempotencyKey": key or str(uuid4()), **given}
        answered = await self.graph.ask(who or self.trainer, text, input=told)
        assert "errors" not in answered, answered
        [payload] = answered["data"].values()
        found: dict[str, Any] = payload
        return found


@pytest.fixture
async def office(database: DatabaseURLs) -> AsyncIterator[Office]:
    async with standing(database, size=2) as network, answering(database) as graph:
        yield Office(graph, network, await trained(network, share=50, mark=60, sessions=2))


def listed(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "sex": "FEMALE", "kind": "NGO", "organizationName": "Mairie"} for name in names]


async def test_a_training_is_planned_and_people_are_enrolled(office: Office) -> None:
    times = {"startsAt": TOMORROW.isoformat(), "endsAt": (TOMORROW + timedelta(hours=3)).isoformat()}
    session = {**times, "timeZone": "America/Port-au-Prince"}
    course = global_id("Course", office.made.course_id)

    planned = await office.do(PLAN, courseId=course, code="PLAN-1", sessions=[session], languages=["ht"])
    training = planned["training"]
    key = str(uuid4())
    enrolled = await office.do(ENROL, key=key, trainingId=training["id"], participants=listed("Rose", "Wilner"))
    again = await office.do(ENROL, key=key, trainingId=training["id"], participants=listed("Rose", "Wilner"))
    walked_in = await office.do(WALK_IN, trainingId=training["id"], participant=listed("Ti Jan")[0])

    assert (planned["problems"], len(training["sessions"])) == ([], 1)
    assert training["organizer"]["id"] == global_id("Organization", office.made.organizer)
    assert {each["participant"]["name"] for each in enrolled["enrolments"]} == {"Rose", "Wilner"}
    assert {each["participant"]["organizationName"] for each in enrolled["enrolments"]} == {"Mairie"}
    assert all(each["token"] and each["pin"] for each in enrolled["enrolments"])
    assert again == enrolled
    assert walked_in["enrolment"]["participant"]["name"] == "Ti Jan"
    gone = await office.do(WITHDRAW, enrolmentId=walked_in["enrolment"]["id"])
    assert gone["enrolment"]["withdrawnAt"] is not None


async def test_an_entry_that_is_wrong_is_named_and_nobody_is_enrolled(office: Office) -> None:
    training = global_id("Training", office.made.training_id)
    wrong = [*listed("Rose"), {**listed("Wilner")[0], "pcode": "HT99"}]
    told = await office.do(ENROL, trainingId=training, participants=wrong)
    assert told == {
        "enrolments": [],
        "problems": [{"code": "NOT_FOUND", "field": ["participants", "1", "pcode"]}],
    }


async def test_from_scores_to_certificates_and_back(office: Office) -> None:
    for name in ("Passed", "Failed"):
        await office.made.enrolled(name, "PRESENT", "PRESENT")
    training = global_id("Training", office.made.training_id)
    ids = {name: global_id("Enrolment", key) for name, key in office.made.enrolments.items()}
    reached = [{"enrolmentId": ids["Passed"], "points": "12.5"}, {"enrolmentId": ids["Failed"], "points": "3"}]

    scored = await office.do(SCORES, trainingId=training, occasion="POST", maximum="20", scores=reached)
    refused = await office.do(ISSUE, trainingId=training, enrolmentIds=[ids["Passed"], ids["Failed"], "Enrolment_x"])
    issued = await office.do(ISSUE, trainingId=training, enrolmentIds=[ids["Passed"]])

    scores = {each["id"]: each["completion"]["scoreAfter"] for each in scored["training"]["enrolments"]["nodes"]}
    assert scores == {ids["Passed"]: 62, ids["Failed"]: 15}
    assert [(each["code"], each["field"]) for each in refused["problems"]] == [
        ("NOT_ELIGIBLE", ["enrolmentIds", "1"]),
        ("NOT_FOUND", ["enrolmentIds", "2"]),
    ]
    shown = {each["id"]: each["certificate"] for each in issued["training"]["enrolments"]["nodes"]}
    assert shown[ids["Failed"]] is None
    revoked = await office.do(REVOKE, certificateId=shown[ids["Passed"]]["id"], reason="MISUSED")
    assert revoked["problems"] == []
    assert (revoked["certificate"]["revokedAt"] is not None, revoked["certificate"]["revocation"]) == (True, "MISUSED")


async def test_to_another_organisation_all_of_it_is_not_there(office: Office) -> None:
    await office.made.enrolled("Ours", "PRESENT", "PRESENT", score=20)
    training = global_id("Training", office.made.training_id)
    issued = await office.do(ISSUE, trainingId=training)
    [certificate] = [each["certificate"]["id"] for each in issued["training"]["enrolments"]["nodes"]]
    stranger = actor(office.network.organizations["registry"], roles=TRAINERS)
    enrolment = global_id("Enrolment", office.made.enrolments["Ours"])
    score = [{"enrolmentId": enrolment, "points": "1"}]
    tries = [
        (REVOKE, {"certificateId": certificate, "reason": "OTHER"}, "NOT_FOUND"),
        (WITHDRAW, {"enrolmentId": enrolment}, "NOT_FOUND"),
        (SCORES, {"trainingId": training, "occasion": "PRE", "maximum": "9", "scores": score}, "NOT_FOUND"),
        (ISSUE, {"trainingId": training}, "NOT_ALLOWED"),
        (ENROL, {"trainingId": training, "participants": listed("X")}, "NOT_ALLOWED"),
        (WALK_IN, {"trainingId": training, "participant": listed("X")[0]}, "NOT_ALLOWED"),
    ]
    before = await office.network.everything()
    for text, given, code in tries:
        told = await office.do(text, who=stranger, **given)
        assert [each["code"] for each in told["problems"]] == [code], text
    assert await office.network.everything() == before


@pytest.mark.parametrize("text", MUTATIONS)
@pytest.mark.parametrize("lacking", [Scope.TRAINING_WRITE, Scope.TRAINING_READ])
def test_each_of_them_takes_both_training_scopes(text: str, lacking: Scope) -> None:
    schema, _ = build()
    document = Documents(schema._schema).read(text)
    needed = demands(schema._schema, document.fragments, document.operation(None).node).requirements
    assert not all(each.met_by(frozenset(Scope) - {lacking}) for each in needed)
