"""`konbit run` as an operator meets it: one line where something is wrong, an orderly end, and nothing left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import asyncpg
import orjson
import pytest

from api.postgres import Server
from tests.api.processes import Program, User, folder, processes_in, refused, soon, started


@pytest.fixture
def fresh() -> Iterator[Path]:
    with folder(User(None), "data with a space") as made:
        yield made


@pytest.fixture(scope="module")
def served() -> Iterator[Path]:
    """A data folder after its first program, which made and migrated the database, was asked to end."""
    with folder(User(None), "served") as made:
        with started("trivial.py", port=0, data=made) as program:
            assert healthz(address(program)) == {"user": "konbit_app", "database": "konbit"}
            program.kill(signal.SIGTERM)
            assert program.code() == 0
        yield made


@pytest.fixture
def data(served: Path, fresh: Path) -> Path:
    subprocess.run(["cp", "-a", f"{served}/.", str(fresh)], check=True)
    return fresh


def address(program: Program) -> str:
    return program.line("answers at").split(" at ")[1].split("/graphql")[0]


def healthz(url: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
        return orjson.loads(answer.read())  # type: ignore[no-any-return]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends_in_order_when_asked(data: Path, number: int) -> None:
    with started("trivial.py", port=0, data=data) as program:
        assert healthz(address(program)) == {"user": "konbit_app", "database": "konbit"}
        program.kill(number)
        assert program.code() == 0
        assert program.errors() == ""
    assert processes_in(data) == []
    assert "database system is shut down" in (data / "postgres" / "postgres.log").read_text()


@pytest.mark.parametrize(
    ("proxies", "whence"),
    [("", "127.0.0.1"), ("192.0.2.0/24", "127.0.0.1"), ("192.0.2.0/24, 127.0.0.1", "203.0.113.9")],
    ids=["none", "another", "this one"],
)
def test_where_a_request_came_from_is_said_by_the_proxies_that_are_named(data: Path, proxies: str, whence: str) -> None:
    with started("trivial.py", port=0, data=data, proxies=proxies) as program:
        said = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
        asked = urllib.request.Request(f"{address(program)}/whence", headers=said)
        with urllib.request.urlopen(asked, timeout=5) as answer:
            assert orjson.loads(answer.read()) == whence


def test_asked_to_end_while_it_starts_it_leaves_nothing(fresh: Path) -> None:
    with started("trivial.py", port=0, data=fresh) as program:
        program.line("Starting PostgreSQL")
        program.kill(signal.SIGTERM)
        assert program.code() == 0
    # What initdb was doing sees the end of its input.
    assert soon(lambda: processes_in(fresh) == [])


def test_kill_9_leaves_nothing_and_the_next_start_works(data: Path) -> None:
    for _ in range(2):
        with started("trivial.py", port=0, data=data) as program:
            assert healthz(address(program))["database"] == "konbit"
            program.kill(signal.SIGKILL)
            program.code()
    assert soon(lambda: processes_in(data) == [])


def test_it_ends_with_one_line_when_postgres_dies(data: Path) -> None:
    with started("trivial.py", port=0, data=data) as program:
        url = address(program)
        (postmaster,) = (data / "postgres" / "cluster" / "postmaster.pid").read_text().split("\n")[:1]
        assert healthz(url)["user"] == "konbit_app"
        os.kill(int(postmaster), signal.SIGKILL)
        assert program.code() == 1
        assert program.errors().splitlines()[-1] == (
            "konbit: PostgreSQL has ended, and the program with it; what was committed is kept: "
            f"{data / 'postgres' / 'postgres.log'} says why"
        )
    assert soon(lambda: processes_in(data) == [])


def test_a_port_that_is_taken_is_one_line_before_anything_starts(fresh: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = refused("trivial.py", port=port, data=fresh)
    assert line == (
        "konbit: The port is in use. Stop what uses it, or choose another with KONBIT_PORT: " + f"127.0.0.1:{port}"
    )
    assert list(fresh.iterdir()) == []


def test_a_wrong_setting_is_one_line(fresh: Path) -> None:
    assert refused("trivial.py", prot=1, data=fresh) == (
        "konbit: A setting in the environment is wrong: KONBIT_PROT is not a setting (did you mean KONBIT_PORT?)"
    )


def test_an_address_that_is_not_ours_is_one_line(fresh: Path) -> None:
    line = refused("trivial.py", port=0, data=fresh, host="192.0.2.1", issuer="https://konbit.example.org")
    assert line.startswith("konbit: The address to listen on, KONBIT_HOST, cannot be used: 192.0.2.1:0")


def test_an_outside_database_that_cannot_be_reached_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    url = f"postgresql://boss:secret@127.0.0.1:{port}/konbit"
    line = refused("trivial.py", port=0, database_url=url, migration_url=url)
    assert line.startswith(f"konbit: The database cannot be reached: 127.0.0.1:{port}/konbit: ")
    assert "secret" not in line


def test_an_outside_database_of_an_older_version_is_one_line() -> None:
    with greeting_as("17.4") as port:
        url = f"postgresql://boss:secret@127.0.0.1:{port}/konbit"
        line = refused("trivial.py", port=0, database_url=url, migration_url=url)
    assert line == f"konbit: Konbit needs PostgreSQL 18 or newer: 127.0.0.1:{port}/konbit runs 17"


@contextmanager
def greeting_as(version: str) -> Iterator[int]:
    """The port of a server that speaks PostgreSQL's protocol as far as its greeting, in which it says its version."""
    told = b"server_version\0" + version.encode() + b"\0"
    welcome = b"R" + (8).to_bytes(4, "big") + (0).to_bytes(4, "big")
    welcome += b"S" + (len(told) + 4).to_bytes(4, "big") + told
    welcome += b"Z" + (5).to_bytes(4, "big") + b"I"

    def greet() -> None:
        caller, _ = door.accept()
        if caller.recv(8)[4:] == (80877103).to_bytes(4, "big"):
            caller.sendall(b"N")  # no TLS
        caller.recv(1024)
        caller.sendall(welcome)
        caller.recv(1024)
        caller.close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = Thread(target=greet, daemon=True)
        thread.start()
        yield int(door.getsockname()[1])
        thread.join(5)


