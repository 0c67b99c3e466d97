"""Thousands of bodies and documents that no client should send: never a 5xx, always a code, never a stack trace."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable

import orjson
import pytest

from api.errors import Code
from tests.api.edge import Edge, small_edge

pytestmark = pytest.mark.anyio
CODES = {code.value for code in Code} - {"INTERNAL", "UNAVAILABLE"}
PIECES = [
    *[
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "...",
        "on",
        "fragment",
        "query",
        "mutation",
        "subscription",
        "@skip",
        "@include(if:",
        "true)",
        "$v",
        ":",
        "Int",
        "!",
        "=",
        "1",
        "&",
        "|",
        ",",
        "\\",
    ],
    *[
        "hello",
        "people",
        "nodes",
        "name",
        "id",
        "friends",
        "node",
        "echo",
        "input",
        "count",
        "Person",
        "Query",
        "EchoInput",
        "__typename",
        "__schema",
        "a:",
    ],
    *["first:", "5", '"x"', '"""y"""', "-0", "1e9", "null", "true", "FEMALE", "type", "schema", "extend", "é"],
    *["#c\n", "\ufeff", "\0", "9" * 50],
]
SOUND = (
    'query Q($n: Int = 5, $i: EchoInput!) { people(first: $n, filter: ["a"]) { edges { node { ...P } } totalCount } '
    "echo(input: $i) { text sex } } fragment P on Person { id name friends(last: 2) { nodes { id } } }"
)
BODY = orjson.dumps({"query": SOUND, "variables": {"n": 3, "i": {"text": "x", "tags": ["y"], "inner": {"count": 1}}}})


@pytest.fixture(scope="module")
def edge() -> Edge:
    return small_edge()


@pytest.fixture(scope="module")
def times(prove: bool) -> int:
    return 10_000 if prove or os.environ.get("KONBIT_PROVE") else 600


def value(dice: random.Random, depth: int = 0) -> object:
    """Any JSON value, some of them unwelcome."""
    leaves: list[Callable[[], object]] = [
        lambda: None,
        lambda: dice.choice([True, False]),
        lambda: dice.choice([0, -1, 2**31, 2**53, 2**63, 1.5, -0.0, 1e300]),
        lambda: dice.choice(["", "x", "\0", "é", "\u202e", "x" * 5_000, "{ hello }", "1"]),
    ]
    if depth < dice.choice([2, 3, 40]):
        leaves += [
            lambda: [value(dice, depth + 1) for _ in range(dice.choice([0, 1, 2, 101 if depth < 2 else 1]))],
            lambda: {dice.choice(["text", "count", "sex", "tags", "inner", "x", ""]): value(dice, depth + 1)},
        ]
    return dice.choice(leaves)()


def spoilt(dice: random.Random, body: bytes) -> bytes:
    """A body with some of its bytes cut out, doubled or replaced."""
    raw = bytearray(body)
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(raw))
        match dice.randrange(3):
            case 0:
                del raw[at : at + dice.randrange(1, 30)]
            case 1:
                raw[at:at] = dice.choice([b"[", b"{", b'"', b"\\", b"\xff", b"null", b"\xed\xa0\x80", b"9" * 10_000])
            case _:
                raw[at : at + 1] = dice.randbytes(1)
        if not raw:
            break
    return bytes(raw)


def bodies(dice: random.Random) -> bytes:
    return dice.choice(
        [
            lambda: dice.randbytes(dice.randrange(300)),
            lambda: spoilt(dice, BODY),
            lambda: json.dumps(value(dice)).encode(),
            lambda: json.dumps({"query": SOUND, "variables": {"n": value(dice), "i": value(dice)}}).encode(),
            lambda: json.dumps(
                {key: value(dice) for key in ("query", "variables", "operationName", "extensions")}
            ).encode(),
            lambda: b"[" * dice.randrange(100_000),
            lambda: b'{"query":' * dice.randrange(1_000),
        ]
    )()


def documents(dice: random.Random) -> str:
    def words() -> str:
        return " ".join(dice.choices(PIECES, k=dice.randrange(1, 60)))

    def mended() -> str:
        text = SOUND
        for _ in range(dice.randrange(1, 4)):
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(PIECES) + text[at + dice.randrange(4) :]
        return text

    return dice.choice([words, mended, lambda: "{" + words() + "}", lambda: words() * dice.randrange(1, 200)])()


async def check(edge: Edge, body: bytes, seed: int) -> None:
    dice = random.Random(seed)
    accept = dice.choice(["application/json", "application/graphql-response+json", "*/*", "text/event-stream"])
    answer = await edge.ask(body, accept=accept)
    assert answer.status < 500, (seed, body[:500], answer.body)
    assert b"Traceback" not in answer.body
    if answer.headers["content-type"].startswith("text/event-stream"):
        assert answer.body.endswith(b"event: complete\ndata:\n\n")
        return
    assert answer.json.get("errors") or "data" in answer.json
    assert set(answer.codes) <= CODES, (seed, body[:500], answer.body)


async def test_malformed_bodies_are_answered_and_never_with_5xx(edge: Edge, times: int) -> None:
    for seed in range(times):
        await check(edge, bodies(random.Random(seed)), seed)


async def test_malformed_documents_are_answered_and_never_with_5xx(edge: Edge, times: int) -> None:
    for seed in range(times):
        text = documents(random.Random(seed))
        await check(edge, orjson.dumps({"query": text, "variables": {"v": seed}}), seed)


async def test_malformed_query_strings_are_answered_and_never_with_5xx(edge: Edge, times: int) -> None:
    for seed in range(times // 4):
        dice = random.Random(seed)
        raw = dice.choice([b"query=", b"query={hello}&variables=", b"query={hello}&extensions=", b""]) + bytes(
            dice.choices(range(33, 256), k=dice.randrange(60))
        )
        answer = await edge.ask(method="GET", query_string=raw)
        assert answer.status < 500, raw
        assert set(answer.codes) <= CODES
