"""PostgreSQL under the program's own care: it ends with it, comes back after a crash, and serves one program alone."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from api.postgres import embedded, throwaway
from api.postgres.cluster import ServerFailed
from api.postgres.home import LONGEST_SOCKET_FOLDER, SHARED
from tests.api.processes import User, folder, processes_in, refused, soon, started, users


@pytest.fixture(params=users(), ids=lambda user: user.name or "self")
def user(request: pytest.FixtureRequest) -> User:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def data(user: User) -> Iterator[Path]:
    with folder(user, "data") as made:
        yield made


def sql(url: str, *statements: str) -> object:
    """The value of the last statement; each is committed by itself."""

    async def execute() -> object:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(execute())


def test_it_ends_with_the_program(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        postgres = program.held()["postgres"]
        assert postgres in processes_in(data)
        assert program.process.stdin is not None
        program.process.stdin.close()
        assert program.code() == 0
    assert processes_in(data) == []


def test_kill_9_of_the_program_leaves_nothing_and_loses_nothing(user: User, data: Path) -> None:
    for count in range(1, 4):
        with started("hold.py", data, "durable", user=user) as program:
            held = program.held()
            sql(held["url"], "CREATE TABLE IF NOT EXISTS kept (n int)", f"INSERT INTO kept VALUES ({count})")
            program.kill()
            assert program.code() == -signal.SIGKILL
        with started("hold.py", data, user=user) as program:
            assert sql(program.held()["url"], "SELECT count(*) FROM kept") == count
            program.kill()
    assert soon(lambda: processes_in(data) == [])


def test_kill_9_of_postgres_leaves_nothing_and_loses_nothing(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        held = program.held()
        sql(held["url"], "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)")
        os.kill(held["postgres"], signal.SIGKILL)
        assert program.process.stdin is not None
        program.process.stdin.close()
        program.code()
    assert soon(lambda: processes_in(data) == [])
    with started("hold.py", data, user=user) as program:
        assert sql(program.held()["url"], "SELECT count(*) FROM kept") == 1


def test_a_second_program_on_the_same_folder_is_refused(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as first:
        held = first.held()
        line = refused("hold.py", data, user=user)
        assert sql(held["url"], "SELECT 1") == 1
    assert line == (
        "konbit: Another Konbit is using this data folder. Stop it first, or choose another folder with KONBIT_DATA: "
        f"{data / 'postgres'}"
    )


def test_a_stale_pid_file_that_names_a_living_process_does_not_stop_it(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        program.held()
        program.kill()
    owner = (data / "postgres" / "cluster").stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner) as stranger:
        pid_file = data / "postgres" / "cluster" / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{pid_file.parent}\n1\n5432\n\n\n\n")
        with started("hold.py", data, user=user) as program:
            assert sql(program.held()["url"], "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("name", ["with a space and 'quotes'", "d" * (LONGEST_SOCKET_FOLDER + 20), "Belladère"])
def test_any_folder_will_do(user: User, name: str) -> None:
    with folder(user, name) as data:
        with started("hold.py", data, user=user) as program:
            assert sql(program.held()["url"], "SELECT 1") == 1
            program.kill()
        with started("hold.py", data, user=user) as program:
            assert sql(program.held()["url"], "SELECT 1") == 1
        assert soon(lambda: processes_in(data) == [])


def test_a_cluster_that_was_never_finished_is_made_again(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        assert soon((data / "postgres" / "cluster.partial").exists)
        program.kill()
    assert soon(lambda: processes_in(data) == [])
    with started("hold.py", data, user=user) as program:
        assert sql(program.held()["url"], "SELECT 1") == 1


def test_data_of_another_version_is_refused(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        program.held()
    version = data / "postgres" / "cluster" / "PG_VERSION"
    version.write_text("17\n")
    line = refused("hold.py", data, user=user)
    assert line.startswith("konbit: This data folder was made by another major version of PostgreSQL: ")
    assert line.endswith("has version 17, this program runs 18")


def test_a_damaged_cluster_is_one_line(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        program.held()
    (data / "postgres" / "cluster" / "global" / "pg_control").unlink()
    line = refused("hold.py", data, user=user)
    assert line.startswith("konbit: PostgreSQL did not start: ")
    assert "could not find the database system" in line


def test_nothing_listens_but_a_socket_that_strangers_cannot_reach(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        url = program.held()["url"]
        assert sql(url, "SHOW listen_addresses") == ""
        (socket,) = (Path(part) for part in str(sql(url, "SHOW unix_socket_directories")).split(","))
        assert socket.stat().st_mode & 0o777 == 0o700
        assert (data / "postgres" / "cluster").stat().st_mode & 0o077 == 0


def test_its_log_never_tells_what_a_person_told_us(user: User, data: Path) -> None:
    with started("hold.py", data, user=user) as program:
        url = program.held()["url"]
        sql(url, "CREATE TABLE told (name text PRIMARY KEY)", "INSERT INTO told VALUES ('Mirlande')")
        with pytest.raises(asyncpg.UniqueViolationError):
            sql(url, "INSERT INTO told VALUES ('Mirlande')")
        log = (data / "postgres" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "Mirlande" not in log


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a disk that is full")
def test_a_full_disk_is_one_line() -> None:
    with folder(User(None), "data") as data:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(data)], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip("this container may not mount")
        try:
            assert "No space left on device" in refused("hold.py", data)
            subprocess.run(["mount", "-o", "remount,size=200m", str(data)], check=True)
            with started("hold.py", data) as program:
                assert sql(program.held()["url"], "SELECT 1") == 1
        finally:
            subprocess.run(["umount", "--lazy", str(data)], check=True)


@pytest.mark.skipif(os.getuid() != 0, reason="an ordinary user's server runs as that user, who enters his own folders")
def test_below_a_folder_that_only_root_enters() -> None:
    with folder(User(None), "closed", "data") as data:
        data.parent.chmod(0o700)
        with started("hold.py", data) as program:
            sql(program.held()["url"], "CREATE TABLE kept (n int)")
        home = (data / "postgres").resolve()
        assert home.parent == SHARED
        with started("hold.py", data) as program:
            assert sql(program.held()["url"], "SELECT count(*) FROM kept") == 0
        assert soon(lambda: processes_in(home) == [])
        shutil.rmtree(home)


def test_a_throwaway_server_leaves_no_trace() -> None:
    with throwaway() as server:
        assert sql(server.url(), "SHOW fsync") == "off"
        top = server.home.folder.parent
        assert top.exists()
    assert not top.exists()


def test_a_failed_block_still_ends_the_server(tmp_path: Path) -> None:
    with folder(User(None), "data") as data:
        with pytest.raises(RuntimeError, match="inside"), embedded(data, durable=False):
            raise RuntimeError("inside")
        assert processes_in(data) == []


def test_what_initdb_complains_of_is_passed_on() -> None:
    with folder(User(None), "data") as data:
        (data / "postgres").mkdir()
        (data / "postgres" / "cluster").mkdir()
        (data / "postgres" / "cluster" / "PG_VERSION").write_text("18\n")
        with pytest.raises(ServerFailed), embedded(data):
            pass