@pytest.fixture
def guarded(cluster: Server) -> Iterator[tuple[str, str]]:
    """An outside database whose owner may make roles and is no superuser, where everyone signs in by password."""

    async def prepare(*statements: str) -> None:
        connection = await asyncpg.connect(cluster.url())
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    rules = cluster.home.cluster / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("local konbit_out all scram-sha-256\nlocal all all trust\n")
    asyncio.run(
        prepare(
            "CREATE ROLE boss LOGIN CREATEROLE PASSWORD 'boss'",
            "CREATE DATABASE konbit_out OWNER boss",
            "SELECT pg_reload_conf()",
        )
    )
    place = f"/konbit_out?{cluster.url().partition('?')[2]}"
    yield f"postgresql://whoever:s%40cr'et%2F@{place}", f"postgresql://boss:boss@{place}"
    rules.write_text(before)
    asyncio.run(prepare("SELECT pg_reload_conf()", "DROP DATABASE konbit_out WITH (FORCE)"))


def test_it_runs_on_an_outside_database(guarded: tuple[str, str]) -> None:
    database_url, migration_url = guarded
    for _ in range(2):
        with started("trivial.py", port=0, database_url=database_url, migration_url=migration_url) as program:
            assert healthz(address(program)) == {"user": "konbit_out_app", "database": "konbit_out"}
            program.kill(signal.SIGTERM)
            assert program.code() == 0
    wrong = migration_url.replace("boss:boss", "boss:wrong")
    line = refused("trivial.py", port=0, database_url=database_url, migration_url=wrong)
    assert line.startswith("konbit: The database cannot be reached: ")
    assert 'password authentication failed for user "boss"' in line
