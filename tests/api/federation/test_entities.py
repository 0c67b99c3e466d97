"""What a gateway asks of Konbit: references of any kind by any key, one statement for all, and nothing hidden."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.app import create_app
from api.database import DatabaseURLs
from auth.scopes import Scope
from tests.api.edge import ORGANIZATION, Answer, Edge, Tokens
from tests.planner.answering import answering

ROWS = 40
HIDDEN, STREET = "Mezon Zarafina", "Ruelle Quimborazo"
"Words of a safe house: nowhere else."
AROUND = re.compile(r"^(BEGIN|COMMIT)|typeinfo|\bjit\b")
MANY = """query($them: [_Any!]!) { _entities(representations: $them) {
  ... on Service { id name organization { slug } places { location { name address { text } } } }
  ... on Organization { slug name }
  ... on Location { label: name address { text } }
  ... on Area { pcode name } } }"""


@dataclass
class Federated:
    edge: Edge
    services: list[UUID]
    house: UUID
    "A service that is its own organisation's alone."
    place: UUID
    "Where it is."
    statements: list[str]

    async def ask(self, *them: dict[str, Any], text: str = MANY) -> Answer:
        self.statements.clear()
        return await self.edge.ask({"query": text, "variables": {"them": list(them)}})

    async def found(self, *them: dict[str, Any]) -> list[Any]:
        answer = await self.ask(*them)
        assert answer.status == 200, answer.body
        found: list[Any] = answer.json["data"]["_entities"]
        return found

    @property
    def asked(self) -> list[str]:
        return [each for each in self.statements if not AROUND.search(each)]

    def service(self, id: UUID) -> dict[str, str]:
        return {"__typename": "Service", "id": f"Service_{id}"}


@dataclass(frozen=True)
class Written:
    """The ids of what stands in the database."""

    services: list[UUID]
    house: UUID
    place: UUID


@pytest.fixture(scope="module")
async def written(module_database: DatabaseURLs) -> Written:
    other, rows = uuid4(), Written([uuid4() for _ in range(ROWS)], uuid4(), uuid4())
    owner = await asyncpg.connect(module_database.migration)
    for id, slug in ((ORGANIZATION, "brc"), (other, "clinique")):
        await owner.execute(
            "INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, $3, 'NGO')",
            id,
            slug,
            f'{{"fr": "{slug}"}}',
        )
    await owner.execute("INSERT INTO area (pcode, names, level) VALUES ('HT', '{\"fr\": \"Haïti\"}', 0)")
    for number, id in enumerate(rows.services):
        await _service(owner, id, other, f"Service {number}", "NETWORK")
    await _service(owner, rows.house, other, HIDDEN, "ORGANIZATION")
    await owner.execute(
        "INSERT INTO location (id, organization_id, visibility, kind, names, address_lines) "
        "VALUES ($1, $2, 'ORGANIZATION', 'SAFE_HOUSE', $3, $4)",
        rows.place, other, json.dumps({"fr": HIDDEN}), [STREET],
    )  # fmt: skip
    await owner.execute(
        "INSERT INTO service_at_location (organization_id, visibility, service_id, location_id, source) "
        "VALUES ($1, 'ORGANIZATION', $2, $3, 'clinique')",
        other, rows.house, rows.place,
    )  # fmt: skip
    await owner.close()
    return rows


@pytest.fixture
async def federated(module_database: DatabaseURLs, written: Written) -> AsyncIterator[Federated]:
    async def serves() -> None:
        return None

    statements: list[str] = []
    async with answering(module_database, size=1) as ready:
        tokens = Tokens()
        app = create_app(graph=ready.graph, authenticator=tokens, ready=serves)
        assert ready.graph.engine is not None
        async with ready.graph.engine.database.pool.acquire() as connection:
            connection.add_query_logger(lambda query: statements.append(query.query))
        edge = Edge(app, tokens, tokens.issue(*Scope))
        yield Federated(edge, written.services, written.house, written.place, statements)


async def _service(owner: Any, id: UUID, organization: UUID, name: str, visibility: str) -> None:
    await owner.execute(
        "INSERT INTO service (id, organization_id, visibility, names, category, source) "
        "VALUES ($1, $2, $3, $4, 'HEALTH', 'clinique')",
        id, organization, visibility, json.dumps({"fr": name}),
    )  # fmt: skip


async def test_many_of_one_type_are_one_statement(federated: Federated) -> None:
    them = [federated.service(id) for id in federated.services]

    found = await federated.found(*them, *reversed(them))

    names = [f"Service {number}" for number in range(ROWS)]
    assert [each["name"] for each in found] == names + names[::-1], "in the order asked for, as often as asked for"
    assert {each["organization"]["slug"] for each in found} == {"clinique"}
    assert len(federated.asked) == 1, federated.asked


async def test_several_types_and_keys_are_one_statement(federated: Federated) -> None:
    found = await federated.found(
        {"__typename": "Organization", "slug": "clinique"},
        federated.service(federated.services[3]),
        {"__typename": "Area", "pcode": "HT"},
        {"__typename": "Organization", "id": f"Organization_{ORGANIZATION}"},
        federated.service(federated.services[1]),
    )

    assert [each["name"] for each in found] == ["clinique", "Service 3", "Haïti", "brc", "Service 1"]
    assert len(federated.asked) == 1, federated.asked


NOTHING: list[Any] = [
    {"__typename": "Service", "id": f"Service_{uuid4()}"},
    {"__typename": "Service", "id": "Service_1; DROP TABLE service"},
    {"__typename": "Service", "id": f"Organization_{ORGANIZATION}"},
    {"__typename": "Service", "id": 7},
    {"__typename": "Service", "name": "Service 1"},
    {"__typename": "Service"},
    {"__typename": "Person", "id": f"Person_{uuid4()}"},
    {"__typename": "Referral", "id": f"Referral_{uuid4()}"},
    {"__typename": "Organization", "slug": "nobody"},
    {"__typename": "Area", "pcode": "HT9999"},
    {"__typename": "Nothing", "id": "x"},
    {"__typename": ["Service"], "id": "x"},
    {"id": "x"},
    {},
    "Service",
    3,
]


async def test_what_names_nothing_is_null_beside_what_does(federated: Federated) -> None:
    known = federated.service(federated.services[0])

    answer = await federated.ask(known, *NOTHING, known)

    assert "errors" not in answer.json
    names = [each and each["name"] for each in answer.json["data"]["_entities"]]
    assert names == ["Service 0", *[None] * len(NOTHING), "Service 0"]
    assert len(federated.asked) == 1, federated.asked


async def test_no_reference_may_be_null(federated: Federated) -> None:
    assert (await federated.ask(None)).codes == ["BAD_USER_INPUT"], "the argument is [_Any!]!"  # type: ignore[arg-type]


async def test_a_safe_house_is_null_and_no_word_of_it_is_told(federated: Federated) -> None:
    place = {"__typename": "Location", "id": f"Location_{federated.place}"}

    answer = await federated.ask(
        federated.service(federated.house), place, {"__typename": "Organization", "slug": "clinique"}
    )

    hidden, there, owner = answer.json["data"]["_entities"]
    assert (hidden, there) == (None, None)
    assert owner["name"] == "clinique"
    for word in (HIDDEN, STREET):
        assert word.encode() not in answer.body


async def test_a_type_whose_scope_is_not_held_is_not_answered(federated: Federated) -> None:
    """Nor by a document that does not name it: `__typename` alone would tell that it is there."""
    federated.edge.token = federated.edge.tokens.issue(Scope.PEOPLE_READ)
    known = federated.service(federated.services[0])

    named = await federated.ask(known)
    unnamed = await federated.ask(
        known, text="query($them: [_Any!]!) { _entities(representations: $them) { __typename } }"
    )

    assert (named.status, named.codes) == (200, ["FORBIDDEN"])
    assert unnamed.json["data"]["_entities"] == [None]


async def test_a_client_without_its_own_documents_cannot_be_a_gateway_s(federated: Federated) -> None:
    token = federated.edge.tokens.issue(Scope.DIRECTORY_READ)
    federated.edge.tokens.known[token] = _without(federated.edge.tokens.known[token], Scope.GRAPH_DOCUMENTS)
    federated.edge.token = token

    answer = await federated.ask(federated.service(federated.services[0]))

    assert answer.codes == ["FORBIDDEN"]
    assert "graph:documents" in answer.json["errors"][0]["message"]


async def test_the_schema_is_told_to_those_who_compose_alone(federated: Federated) -> None:
    text = "{ _service { sdl } }"
    whole = await federated.edge.ask({"query": text})
    assert "federation/v2.5" in whole.json["data"]["_service"]["sdl"]

    token = federated.edge.tokens.issue(Scope.DIRECTORY_READ)
    federated.edge.tokens.known[token] = _without(federated.edge.tokens.known[token], Scope.GRAPH_INTROSPECTION)
    federated.edge.token = token
    assert (await federated.edge.ask({"query": text})).codes == ["FORBIDDEN"]


async def test_a_batch_has_a_limit(federated: Federated) -> None:
    them = [federated.service(federated.services[0])] * 100
    assert (await federated.ask(*them)).status == 200

    more = await federated.ask(*them, them[0])

    assert more.codes == ["BAD_USER_INPUT"]
    assert federated.asked == []


async def test_each_reference_costs_what_is_asked_below_it(federated: Federated) -> None:
    text = """query($them: [_Any!]!) { _entities(representations: $them) {
      ... on Organization { services(first: 50) { nodes { name } } } } }"""
    reference = {"__typename": "Organization", "slug": "clinique"}

    costs = [(await federated.ask(*[reference] * times, text=text)).json["extensions"]["cost"] for times in (1, 10)]
    assert costs == [1 + 1 * 51, 1 + 10 * 51]

    federated.statements.clear()
    dear = text.replace("first: 50", "first: 100")
    assert (await federated.ask(*[reference] * 100, text=dear)).codes == ["QUERY_TOO_EXPENSIVE"]
    assert federated.asked == []


def _without(actor: Any, scope: Scope) -> Any:
    return replace(actor, scopes=actor.scopes - {scope})
