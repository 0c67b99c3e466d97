"""The feed as partners follow it, over server-sent events and over WebSocket, from the real app on a real database."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias
from urllib.parse import urlencode

import asyncpg
import httpx2
import pytest
from websockets.exceptions import ConnectionClosed

from api.assembly import build
from api.database import DatabaseURLs
from api.postgres import Server
from api.settings import Settings
from tests.api.edge import serving
from tests.api.test_websocket import greet, hear, say, socket
from tests.conftest import copied, run_sql
from tests.outside import Partner, joined, referred
from tests.running import running

pytestmark = pytest.mark.anyio
QUERY = """subscription($after: String) { referralChanges(after: $after) {
  cursor kind referralId event { statusAfter } referral { status } } }"""
BEHIND = 2.0
"""seconds that the feed may be behind"""
ENDED = 6.0
"""seconds within which a stream ends whose token no longer counts"""
SILENCE = 1.5
"""seconds of listening after which nothing is taken for nothing"""


class Over(Exception):
    """The stream of events has ended."""


Told: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
"""the next body of a stream; raises Over or ConnectionClosed at its end"""
Transport: TypeAlias = Callable[..., AbstractAsyncContextManager[Told]]


@asynccontextmanager
async def over_events(partner: Partner, after: str | None = None, *, query: str = QUERY) -> AsyncIterator[Told]:
    headers = {"Authorization": f"Bearer {partner.token}", "Accept": "text/event-stream"}
    asked = {"query": query, "variables": {"after": after}}
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=30) as client,
        client.stream("POST", f"{partner.address}/graphql", json=asked, headers=headers) as answer,
    ):
        lines = answer.aiter_lines()

        async def told() -> dict[str, Any]:
            async for line in lines:
                if line.startswith("data: "):
                    body: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    return body
            raise Over

        yield told


@asynccontextmanager
async def over_websocket(partner: Partner, after: str | None = None, *, query: str = QUERY) -> AsyncIterator[Told]:
    async with socket(f"{partner.address.replace('http', 'ws', 1)}/graphql") as connection:
        await greet(connection, partner.token)
        await say(connection, type="subscribe", id="1", payload={"query": query, "variables": {"after": after}})

        async def told() -> dict[str, Any]:
            message = await hear(connection)
            body: dict[str, Any] = message["payload"] if message["type"] == "next" else {"errors": message["payload"]}
            return body

        yield told


@pytest.fixture(params=[over_events, over_websocket])
def following(request: pytest.FixtureRequest) -> Transport:
    transport: Transport = request.param
    return transport


@pytest.fixture(scope="module")
def urls(cluster: Server, template: str) -> Iterator[DatabaseURLs]:
    yield from copied(cluster, template)


@pytest.fixture(scope="module")
def partners(urls: DatabaseURLs) -> Iterator[dict[str, Partner]]:
    """Three organisations that have signed in to the app on one database."""
    known = asyncio.run(joined(urls, "brc", "registry", "outsider"))
    with serving(build(Settings(demo=False, issuer="http://127.0.0.1:8000"), urls)) as port:
        for partner in known.values():
            partner.address = f"http://127.0.0.1:{port}"
        yield known


@pytest.fixture
async def owner(urls: DatabaseURLs) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(urls.migration)
    yield connection
    await connection.close()


async def change(told: Told, *, within: float = 10) -> dict[str, Any]:
    """The next change that a stream tells."""
    body = await asyncio.wait_for(told(), within)
    assert "errors" not in body, body
    found: dict[str, Any] = body["data"]["referralChanges"]
    return found


async def code(told: Told) -> str:
    """Why a stream has ended."""
    body = await asyncio.wait_for(told(), 10)
    found: str = body["errors"][0]["extensions"]["code"]
    return found


async def refused_until_closed(told: Told) -> None:
    """The operation may be told that it ends before the socket closes."""
    while await code(told) == "UNAUTHENTICATED":
        pass


def step(told: dict[str, Any]) -> tuple[str, str]:
    return told["referralId"], told["event"]["statusAfter"]


async def is_silent(told: Told) -> bool:
    try:
        await asyncio.wait_for(told(), SILENCE)
    except TimeoutError:
        return True
    return False


async def present(partner: Partner) -> str:
    """The cursor of this moment, once all that was done so far is in the feed."""
    await asyncio.sleep(BEHIND / 4)
    return (await asyncio.to_thread(partner.changes, None))[1]


async def test_without_a_cursor_it_begins_with_a_checkpoint(following: Transport, partners: dict[str, Partner]) -> None:
    brc = partners["brc"]
    await asyncio.to_thread(referred, brc, partners["registry"])
    now = await present(brc)
    async with following(brc) as told:
        first = await change(told)
        assert first == {"cursor": now, "kind": "CHECKPOINT", "referralId": None, "event": None, "referral": None}
        assert await is_silent(told)


async def test_both_sides_are_told_at_once_and_an_outsider_never(
    following: Transport, partners: dict[str, Partner]
) -> None:
    brc, registry, outsider = partners["brc"], partners["registry"], partners["outsider"]
    async with following(brc) as sender, following(registry) as receiver, following(outsider) as stranger:
        for told in (sender, receiver, stranger):
            assert (await change(told))["kind"] == "CHECKPOINT"
        referral_id = await asyncio.to_thread(referred, brc, registry)
        for status, act in (("SENT", "acceptReferral"), ("ACCEPTED", "completeReferral"), ("COMPLETED", "")):
            done = time.monotonic()
            for told in (sender, receiver):
                assert step(await change(told)) == (referral_id, status)
            assert time.monotonic() - done < BEHIND
            if act:
                given = {"result": "SERVED"} if act == "completeReferral" else {}
                await asyncio.to_thread(registry.act, act, referralId=referral_id, **given)
        assert await is_silent(stranger)


async def test_it_goes_on_from_a_cursor(following: Transport, partners: dict[str, Partner]) -> None:
    brc, registry = partners["brc"], partners["registry"]
    before = await present(registry)
    sent = [await asyncio.to_thread(referred, brc, registry) for _ in range(3)]
    async with following(registry, before) as told:
        changes = [await change(told) for _ in sent]
        assert [each["referralId"] for each in changes] == sent
        assert await is_silent(told)
    async with following(registry, changes[1]["cursor"]) as told:
        assert (await change(told))["referralId"] == sent[2]
        assert await is_silent(told)


async def test_a_cursor_that_has_expired_or_is_none_is_refused(
    following: Transport, partners: dict[str, Partner], owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    brc = partners["brc"]
    before = await present(brc)
    await asyncio.to_thread(referred, brc, partners["registry"])
    await present(brc)
    async with following(brc, "rubbish") as told:
        assert await code(told) == "BAD_USER_INPUT"
    await owner.execute(
        "UPDATE feed SET purged_position = last_position WHERE organization_id = $1", brc.organization_id
    )
    async with following(brc, before) as told:
        assert await code(told) == "CURSOR_EXPIRED"
    async with following(brc, await present(brc)) as told:
        assert await is_silent(told)


async def test_who_reconnects_misses_nothing_and_is_told_nothing_twice(
    following: Transport, partners: dict[str, Partner]
) -> None:
    brc, registry = partners["brc"], partners["registry"]
    cursor = start = await present(registry)
    dice, told_of = random.Random(11), list[tuple[str, str]]()
    count = 8

    async def work() -> None:
        for _ in range(count):
            referral_id = await asyncio.to_thread(referred, brc, registry)
            await asyncio.to_thread(registry.act, "acceptReferral", referralId=referral_id)

    working = asyncio.create_task(work())
    while len(told_of) < 2 * count:
        async with following(registry, cursor) as told:
            for _ in range(min(dice.randint(1, 3), 2 * count - len(told_of))):
                heard = await change(told, within=30)
                cursor = heard["cursor"]
                told_of.append(step(heard))
    await working

    nodes, _, _ = await asyncio.to_thread(registry.changes, start)
    assert told_of == [step(node) for node in nodes]
    assert len(set(told_of)) == 2 * count


@pytest.mark.parametrize("how", ["revoked", "suspended"])
async def test_it_ends_with_the_token_it_was_opened_with(
    how: str, urls: DatabaseURLs, partners: dict[str, Partner], owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    known = partners["outsider"]
    visitor = Partner(known.name, known.organization_id, known.services, known.secret, known.address)
    async with over_events(visitor) as events, over_websocket(visitor) as frames:
        await change(events)
        await change(frames)
        if how == "revoked":
            basic = base64.b64encode(f"{visitor.name}:{visitor.secret}".encode()).decode()
            async with httpx2.AsyncClient(trust_env=False) as client:
                form = urlencode({"token": visitor.token})
                headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
                answer = await client.post(f"{visitor.address}/oauth/revoke", content=form, headers=headers)
            assert answer.status_code == 200
        else:
            await owner.execute("UPDATE oauth_client SET status = 'SUSPENDED' WHERE client_id = $1", visitor.name)
        began = time.monotonic()
        assert await code(events) == "UNAUTHENTICATED"
        with pytest.raises(Over):
            await events()
        with pytest.raises(ConnectionClosed) as closed:
            await refused_until_closed(frames)
        assert time.monotonic() - began < ENDED
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
    await owner.execute("UPDATE oauth_client SET status = 'ACTIVE' WHERE client_id = $1", visitor.name)


async def test_fifty_followers_cost_one_connection_that_listens(
    partners: dict[str, Partner], owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    brc, registry = partners["brc"], partners["registry"]
    async with AsyncExitStack() as open_streams:
        streams = [await open_streams.enter_async_context((over_events, over_websocket)[n % 2](brc)) for n in range(50)]
        for told in streams:
            assert (await change(told))["kind"] == "CHECKPOINT"
        referral_id = await asyncio.to_thread(referred, brc, registry)
        assert {step(await change(told)) for told in streams} == {(referral_id, "SENT")}
        rows = await owner.fetch(
            "SELECT usename, query LIKE 'LISTEN%' AS listens FROM pg_stat_activity WHERE datname = current_database()"
        )
        apps = [row["listens"] for row in rows if row["usename"].endswith("_app")]
        assert sum(apps) == 1
        assert len(apps) <= Settings(demo=False).pool_size + 1


LEADER = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1"


async def test_another_program_leads_when_the_leader_is_killed(cluster: Server, tmp_path: Any) -> None:
    await asyncio.to_thread(run_sql, cluster, "CREATE DATABASE konbit_pair")
    place = f"/konbit_pair?{cluster.url().partition('?')[2]}"
    shared = {
        "DATABASE_URL": f"postgresql://whoever:any@{place}",
        "MIGRATION_URL": f"postgresql://postgres@{place}",
        "ISSUER": "http://127.0.0.1:8000",
    }
    with running(tmp_path / "leader", **shared) as leader, running(tmp_path / "other", **shared) as other:
        await asyncio.to_thread(leader.start)
        await asyncio.to_thread(other.start)
        urls = DatabaseURLs.outside(shared["DATABASE_URL"], shared["MIGRATION_URL"])
        known = await joined(urls, "brc", "registry")
        for partner in known.values():
            partner.address = other.address
        async with over_events(known["registry"]) as told:
            await change(told)
            await asyncio.to_thread(referred, known["brc"], known["registry"])
            await change(told)
            leader.kill()
            sent = await asyncio.to_thread(referred, known["brc"], known["registry"])
            began = time.monotonic()
            assert step(await change(told)) == (sent, "SENT")
            assert time.monotonic() - began < BEHIND
        other.end()
