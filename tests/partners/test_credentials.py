"""A credential goes to the partner's own server alone, is never told, and opens nothing once the address has moved."""

import json
import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.partners import CredentialKind, SyncOutcome
from partners import credentials
from partners.credentials import CredentialLost, WrongCredential
from partners.outgoing import asker
from partners.proving import NotLetIn, Proof, Tokens
from partners.sync import Means, sync
from tests.auth.deployment import SEALER
from tests.partners.conftest import NOW, QUICK, Directory
from tests.partners.servers import HsdsServer, answer

Serve = Callable[[Any], str]
SECRET = "sekre-ki-pa-di-1234"
LOOPBACK = ("127.0.0.0/8",)
KINDS: dict[CredentialKind, tuple[dict[str, str], str, str]] = {
    CredentialKind.BEARER: ({"token": SECRET}, "authorization", f"Bearer {SECRET}"),
    CredentialKind.BASIC: (
        {"username": "konbit", "password": "x"},
        "authorization",
        "Basic a29uYml0Ong=",
    ),
    CredentialKind.HEADER: ({"header": "X-API-Key", "value": SECRET}, "x-api-key", SECRET),
}


class Guarded:
    """A server that notes what it is shown; it may send whoever asks elsewhere."""

    def __init__(self, wanted: tuple[str, str] | None = None, elsewhere: str | None = None) -> None:
        self.shown: list[dict[str, str]] = []
        self.wanted = wanted
        self.elsewhere = elsewhere

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        self.shown.append(dict(request.headers))
        said: Response = answer({"here": request.url.path})
        if self.wanted and request.headers.get(self.wanted[0]) != self.wanted[1]:
            said = answer({}, 401)
        elif self.elsewhere:
            said = RedirectResponse(self.elsewhere)
        await said(scope, receive, send)


class TokenServer:
    """An authorization server: a new token each time, good for so many seconds; it may refuse."""

    def __init__(self, expires_in: int = 3600, refuse: bool = False) -> None:
        self.asked: list[tuple[str, str]] = []
        self.expires_in = expires_in
        self.refuse = refuse

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        self.asked.append((request.headers.get("authorization", ""), (await request.body()).decode()))
        token = {"access_token": f"token-{len(self.asked)}", "token_type": "Bearer", "expires_in": self.expires_in}
        said = answer({"error": "invalid_client", "error_description": SECRET}, 401) if self.refuse else answer(token)
        await said(scope, receive, send)


@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_shown_to_its_own_server(serve: Serve, kind: CredentialKind) -> None:
    said, header, value = KINDS[kind]
    server = Guarded((header, value))
    address = serve(server)

    async with asker(LOOPBACK, QUICK, credentials.proof(kind, said, address)) as ask:
        assert await ask.get(f"{address}/x") == b'{"here":"/x"}'


@pytest.mark.parametrize("kind", KINDS)
async def test_neither_a_redirect_nor_a_link_takes_it_elsewhere(serve: Serve, kind: CredentialKind) -> None:
    said, header, value = KINDS[kind]
    other = Guarded()
    elsewhere = serve(other)
    ours = serve(Guarded((header, value), elsewhere=f"{elsewhere}/caught"))

    async with asker(LOOPBACK, QUICK, credentials.proof(kind, said, ours)) as ask:
        await ask.get(ours)
        await ask.get(f"{elsewhere}/next")

    assert len(other.shown) == 2
    assert all("authorization" not in headers and "x-api-key" not in headers for headers in other.shown)


async def test_a_token_is_asked_for_once_and_anew_when_it_is_refused(serve: Serve) -> None:
    granting = TokenServer()
    server = Guarded(("authorization", "Bearer token-1"))
    address, token_url = serve(server), serve(granting) + "/token"
    said = {"token_url": token_url, "client_id": "kon bit", "client_secret": "s:é", "scope": "read"}
    proof = credentials.proof(CredentialKind.CLIENT_CREDENTIALS, said, address)

    async with asker(LOOPBACK, QUICK, proof) as ask:
        await ask.get(address)
        await ask.get(address)
        assert len(granting.asked) == 1
        server.wanted = ("authorization", "Bearer token-2")
        await ask.get(address)

    assert len(granting.asked) == 2
    # RFC 6749, 2.3.1: identifier and secret are form-encoded before they become Basic's.
    assert granting.asked[0] == ("Basic a29uK2JpdDpzJTNBJUMzJUE5", "grant_type=client_credentials&scope=read")


async def test_a_token_is_renewed_before_it_ends(serve: Serve) -> None:
    granting = TokenServer(expires_in=1)
    address = serve(Guarded())
    said = {"token_url": serve(granting), "client_id": "c", "client_secret": "s", "authentication": "post"}

    async with asker(LOOPBACK, QUICK, credentials.proof(CredentialKind.CLIENT_CREDENTIALS, said, address)) as ask:
        await ask.get(address)
        await ask.get(address)

    assert len(granting.asked) == 2
    assert granting.asked[0] == ("", "grant_type=client_credentials&client_id=c&client_secret=s")


