"""People who sign in by password: as many as are needed, made for a run and gone after it, and how one signs in.

Run as a process of its own it signs them in, so many a minute: given what is wanted in a line on standard input it says
that it is ready, begins at the next line, and answers what became of it.
"""

import asyncio
import json
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from auth.database import open_auth_engine
from auth.people import accounts, names, passwords, totp
from auth.people.passwords import Passwords
from auth.sealing import Sealer
from models.accounts import Account

PASSWORD = "benchmark without a horse"
FIELD = re.compile(r'name="form_token" value="([^"]+)"')


class NotSignedIn(Exception):
    """A person who should be signed in is not."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in."""

    name: str
    secret: str
    "Of the app that makes codes, in hexadecimal."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a round of signing in is."""

    port: int
    seconds: float
    a_minute: float
    people: list[tuple[str, str]]
    "Name and secret of each, who sign in one after the other; whoever comes again does after 30 s at least."


@dataclass(frozen=True, slots=True)
class SignIns:
    """What became of it."""

    count: int
    p50: float
    "Milliseconds from the first page to the session."
    worst: float


@asynccontextmanager
async def people(url: str, sealer: Sealer, count: int) -> AsyncIterator[list[Person]]:
    """This will make people with a name, a password and an app, for as long as the block lasts."""
    engine, hasher = open_auth_engine(url), Passwords()
    made: list[UUID] = []
    try:
        yield await _made(engine, sealer, await hasher.hash(PASSWORD), count, made)
    finally:
        hasher.close()
        async with engine.begin() as connection:
            await connection.execute(delete(Account).where(Account.id.in_(made)))
        await engine.dispose()


async def _made(engine: AsyncEngine, sealer: Sealer, hashed: str, count: int, made: list[UUID]) -> list[Person]:
    now, found = datetime.now(UTC), []
    async with engine.begin() as connection:
        for _ in range(count):
            account_id = await accounts.create(connection, display_name="Benchmark", language="fr", now=now)
            made.append(account_id)
            secret = totp.make()
            sealed, sealed_by = totp.seal(secret, account_id, sealer)
            await passwords.keep(connection, account_id, hashed, now=now)
            await totp.keep(connection, account_id, sealed, sealed_by, step=0, now=now)
            found.append(Person(await names.give(connection, account_id, "benchmark"), secret.hex()))
    return found


class Browser:
    """One connection and its cookies: the least that can sign in, so that the load costs the machine little."""

    def __init__(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.host, self.reader, self.writer = f"localhost:{port}", reader, writer
        self.cookies: dict[str, str] = {}

    async def ask(self, path: str, form: dict[str, str] | None = None, *, expected: int) -> str:
        """This will ask for a page, or send a form, and answer the page. Raises NotSignedIn for another status."""
        body = urlencode(form or {}).encode()
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{'GET' if form is None else 'POST'} {path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: {kept}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        self.writer.write(f"{head}{kind}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        said = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        status, *fields = said.strip().split("\r\n")
        length = 0
        for name, _, value in (field.partition(": ") for field in fields):
            if name.lower() == "content-length":
                length = int(value)
            elif name.lower() == "set-cookie":
                cookie, _, kept = value.split(";")[0].partition("=")
                self.cookies[cookie] = kept
        page = (await self.reader.readexactly(length)).decode()
        if int(status.split()[1]) != expected:
            raise NotSignedIn(f"{path} answered {status}")
        return page


async def sign_in(port: int, person: Person) -> float:
    """This will do what a browser does from the first page to the session, and say how many ms it took."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    browser = Browser(port, reader, writer)
    token = _field(await browser.ask("/sign-in", expected=200))
    form = {"form_token": token, "name": person.name, "password": PASSWORD}
    await browser.ask("/sign-in", form, expected=303)
    token = _field(await browser.ask("/sign-in/code", expected=200))
    code = totp.code(bytes.fromhex(person.secret), totp.step_of(datetime.now(UTC)))
    await browser.ask("/sign-in/code", {"form_token": token, "code": code}, expected=303)
    writer.close()
    if not browser.cookies.get("konbit"):
        raise NotSignedIn(person.name)
    return (time.perf_counter() - started) * 1000


async def sign_in_at_a_pace(wanted: Wanted) -> SignIns:
    """This will begin a sign-in every so many seconds, whatever became of those before. Raises NotSignedIn."""
    loop, every = asyncio.get_running_loop(), 60 / wanted.a_minute
    began, coming = loop.time(), []
    for number in range(int(wanted.seconds / every)):
        await asyncio.sleep(max(0.0, began + number * every - loop.time()))
        person = Person(*wanted.people[number % len(wanted.people)])
        coming.append(asyncio.create_task(sign_in(wanted.port, person)))
    took = await asyncio.gather(*coming)
    return SignIns(len(took), statistics.median(took), max(took))


def _field(page: str) -> str:
    if (found := FIELD.search(page)) is None:
        raise NotSignedIn("the page has no form")
    return found[1]


if __name__ == "__main__":
    wanted = Wanted(**json.loads(sys.stdin.readline()))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asdict(asyncio.run(sign_in_at_a_pace(wanted)))))
