"""`konbit members`, `konbit providers` and `konbit clients` beside a program that serves: run as an operator does."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from tests.api.processes import ROOT
from tests.running import Running, running

LINK = re.compile(r"http://localhost:\d+/invitation/[A-Za-z0-9_-]{43}")
ADD = ("--organization", "registre", "--scope", "directory:read")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A program without the demo, and one organisation in it."""
    folder = tmp_path_factory.mktemp("operator")
    with running(folder / "log", DATA=folder / "data", DEMO="false") as program:
        program.start()
        konbit(program, "organizations", "add", "registre", "--kind", "civil_registry", "--name", "fr=Registre")
        yield program
        program.end()


def konbit(program: Running, *words: str, fails: bool = False) -> str:
    """What a command says, on the standard output or, where it fails, in its one line of error."""
    settings = {"PORT": program.port, "LOG_LEVEL": "warning", **program.settings}
    environment = {"PATH": os.environ["PATH"]} | {f"KONBIT_{name}": str(value) for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "api", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode != 0) is fails, done.stderr
    if fails:
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1
    return (done.stderr if fails else done.stdout).strip()


def test_a_person_is_invited_by_a_link_that_is_told_once(program: Running) -> None:
    invite = ("members", "invite", "A clerk", "--organization", "registre", "--role", "administrator")
    link = konbit(program, *invite)
    assert LINK.fullmatch(link)
    assert konbit(program, *invite) != link
    assert link.rpartition("/")[2] not in program.log()
    refused = konbit(program, *invite[:3], "--organization", "personne", "--role", "intake", fails=True)
    assert refused == "konbit: There is no organisation of that slug: personne"
    refused = konbit(program, *invite[:-1], "root", fails=True)
    assert refused.startswith("konbit: There is no such role: root; there are registration_officer, ")
    refused = konbit(program, *invite, "--site", "nowhere", fails=True)
    assert refused == "konbit: There is no place of that slug: nowhere"
    assert konbit(program, "members", "list", "--organization", "registre") == ""
    nobody = "00000000-0000-4000-8000-000000000000"
    for command in ("end", "bar", "let-in"):
        refused = konbit(program, "members", command, nobody, fails=True)
        assert refused == f"konbit: There is no membership of that id, or it has ended for good: {nobody}"


def test_clients_of_every_kind_are_registered(program: Running, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}))
    secret = re.compile(r"client_id:     (client_[0-9a-f]{24})\nclient_secret: ([A-Za-z0-9_-]{43})")
    public = re.compile(r"client_id:     (client_[0-9a-f]{24})")
    machine = secret.fullmatch(konbit(program, "clients", "add", "Machine", *ADD, "--role", "intake"))
    assert machine is not None
    assert secret.fullmatch(konbit(program, "clients", "add", "Web", *ADD, "--redirect", "https://web.example/back"))
    for kind in (
        ["--keys", str(keys)],
        ["--keys-url", "https://keys.example/jwks"],
        ["--public", "--redirect", "http://127.0.0.1/back", "--dpop"],
        ["--device"],
    ):
        assert public.fullmatch(konbit(program, "clients", "add", "Program", *ADD, *kind))
    assert "client_secret: " in konbit(program, "clients", "rotate", machine[1], "--overlap", "1")
    assert konbit(program, "clients", "asks") == "Nobody asks for scopes."
    granted = konbit(program, "clients", "grant", machine[1], "referrals:read directory:read")
    assert granted == f"{machine[1]} may ask for directory:read referrals:read."
    konbit(program, "clients", "suspend", machine[1])
    told = konbit(program, "clients", "list").splitlines()
    assert told[0].startswith("the network: konbit-attendance (Konbit: attendance), active: ")
    assert f"registre: {machine[1]} (Machine), suspended: directory:read referrals:read; intake" in told
    assert len(told) == 3 + 6
    refused = konbit(program, "clients", "add", "App", *ADD, "--public", fails=True)
    assert refused.startswith("konbit: These grants do not go together")
    refused = konbit(program, "clients", "add", "App", *ADD, "--redirect", "http://web.example/", fails=True)
    assert refused.startswith("konbit: An address must be plain https")


def test_a_provider_is_registered_once_and_its_secret_is_sealed(program: Running, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a-secret-of-another-server\n")
    issuer = "https://login.example/realms/registre"
    add = ("providers", "add", issuer, "--organization", "registre", "--name", "Registre", "--client-id", "konbit")
    assert konbit(program, *add, "--secret-file", str(secret), "--machines") == f"{issuer} vouches for registre."
    refused = konbit(program, *add, fails=True)
    assert refused == f"konbit: This issuer is registered already; an issuer vouches for one organisation: {issuer}"
    assert konbit(program, "providers", "list") == f"registre: {issuer} (Registre), active: people and machines"
    konbit(program, "providers", "suspend", issuer)
    assert konbit(program, "providers", "list") == f"registre: {issuer} (Registre), suspended: people and machines"
    konbit(program, "providers", "resume", issuer)
    refused = konbit(program, "providers", "suspend", "https://personne.example", fails=True)
    assert refused == "konbit: There is no provider of that address: https://personne.example"
    machine = konbit(program, "clients", "add", "M", *ADD, "--issuer", issuer, "--subject", "machine-1")
    assert machine.startswith("client_id: ")
    assert "secret" not in machine
    link = konbit(
        program, "members", "invite", "B", "--organization", "registre", "--role", "intake", "--provider", issuer
    )
    assert LINK.fullmatch(link)
    with urllib.request.urlopen(f"{program.address}/healthz", timeout=10) as answer:
        assert answer.status == 200
