"""The examples that a person signs in to: by a code that a device shows, and in the browser of one's own computer."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from auth.scopes import Scope
from models.oauth import ClientGrant
from tests.api.interoperating import INTEROP
from tests.api.packages import CannotInstall, installed
from tests.api.registering import register
from tests.api.visitor import Credentials, Visitor
from tests.client_examples.conftest import Network
from tests.client_examples.programs import EXAMPLES, PATIENCE, command, environment

TRAININGS = "{ trainings(first: 20) { nodes { code } } }"
SCOPES = {Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.GRAPH_DOCUMENTS, Scope.OPENID, Scope.OFFLINE_ACCESS}


@pytest.fixture(scope="module")
def trainer(network: Network) -> Iterator[Visitor]:
    person = Visitor(Credentials.of(network.demo["people"]["trainer"]))
    yield person
    person.close()


@pytest.fixture(scope="module")
def codes(network: Network) -> list[str]:
    return [each["code"] for each in network.ask("trainer", TRAININGS)["trainings"]["nodes"]]


def told_of(network: Network, grant: ClientGrant, *homes: str) -> dict[str, str]:
    """What an example is told: the issuer, and a public client of the trainer's organisation."""
    slug = network.demo["personas"]["trainer"]["organization"]
    grants = (grant, ClientGrant.REFRESH_TOKEN)
    client_id, _ = register(network.data, slug, scopes=SCOPES, grants=grants, public=True, redirect_uris=homes)
    return {"PARTNER_ISSUER": network.demo["issuer"], "PARTNER_CLIENT_ID": client_id}


@contextmanager
def started(program: str, *arguments: str, told: dict[str, str], place: Path) -> Iterator[subprocess.Popen[str]]:
    """An example at work in a folder of its own; no browser is opened, for there is none."""
    process = subprocess.Popen(
        command("python", program, *arguments),
        env=environment(told) | {"BROWSER": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=place,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str], str]:
    said, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, said.splitlines(), errors


def line(process: subprocess.Popen[str], pattern: str) -> tuple[str, ...]:
    assert process.stdout is not None
    said = process.stdout.readline()
    found = re.fullmatch(pattern, said.strip())
    assert found, (said, process.stderr and process.stderr.read() if not said else "")
    return found.groups()


def test_a_device_lists_trainings_once_its_code_was_typed_and_asks_nobody_again(
    network: Network, trainer: Visitor, codes: list[str], tmp_path: Path
) -> None:
    told = told_of(network, ClientGrant.DEVICE_CODE)
    with started("device", told=told, place=tmp_path) as process:
        address, code = line(process, r"Open (\S+) and type (\S+)")
        trainer.type_code(code, address)
        code_, listed, errors = ended(process)
    assert (code_, errors) == (0, "")
    assert [each.split("  ")[0] for each in listed] == codes

    kept = tmp_path / "konbit-device.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    before = json.loads(kept.read_text())["refresh"]
    with started("device", told=told, place=tmp_path) as process:
        assert ended(process) == (0, listed, "")
    assert json.loads(kept.read_text())["refresh"] != before

    with started("device", "leave", told=told, place=tmp_path) as process:
        assert ended(process) == (0, [], "")
    assert not kept.exists()


def test_a_copy_of_what_a_device_keeps_is_of_no_use_once_it_has_left(
    network: Network, trainer: Visitor, tmp_path: Path
) -> None:
    told = told_of(network, ClientGrant.DEVICE_CODE)
    with started("device", told=told, place=tmp_path) as process:
        address, code = line(process, r"Open (\S+) and type (\S+)")
        trainer.type_code(code, address)
        assert ended(process)[0] == 0
    kept = tmp_path / "konbit-device.json"
    copy = kept.read_text()
    with started("device", "leave", told=told, place=tmp_path) as process:
        assert ended(process)[0] == 0
    kept.write_text(copy)

    with started("device", told=told, place=tmp_path) as process:
        code_, listed, errors = ended(process)

    assert (code_, listed, errors) == (1, [], "SignInFailed: it has ended: sign in again\n")