async def test_a_refusal_says_its_code_and_no_secret(serve: Serve) -> None:
    granting = serve(TokenServer(refuse=True))
    said = {"token_url": granting, "client_id": "c", "client_secret": SECRET}

    async with asker(LOOPBACK, QUICK, credentials.proof(CredentialKind.CLIENT_CREDENTIALS, said, granting)) as ask:
        with pytest.raises(NotLetIn) as refused:
            await ask.get(f"{granting}/x")

    assert "answered 401 (invalid_client)" in str(refused.value)
    assert SECRET not in str(refused.value)


async def test_a_token_endpoint_that_leads_inside_is_not_asked(serve: Serve) -> None:
    address = serve(Guarded())
    said = {"token_url": "http://127.0.0.2:1/token", "client_id": "c", "client_secret": SECRET}

    async with asker(
        ("127.0.0.1/32",), QUICK, credentials.proof(CredentialKind.CLIENT_CREDENTIALS, said, address)
    ) as ask:
        with pytest.raises(Exception, match=r"127\.0\.0\.2, in a network that is not public"):
            await ask.get(address)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (CredentialKind.BEARER, SECRET),
        (CredentialKind.BEARER, json.dumps({"token": f"{SECRET}\r\nX: y"})),
        (CredentialKind.BEARER, json.dumps({"token": SECRET, "more": "x"})),
        (CredentialKind.BASIC, json.dumps({"username": f"a:{SECRET}", "password": "x"})),
        (CredentialKind.HEADER, json.dumps({"header": "Host", "value": SECRET})),
        (CredentialKind.HEADER, json.dumps({"header": "X Key", "value": SECRET})),
        (CredentialKind.HEADER, json.dumps({"header": "X-Key", "value": f"{SECRET}é"})),
        (CredentialKind.CLIENT_CREDENTIALS, json.dumps({"client_id": "x", "client_secret": SECRET})),
    ],
)
def test_what_cannot_be_one_is_refused_without_being_repeated(kind: CredentialKind, text: str) -> None:
    with pytest.raises(WrongCredential) as refused:
        credentials.read_credential(kind, text)
    assert SECRET not in str(refused.value)


def test_it_is_sealed_for_one_partner_and_one_origin() -> None:
    one, said = uuid4(), {"token": SECRET}
    sealed, by = credentials.seal(
        CredentialKind.BEARER, said, partner_id=one, address="https://api.example.org/hsds", networks=(), sealer=SEALER
    )
    assert SECRET.encode() not in sealed

    def opened(address: str, partner_id: Any = one) -> Proof:
        return credentials.opened(
            CredentialKind.BEARER, sealed, sealed_by=by, partner_id=partner_id, address=address, sealer=SEALER,
            tokens=Tokens(),
        )  # fmt: skip

    assert opened("https://API.example.org:443/other").headers == {"authorization": f"Bearer {SECRET}"}
    assert SECRET not in repr(opened("https://api.example.org"))
    for address in ("https://api.example.org:444", "http://api.example.org", "https://example.org", "/etc/x"):
        with pytest.raises(CredentialLost, match="has moved"):
            opened(address)
    with pytest.raises(CredentialLost, match="does not open"):
        opened("https://api.example.org", uuid4())


@pytest.mark.parametrize(("address", "networks"), [("http://api.example.org", ()), ("/srv/list.csv", ("10.0.0.0/8",))])
def test_it_is_not_sent_where_others_can_read_it(address: str, networks: tuple[str, ...]) -> None:
    with pytest.raises(WrongCredential):
        credentials.seal(
            CredentialKind.BEARER, {"token": "x"}, partner_id=uuid4(), address=address, networks=networks, sealer=SEALER
        )


async def test_a_partner_is_read_with_it_until_its_address_moves(
    directory: Directory, border: HsdsServer, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    border.before = lambda request: (
        None if request.headers.get("authorization") == f"Bearer {SECRET}" else answer({}, 401)
    )
    address = serve(border)
    await directory.enter("border", address)
    row = await directory.one("SELECT id FROM partner")
    sealed = credentials.seal(
        CredentialKind.BEARER,
        {"token": SECRET},
        partner_id=row["id"],
        address=address,
        networks=LOOPBACK,
        sealer=SEALER,
    )
    means = Means(QUICK, SEALER)
    caplog.set_level(logging.DEBUG)

    without = await sync(directory.worker, "border", now=NOW, means=means)
    await credentials.keep(directory.connection, partner_id=row["id"], kind=CredentialKind.BEARER, sealed=sealed)
    having = await sync(directory.worker, "border", now=NOW, means=means)
    other = serve(HsdsServer())
    await directory.connection.execute("UPDATE partner SET address = $1", other)
    moved = await sync(directory.worker, "border", now=NOW, means=means)

    assert without.outcome is SyncOutcome.FAILED
    assert "answered 401. Check the address and whether the partner lets us in." in without.failures[0]
    assert having.outcome is SyncOutcome.COMPLETE
    assert moved.outcome is SyncOutcome.FAILED
    assert "Give it again: konbit partners credential" in moved.failures[0]
    kept = await directory.rows("SELECT * FROM partner, sync_run")
    assert SECRET not in str(kept) + caplog.text
