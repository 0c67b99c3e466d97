"""GraphQL over HTTP: who may ask, in which form, and with which status each thing is answered."""

from __future__ import annotations

import orjson
import pytest

from api.limits import Limits
from auth.scopes import Scope
from tests.api.edge import Edge, small_edge

NEW = "application/graphql-response+json"
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def edge() -> Edge:
    return small_edge()


async def test_a_query_is_answered_with_its_cost(edge: Edge) -> None:
    answer = await edge.run("query Greet($n: String) { hello(name: $n) }", {"n": "Ayiti"})
    assert (answer.status, answer.json) == (200, {"data": {"hello": "Hello, Ayiti!"}, "extensions": {"cost": 1}})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "status", "media"),
    [
        ("", 200, "application/json"),
        ("*/*", 200, "application/json"),
        (NEW, 200, NEW),
        (f"{NEW}, application/json", 200, NEW),
        (f"application/json;q=0.5, {NEW};q=0.9", 200, NEW),
        (f"{NEW};q=0, */*", 200, "application/json"),
        ("application/xml, text/*", 406, "application/json"),
        ("text/html", 200, "application/json"),
    ],
)
async def test_accept_chooses_the_media_type(edge: Edge, accept: str, status: int, media: str) -> None:
    answer = await edge.run("{ hello }", accept=accept)
    assert (answer.status, answer.headers["content-type"].split(";")[0]) == (status, media)


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "BAD_USER_INPUT"),
        ("{ nothing }", None, "BAD_USER_INPUT"),
        ("query Q($id: ID!) { __typename }", {"id": None}, "BAD_USER_INPUT"),
        ("{ people(first: 100) { nodes { friends(first: 100) { nodes { id } } } } }", None, "QUERY_TOO_EXPENSIVE"),
        ("{ people(first: 101) { nodes { id } } }", None, "BAD_USER_INPUT"),
        ("{ people(last: -1) { nodes { id } } }", None, "BAD_USER_INPUT"),
        ("subscription { count(to: 1) }", None, "BAD_USER_INPUT"),
        ("{ a: __typename } query B { hello }", None, "BAD_USER_INPUT"),
    ],
)
async def test_what_did_not_run_is_400_in_the_new_media_type_and_200_in_the_old(
    edge: Edge, query: str, variables: dict[str, None] | None, code: str
) -> None:
    new = await edge.run(query, variables, accept=NEW)
    old = await edge.run(query, variables, accept="application/json")
    assert (new.status, new.codes[0], "data" in new.json) == (400, code, False)
    assert (old.status, old.json) == (200, new.json)


@pytest.mark.parametrize("authorization", ["", "Basic YTpi", "Bearer", "Bearer  ", "Digest x"])
async def test_no_token_is_401_with_a_challenge_that_names_no_error(edge: Edge, authorization: str) -> None:
    answer = await edge.ask(b"\xff", authorization=authorization, accept="text/plain")
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["www-authenticate"] == 'Bearer realm="konbit", DPoP realm="konbit", algs="ES256"'


async def test_a_bad_or_ended_token_is_401_whatever_the_body_is(edge: Edge) -> None:
    for token in ("not-a-token", edge.tokens.issue(*Scope, seconds=-1)):
        answer = await edge.ask(b"[", authorization=f"Bearer {token}")
        assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
        assert answer.headers["www-authenticate"] == 'Bearer realm="konbit", error="invalid_token"'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'[{"query":"{hello}"}]', 400),
        (b"1", 400),
        (b'{"query": "{hello}", "variables": {"n": \xff}}', 400),
        (b'"\xed\xa0\x80"', 400),
        (b'{"query": 1}', 400),
        (b'{"query": "{hello}", "variables": {"n": ' + b"9" * 10_000 + b"}}", 400),
        (b'{"query": "{hello}", "extensions": ' + b'{"a":' * 32 + b"1" + b"}" * 33, 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"query": "{hello}", "variables": {"f": ' + orjson.dumps(["x"] * 101) + b"}}", 400),
        (b'{"query": "{hello}", "variables": {"f": "a\\u0000b"}}', 400),
        (b'{"query": "' + b" " * (256 * 1024) + b'"}', 413),
    ],
)
async def test_a_malformed_body_is_refused_in_every_media_type(edge: Edge, body: bytes, status: int) -> None:
    for accept in ("application/json", NEW):
        answer = await edge.ask(body, accept=accept)
        assert (answer.status, answer.codes) == (status, ["BAD_USER_INPUT"])


