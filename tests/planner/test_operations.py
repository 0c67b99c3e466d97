"""What was prepared once is prepared for all requests of its form, and what is kept stays bounded."""

from typing import Any

import pytest

from api.graph.documents import Documents
from planner.operation import Operations, Prepared
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build

WORKLIST = """query($filter: ReferralFilter, $order: ReferralOrder, $first: Int, $whole: Boolean = false) {
  referrals(filter: $filter, orderBy: $order, first: $first) { nodes { id summary @include(if: $whole) } } }"""
REFERENCES = "query($them: [_Any!]!) { _entities(representations: $them) { ... on Organization { name } } }"


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(build()[0]._schema)


@pytest.fixture
def operations() -> Operations:
    return Operations(Planner(build()[1], record))


def prepare(operations: Operations, documents: Documents, text: str, **given: Any) -> Prepared:
    document = documents.kept(text) or documents.read(text)
    operation = document.operation(None)
    variables = operation.variables.read(given)
    return operations.prepare(document, operation.node, document.fragments, variables)


def test_values_share_a_plan(operations: Operations, documents: Documents) -> None:
    first = prepare(operations, documents, WORKLIST, filter={"statuses": ["SENT"], "counterpartId": "x"}, first=10)
    second = prepare(operations, documents, WORKLIST, filter={"counterpartId": "y", "statuses": []}, first=99)
    assert second is first


@pytest.mark.parametrize(
    "given",
    [
        {"filter": {"statuses": ["SENT"], "kinds": ["TRANSFER"]}},
        {"filter": {"statuses": None}},
        {"filter": None},
        {"filter": {"statuses": ["SENT"]}, "whole": True},
        {"filter": {"statuses": ["SENT"]}, "order": {"field": "DUE_AT", "direction": "ASC"}},
    ],
)
def test_another_form_has_a_plan_of_its_own(
    operations: Operations, documents: Documents, given: dict[str, Any]
) -> None:
    first = prepare(operations, documents, WORKLIST, filter={"statuses": ["SENT"]})
    assert prepare(operations, documents, WORKLIST, **given) is not first
    assert prepare(operations, documents, WORKLIST, filter={"statuses": ["SENT"]}) is first


def test_the_direction_of_an_order_decides_and_comes_back(operations: Operations, documents: Documents) -> None:
    orders = [{"field": "DUE_AT", "direction": way} for way in ("ASC", "DESC", "ASC", "DESC", "ASC")]
    rising, falling, *again = [prepare(operations, documents, WORKLIST, order=order) for order in orders]
    assert rising is not falling
    assert [each is rising for each in again] == [True, False, True]
    assert len(operations) == 2


def test_references_of_the_same_kinds_share_a_plan(operations: Operations, documents: Documents) -> None:
    kinds = [[{"__typename": "Organization", "slug": str(n)}, {"__typename": "Area", "pcode": "HT"}] for n in range(9)]
    for turn in range(9):
        prepare(operations, documents, REFERENCES, them=kinds[turn][: 1 + turn % 2])
    assert len(operations) == 2
