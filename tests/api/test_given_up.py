"""Requests that are given up and databases that are slow: nobody waits for long, and nothing leaks to the next."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from api.assembly import build
from api.database import DatabaseURLs
from api.limits import LIMITS, Limits
from api.postgres import Server
from api.settings import Settings
from auth import authenticate
from models.session import FAREWELL, Connection, Database, NotCommitted, beginning
from tests.api.edge import serving
from tests.api.test_websocket import greet, hear, say, socket
from tests.outside import GIRL, Partner, joined

pytestmark = pytest.mark.anyio
SETTINGS = Settings(demo=False, issuer="http://127.0.0.1:8000", pool_size=2)
WHO = "{ viewer { organization { slug } } services(first: 20) { nodes { id name organization { slug } } } }"
REGISTER = """mutation($input: RegisterPersonInput!) { registerPerson(input: $input) {
  person { identity { familyName } } problems { code } } }"""
LEFT = "SELECT current_setting('konbit.organization', true), current_setting('konbit.roles', true)"
LONGEST = 15.0
"""seconds that anyone waits"""


@pytest.fixture
async def owner(database: DatabaseURLs) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.migration)
    yield connection
    await connection.close()


@asynccontextmanager
async def served(database: DatabaseURLs, limits: Limits = LIMITS) -> AsyncIterator[dict[str, Partner]]:
    """The app on a pool of two connections, and two partners that have signed in."""
    partners = await joined(database, "brc", "registry")
    with serving(build(SETTINGS, database, limits=limits)) as port:
        for partner in partners.values():
            partner.address = f"http://127.0.0.1:{port}"
            await asyncio.to_thread(getattr, partner, "token")
        yield partners


async def left_behind(pool: asyncpg.Pool[asyncpg.Record]) -> set[tuple[Any, ...]]:
    """What the connections of a pool know of who used them last, outside of any transaction."""
    held = [await pool.acquire() for _ in range(pool.get_size())]
    assert not any(connection.is_in_transaction() for connection in held)
    found = {tuple(await connection.fetchrow(LEFT) or ()) for connection in held}
    for connection in held:
        await pool.release(connection)
    return found


async def test_whatever_is_cancelled_leaves_no_claims_behind(database: DatabaseURLs) -> None:
    """Once or twice, before, within or after a statement, its commit or its rollback."""
    dice, pool = random.Random(5), Database(database.app, size=4)
    await pool.open()
    heard = Counter[bool]()

    async def ask(name: str) -> None:
        begin = beginning({"konbit.organization": name, "konbit.roles": name}, writes=dice.random() < 0.5)
        async with pool.transaction(begin) as connection:
            for _ in range(2):
                told = await connection.fetchrow(LEFT + ", pg_sleep($1)", dice.uniform(0, 0.004))
                heard[told is not None and tuple(told)[:2] == (name, name)] += 1

    async def give_up(task: asyncio.Task[None]) -> None:
        for _ in range(dice.choice([0, 1, 1, 2])):
            await asyncio.sleep(dice.uniform(0, 0.02))
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    for _ in range(60):
        await asyncio.gather(*(give_up(asyncio.create_task(ask(str(uuid4())))) for _ in range(8)))
    assert set(heard) == {True}
    assert heard[True] > 100
    assert await left_behind(pool.pool) <= {(None, None), ("", "")}
    await pool.close()


async def test_what_the_database_rolled_back_is_not_taken_for_kept(database: DatabaseURLs) -> None:
    pool = await Database(database.app, size=1).open()

    async def go_on_after_a_failure() -> None:
        async with pool.transaction("BEGIN") as connection:
            with suppress(asyncpg.DivisionByZeroError):
                await connection.execute("SELECT 1 / 0")

    with pytest.raises(NotCommitted):
        await go_on_after_a_failure()
    await pool.close()


async def test_clients_that_leave_get_and_leave_nothing_of_each_other(
    database: DatabaseURLs, owner: Connection
) -> None:
    """A query or a mutation is given up at a random moment, over one socket a partner, on two connections."""
    dice = random.Random(7)

    async def work(partner: Partner) -> tuple[int, list[str]]:
        answered, keys = 0, list[str]()
        async with socket(f"{partner.address.replace('http', 'ws', 1)}/graphql") as connection:
            await greet(connection, partner.token)
            for number in range(150):
                key = f"{partner.name}-{number}"
                given = {"idempotencyKey": key, **GIRL, "familyName": key}
                asked = {"query": WHO} if number % 3 else {"query": REGISTER, "variables": {"input": given}}
                keys += [] if number % 3 else [key]
                await say(connection, type="subscribe", id=key, payload=asked)
                await asyncio.sleep(dice.uniform(0, 0.03))
                if dice.random() < 0.7:
                    await say(connection, type="complete", id=key)
                await say(connection, type="ping", payload={"n": number})
                while (message := await hear(connection))["type"] != "pong":
                    if message["type"] == "next":
                        answered += belongs(message["payload"]["data"], partner, message["id"])
        return answered, keys

    async with served(database) as partners:
        done = await asyncio.gather(*(work(partner) for partner in partners.values()))
        assert all(answered > 5 for answered, _ in done), done
        open_now = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE '%in trans%'"
        )
        assert await owner.fetchval(open_now) == 0
        for partner, (_, keys) in zip(partners.values(), done, strict=True):
            for key in keys:
                await asyncio.to_thread(partner.act, "registerPerson", key, **GIRL, familyName=key)
        registered = await owner.fetch("SELECT family_name FROM person_identity ORDER BY 1")
        assert [row[0] for row in registered] == sorted(key for _, keys in done for key in keys)
        acts = await owner.fetchval("SELECT count(*) FROM audit_entry WHERE act = 'registerPerson'")
        assert acts == len(registered)


def belongs(data: dict[str, Any], partner: Partner, key: str) -> bool:
    """Whether an answer is that of who asked; fails where it is another's."""
    if "viewer" in data:
        assert data["viewer"]["organization"]["slug"] == partner.name
    else:
        assert data["registerPerson"]["person"]["identity"]["familyName"] == key
    return True