async def test_a_body_may_come_in_pieces_and_must_come_in_time() -> None:
    edge = small_edge(Limits(body=100, body_seconds=0.05))
    whole = b'{"query": "{ hello }"}'
    for pieces, status in (
        ([whole[:5], whole[5:]], 200),
        ([b" " * 60, b" " * 60], 413),
        ([whole[:5], None], 408),
        ([None], 408),
    ):
        answer = await edge.ask(pieces)
        assert answer.status == status, pieces
        assert ("connection" in answer.headers) == (status in (408, 413))


async def test_a_client_that_leaves_before_its_body_is_whole_gets_nothing(edge: Edge) -> None:
    with pytest.raises(ValueError, match="not enough values"):
        await edge.ask([b"{", b""])


async def test_json_of_exactly_the_depth_and_lists_of_exactly_the_length_pass(edge: Edge) -> None:
    depth = b'{"query": "{hello}", "extensions": ' + b'{"a":' * 30 + b"1" + b"}" * 31
    length = orjson.dumps(
        {"query": "query($f: [String!]) { people(filter: $f) { totalCount } }", "variables": {"f": ["x"] * 100}}
    )
    assert [(await edge.ask(body)).status for body in (depth, length)] == [200, 200]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
    ],
)
async def test_only_json_in_utf8_is_read(edge: Edge, content_type: str) -> None:
    answer = await edge.ask({"query": "{ hello }"}, content_type=content_type)
    assert (answer.status, answer.codes) == (415, ["BAD_USER_INPUT"])


async def test_get_asks_queries_and_nothing_else(edge: Edge) -> None:
    read = await edge.ask(
        method="GET", query_string=b"query=query+Q($n:String){hello(name:$n)}&variables=%7B%22n%22:%22x%22%7D"
    )
    write = await edge.ask(method="GET", query_string=b"query=mutation{rename(name:%22x%22)}")
    assert read.json["data"] == {"hello": "Hello, x!"}
    assert (write.status, write.headers["allow"]) == (405, "GET, POST")
    for bad in (
        b"query=%ff",
        b"query={hello}&query={hello}",
        b"query={hello}&variables=[1]",
        b"query={hello}&variables=x",
        b"\xff",
    ):
        assert (await edge.ask(method="GET", query_string=bad)).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
async def test_other_methods_are_405(edge: Edge, method: str) -> None:
    assert (await edge.ask(method=method)).status == 405


async def test_a_scope_that_is_lacking_is_refused_before_anything_runs(edge: Edge) -> None:
    token = edge.tokens.issue(Scope.PEOPLE_READ)
    answer = await edge.run(
        "{ broken people { edges { node { ...P } } } } fragment P on Person { contact { phone } }",
        authorization=f"Bearer {token}",
        accept=NEW,
    )
    assert answer.status == 403
    assert answer.json == {
        "data": None,
        "errors": [
            {
                "message": "Contact needs the scope audit:read and people:read or admin.",
                "extensions": {"code": "FORBIDDEN"},
            }
        ],
    }
    assert answer.headers["www-authenticate"] == 'Bearer realm="konbit", error="insufficient_scope"'


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ node(id: "x") { id } }', None),
        ('{ node(id: "x") { ... on Place { name } } }', None),
        ('{ node(id: "x") { ... on Person { name } } }', "FORBIDDEN"),
        ("{ _entities(representations: []) { ...F } } fragment F on Person { id }", "FORBIDDEN"),
        ('mutation { rename(name: "x") }', "FORBIDDEN"),
    ],
)
async def test_a_type_counts_where_it_is_reached(edge: Edge, query: str, code: str | None) -> None:
    answer = await edge.run(query, authorization=f"Bearer {edge.tokens.issue(Scope.DIRECTORY_READ)}")
    assert answer.codes == ([code] if code else [])


async def test_a_fault_is_masked_and_carries_the_request_id(edge: Edge) -> None:
    answer = await edge.run("{ hello broken }", x_request_id="abc-123-def")
    assert answer.status == 200
    assert answer.json["data"] == {"hello": "Hello, world!", "broken": None}
    assert answer.json["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": "abc-123-def"}
    assert answer.json["errors"][0]["path"] == ["broken"]
    assert b"Mirlande" not in answer.body
    assert answer.headers["x-request-id"] == "abc-123-def"


async def test_a_database_that_is_away_is_unavailable_and_says_nothing_of_itself(edge: Edge) -> None:
    answer = await edge.run("{ late hello }")
    assert (answer.status, answer.codes, answer.json["data"]["late"]) == (200, ["UNAVAILABLE"], None)
    assert b"10.1.2.3" not in answer.body


