"""The order of the feed under concurrent commits: who follows by cursor misses nothing and is told nothing twice."""

import asyncio
import base64
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.database import DatabaseURLs
from jobs.feed import lead, place
from jobs.housekeeping import forget_changes
from models.session import Connection
from tests.planner.answering import Answering, actor, answering

WRITERS, EACH = 12, 12
POLL = """query($after: String) { referralChanges(after: $after, first: 7) {
  nodes { cursor event { id } } pageInfo { hasNextPage endCursor } } }"""
STEP = "INSERT INTO referral_event (referral_id, at, kind, status_after) VALUES ($1, now(), 'ESCALATED', 'SENT')"


@dataclass
class Traffic:
    """Two organisations that refer to each other, a third that refers to the first, and one that does neither."""

    urls: DatabaseURLs
    graph: Answering
    organizations: dict[str, UUID] = field(default_factory=lambda: {name: uuid4() for name in ("a", "b", "c", "d")})
    referrals: dict[str, UUID] = field(default_factory=dict)
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)
    "When the writing of each committed event began, and when it was known to be committed."

    async def connect(self, role: str = "migration") -> Connection:
        return await asyncpg.connect(getattr(self.urls, role))

    async def step(self, connection: Connection, referral: str, chance: random.Random) -> None:
        """One step of a referral, some time before its transaction commits; one in five is rolled back."""
        began = asyncio.get_running_loop().time()
        transaction = connection.transaction()
        await transaction.start()
        event = await connection.fetchval(STEP + " RETURNING id", self.referrals[referral])
        await asyncio.sleep(chance.random() ** 3 * 0.2)
        if chance.random() < 0.2:
            await transaction.rollback()
            return
        await transaction.commit()
        self.spans[str(event)] = began, asyncio.get_running_loop().time()

    async def poll(self, who: str, cursor: str) -> dict[str, Any]:
        answered = await self.graph.ask(actor(self.organizations[who]), POLL, after=cursor)
        assert "errors" not in answered, answered
        page: dict[str, Any] = answered["data"]["referralChanges"]
        return page

    async def follow(self, who: str, until: asyncio.Event) -> list[tuple[int, str]]:
        """Positions and events as one who polls by cursor is told them, until there is no more to come."""
        told: list[tuple[int, str]] = []
        cursor = at(0)
        while True:
            over = until.is_set()
            page = await self.poll(who, cursor)
            told += [(position(each["cursor"]), each["event"]["id"].partition("_")[2]) for each in page["nodes"]]
            cursor = page["pageInfo"]["endCursor"]
            if over and not page["nodes"]:
                return told


def at(number: int) -> str:
    return base64.b64encode(f'["FEED", {number}]'.encode()).decode()


def position(cursor: str) -> int:
    name, number = json.loads(base64.b64decode(cursor))
    assert name == "FEED"
    return int(number)


@pytest.fixture
async def traffic(database: DatabaseURLs) -> AsyncIterator[Traffic]:
    async with answering(database, size=6) as graph:
        traffic = Traffic(database, graph)
        owner = await traffic.connect()
        for name, key in traffic.organizations.items():
            await owner.execute(
                "INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, '{\"fr\": \"O\"}', 'NGO')", key, name
            )
        for sender, receiver in (("a", "b"), ("b", "a"), ("c", "a")):
            traffic.referrals[sender + receiver] = await _referral(owner, traffic, sender, receiver)
        await owner.close()
        yield traffic


async def _referral(owner: Connection, traffic: Traffic, sender: str, receiver: str) -> UUID:
    service = await owner.fetchval(
        "INSERT INTO service (organization_id, names, category, source) VALUES ($1, $2, 'OTHER', 's') RETURNING id",
        traffic.organizations[receiver],
        '{"fr": "Un service"}',
    )
    found: UUID = await owner.fetchval(
        "INSERT INTO referral (reference, kind, status, priority, need, sender_id, receiver_id, service_id, created_at,"
        " updated_at) VALUES ($1, 'SIGNPOST', 'SENT', 'NORMAL', 'OTHER', $2, $3, $4, now(), now()) RETURNING id",
        sender + receiver,
        traffic.organizations[sender],
        traffic.organizations[receiver],
        service,
    )
    return found


