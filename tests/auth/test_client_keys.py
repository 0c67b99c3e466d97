"""A client that publishes its keys is known by them, asked for them seldom, and let in while its address is away."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth.assertions import TYPE
from auth.outside import Outside
from auth.proofs import Post
from auth.server import OAuthServer
from tests.auth.deployment import PROFILE, Deployment, assertion
from tests.partners.servers import serving


@dataclass
class KeyServer:
    """Where a client publishes its keys."""

    keys: list[ECKey] = field(default_factory=list)
    down: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    address: str = ""

    async def say(self, request: Request) -> Response:
        self.asked["keys"] += 1
        await asyncio.sleep(0.05)
        if self.down:
            return Response(status_code=503)
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})


@pytest.fixture
def published() -> Iterator[KeyServer]:
    server = KeyServer()
    with serving(Starlette(routes=[Route("/keys", server.say)])) as address:
        server.address = f"{address}/keys"
        yield server


def server_of(deployment: Deployment) -> OAuthServer:
    """One more process, which may ask on loopback."""
    return OAuthServer(deployment.engine, deployment.process().ring, PROFILE, outside=Outside(["127.0.0.0/8"]))


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


async def asks(server: OAuthServer, deployment: Deployment, key: ECKey, *, client_id: str = "signer") -> int:
    """This will ask for a token with an assertion by the key, and be the status."""
    signed = assertion(key, now=deployment.clock.now, header={"kid": key.kid}, iss=client_id, sub=client_id)
    form = {"grant_type": "client_credentials", "client_assertion_type": TYPE, "client_assertion": signed}
    return (await server.token(Post("127.0.0.1", None, form), now=deployment.clock.now)).status


async def test_a_client_is_known_by_the_keys_at_its_address(deployment: Deployment, published: KeyServer) -> None:
    key = new_key("one")
    published.keys = [key]
    await deployment.register("signer", jwks_uri=published.address)
    for server in (server_of(deployment), server_of(deployment)):
        assert await asks(server, deployment, key) == 200
    assert published.asked["keys"] == 1
    assert await asks(server_of(deployment), deployment, new_key("one")) == 401


async def test_first_requests_that_come_together_ask_once(deployment: Deployment, published: KeyServer) -> None:
    key = new_key("one")
    published.keys = [key]
    await deployment.register("signer", jwks_uri=published.address)
    servers = [server_of(deployment) for _ in range(2)]
    statuses = await asyncio.gather(*(asks(servers[number % 2], deployment, key) for number in range(10)))
    assert statuses == [200] * 10
    assert published.asked["keys"] == 1


async def test_unknown_keys_make_us_ask_once_a_minute(deployment: Deployment, published: KeyServer) -> None:
    published.keys = [new_key("one")]
    await deployment.register("signer", jwks_uri=published.address)
    servers = [server_of(deployment) for _ in range(2)]
    for minute in range(1, 4):
        for number in range(4):
            for server in servers:
                assert await asks(server, deployment, new_key(f"unknown-{number}")) in (401, 429)
        assert published.asked["keys"] == minute
        deployment.clock.advance(minutes=1)


async def test_a_client_that_turns_its_keys_is_followed(deployment: Deployment, published: KeyServer) -> None:
    old, new = new_key("old"), new_key("new")
    published.keys = [old]
    await deployment.register("signer", jwks_uri=published.address)
    server = server_of(deployment)
    assert await asks(server, deployment, old) == 200
    deployment.clock.advance(minutes=1)
    published.keys = [new]
    assert await asks(server, deployment, new) == 200
    assert await asks(server, deployment, old) == 401


async def test_a_key_that_is_published_no_more_counts_for_an_hour_at_most(
    deployment: Deployment, published: KeyServer
) -> None:
    key = new_key("one")
    published.keys = [key]
    await deployment.register("signer", jwks_uri=published.address)
    server = server_of(deployment)
    assert await asks(server, deployment, key) == 200
    published.keys = [new_key("two")]
    deployment.clock.advance(minutes=61)
    assert await asks(server, deployment, key) == 401


async def test_an_address_that_is_away_for_hours_keeps_nobody_out(deployment: Deployment, published: KeyServer) -> None:
    key = new_key("one")
    published.keys = [key]
    await deployment.register("signer", jwks_uri=published.address)
    server = server_of(deployment)
    assert await asks(server, deployment, key) == 200
    published.down = True
    for _ in range(4):
        deployment.clock.advance(hours=5)
        assert await asks(server, deployment, key) == 200
    deployment.clock.advance(hours=5)
    assert await asks(server, deployment, key) == 401
    published.down = False
    deployment.clock.advance(minutes=1)
    assert await asks(server, deployment, key) == 200


async def test_an_inner_address_is_not_asked(deployment: Deployment, published: KeyServer) -> None:
    key = new_key("one")
    published.keys = [key]
    await deployment.register("signer", jwks_uri=published.address)
    assert await asks(deployment.process().server, deployment, key) == 401
    assert published.asked["keys"] == 0


async def test_nothing_is_asked_for_a_client_that_is_suspended_or_none(
    deployment: Deployment, published: KeyServer
) -> None:
    key = new_key("one")
    published.keys = [key]
    await deployment.register("signer", jwks_uri=published.address)
    await deployment.sql("UPDATE oauth_client SET status = 'SUSPENDED' WHERE client_id = 'signer'")
    server = server_of(deployment)
    assert await asks(server, deployment, key) == 401
    assert await asks(server, deployment, key, client_id="nobody") == 401
    assert published.asked["keys"] == 0
