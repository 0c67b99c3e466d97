"""What docs/connect.md says of each kind of client, word for word: its commands are run, and somebody follows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

import pytest

from tests.api.processes import ROOT
from tests.api.visitor import Credentials, Visitor
from tests.client_examples.conftest import Network
from tests.client_examples.programs import EXAMPLES, environment

PAGE = (ROOT / "docs" / "connect.md").read_text()


def blocks(heading: str) -> list[str]:
    """The commands below a heading, as they stand there."""
    below = re.split(r"^#+ ", PAGE.partition(f"\n### {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^```sh\n(.*?)^```", below, re.DOTALL | re.MULTILINE)


def here(commands: str, network: Network, printed: dict[str, str]) -> str:
    """The same for this network: another port, and what was printed in place of the dots."""
    python = quote(sys.executable)
    settings = f"KONBIT_PORT=0 KONBIT_DATA={network.data} PYTHONPATH={quote(str(ROOT))}"
    commands = commands.replace(".venv/bin/konbit", f"env {settings} {python} -m api")
    commands = re.sub(
        r"python3 client_examples(\S+)", lambda match: f"{python} {quote(f'{EXAMPLES}{match[1]}')}", commands
    )
    commands = commands.replace("http://127.0.0.1:8000", network.demo["issuer"])
    for name, value in printed.items():
        commands = commands.replace(f"PARTNER_{name.upper()}=...", f"PARTNER_{name.upper()}={value}")
    return commands


def registered(heading: str, network: Network, place: Path) -> tuple[str, dict[str, str]]:
    """Runs what registers, and answers what is to be run next, with what was printed."""
    first, then = blocks(heading)
    script = here(first, network, {})
    ended = subprocess.run(
        ["bash", "-euc", script], cwd=place, env=environment({}), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    printed = dict(re.findall(r"^(\w+): +(\S+)$", ended.stdout, re.MULTILINE))
    return here(then, network, printed), printed


@contextmanager
def started(script: str, place: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        ["bash", "-euc", script],
        cwd=place,
        env=environment({"BROWSER": "true"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def trainer(network: Network) -> Iterator[Visitor]:
    person = Visitor(Credentials.of(network.demo["people"]["trainer"]))
    yield person
    person.close()


@pytest.mark.parametrize("heading", ["A server with a secret", "A server with a key of its own"])
def test_a_server_is_connected(heading: str, network: Network, tmp_path: Path) -> None:
    script, _ = registered(heading, network, tmp_path)
    with started(script, tmp_path) as process:
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    if "keyed" in script:
        assert set(json.loads(said)["scopes"]) == {"directory:read", "referrals:read", "graph:documents"}


def test_an_app_is_connected(network: Network, trainer: Visitor, tmp_path: Path) -> None:
    script, _ = registered("A page or an app", network, tmp_path)
    with started(script, tmp_path) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("Sign in at ").strip()
        trainer.follow(trainer.visit(address, until=("http://127.0.0.1:",)))
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert said


def test_a_device_is_connected(network: Network, trainer: Visitor, tmp_path: Path) -> None:
    script, _ = registered("A device", network, tmp_path)
    with started(script, tmp_path) as process:
        assert process.stdout is not None
        told = re.fullmatch(r"Open (\S+) and type (\S+)\n", process.stdout.readline())
        assert told
        trainer.type_code(told[2], told[1])
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert said


def test_a_web_application_is_registered_as_the_page_says(network: Network, tmp_path: Path) -> None:
    """The application itself is tried in test_people.py, with the library as it was locked."""
    script, printed = registered("A web application", network, tmp_path)
    assert printed.keys() == {"client_id", "client_secret"}
    assert "..." not in script