async def asked(partner: Partner, path: str = "/graphql") -> tuple[int, float]:
    """The status of an answer, and the seconds that it took."""
    began = time.monotonic()
    headers = {"Authorization": f"Bearer {partner.token}", "Accept": "application/graphql-response+json"}
    async with httpx2.AsyncClient(trust_env=False, timeout=60) as client:
        if path == "/graphql":
            answer = await client.post(partner.address + path, json={"query": WHO}, headers=headers)
        else:
            answer = await client.get(partner.address + path)
    return answer.status_code, time.monotonic() - began


async def test_an_exhausted_pool_and_a_slow_answer_are_unavailable_in_time(
    database: DatabaseURLs, owner: Connection
) -> None:
    assert authenticate.PATIENCE + LIMITS.answer_seconds + FAREWELL < LONGEST
    async with served(database, Limits(answer_seconds=1.5)) as partners:
        async with owner.transaction():
            await owner.execute("LOCK TABLE service")
            waiting = [asked(partner) for partner in partners.values() for _ in range(5)]
            answers, ready = await asyncio.gather(asyncio.gather(*waiting), asked(partners["brc"], "/readyz"))
        assert {status for status, _ in answers} == {503}
        assert max(seconds for _, seconds in answers) < LONGEST / 2
        assert ready[1] < LONGEST / 2
        for partner in partners.values():
            assert (await asked(partner))[0] == 200


async def test_a_frozen_database_is_unavailable_in_time_and_served_again_when_it_thaws(
    database: DatabaseURLs, cluster: Server
) -> None:
    async with served(database) as partners:
        assert (await asked(partners["brc"]))[0] == 200
        with frozen(cluster):
            waiting = [asked(partner) for partner in partners.values() for _ in range(3)]
            answers, ready = await asyncio.gather(asyncio.gather(*waiting), asked(partners["brc"], "/readyz"))
        assert {status for status, _ in [*answers, ready]} == {503}
        assert max(seconds for _, seconds in [*answers, ready]) < LONGEST
        for partner in partners.values():
            assert (await asked(partner))[0] == 200


@contextmanager
def frozen(cluster: Server) -> Iterator[None]:
    """Nothing of PostgreSQL moves: as seen from here, a machine that has lost its power."""
    assert cluster.process is not None
    postmaster = cluster.process.pid
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    processes = [postmaster, *map(int, children)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
