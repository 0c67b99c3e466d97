"""Nothing that a person sent, and nothing that a database said, reaches the log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import orjson
import pytest
import structlog

from api.logs import Requests, configure, fault
from tests.api.edge import small_edge

pytestmark = pytest.mark.anyio
CANARY = "Mirlande"


@pytest.fixture
def written() -> Iterator[io.BytesIO]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    servers = logging.getLogger("uvicorn")
    apart, servers.propagate = servers.propagate, True  # a server that another test ran may have set it apart
    stream = io.BytesIO()
    configure(stream)
    yield stream
    structlog.reset_defaults()
    Requests.stream = None
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    servers.propagate = apart


async def test_a_canary_never_sings(written: io.BytesIO, capfd: pytest.CaptureFixture[str]) -> None:
    edge = small_edge()
    await edge.run("query Named($n: String) { hello(name: $n) }", {"n": CANARY})
    await edge.run(f'query Named {{ hello(name: "{CANARY}") broken late }}')
    await edge.run(f'{{ hello(name: {CANARY}) }} "{CANARY}"')
    await edge.run("query Q($i: EchoInput!) { echo(input: $i) { sex } }", {"i": {"sex": CANARY, "count": CANARY}})
    await edge.run("{ hello }", authorization=f"Bearer {CANARY}", x_request_id=f"<{CANARY}>", user_agent=CANARY)
    await edge.run("subscription { failing }", accept="text/event-stream")
    await edge.ask(CANARY.encode())
    await edge.ask(method="GET", query_string=f"query={{hello(name:%22{CANARY}%22)}}".encode())
    await edge.ask(method="GET", path=f"/nowhere/{CANARY}")
    await edge.ask(method=CANARY)
    logging.getLogger("sqlalchemy.engine").warning("row: %s", CANARY)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    log = written.getvalue().decode()
    out, err = capfd.readouterr()
    assert CANARY not in log
    assert CANARY not in out + err
    lines = [orjson.loads(line) for line in log.splitlines()]
    assert {line["event"] for line in lines} >= {"request", "fault", "row: %s", "Exception in ASGI application"}


async def test_a_request_is_one_line_with_who_what_and_how_long(written: io.BytesIO) -> None:
    edge = small_edge()
    await edge.run("query Greeting { hello }", x_request_id="request-one")
    (line,) = [orjson.loads(line) for line in written.getvalue().splitlines()]
    actor = edge.tokens.known[edge.token]
    assert line.pop("ms") >= 0
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "request": "request-one",
        "transport": "http",
        "client": actor.client_id,
        "organization": str(actor.organization_id),
        "operation": "Greeting",
        "kind": "query",
        "cost": 1,
        "outcome": "OK",
        "status": 200,
    }


def test_a_fault_names_types_and_places_and_no_message() -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as cause:
            raise RuntimeError(CANARY) from cause
    except RuntimeError as failure:
        described = fault(failure)
    assert described["raised"] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert described["places"][0].startswith("tests/api/test_logs.py:")
    assert CANARY not in str(described)
