"""Clients that nobody here wrote complete every flow against the running program, a person at its pages among them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from auth.scopes import Scope
from models.oauth import ClientGrant
from tests.api.interop.conftest import AFTERWARDS, HOME, LOOPBACK, Konbit
from tests.api.interoperating import Programs

SCOPES = {Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.TRAINING_WRITE}
PEOPLE = {Scope.OPENID, Scope.PROFILE, Scope.OFFLINE_ACCESS}
CODE = (ClientGrant.AUTHORIZATION_CODE, ClientGrant.REFRESH_TOKEN)
MACHINE = (ClientGrant.CLIENT_CREDENTIALS,)
DEVICE = (ClientGrant.DEVICE_CODE, ClientGrant.REFRESH_TOKEN)
CERTIFIED, CHECKING, APP = "openid-client", "oauth4webapi", "appauth"
BOTH = pytest.mark.parametrize("program", [CERTIFIED, CHECKING])


def ours(konbit: Konbit, viewer: dict[str, Any], *scopes: Scope) -> bool:
    """Whether the graph took the token for one of the trainer's organisation, with these scopes."""
    slug = konbit.demo["personas"]["trainer"]["organization"]
    return bool(viewer["organization"]["slug"] == slug and {*scopes} <= {*viewer["scopes"]})


@BOTH
@pytest.mark.parametrize("flow", ["machine_with_secret", "machine_with_key"])
def test_a_machine_signs_in_asks_and_gives_its_token_back(
    konbit: Konbit, programs: Programs, program: str, flow: str
) -> None:
    scopes = SCOPES | {Scope.GRAPH_DOCUMENTS}
    client = konbit.client("trainer", scopes=scopes, homes=(), grants=MACHINE, keyed=flow == "machine_with_key")

    told = programs.run(program, flow, **client)

    assert told["type"] == "bearer"
    assert ours(konbit, told["viewer"], Scope.DIRECTORY_READ)
    assert (told["before"]["active"], told["before"]["client_id"]) == (True, client["client_id"])
    assert told["after"] == {"active": False}


def test_a_machine_that_discovers_by_rfc_8414_alone(konbit: Konbit, programs: Programs) -> None:
    client = konbit.client("trainer", scopes=SCOPES | {Scope.GRAPH_DOCUMENTS}, homes=(), grants=MACHINE)
    assert programs.run(CERTIFIED, "machine_by_rfc8414", **client)["after"] == {"active": False}


@BOTH
@pytest.mark.parametrize("flow", ["web", "web_pushed", "page", "page_pushed"])
def test_a_person_signs_in_to_a_program_that_asks_refreshes_and_lets_go(
    konbit: Konbit, programs: Programs, program: str, flow: str
) -> None:
    """`web` has a secret (pushed: a key of its own); `page` is public and proves possession of a key (DPoP)."""
    public, pushed = flow.startswith("page"), flow.endswith("pushed")
    client = konbit.client(
        "trainer",
        scopes=SCOPES | PEOPLE | {Scope.GRAPH_DOCUMENTS},
        homes=(HOME,),
        grants=CODE,
        public=public,
        keyed=pushed and not public,
        requires_par=pushed,
    )

    told = programs.run(program, flow, **client)

    assert told["type"] == ("dpop" if public else "bearer")
    assert ours(konbit, told["viewer"], Scope.DIRECTORY_READ)
    assert told["later"] == told["viewer"]
    assert (told["claims"]["iss"], told["claims"]["aud"]) == (konbit.demo["issuer"], client["client_id"])
    assert told["claims"]["acr"] == "urn:konbit:acr:mfa"
    assert told["userinfo"]["sub"] == told["claims"]["sub"]
    assert (told["rotated"], told["ended"]) == (True, "invalid_grant")


@BOTH
def test_a_device_shows_a_code_that_a_person_types(konbit: Konbit, programs: Programs, program: str) -> None:
    scopes = SCOPES | {Scope.GRAPH_DOCUMENTS}
    client = konbit.client("trainer", scopes=scopes, homes=(), grants=DEVICE, public=True)

    told = programs.run(program, "device", **client)

    assert told["type"] == "dpop"
    assert ours(konbit, told["viewer"], Scope.TRAINING_READ)


def test_an_app_on_someones_computer_comes_back_to_a_port_of_its_own(konbit: Konbit, programs: Programs) -> None:
    scopes = SCOPES | PEOPLE | {Scope.GRAPH_DOCUMENTS}
    client = konbit.client("trainer", scopes=scopes, homes=(LOOPBACK,), grants=CODE, public=True)

    told = programs.run(APP, "app", **client)

    assert (told["type"], told["rotated"]) == ("DPoP", True)
    assert ours(konbit, told["viewer"], Scope.DIRECTORY_READ)


def test_who_is_asked_to_prove_themselves_anew_has_done_so(konbit: Konbit, programs: Programs) -> None:
    client = konbit.client("trainer", scopes=SCOPES | PEOPLE, homes=(HOME,), grants=CODE)

    told = programs.run(CERTIFIED, "step_up", **client)

    assert told["silent"]["auth_time"] == told["before"]["auth_time"]
    assert told["after"]["auth_time"] > told["before"]["auth_time"]
    assert abs(told["after"]["auth_time"] - time.time()) < 60
    assert told["before"]["sid"] == told["after"]["sid"]


def test_who_signs_out_at_the_program_is_signed_out_here(konbit: Konbit, programs: Programs) -> None:
    client = konbit.client("trainer", scopes=SCOPES | PEOPLE, homes=(HOME,), grants=CODE)

    told = programs.run(CERTIFIED, "logout", **client)

    assert told == {"back": f"{AFTERWARDS}?state=gone", "silent": "login_required"}
