"""A running program with the demo network, shared by all tests of the examples of one test process."""

import base64
import json
import os
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.processes import ROOT, User, folder
from tests.client_examples.programs import COMMANDS, missing


@dataclass(frozen=True)
class Network:
    """A program that serves the demo network, and where its data are."""

    data: Path

    @property
    def demo(self) -> dict[str, Any]:
        held: dict[str, Any] = json.loads((self.data / "demo.json").read_text())
        return held

    @property
    def told(self) -> dict[str, str]:
        """What the examples are told of it."""
        return {"PARTNER_DEMO": str(self.data / "demo.json")}

    def as_partner(self, persona: str, **other: str) -> dict[str, str]:
        """What the examples are told where there is no demo.json: a partner's own settings."""
        who = self.demo["personas"][persona]
        settings = {name: who[name] for name in ("client_id", "client_secret", "scope")}
        settings |= {"issuer": self.demo["issuer"]} | other
        return {f"PARTNER_{name.upper()}": value for name, value in settings.items()}

    def ask(self, persona: str, query: str, **variables: Any) -> Any:
        """One operation, for what a test wants to know or to have happened beside the examples."""
        who = self.demo["personas"][persona]
        basic = base64.b64encode(f"{who['client_id']}:{who['client_secret']}".encode()).decode()
        form = urlencode({"grant_type": "client_credentials", "scope": who["scope"]}).encode()
        token = posted(f"{self.demo['issuer']}/oauth/token", form, Authorization=f"Basic {basic}")["access_token"]
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = posted(self.demo["graphql"], body, **headers)
        assert "errors" not in answer, answer
        return answer["data"]


def posted(url: str, body: bytes, **headers: str) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:
        return json.loads(answer.read())


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """The demo network on a port of its own; the program ends with the tests."""
    with folder(User(None)) as data, (data / "log").open("wb") as log:
        settings = {"KONBIT_PORT": "0", "KONBIT_DATA": str(data)}
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "run"],
            cwd=ROOT, env={"PATH": os.environ["PATH"], **settings}, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        with process:
            try:
                started = any("Konbit answers at" in line for line in process.stdout or ())
                assert started, (data / "log").read_text()
                yield Network(data)
            finally:
                process.terminate()


@pytest.fixture(params=COMMANDS)
def language(request: pytest.FixtureRequest) -> str:
    """Each language of the examples that this machine can run."""
    name = str(request.param)
    if why := missing(name):
        pytest.skip(why)
    return name


@pytest.fixture
def case() -> str:
    """A case number that was never used."""
    return f"CASE-{uuid.uuid4().hex[:8]}"
