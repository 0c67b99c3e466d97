"""Mutations through the graph: operations as clients send them, problems of every type, and what a replay shows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from api.database import DatabaseURLs
from api.graph.bell import Bell
from api.graph.documents import Documents
from api.graph.engine import Engine
from api.graph.execute import Graph, execute
from api.graph.request import Request
from auth.actor import Actor
from planner.ids import global_id
from planner.operation import Operations
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build
from tests.actions.network import GIRL_BORN, Network, standing

SENT = Path(__file__).parent / "operations"
SCHEMA, CATALOG = build()
OPERATIONS = Operations(Planner(CATALOG, record))
DOCUMENTS = Documents(SCHEMA._schema)
GIVEN = {"giver": "PARENT", "giverName": "Rosemène Essai", "assent": "GIVEN", "method": "SIGNED", "language": "ht"}
PERSON = {
    "consent": {**GIVEN, "statistics": True},
    "sex": "FEMALE",
    "birthDate": GIRL_BORN.isoformat(),
    "givenName": "Mirlande",
    "familyName": "Essai",
    "nationality": "HT",
    "phone": "+50934101234",
    "handlingNeeds": ["INTERPRETER"],
    "vulnerabilities": ["WITHOUT_CIVIL_DOCUMENTS", "SGBV_SURVIVOR"],
    "crossingPoint": "BELLADERE",
    "returnType": "SELF_ORGANISED",
}
REPORT_CAPACITY = """mutation($input: ReportCapacityInput!) { reportCapacity(input: $input) {
  service { capacity { state available maximum } } problems { __typename code field } } }"""


@dataclass
class Clients:
    """Whoever asks the graph, over the small network."""

    network: Network
    graph: Graph

    def id(self, kind: str, name: str) -> str:
        return global_id(kind, (self.network.services if kind == "Service" else self.network.organizations)[name])

    async def answer(self, who: str | Actor, text: str, variables: dict[str, Any]) -> Any:
        document = DOCUMENTS.read(text)
        request = Request(
            document=document,
            operation=document.operation(None),
            variables=variables,
            languages=(),
            actor=self.network.actor(who) if isinstance(who, str) else who,
            request_id="a-request",
        )
        return orjson.loads(await execute(self.graph, request, now=datetime.now(UTC)))

    async def ask(self, who: str | Actor, text: str, variables: dict[str, Any]) -> Any:
        answer = await self.answer(who, text, variables)
        assert "errors" not in answer, answer
        return answer["data"]

    async def act(self, who: str | Actor, operation: str, **fields: Any) -> Any:
        """One mutation as a client sends it; its payload."""
        text = (SENT / f"{operation}.graphql").read_text()
        return next(iter((await self.ask(who, text, {"input": {"idempotencyKey": str(uuid4()), **fields}})).values()))

    async def one(self, who: str, referral_id: str) -> Any:
        text = (SENT / "one_referral.graphql").read_text()
        return (await self.ask(who, text, {"id": referral_id}))["referral"]

    async def registered(self) -> str:
        person: str = (await self.act("brc", "register_person", **PERSON))["person"]["id"]
        return person

    async def consent(self, person_id: str, *information: str) -> str:
        consent: str = (
            await self.act(
                "brc",
                "record_consent",
                personId=person_id,
                purpose="SERVICE",
                recipientOrganizationId=self.id("Organization", "registry"),
                information=list(information),
                **GIVEN,
            )
        )["consent"]["id"]
        return consent

    def wish(self, person_id: str) -> dict[str, Any]:
        return {
            "personId": person_id,
            "serviceId": self.id("Service", "papers"),
            "kind": "REFERRAL",
            "priority": "URGENT",
            "need": "CIVIL_DOCUMENTATION",
            "summary": "An extract from the archives.",
            "narrative": "Her papers were taken.",
        }


@pytest.fixture(scope="module")
async def clients(module_database: DatabaseURLs) -> AsyncIterator[Clients]:
    async with standing(module_database) as network:
        yield Clients(network, Graph(SCHEMA._schema, Engine(OPERATIONS, network.database, Bell())))


def codes(payload: Any) -> list[str]:
    return [problem["code"] for problem in payload["problems"]]


async def test_a_person_is_registered_with_consent_to_it(clients: Clients) -> None:
    payload = await clients.act("brc", "register_person", **PERSON)

    assert payload["problems"] == []
    person = payload["person"]
    assert (person["sex"], person["ageGroup"], person["handlingNeeds"]) == ("FEMALE", "AGE_12_17", ["INTERPRETER"])
    assert person["vulnerabilities"] == ["SGBV_SURVIVOR", "WITHOUT_CIVIL_DOCUMENTS"]
    assert person["identity"] == {"givenName": "Mirlande", "familyName": "Essai"}
    assert sorted(c["purpose"] for c in person["consents"]["nodes"]) == ["REGISTRATION", "STATISTICS"]


async def test_a_referral_goes_from_refused_to_completed(clients: Clients) -> None:
    person_id = await clients.registered()
    key = str(uuid4())
    wish = clients.wish(person_id)

    refused = await clients.act("brc", "send_referral", **wish, idempotencyKey=key)
    assert refused["referral"] is None
    problem = refused["problems"][0]
    assert (problem["code"], problem["missing"], problem["recipient"]) == (
        "CONSENT_REQUIRED",
        ["IDENTITY", "NEED"],
        {"slug": "registry"},
    )

    await clients.consent(person_id, "IDENTITY", "NEED")
    sent = (await clients.act("brc", "send_referral", **wish, idempotencyKey=key))["referral"]
    assert (sent["status"], sent["availableActions"], sent["version"]) == ("SENT", ["WITHDRAW"], 1)

    duplicate = await clients.act("brc", "send_referral", **wish)
    assert duplicate["problems"][0]["code"] == "DUPLICATE_REFERRAL"
    assert duplicate["problems"][0]["referral"] == {"id": sent["id"], "status": "SENT"}

    accepted = (await clients.act("registry", "accept_referral", referralId=sent["id"], expectedVersion=1))["referral"]
    assert accepted["subject"]["identity"]["givenName"] == "Mirlande"
    assert (accepted["summary"], accepted["narrative"], accepted["subject"]["contact"]) == (wish["summary"], None, None)

    done = await clients.act("registry", "complete_referral", referralId=sent["id"], result="SERVED", note="Delivered")
    assert (done["referral"]["status"], done["referral"]["outcome"]["result"]) == ("COMPLETED", "SERVED")
    back = await clients.one("brc", sent["id"])
    assert [event["statusAfter"] for event in back["events"]["nodes"]] == ["SENT", "ACCEPTED", "COMPLETED"]


@pytest.mark.parametrize(
    ("changed", "typename", "code", "field"),
    [
        ({"serviceId": "Service_00000000-0000-4000-8000-000000000000"}, "PlainProblem", "NOT_FOUND", ["serviceId"]),
        ({"serviceId": "rubbish"}, "PlainProblem", "NOT_FOUND", ["serviceId"]),
        ({"personId": None}, "PlainProblem", "INVALID_INPUT", ["personId"]),
        ({}, "ConsentProblem", "CONSENT_REQUIRED", None),
    ],
)
async def test_a_problem_is_told_by_its_type_its_code_and_the_field_at_fault(
    clients: Clients, changed: dict[str, Any], typename: str, code: str, field: list[str] | None
) -> None:
    wish = {"idempotencyKey": "k", **clients.wish(await clients.registered()), **changed}

    answer = await clients.ask(
        "brc",
        """mutation($input: SendReferralInput!) { sendReferral(input: $input) {
             referral { id } problems { __typename code field message } } }""",
        {"input": wish},
    )

    assert answer["sendReferral"]["referral"] is None
    (problem,) = answer["sendReferral"]["problems"]
    assert (problem["__typename"], problem["code"], problem["field"]) == (typename, code, field)
    assert problem["message"].endswith(".")


async def test_problems_keep_their_order(clients: Clients) -> None:
    crooked = {**PERSON, "nationality": "haiti", "phone": "34101234", "consent": {**PERSON["consent"], "language": "?"}}

    payload = await clients.act("brc", "register_person", **crooked)

    assert payload["person"] is None
    assert [p["field"] for p in payload["problems"]] == [["nationality"], ["phone"], ["consent", "language"]]


async def test_a_stale_version_comes_with_the_referral_as_it_is(clients: Clients) -> None:
    person_id = await clients.registered()
    await clients.consent(person_id, "IDENTITY", "NEED")
    sent = (await clients.act("brc", "send_referral", **clients.wish(person_id)))["referral"]

    stale = await clients.act("registry", "accept_referral", referralId=sent["id"], expectedVersion=8)

    assert codes(stale) == ["STALE_VERSION"]
    assert stale["problems"][0]["referral"] == {"id": sent["id"], "status": "SENT"}


async def test_replay_of_a_key_after_consent_was_withdrawn_shows_what_may_be_seen_today(clients: Clients) -> None:
    person_id = await clients.registered()
    consent_id = await clients.consent(person_id, "IDENTITY", "NEED")
    sent = (await clients.act("brc", "send_referral", **clients.wish(person_id)))["referral"]
    wish = {"referralId": sent["id"], "idempotencyKey": "accept it"}
    first = (await clients.act("registry", "accept_referral", **wish))["referral"]
    assert first["subject"]["identity"] is not None

    withdrawn = await clients.act("brc", "withdraw_consent", consentId=consent_id, reason="Asked to stop")
    again = await clients.act("registry", "accept_referral", **wish)

    assert withdrawn["consent"]["withdrawnAt"] is not None
    assert again["problems"] == []
    assert (again["referral"]["id"], again["referral"]["status"]) == (sent["id"], "ACCEPTED")
    assert (again["referral"]["subject"]["identity"], again["referral"]["summary"]) == (None, None)


async def test_the_same_key_with_another_input_is_refused(clients: Clients) -> None:
    await clients.act("brc", "register_person", **PERSON, idempotencyKey="one")

    other = await clients.act("brc", "register_person", **{**PERSON, "givenName": "Autre"}, idempotencyKey="one")

    assert codes(other) == ["IDEMPOTENCY_KEY_REUSED"]


async def test_a_capacity_is_reported_for_ones_own_service_alone(clients: Clients) -> None:
    wish = {"serviceId": clients.id("Service", "papers"), "state": "AVAILABLE", "available": 3, "maximum": 9}

    own = await clients.ask("registry", REPORT_CAPACITY, {"input": {**wish, "idempotencyKey": "a"}})
    other = await clients.ask("brc", REPORT_CAPACITY, {"input": {**wish, "idempotencyKey": "b"}})

    assert own["reportCapacity"] == {
        "service": {"capacity": {"state": "AVAILABLE", "available": 3, "maximum": 9}},
        "problems": [],
    }
    assert other["reportCapacity"]["service"] is None
    assert codes(other["reportCapacity"]) == ["NOT_ALLOWED"]


async def test_each_top_level_mutation_stands_for_itself(clients: Clients) -> None:
    text = """mutation($one: WithdrawConsentInput!, $two: RegisterPersonInput!) {
      gone: withdrawConsent(input: $one) { consent { id } problems { code } }
      here: registerPerson(input: $two) { person { reference } problems { code } } }"""

    answer = await clients.ask(
        "brc",
        text,
        {
            "one": {"idempotencyKey": "1", "consentId": "Consent_00000000-0000-4000-8000-000000000000"},
            "two": {"idempotencyKey": "2", **PERSON},
        },
    )

    assert answer["gone"] == {"consent": None, "problems": [{"code": "NOT_FOUND"}]}
    assert answer["here"]["problems"] == []
    assert len(answer["here"]["person"]["reference"]) == 14


async def test_a_payload_that_cannot_be_read_refuses_before_anything_is_done(clients: Clients) -> None:
    before = await clients.network.everything()
    text = """mutation M($input: RegisterPersonInput!) {
      registerPerson(input: $input) { person { consents(after: "rubbish") { nodes { id } } } problems { code } } }"""

    answer = await clients.answer("brc", text, {"input": {"idempotencyKey": str(uuid4()), **PERSON}})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert await clients.network.everything() == before
