"""Trusted documents: a client without graph:documents sends those of our own pages alone, and none reads the schema."""

from dataclasses import replace

import pytest

from api import pages
from api.graph.documents import Documents
from api.limits import LIMITS
from api.releases.asking import DOCUMENTS
from auth.scopes import Scope
from resolvers.schema import build
from tests.api.edge import Edge, small_edge

ADHOC = "{ hello }"


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Edge:
    """The small graph, and one page that asks it one thing."""
    monkeypatch.setattr(pages, "documents", lambda: frozenset({"query Ours { hello }"}))
    return small_edge()


def without(edge: Edge, *scopes: Scope) -> str:
    """A token that opens everything, of a client that lacks these scopes."""
    token = edge.tokens.issue(*Scope)
    actor = edge.tokens.known[token]
    edge.tokens.known[token] = replace(actor, scopes=actor.scopes - set(scopes))
    return f"Bearer {token}"


async def test_a_client_without_the_scope_sends_the_documents_of_our_pages_alone(edge: Edge) -> None:
    page = without(edge, Scope.GRAPH_DOCUMENTS)

    ours = await edge.run("query Ours { hello }", authorization=page)
    others = [await edge.run(text, authorization=page) for text in (ADHOC, "query Ours { hello } ", "{", "x" * 70_000)]
    anybody = await edge.run(ADHOC)

    assert (ours.status, ours.json["data"]) == (200, {"hello": "Hello, world!"})
    assert [(answer.codes, answer.json["data"]) for answer in others] == [(["FORBIDDEN"], None)] * 4
    assert "graph:documents" in others[0].json["errors"][0]["message"]
    assert anybody.codes == []


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Query") { name } }',
        '{ hello a: __type(name: "Query") { name } }',
        "{ ...F } fragment F on Query { ... { __schema { description } } }",
    ],
)
async def test_the_schema_is_told_to_clients_with_the_scope_alone(edge: Edge, text: str) -> None:
    refused = await edge.run(text, authorization=without(edge, Scope.GRAPH_INTROSPECTION))
    told = await edge.run(text)

    assert (refused.codes, refused.json["data"]) == (["FORBIDDEN"], None)
    assert "graph:introspection" in refused.json["errors"][0]["message"]
    assert told.codes == []


async def test_a_typename_tells_nothing_of_the_schema(edge: Edge) -> None:
    answer = await edge.run("{ __typename }", authorization=without(edge, Scope.GRAPH_INTROSPECTION))
    assert answer.json["data"] == {"__typename": "Query"}


def test_every_document_of_the_pages_is_one_that_the_graph_answers() -> None:
    documents = Documents(build()[0]._schema, LIMITS)
    ours = pages.documents()

    read = [documents.read(text) for text in ours | DOCUMENTS]

    assert len(ours) == len(list(pages.WEB.glob("*/documents/*.graphql"))) > 0
    assert all(len(document.operations) == 1 for document in read)
