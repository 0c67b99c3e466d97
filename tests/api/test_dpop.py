"""Tokens bound to a key: how they are asked for, and that nobody uses one who does not hold the key (RFC 9449)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from api.database import DatabaseURLs
from api.graph.websocket import PROTOCOL
from auth.keys import rotate_keys
from auth.nonces import write_nonce
from auth.scopes import OF_CLIENTS
from tests.api.guarded import PAGE, guarded
from tests.api.processes import started
from tests.auth.bound import GRANT, Holder, a_key
from tests.auth.deployment import PROFILE, SEALER, Deployment, deployed
from tests.auth.posts import basic
from tests.auth.proving import TOKEN, proof

OTHER = a_key()


def served(deployment: Deployment) -> Any:
    process = deployment.process()
    return guarded(process.server, process.authenticator)


@pytest.fixture
async def deployment(database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(database, at=datetime.now(UTC)) as made:
        await made.sql("UPDATE oauth_client SET scopes = scopes || $1", sorted(OF_CLIENTS))
        yield made


@pytest.fixture
async def holder(deployment: Deployment) -> AsyncIterator[Holder]:
    """The client `brc`, at one process."""
    transport = httpx2.ASGITransport(app=served(deployment))
    async with httpx2.AsyncClient(transport=transport, base_url=PROFILE.issuer) as http:
        yield Holder(http, "brc", deployment.secret)


def refused(answer: httpx2.Response, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["dpop-nonce"]


def challenged(answer: httpx2.Response, challenge: str) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"] == challenge


BAD_PROOF = 'DPoP realm="konbit", error="invalid_dpop_proof", algs="ES256"'
NO_NONCE = 'DPoP realm="konbit", error="use_dpop_nonce", algs="ES256"'
BAD_TOKEN = 'DPoP realm="konbit", error="invalid_token", algs="ES256"'


async def test_a_token_is_bound_to_the_key_that_asked_for_it(holder: Holder, deployment: Deployment) -> None:
    first = await holder.ask()
    refused(first, 400, "use_dpop_nonce")

    token = await holder.token()
    answer = await holder.query(token, holder.used(token))
    told = await holder.http.post(
        PROFILE.issuer + "/oauth/introspect",
        data={"token": token},
        headers={"authorization": basic("brc", deployment.secret)},
    )

    assert (answer.status_code, answer.json()["data"]) == (200, {"hello": "Hello, world!"})
    assert answer.headers["dpop-nonce"]
    assert told.json()["cnf"] == {"jkt": holder.key.thumbprint()}
    assert told.json()["token_type"] == "DPoP"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "otherwise",
    [
        {"method": "GET"},
        {"address": PROFILE.audience},
        {"now": datetime.now(UTC) - timedelta(minutes=3)},
        {"header": {"alg": "none"}},
        {"header": {"jwk": OTHER.as_dict(private=False)}},
    ],
    ids=["htm", "htu", "iat", "none", "another key"],
)
async def test_a_proof_for_something_else_gets_no_token(holder: Holder, otherwise: dict[str, Any]) -> None:
    await holder.token()
    refused(await holder.ask(holder.proof(**otherwise)), 400, "invalid_dpop_proof")


async def test_two_proofs_are_none(holder: Holder) -> None:
    await holder.token()
    headers = [("dpop", holder.proof()), ("dpop", holder.proof())]
    by = ("authorization", basic("brc", holder.secret))
    refused(await holder.http.post(TOKEN, data=GRANT, headers=[by, *headers]), 400, "invalid_dpop_proof")


async def test_a_proof_counts_once(holder: Holder) -> None:
    token = await holder.token()
    at_the_token_endpoint, at_the_graph = holder.proof(), holder.used(token)

    assert (await holder.ask(at_the_token_endpoint)).status_code == 200
    refused(await holder.ask(at_the_token_endpoint), 400, "invalid_dpop_proof")
    assert (await holder.query(token, at_the_graph)).status_code == 200
    challenged(await holder.query(token, at_the_graph), BAD_PROOF)


async def test_a_jti_is_the_keys_own(holder: Holder, deployment: Deployment) -> None:
    other = Holder(holder.http, "brc", deployment.secret)
    for one in (holder, other):
        await one.token()
        assert (await one.ask(one.proof(jti="the same"))).status_code == 200


async def test_a_client_that_is_always_bound_gets_no_other_token(holder: Holder, deployment: Deployment) -> None:
    secret = await deployment.register("bound", dpop_bound=True) or ""
    bound = Holder(holder.http, "bound", secret)

    answer = await holder.http.post(TOKEN, data=GRANT, headers={"authorization": basic("bound", secret)})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")
    assert await bound.token()


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "otherwise",
    [
        {"method": "GET"},
        {"address": PROFILE.issuer + "/file/x"},
        {"address": "https://evil.example/graphql"},
        {"token": "another token"},
        {"ath": None},
        {"now": datetime.now(UTC) - timedelta(minutes=3)},
        {"header": {"alg": "none"}},
    ],
    ids=["htm", "htu", "host", "ath", "no ath", "iat", "none"],
)
async def test_a_proof_for_something_else_opens_nothing(holder: Holder, otherwise: dict[str, Any]) -> None:
    token = await holder.token()
    challenged(await holder.query(token, holder.used(token, **otherwise)), BAD_PROOF)


async def test_a_stolen_token_is_of_no_use_with_another_key(holder: Holder, deployment: Deployment) -> None:
    token = await holder.token()
    thief = Holder(holder.http, "brc", deployment.secret, nonce=holder.nonce)

    challenged(await thief.query(token, thief.used(token)), BAD_PROOF)
    challenged(await thief.query(token, None), BAD_PROOF)
    challenged(await thief.query(token, None, scheme="Bearer"), 'Bearer realm="konbit", error="invalid_token"')
    challenged(
        await thief.query(token, holder.used(token), scheme="Bearer"), 'Bearer realm="konbit", error="invalid_token"'
    )


async def test_a_token_that_is_not_bound_is_no_dpop_token(holder: Holder) -> None:
    answer = await holder.http.post(TOKEN, data=GRANT, headers={"authorization": basic("brc", holder.secret)})
    token = answer.json()["access_token"]
    assert answer.json()["token_type"] == "Bearer"

    challenged(await holder.query(token, holder.used(token)), BAD_TOKEN)
    assert (await holder.query(token, holder.used(token), scheme="Bearer")).status_code == 200


async def test_the_graph_wants_a_nonce_of_ours_that_is_not_old(holder: Holder) -> None:
    token = await holder.token()
    old = write_nonce(bytes(32), now=datetime.now(UTC))

    for nonce in (None, "x", old):
        answer = await holder.query(token, holder.used(token, nonce=nonce))
        challenged(answer, NO_NONCE)
    assert (await holder.query(token, holder.used(token))).status_code == 200


async def test_a_nonce_of_one_process_is_good_at_another_and_after_a_rotation(
    holder: Holder, deployment: Deployment
) -> None:
    token, now = await holder.token(), deployment.clock.now
    process = deployment.process()
    nonce = await process.authenticator.nonce(now=now)
    assert (await holder.query(token, holder.used(token, nonce=nonce))).status_code == 200

    async with deployment.engine.begin() as connection:
        await rotate_keys(connection, sealer=SEALER, now=now)
    after = now + timedelta(days=1, seconds=1)
    earlier = await process.authenticator.nonce(now=after - timedelta(seconds=2))
    process.ring.forget()
    assert await process.authenticator.nonce(now=after) != earlier, "another key signs"
    sent = {"now": after, "nonce": earlier, "address": PROFILE.audience, "token": token}
    text = proof(holder.key, **sent)  # type: ignore[arg-type]
    await process.authenticator.prove(
        text, jkt=holder.key.thumbprint(), bearer=token, method="POST", path="/graphql", now=after
    )


async def test_the_routes_of_files_ask_for_a_proof_too(holder: Holder) -> None:
    token = await holder.token()

    async def get(**otherwise: Any) -> httpx2.Response:
        text = holder.used(token, **({"method": "GET", "address": PROFILE.issuer + "/file/a b"} | otherwise))
        return await holder.http.get("/file/a%20b", headers={"authorization": f"DPoP {token}", "dpop": text})

    answer = await get(address=PROFILE.issuer + "/file/a%20b?x=y")
    assert (answer.status_code, answer.text) == (200, "brc")
    challenged(await get(address=PROFILE.audience), BAD_PROOF)
    challenged(await get(nonce="old"), NO_NONCE)
    stolen = await holder.http.get("/file/a%20b", headers={"authorization": f"Bearer {token}"})
    challenged(stolen, 'Bearer realm="konbit", error="invalid_token"')


async def test_a_page_elsewhere_may_send_a_proof_and_read_the_nonce(holder: Holder) -> None:
    origin = {"origin": PAGE}
    asked = origin | {"access-control-request-method": "POST"}
    before = await holder.http.request("OPTIONS", "/oauth/token", headers=asked)
    after = await holder.http.post(TOKEN, data=GRANT, headers=origin | {"dpop": holder.proof()})

    assert "dpop" in before.headers["access-control-allow-headers"].split(", ")
    assert "DPoP-Nonce" in after.headers["access-control-expose-headers"].split(", ")
    assert after.headers["dpop-nonce"]


async def test_an_event_stream_asks_for_a_proof(holder: Holder) -> None:
    token = await holder.token()
    headers = {"authorization": f"DPoP {token}", "accept": "text/event-stream"}
    body = {"query": "subscription { count(to: 2) }"}

    first, *others = [
        await holder.http.post(PROFILE.audience, json=body, headers=headers | {"dpop": text})
        for text in (holder.used(token), holder.used(token, method="GET"), "x")
    ]

    assert first.text.count("event: next") == 2
    for other in others:
        challenged(other, BAD_PROOF)


async def greeting(port: int, payload: dict[str, Any] | None = None, **headers: str) -> tuple[int, str]:
    """How a socket ends that is greeted so, and closed by us if it was welcome: the close code, and the reason."""
    upgrade = {"subprotocols": [Subprotocol(PROTOCOL)], "additional_headers": headers}
    async with connect(f"ws://127.0.0.1:{port}/graphql", **upgrade) as socket:
        await socket.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
        try:
            return 1000, orjson.loads(await socket.recv())["type"]
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (0, "")


async def test_a_socket_asks_for_a_proof_at_its_greeting_or_at_the_upgrade(
    holder: Holder, deployment: Deployment
) -> None:
    token = await holder.token()
    says = {"authorization": f"DPoP {token}"}
    bad = (4401, "The DPoP proof does not fit this request and its token, or was used before.")
    with started("guarded.py", deployment.urls.auth) as program:
        port = int(program.line("port").split()[1])
        used = holder.used(token, method="GET")

        assert await greeting(port, says | {"dpop": used}) == (1000, "connection_ack")
        assert await greeting(port, says | {"dpop": used}) == bad
        assert await greeting(port, says | {"dpop": holder.used(token)}) == bad
        assert await greeting(port, says) == bad
        code, reason = await greeting(port, says | {"dpop": holder.used(token, method="GET", nonce="old")})
        assert (code, reason.split()[0]) == (4401, "use_dpop_nonce")
        again = holder.used(token, method="GET", nonce=reason.split()[1])
        assert await greeting(port, None, **says, dpop=again) == (1000, "connection_ack")
        stolen = await greeting(port, {"authorization": f"Bearer {token}"})
        assert stolen == (4401, "The access token is not valid, or has ended.")


async def test_fifty_uses_of_a_proof_at_once_through_two_processes_are_one(
    holder: Holder, deployment: Deployment, prove: bool
) -> None:
    token = await holder.token()
    with started("guarded.py", deployment.urls.auth) as one, started("guarded.py", deployment.urls.auth) as two:
        ports = [program.line("port").split()[1] for program in (one, two)]
        async with AsyncExitStack() as open_clients:
            at = [
                await open_clients.enter_async_context(httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
                for port in ports
            ]
            for number in range(200 if prove else 3):
                if number % 20 == 0:
                    token = await holder.token()
                asked, used = holder.proof(), holder.used(token)
                by = {"authorization": basic("brc", deployment.secret), "dpop": asked}
                posts = [at[n % 2].post("/oauth/token", data=GRANT, headers=by) for n in range(50)]
                tokens = [answer.status_code for answer in await asyncio.gather(*posts)]
                by = {"authorization": f"DPoP {token}", "dpop": used}
                posts = [at[n % 2].post("/graphql", json={"query": "{ hello }"}, headers=by) for n in range(50)]
                answers = [answer.status_code for answer in await asyncio.gather(*posts)]

                assert sorted(tokens) == [200] + [400] * 49
                assert sorted(answers) == [200] + [401] * 49
