"""oidc-provider as a partner's own issuer: who is invited signs in by it, and its token for a machine is taken."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from auth.scopes import Scope
from models.oauth import ClientGrant
from planner.ids import key_of
from tests.api.interop.asking import Administrator, signed_in
from tests.api.interop.conftest import HOME, Konbit
from tests.api.registering import register
from tests.api.visitor import Credentials, Lost, Visitor

KNOWN_AS, MACHINE, SECRET = "konbit", "their-machine", "a secret of the partner's own, between them and their provider"
WHO = {"query": "{ viewer { organization { slug } scopes } }"}
CODE = (ClientGrant.AUTHORIZATION_CODE, ClientGrant.REFRESH_TOKEN)


@dataclass(frozen=True)
class Issuer:
    """The partner's provider, and what it is called here."""

    address: str
    provider_id: UUID
    global_id: str

    def machine_token(self, resource: str, scope: str) -> str:
        form = {"grant_type": "client_credentials", "resource": resource, "scope": scope}
        answer = httpx2.post(f"{self.address}/token", data=form, auth=(MACHINE, SECRET))
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token


@contextmanager
def started(place: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        ["node", "provider.js"], cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


@pytest.fixture(scope="module")
def administrator(konbit: Konbit) -> Iterator[Administrator]:
    """Of the trainer's organisation, at a program that administers."""
    with Administrator.of(konbit, "trainer") as person:
        yield person


@pytest.fixture(scope="module")
def issuer(konbit: Konbit, place: Path, administrator: Administrator) -> Iterator[Issuer]:
    """Registered by the organisation's administrator in the graph, and Konbit registered at it."""
    with started(place) as process:
        address = said(process)["issuer"]
        given = {"issuer": address, "name": "Their own", "clientId": KNOWN_AS, "people": True, "machines": True}
        registered = administrator.act("registerIdentityProvider", "identityProvider { id }", **given)
        global_id = registered["identityProvider"]["id"]
        provider_id = key_of("IdentityProvider", global_id)
        assert provider_id is not None
        pages = konbit.demo["issuer"].replace("127.0.0.1", "localhost")
        clients = [
            {
                "client_id": KNOWN_AS,
                "redirect_uris": [f"{pages}/oauth/providers/{provider_id}/callback"],
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": "ES256",
                "jwks_uri": f"{konbit.demo['issuer']}/oauth/jwks",
            },
            {
                "client_id": MACHINE,
                "client_secret": SECRET,
                "redirect_uris": [],
                "response_types": [],
                "grant_types": ["client_credentials"],
            },
        ]
        told = {"clients": clients, "resource": konbit.demo["graphql"], "scope": "directory:read training:read"}
        print(json.dumps(told), file=process.stdin, flush=True)
        assert said(process) == {"ready": True}
        yield Issuer(address, provider_id, global_id)


@contextmanager
def visiting(name: str) -> Iterator[Visitor]:
    person = Visitor(Credentials(name, "anything: the provider of this test asks for no more", b""))
    try:
        yield person
    finally:
        person.close()


def test_who_is_invited_signs_in_by_their_organisations_provider_and_nobody_else_does(
    konbit: Konbit, issuer: Issuer, administrator: Administrator
) -> None:
    invited = administrator.act(
        "createInvitation", "token", name="Rosena Essai", roles=["TRAINER"], providerId=issuer.global_id
    )
    pages = konbit.demo["issuer"].replace("127.0.0.1", "localhost")
    program = konbit.client(
        "trainer", scopes={Scope.OPENID, Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS}, homes=(HOME,), grants=CODE
    )
    begin = f"{pages}/oauth/providers/{issuer.provider_id}/begin"

    with visiting("rosena") as person, pytest.raises(Lost):  # she has an account there, and none here
        person.visit(begin, until=(f"{pages}/account",))
    with visiting("rosena") as person:
        joined = f"{begin}?next=/invitation/{invited['token']}&name=Rosena+Essai"
        assert person.visit(joined, until=(f"{pages}/account",)) == f"{pages}/account"
    with visiting("rosena") as person:
        person.visit(begin, until=(f"{pages}/account",))
        with signed_in(program, person, "openid directory:read") as client:
            claims = client.claims
    assert (claims["iss"], claims["acr"]) == (konbit.demo["issuer"], "urn:konbit:acr:provider")
    with visiting("somebody-else") as stranger, pytest.raises(Lost):
        stranger.visit(begin, until=(f"{pages}/account",))


def test_a_token_that_the_provider_wrote_for_a_machine_is_taken_as_the_client_it_is_bound_to(
    konbit: Konbit, issuer: Issuer
) -> None:
    graphql, slug = konbit.demo["graphql"], konbit.demo["personas"]["trainer"]["organization"]
    token = issuer.machine_token(graphql, "directory:read")
    headers = {"authorization": f"Bearer {token}", "accept": "application/graphql-response+json"}
    assert httpx2.post(graphql, json=WHO, headers=headers).status_code == 401  # it is bound to nobody yet

    scopes = {Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.GRAPH_DOCUMENTS}
    register(konbit.data, slug, scopes=scopes, trusted=(issuer.provider_id, MACHINE))

    token = issuer.machine_token(graphql, "directory:read")
    answer = httpx2.post(graphql, json=WHO, headers=headers | {"authorization": f"Bearer {token}"})
    viewer = answer.json()["data"]["viewer"]
    assert viewer["organization"]["slug"] == slug
    assert set(viewer["scopes"]) == {"directory:read", "graph:documents"}