@pytest.mark.parametrize("given", ["", "short", "has space in it", "x" * 65, "quote'\"<>12345"])
async def test_a_request_id_that_is_not_sane_is_replaced(edge: Edge, given: str) -> None:
    answer = await edge.run("{ hello }", x_request_id=given)
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 24


async def test_who_asks_for_too_much_waits() -> None:
    edge = small_edge(Limits(bucket_nodes=60, bucket_per_second=1))
    query = "{ people(first: 40) { nodes { id } } }"
    first, second = await edge.run(query), await edge.run(query)
    assert first.status == 200
    assert (second.status, second.codes) == (429, ["RATE_LIMITED"])
    assert 20 <= int(second.headers["retry-after"]) <= 41
    stranger = await edge.run(query, authorization=f"Bearer {edge.tokens.issue(*Scope)}")
    assert stranger.status == 200, "each client has a bucket of its own"


async def test_a_list_in_a_literal_and_a_number_of_many_digits_are_bounded(edge: Edge) -> None:
    for query in (
        "{ people(filter: [" + '"x" ' * 101 + "]) { totalCount } }",
        "{ echo(input: {count: " + "9" * 10_000 + "}) { count } }",
        '{ echo(input: {text: "\\u0000"}) { text } }',
    ):
        answer = await edge.run(query, accept=NEW)
        assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ echo(input: {count: "Mirlande"}) { count } }', None),
        ("{ echo(input: {sex: Mirlande}) { count } }", None),
        ('{ echo(input: {text: "Mirlande" }) { count }', None),
        ('{ hello(name: "Mirlande" "x") }', None),
        ("query Q($i: EchoInput!) { echo(input: $i) { text } }", {"i": {"text": 5, "tags": {"Mirlande": 1}}}),
        ("query Q($i: EchoInput!) { echo(input: $i) { text } }", {"i": {"sex": "Mirlande"}}),
        ("query Q($i: EchoInput!) { echo(input: $i) { text } }", {"i": {"Mirlande": "Mirlande"}}),
        ("query Q($i: EchoInput!) { echo(input: $i) { text } }", {"i": "Mirlande: 'Mirlande' \"Mirlande\""}),
    ],
)
async def test_a_refusal_repeats_no_value(edge: Edge, query: str, variables: dict[str, object] | None) -> None:
    answer = await edge.run(query, variables)
    assert answer.codes[0] == "BAD_USER_INPUT"
    assert b"Mirlande" not in answer.body


async def test_a_refusal_of_variables_names_the_place(edge: Edge) -> None:
    answer = await edge.run("query Q($i: EchoInput!) { echo(input: $i) { text } }", {"i": {"inner": {"count": "x"}}})
    assert answer.json["errors"][0]["message"] == (
        "Variable '$i' has invalid value at .inner.count: Int cannot represent non-integer value."
    )


async def test_an_error_suggests_nothing(edge: Edge) -> None:
    answer = await edge.run("{ helo }")
    assert answer.json["errors"][0]["message"] == "Cannot query field 'helo' on type 'Query'."


async def test_pages_of_named_origins_may_ask_and_no_others() -> None:
    edge = small_edge(origins=["https://desk.example"])
    allowed = await edge.run("{ hello }", origin="https://desk.example")
    other = await edge.run("{ hello }", origin="https://else.example")
    flight = await edge.ask(method="OPTIONS", origin="https://desk.example", access_control_request_method="POST")
    assert allowed.headers["access-control-allow-origin"] == "https://desk.example"
    assert "access-control-allow-origin" not in other.headers
    assert flight.status == 204
    assert (
        "access-control-allow-origin"
        not in (await small_edge().run("{ hello }", origin="https://desk.example")).headers
    )


async def test_the_operators_pages(edge: Edge) -> None:
    await edge.run("{ hello }")
    health, ready, figures = [await edge.ask(method="GET", path=path) for path in ("/healthz", "/readyz", "/metrics")]
    assert (health.status, ready.status, ready.json) == (200, 200, {"ready": True, "reason": None})
    assert b'konbit_graph_requests_total{kind="query",outcome="OK",transport="http"}' in figures.body
    assert health.headers["x-content-type-options"] == "nosniff"


async def test_not_ready_says_why() -> None:
    async def ready() -> str:
        return "The database cannot be reached."

    answer = await small_edge(ready=ready).ask(method="GET", path="/readyz")
    assert (answer.status, answer.json) == (503, {"ready": False, "reason": "The database cannot be reached."})
