"""Documents are read once and kept within bounds; cost and scopes are known before anything runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.graph.cost import PageOutOfRange
from api.graph.documents import Documents, OperationNotNamed
from api.limits import LIMITS
from tests.api.edge import small_schema


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(small_schema())


def test_a_text_is_read_once(documents: Documents) -> None:
    text = "query A { hello }"
    assert documents.kept(text) is None
    read = documents.read(text)
    assert documents.kept(text) is read


def test_the_least_recently_used_goes_first() -> None:
    documents = Documents(small_schema(), replace(LIMITS, cached_documents=2))
    a, b, c = "query A { hello }", "query B { hello }", "query C { hello }"
    documents.read(a)
    documents.read(b)
    documents.kept(a)
    documents.read(c)
    assert [documents.kept(text) is None for text in (a, b, c)] == [False, True, False]


def test_characters_bound_what_is_kept() -> None:
    documents = Documents(small_schema(), replace(LIMITS, cached_characters=100))
    for n in range(20):
        documents.read(f"query Q{n} {{ hello }}")
    assert documents.characters <= 100
    assert 0 < len(documents) < 20


COSTS: list[tuple[str, dict[str, Any], int]] = [
    ("{ hello }", {}, 1),
    ("{ hello again: hello }", {}, 2),
    ("{ people { totalCount } }", {}, 21),
    ("{ people(first: 0) { totalCount } }", {}, 1),
    ("{ people(first: 50) { nodes { friends(last: 20) { nodes { id } } } } }", {}, 1 + 50 * 21),
    (
        "{ people(first: 5) { edges { node { ...P } } } } fragment P on Person { friends(first: 2) { totalCount } }",
        {},
        1 + 5 * 3,
    ),
    ("query Q($n: Int) { people(first: $n) { totalCount } }", {}, 21),
    ("query Q($n: Int) { people(first: $n) { totalCount } }", {"n": None}, 21),
    ("query Q($n: Int = 7) { people(first: $n) { totalCount } }", {}, 8),
    ("query Q($n: Int = 7) { people(first: $n) { totalCount } }", {"n": 100}, 101),
    ("query Q($n: Int) { people(first: 3) { nodes { friends(first: $n) { totalCount } } } }", {"n": 9}, 1 + 3 * 10),
    ("query Q($n: Int) { people(first: 3, last: $n) { totalCount } }", {"n": 9}, 10),
    ("query Q($r: [String!]!) { _entities(representations: $r) { id } }", {"r": ["a", "b", "c"]}, 4),
    ('{ _entities(representations: ["a", "b"]) { id } }', {}, 3),
    ("{ __schema { types { fields { name } } } }", {}, 1),
]


@pytest.mark.parametrize(("text", "variables", "nodes"), COSTS)
def test_cost_is_what_pages_multiply_up_to(
    documents: Documents, text: str, variables: dict[str, Any], nodes: int
) -> None:
    assert documents.read(text).operation(None).cost.of(variables, LIMITS.page) == nodes


@pytest.mark.parametrize("size", [-1, 101, 2**31 - 1])
def test_a_page_is_0_to_100(documents: Documents, size: int) -> None:
    literal = documents.read(f"{{ people(first: {size}) {{ totalCount }} }}").operation(None)
    variable = documents.read("query Q($n: Int) { people(last: $n) { totalCount } }").operation("Q")
    for operation, variables in ((literal, {}), (variable, {"n": size})):
        with pytest.raises(PageOutOfRange):
            operation.cost.of(variables, LIMITS.page)


def test_an_operation_is_named_where_there_are_several(documents: Documents) -> None:
    document = documents.read("query A { hello } query B { hello }")
    assert document.operation("B").name == "B"
    for name in (None, "", "C"):
        with pytest.raises(OperationNotNamed):
            document.operation(name)


def test_scopes_are_those_of_every_type_that_is_reached(documents: Documents) -> None:
    operation = documents.read(
        "{ people { nodes { ...P } } hello } fragment P on Person { contact { phone } friends { nodes { id } } }"
    ).operation(None)
    assert [requirement.place for requirement in operation.demands.requirements] == ["Person", "Contact"]
    person, contact = operation.demands.requirements
    assert person.met_by(frozenset({"people:read"}))
    assert not contact.met_by(frozenset({"people:read"}))
    assert contact.met_by(frozenset({"people:read", "audit:read"}))
    assert contact.met_by(frozenset({"admin"}))