@asynccontextmanager
async def led(connect: Callable[[], Awaitable[Connection]], leaders: int) -> AsyncIterator[None]:
    """Some who would lead; one at a time does."""
    tasks = [asyncio.create_task(lead(connect)) for _ in range(leaders)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _write(traffic: Traffic, referral: str, seed: int, steps: int) -> None:
    connection, chance = await traffic.connect(), random.Random(seed)
    for _ in range(steps):
        await traffic.step(connection, referral, chance)
    await connection.close()


async def test_order_of_the_feed_under_concurrent_commits(traffic: Traffic, prove: bool) -> None:
    over, each = asyncio.Event(), EACH * (10 if prove else 1)
    async with led(partial(traffic.connect, "worker"), leaders=2):
        following = [asyncio.create_task(traffic.follow(who, over)) for who in ("a", "b", "c", "d")]
        await asyncio.gather(
            *(_write(traffic, ("ab", "ba")[seed % 2], seed, each) for seed in range(WRITERS)),
            _write(traffic, "ca", 99, 5),
        )
        await _all_placed(traffic)
        over.set()
        told = dict(zip("abcd", await asyncio.gather(*following), strict=True))

    committed = set(traffic.spans)
    for changes in told.values():
        assert [number for number, _ in changes] == list(range(1, len(changes) + 1))
    assert {event for _, event in told["a"]} == committed
    assert len(told["a"]) == len(committed)
    assert {event for _, event in told["b"]} | {event for _, event in told["c"]} == committed
    assert not {event for _, event in told["b"]} & {event for _, event in told["c"]}
    assert told["d"] == []
    assert _in_order(traffic, told["a"])


async def _all_placed(traffic: Traffic) -> None:
    owner = await traffic.connect()
    async with asyncio.timeout(30):
        while await owner.fetchval("SELECT pg_sleep(0.05), count(*) FROM change WHERE position IS NULL", column=1):
            pass
    await owner.close()


def _in_order(traffic: Traffic, told: list[tuple[int, str]]) -> bool:
    """Whether what was known to be committed before something else began stands before it."""
    begun = 0.0
    for began, committed in (traffic.spans[event] for _, event in told):
        if committed < begun:
            return False
        begun = max(begun, began)
    return True


async def test_a_position_is_given_after_the_commit_and_only_then(traffic: Traffic) -> None:
    worker, writer = await traffic.connect("worker"), await traffic.connect()
    slow = writer.transaction()
    await slow.start()
    await writer.execute(STEP, traffic.referrals["ab"])
    quick = await traffic.connect()
    await quick.execute(STEP, traffic.referrals["ba"])
    assert await place(worker) == 2  # the quick one, to both sides
    first = await traffic.poll("a", at(0))
    assert await place(worker) == 0
    await slow.commit()
    assert await place(worker) == 2
    rest = await traffic.poll("a", first["pageInfo"]["endCursor"])
    assert [position(node["cursor"]) for node in first["nodes"] + rest["nodes"]] == [1, 2]
    for connection in (worker, writer, quick):
        await connection.close()


async def test_positions_tell_nobody_what_others_do(traffic: Traffic) -> None:
    worker, owner = await traffic.connect("worker"), await traffic.connect()
    for _ in range(9):
        await owner.execute(STEP, traffic.referrals["ab"])
        await place(worker)
    now_at = "{ referralChanges { nodes { cursor } pageInfo { endCursor } } }"
    for outsider in ("c", "d"):
        answered = await traffic.graph.ask(actor(traffic.organizations[outsider]), now_at)
        assert answered["data"]["referralChanges"] == {"nodes": [], "pageInfo": {"endCursor": at(0)}}
    await owner.execute(STEP, traffic.referrals["ca"])
    await place(worker)
    assert [position(node["cursor"]) for node in (await traffic.poll("c", at(0)))["nodes"]] == [1]
    assert (await traffic.poll("c", at(1)))["nodes"] == []
    for connection in (worker, owner):
        await connection.close()


async def test_a_cursor_has_expired_once_what_follows_it_is_forgotten(traffic: Traffic) -> None:
    worker, owner = await traffic.connect("worker"), await traffic.connect()
    for _ in range(3):
        await owner.execute(STEP, traffic.referrals["ab"])
    await place(worker)
    end = (await traffic.poll("a", at(0)))["pageInfo"]["endCursor"]
    await forget_changes(worker, now=datetime.now(UTC) + timedelta(days=31))
    me = actor(traffic.organizations["a"])
    for old in (at(0), at(2)):
        answered = await traffic.graph.ask(me, POLL, after=old)
        assert answered["data"] == {"referralChanges": None}
        assert [error["extensions"]["code"] for error in answered["errors"]] == ["CURSOR_EXPIRED"]
    assert (await traffic.poll("a", end))["nodes"] == []
    await owner.execute(STEP, traffic.referrals["ab"])
    await place(worker)
    assert [position(node["cursor"]) for node in (await traffic.poll("a", end))["nodes"]] == [4]
    for connection in (worker, owner):
        await connection.close()
