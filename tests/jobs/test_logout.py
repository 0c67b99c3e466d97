"""The job that tells programs of sessions that ended: what it sends, how long it is patient, where it never goes."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs

import asyncpg
import pytest
from joserfc import jwt
from structlog.testing import capture_logs

from api.database import DatabaseURLs
from api.logs import configure
from auth.logout import EVENT
from auth.outside import Outside
from auth.people import sessions
from jobs import logout
from jobs.logout import keep_telling, tell
from models.session import Connection
from tests.auth.deployment import PROFILE, Deployment, Process, deployed
from tests.auth.granting import a_program
from tests.auth.signing_in import Person, a_person

OWN_MACHINE = Outside(["127.0.0.0/8"])


@dataclass
class Listener:
    """A program's server on this machine: keeps what it is told, and answers as it is set to."""

    port: int = 0
    status: str = "200 OK"
    headers: str = ""
    delay: float = 0
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    "Request line, headers in small letters, body."
    arrived: "asyncio.Queue[None]" = field(default_factory=asyncio.Queue)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/out"

    @property
    def tokens(self) -> list[str]:
        return [parse_qs(body, strict_parsing=True)["logout_token"][0] for _, _, body in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.requests.append((head[0], headers, body.decode()))
            self.arrived.put_nowait(None)
            await asyncio.sleep(self.delay)
            writer.write(
                f"HTTP/1.1 {self.status}\r\n{self.headers}content-length: 0\r\nconnection: close\r\n\r\n".encode()
            )
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(**how: object) -> AsyncIterator[Listener]:
    listener = Listener(**how)  # type: ignore[arg-type]
    async with await asyncio.start_server(listener.serve, "127.0.0.1", 0) as server:
        listener.port = server.sockets[0].getsockname()[1]
        yield listener


@dataclass
class Signed:
    """A person signed in, and the connection of the job."""

    deployment: Deployment
    process: Process
    rose: Person
    connection: Connection

    async def lets_in(self, client_id: str, address: str) -> None:
        program = await a_program(self.deployment, client_id, backchannel_logout_uri=address)
        await program.tokens(self.process, self.rose)

    async def signs_out(self) -> None:
        async with self.deployment.engine.begin() as connection:
            await sessions.end(connection, self.rose.signed_in.session_id, now=self.process.clock.now)

    async def tell(self, outside: Outside = OWN_MACHINE) -> int:
        return await tell(
            self.connection, ring=self.process.ring, outside=outside, profile=PROFILE, now=self.process.clock.now
        )

    async def notice(self) -> asyncpg.Record:
        [notice] = await self.deployment.sql("SELECT * FROM logout_notice")
        return notice


@pytest.fixture
async def signed(database: DatabaseURLs) -> AsyncIterator[Signed]:
    async with deployed(database) as deployment:
        rose = await a_person(deployment, deployment.brc, name="Rose Test")
        connection = await asyncpg.connect(database.auth)
        try:
            yield Signed(deployment, deployment.process(), rose, connection)
        finally:
            await connection.close()


async def test_a_program_is_told_which_session_ended_in_a_token_that_it_can_check(signed: Signed) -> None:
    async with listening() as program:
        await signed.lets_in("clerks", program.address)
        assert await signed.tell() == 0, "nothing has ended yet"
        await signed.signs_out()
        assert await signed.tell() == 1
        assert await signed.tell() == 0, "once told is told"
    [(line, headers, _)] = program.requests
    assert line == "POST /out HTTP/1.1"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    keys = (await signed.process.ring.keys(now=signed.process.clock.now)).signing
    read = jwt.decode(program.tokens[0], keys, algorithms=["ES256"])
    assert read.header["typ"] == "logout+jwt"
    claims = read.claims
    assert (claims["iss"], claims["aud"]) == (PROFILE.issuer, "clerks")
    assert (claims["sub"], claims["sid"]) == (str(signed.rose.account_id), str(signed.rose.signed_in.session_id))
    assert claims["events"] == {EVENT: {}}
    assert "nonce" not in claims
    notice = await signed.notice()
    assert (notice["told_at"], notice["attempts"]) == (signed.process.clock.now, 1)


async def test_each_program_is_told_and_one_that_is_down_holds_up_none(signed: Signed) -> None:
    async with listening() as first, listening(status="204 No Content") as second:
        await signed.lets_in("first", first.address)
        await signed.lets_in("down", "http://127.0.0.1:9/out")
        await signed.lets_in("second", second.address)
        await signed.signs_out()
        assert await signed.tell() == 3
    assert [len(program.requests) for program in (first, second)] == [1, 1]
    told = await signed.deployment.sql("SELECT client_id FROM logout_notice WHERE told_at IS NOT NULL ORDER BY 1")
    assert [row["client_id"] for row in told] == ["first", "second"]


async def test_a_program_that_does_not_answer_well_is_told_again_ever_later(signed: Signed) -> None:
    async with listening(status="503 Service Unavailable") as program:
        await signed.lets_in("clerks", program.address)
        await signed.signs_out()
        waits = []
        for _ in range(11):
            assert await signed.tell() == 1
            due_at = (await signed.notice())["due_at"]
            waits.append((due_at - signed.process.clock.now).total_seconds())
            signed.process.clock.now = due_at - timedelta(seconds=1)
            assert await signed.tell() == 0, "not before it is due"
            signed.process.clock.now = due_at
        assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
        program.status = "200 OK"
        await signed.tell()
    assert len(set(program.tokens)) == 12, "each time a new token: an old one has ended"
    assert (await signed.notice())["told_at"] == signed.process.clock.now


async def test_after_a_day_it_gives_up_and_says_so_without_naming_anyone(signed: Signed) -> None:
    await signed.lets_in("clerks", "http://127.0.0.1:9/out?secret=s3cr3t")
    await signed.signs_out()
    signed.process.clock.advance(hours=23, minutes=59)
    assert await signed.tell() == 1
    assert (await signed.notice())["given_up_at"] is None
    signed.process.clock.advance(hours=2)
    configure(level=logging.WARNING)
    with capture_logs() as logged:
        assert await signed.tell() == 1
        assert await signed.tell() == 0
    assert (await signed.notice())["given_up_at"] == signed.process.clock.now
    assert logged == [
        {"log": "logout", "log_level": "warning", "event": "logout not told", "client": "clerks", "attempts": 2}
    ]
    written = json.dumps(logged)
    assert not any(word in written for word in ("Rose", str(signed.rose.account_id), "s3cr3t", "127.0.0.1"))


async def test_a_program_that_takes_an_address_back_is_not_told(signed: Signed) -> None:
    async with listening() as program:
        await signed.lets_in("clerks", program.address)
        await signed.signs_out()
        await signed.deployment.sql("UPDATE oauth_client SET backchannel_logout_uri = NULL WHERE client_id = 'clerks'")
        assert await signed.tell() == 1
    assert program.requests == []
    assert (await signed.notice())["given_up_at"] is not None


async def test_it_never_goes_inside_nor_where_it_is_sent_on_to(signed: Signed) -> None:
    async with listening() as inside:
        await signed.lets_in("clerks", inside.address)
        await signed.signs_out()
        assert await signed.tell(Outside()) == 1
        assert inside.requests == []
        signed.process.clock.advance(minutes=1)
        async with listening(status="302 Found", headers=f"location: {inside.address}\r\n") as program:
            await signed.deployment.sql(
                "UPDATE oauth_client SET backchannel_logout_uri = $1 WHERE client_id = 'clerks'", program.address
            )
            assert await signed.tell() == 1
        assert (len(program.requests), inside.requests) == (1, [])
    assert (await signed.notice())["told_at"] is None


async def test_a_slow_program_is_given_so_many_seconds(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert logout.PATIENCE == 5
    monkeypatch.setattr(logout, "PATIENCE", 0.2)
    async with listening(delay=30) as program:
        await signed.lets_in("clerks", program.address)
        await signed.signs_out()
        async with asyncio.timeout(5):
            assert await signed.tell() == 1
        assert len(program.requests) == 1
    assert (await signed.notice())["told_at"] is None


async def test_of_two_processes_one_tells_and_the_other_when_it_has_died(
    signed: Signed, database: DatabaseURLs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logout, "PAUSE", 0.01)
    monkeypatch.setattr(logout, "RETRY", 0.05)

    def connect() -> Awaitable[Connection]:
        return asyncpg.connect(database.auth)

    def at_work(connect: Callable[[], Awaitable[Connection]]) -> "asyncio.Task[None]":
        process = signed.deployment.process()
        return asyncio.create_task(
            keep_telling(connect, ring=process.ring, outside=OWN_MACHINE, profile=PROFILE, clock=process.clock)
        )

    async with listening() as program:
        await signed.lets_in("clerks", program.address)
        both = [at_work(connect) for _ in range(2)]
        try:
            await signed.signs_out()
            async with asyncio.timeout(10):
                await program.arrived.get()
            await asyncio.sleep(0.3)
            assert len(program.requests) == 1
            await signed.deployment.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1::bigint::oid"
                " AND granted",
                logout.LOCK & 0xFFFFFFFF,
            )
            await signed.deployment.sql("UPDATE logout_notice SET told_at = NULL")
            async with asyncio.timeout(10):
                await program.arrived.get()
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
