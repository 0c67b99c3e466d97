"""Hive Gateway joins Konbit with a partner's graph: one question over both, with the partner up and with it down."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.api.packages import CannotInstall, installed
from tests.client_examples.conftest import Network
from tests.client_examples.programs import EXAMPLES, environment

EXAMPLE = EXAMPLES / "federation"
GATEWAY = ["node_modules/.bin/hive-gateway", "supergraph", "-c", "gateway.config.js", "--host", "127.0.0.1", "--port"]
PATIENCE = 60


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def started(*command: str, port: int, place: Path, told: dict[str, str]) -> Iterator[None]:
    """A program until the block ends, once it answers on its port."""
    log = place / f"{port}.log"
    with log.open("wb") as said, subprocess.Popen(
        command, cwd=place, env=environment(told), stdout=said, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        try:
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    assert time.monotonic() < until, log.read_text()
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()


@dataclass
class Joined:
    """The gateway's address, and what starts the partner's graph again."""

    place: Path
    told: dict[str, str]
    gateway: str
    partner_port: int

    def partner(self) -> Any:
        return started(
            "node", "partner.js", str(self.partner_port), port=self.partner_port, place=self.place, told=self.told
        )

    def ask(self) -> Any:
        command = ["node", "ask.js", self.gateway]
        run = subprocess.run(
            command,
            cwd=self.place,
            env=environment(self.told),
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        return json.loads(run.stdout)


@pytest.fixture
def joined(network: Network, tmp_path: Path) -> Iterator[Joined]:
    """The example's programs as its page says to start them, but on ports that are free."""
    try:
        programs = installed(EXAMPLE)
    except CannotInstall as reason:
        pytest.skip(str(reason))
    place = tmp_path / "federation"
    shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns("node_modules", "supergraph.graphql"))
    (place / "node_modules").symlink_to(programs / "node_modules")
    port = free()
    with ExitStack() as running:
        example = Joined(place, network.told, f"http://127.0.0.1:{port}/graphql", free())
        with example.partner():
            at = f"http://127.0.0.1:{example.partner_port}/graphql"
            subprocess.run(
                ["node", "compose.js", at], cwd=place, env=environment(network.told), check=True, timeout=PATIENCE
            )
        running.enter_context(started(*GATEWAY, str(port), port=port, place=place, told=network.told))
        yield example


def test_one_question_is_answered_by_both_and_by_konbit_where_the_partner_is_down(joined: Joined) -> None:
    waits = json.loads((EXAMPLE / "waits.json").read_text())
    longest = sorted(waits, key=waits.__getitem__, reverse=True)[:2]

    with joined.partner():
        together = joined.ask()
    alone = joined.ask()

    assert "errors" not in together
    found = together["data"]["longestWaits"]
    assert [each["slug"] for each in found] == longest
    assert [each["waitingDays"] for each in found] == [waits[slug] for slug in longest], "the partner's own"
    assert all(each["name"] and each["services"]["nodes"] for each in found), "Konbit's, found by the partner's slugs"
    nodes = together["data"]["services"]["nodes"]
    assert len(nodes) == 3
    assert {node["waitingDays"] for node in nodes} & set(waits.values()), "the partner's, found by Konbit's services"
    assert all(node["waitingDays"] == node["organization"]["waitingDays"] for node in nodes)

    assert alone["data"]["longestWaits"] is None
    without = [
        {**node, "waitingDays": None, "organization": {**node["organization"], "waitingDays": None}} for node in nodes
    ]
    assert alone["data"]["services"]["nodes"] == without, "what Konbit says is as it was"
    assert {error["message"] for error in alone["errors"]} == {"The graph of partner does not answer."}
    assert {error["extensions"]["code"] for error in alone["errors"]} == {"DOWNSTREAM_SERVICE_ERROR"}

    with joined.partner():
        assert joined.ask() == together, "and both again"