def test_a_program_on_someones_computer_asks_in_their_name(
    network: Network, trainer: Visitor, codes: list[str], tmp_path: Path
) -> None:
    told = told_of(network, ClientGrant.AUTHORIZATION_CODE, "http://127.0.0.1/signed-in")
    with started("loopback", told=told, place=tmp_path) as process:
        [address] = line(process, r"Sign in at (\S+)")
        back = trainer.visit(address, until=("http://127.0.0.1:",))
        trainer.follow(back)
        code, listed, errors = ended(process)
    assert (code, errors) == (0, "")
    assert [each.split("  ")[0] for each in listed] == codes

    with started("loopback", told=told, place=tmp_path) as process:
        assert ended(process) == (0, listed, "")


def test_an_answer_to_another_question_signs_nobody_in(network: Network, trainer: Visitor, tmp_path: Path) -> None:
    """The address of the program is known, and someone else's code is brought to it."""
    told = told_of(network, ClientGrant.AUTHORIZATION_CODE, "http://127.0.0.1/signed-in")
    with started("loopback", told=told, place=tmp_path) as process:
        [address] = line(process, r"Sign in at (\S+)")
        back = trainer.visit(address, until=("http://127.0.0.1:",))
        trainer.follow(re.sub(r"state=[^&]+", "state=another", back))
        code, _, errors = ended(process)
    assert (code, errors) == (1, "SignInFailed: the answer is not to what was asked\n")
    assert list(tmp_path.iterdir()) == []


def test_a_server_with_a_key_of_its_own_needs_no_secret(network: Network, tmp_path: Path) -> None:
    with started("keyed", "make", told={}, place=tmp_path) as process:
        code, [public], errors = ended(process)
    assert (code, errors) == (0, "")
    assert (tmp_path / "konbit-key.pem").stat().st_mode & 0o777 == 0o600
    assert "d" not in json.loads(public)["keys"][0]
    persona = network.demo["personas"]["trainer"]
    scopes = {Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS}
    client_id, _ = register(network.data, persona["organization"], scopes=scopes, jwks=json.loads(public))
    told = {"PARTNER_ISSUER": network.demo["issuer"], "PARTNER_CLIENT_ID": client_id}

    with started("keyed", told=told, place=tmp_path) as process:
        code, [viewer], errors = ended(process)

    assert (code, errors) == (0, "")
    assert set(json.loads(viewer)["scopes"]) == {"directory:read", "graph:documents"}


def test_people_sign_in_to_a_web_application(network: Network, trainer: Visitor, tmp_path: Path) -> None:
    try:
        shutil.copy(EXAMPLES / "javascript" / "web.js", place := installed(INTEROP))
    except CannotInstall as why:
        pytest.skip(str(why))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    persona, scopes = network.demo["personas"]["trainer"], {Scope.OPENID, Scope.PROFILE, Scope.DIRECTORY_READ}
    scopes |= {Scope.GRAPH_DOCUMENTS}
    grants = (ClientGrant.AUTHORIZATION_CODE,)
    client = {"scopes": scopes, "grants": grants, "redirect_uris": [f"{home}/back"]}
    client_id, secret = register(network.data, persona["organization"], **client)
    told = {"PARTNER_ISSUER": network.demo["issuer"], "PARTNER_CLIENT_ID": client_id}
    told["PARTNER_CLIENT_SECRET"] = secret or ""
    with subprocess.Popen(
        ["node", "web.js"], cwd=place, stdout=subprocess.PIPE, text=True, env=environment(told | {"PORT": str(port)})
    ) as process:
        try:
            assert line(process, r"Open (\S+)") == (home,)
            back = trainer.visit(home, until=(f"{home}/back",))
            trainer.follow(back)
            assert trainer.follow(home).startswith(network.demo["people"]["trainer"]["name"])
        finally:
            process.kill()
