"""The running program, clients registered with it, and people at its pages, for programs that nobody here wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.api.interoperating import INTEROP, Programs
from tests.api.packages import CannotInstall, installed
from tests.api.processes import User, folder, soon
from tests.api.registering import register
from tests.api.visitor import Credentials, Visitor
from tests.running import running

HOME, AFTERWARDS, LOOPBACK = "https://partner.example/signed-in", "https://partner.example/bye", "http://127.0.0.1/back"
LOOPBACKS = "127.0.0.0/8"
"Where the provider of these tests is: an operator has to allow what is not public."


@dataclass(frozen=True)
class Konbit:
    """The running program with the demo network, and the way to its database."""

    data: Path
    demo: dict[str, Any]

    def client(self, persona: str, **fields: Any) -> dict[str, Any]:
        """A new client of a persona's organisation, as a program is told of it."""
        key = ECKey.generate_key("P-256", auto_kid=True) if fields.pop("keyed", False) else None
        fields["jwks"] = None if key is None else {"keys": [key.as_dict(private=False)]}
        homes = fields["redirect_uris"] = fields.pop("homes")
        fields["post_logout_redirect_uris"] = [AFTERWARDS] if homes else []
        client_id, secret = register(self.data, self.demo["personas"][persona]["organization"], **fields)
        told = {"issuer": self.demo["issuer"], "graphql": self.demo["graphql"], "client_id": client_id}
        told |= {"redirect_uri": LOOPBACK.replace("/back", ":49152/back") if LOOPBACK in homes else HOME}
        told |= {"post_logout_redirect_uri": AFTERWARDS}
        return told | ({"client_secret": secret} if secret else {}) | ({"jwk": _private(key)} if key else {})


def _private(key: ECKey) -> dict[str, Any]:
    return {**key.as_dict(private=True), "kid": key.kid}


@pytest.fixture(scope="package")
def place() -> Path:
    try:
        return installed(INTEROP)
    except CannotInstall as why:
        pytest.skip(str(why))


@pytest.fixture(scope="package")
def konbit() -> Iterator[Konbit]:
    with (
        folder(User(None), "data") as data,
        running(data.parent / "log", DATA=data, ALLOW_NETWORKS=LOOPBACKS) as program,
    ):
        program.begin()
        assert soon(program.answers, within=240), program.log()
        yield Konbit(data, json.loads((data / "demo.json").read_text()))
        program.end()


@pytest.fixture(scope="package")
def trainer(konbit: Konbit) -> Iterator[Visitor]:
    person = Visitor(Credentials.of(konbit.demo["people"]["trainer"]))
    yield person
    person.close()


@pytest.fixture
def programs(place: Path, trainer: Visitor) -> Programs:
    return Programs(place, trainer)
