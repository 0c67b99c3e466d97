"""How is PostgreSQL started, watched and ended, so that it never outlives the program nor serves two of them?"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import anyio

from api.postgres import shim
from api.postgres.home import Home, Owner, settle

VERSION = "18"
SUPERUSER = "postgres"
PATIENCE_WITH_THE_DYING = 15.0
PATIENCE_WITH_THE_LIVING = 2.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or the detail of an error can carry what a person told us; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
# What a killed server wrote is still with the kernel; only a machine that loses its power loses it.
THROWAWAY = {"fsync": "off", "full_page_writes": "off"}


class DataInUse(Exception):
    """Another Konbit is using this data folder. Stop it first, or choose another folder with KONBIT_DATA."""


class WrongDataVersion(Exception):
    """This data folder was made by another major version of PostgreSQL."""


class ServerFailed(Exception):
    """PostgreSQL did not start."""


class NotTheMainThread(Exception):
    """PostgreSQL must be started from the main thread: the kernel ends it with the thread that started it."""


@dataclass
class Server:
    """A running PostgreSQL. Its socket is the only way in, and only its user and root can reach that."""

    home: Home
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    """None where another program runs it and we are guests"""

    def url(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        """The address for asyncpg and SQLAlchemy, without a password: the socket trusts who can reach it."""
        socket = quote(str(self.home.socket), safe="/")
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={socket}&port=5432"

    def is_running(self) -> bool:
        return self.process is None or self.process.poll() is None

    async def died(self) -> None:
        """This will return when PostgreSQL has ended, within a fifth of a second."""
        while self.is_running():  # noqa: ASYNC110 - the kernel tells nobody but the parent, which must ask
            await anyio.sleep(0.2)


@contextmanager
def embedded(data: Path, *, durable: bool = True) -> Iterator[Server]:
    """This will run PostgreSQL on the folder `data` (made when missing) for as long as the block lasts.

    `durable=False` gives up safety for speed (no fsync), for tests and benchmarks.
    Raises DataInUse, WrongDataVersion, ServerFailed, and OSError where a folder cannot be made.
    """
    if threading.current_thread() is not threading.main_thread():
        raise NotTheMainThread
    home = settle(data)
    with held(home.lock) as lock:
        create_cluster(home, durable=durable)
        refuse_other_version(home)
        remove_stale_pid(home)
        process = launch(home, lock, durable=durable)
        try:
            wait_until_ready(home, process)
            yield Server(home, process)
        finally:
            end(process, patiently=durable)
            with suppress(OSError):
                home.socket.rmdir()


@contextmanager
def reached(data: Path) -> Iterator[Server]:
    """This will use the PostgreSQL that another Konbit runs on `data` right now, or run it while the block lasts.

    Raises what `embedded` raises.
    """
    home = settle(data)
    with socket.socket(socket.AF_UNIX) as door:
        answers = door.connect_ex(str(home.socket / ".s.PGSQL.5432")) == 0
    if answers:
        yield Server(home)
    else:
        with embedded(data) as server:
            yield server


@contextmanager
def throwaway() -> Iterator[Server]:
    """This will run an empty PostgreSQL without fsync, and remove every trace of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="konbit-"))
    folder.chmod(0o755)
    try:
        with embedded(folder, durable=False) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def held(path: Path) -> Iterator[int]:
    """The lock on a data folder, which PostgreSQL and its children inherit: it is free when the last of them is gone.

    So a server that is still ending after its program was killed is waited for; a living program is not.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        started = time.monotonic()
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = time.monotonic() - started
                patience = PATIENCE_WITH_THE_LIVING if holder_lives(lock) else PATIENCE_WITH_THE_DYING
                if waited > patience:
                    raise DataInUse(str(path.parent)) from None
                time.sleep(0.02)
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield lock
    finally:
        os.close(lock)


def holder_lives(lock: int) -> bool:
    pid = os.pread(lock, 20, 0)
    return pid.isdigit() and Path(f"/proc/{int(pid)}").exists()


def create_cluster(home: Home, *, durable: bool) -> None:
    """Make the data cluster beside its place and rename it, so that a half-made one is never used."""
    if home.cluster.exists():
        return
    partial = home.folder / "cluster.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    home.owner.give(partial)
    command = [str(home.programs / "initdb"), "--pgdata", str(partial), "--username", SUPERUSER, "--auth", "trust"]
    command += ["--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
    command += ["--no-instructions", *(["--sync-method", "syncfs"] if durable else ["--no-sync"])]
    finished = subprocess.run(
        through_shim(home.owner, command), env=environment(), cwd="/", capture_output=True, text=True, check=False
    )
    if finished.returncode:
        shutil.rmtree(partial, ignore_errors=True)
        raise ServerFailed(reason(finished.stderr))
    partial.rename(home.cluster)


def refuse_other_version(home: Home) -> None:
    version = (home.cluster / "PG_VERSION").read_text().strip()
    if version != VERSION:
        raise WrongDataVersion(f"{home.cluster} has version {version}, this program runs {VERSION}")


def remove_stale_pid(home: Home) -> None:
    """Whoever holds the lock knows that no server of ours is left, whatever its pid file says.

    A crashed machine can give the number in that file to another process, and PostgreSQL would refuse to start.
    A server that someone else started on this folder is told by its working folder.
    """
    pid_file = home.cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except FileNotFoundError:
        return
    except ValueError:
        pid = 0
    try:
        if pid and Path(f"/proc/{pid}/cwd").resolve(strict=True) == home.cluster.resolve():
            raise DataInUse(str(home.folder))
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        pass
    pid_file.unlink(missing_ok=True)
    (home.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def launch(home: Home, lock: int, *, durable: bool) -> "subprocess.Popen[bytes]":
    command = [str(home.programs / "postgres"), "-D", str(home.cluster), "-k", str(home.socket), "-p", "5432"]
    for name, value in (SETTINGS if durable else SETTINGS | THROWAWAY).items():
        command += ["-c", f"{name}={value}"]
    with home.log.open("wb") as log:
        return subprocess.Popen(
            through_shim(home.owner, command),
            env=environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            # Control-C reaches every process of the terminal's group; the program alone decides when the server ends.
            start_new_session=True,
        )


def wait_until_ready(home: Home, process: "subprocess.Popen[bytes]") -> None:
    """PostgreSQL writes `ready` into the last line of its pid file; until then it may be replaying its log."""
    pid_file = home.cluster / "postmaster.pid"
    while process.poll() is None:
        try:
            lines = pid_file.read_text().split("\n")
        except FileNotFoundError:
            lines = []
        if len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
            return
        time.sleep(0.01)
    raise ServerFailed(reason(home.log.read_text(errors="replace")))


def end(process: "subprocess.Popen[bytes]", *, patiently: bool) -> None:
    """Fast shutdown, then immediate, then the kernel's: each waits for the one before."""
    farewells = [(signal.SIGINT, 30.0)] if patiently else []
    for farewell, seconds in [*farewells, (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)]:
        if process.poll() is not None:
            return
        process.send_signal(farewell)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def through_shim(owner: Owner, command: list[str]) -> list[str]:
    return [sys.executable, "-I", "-S", shim.__file__, str(os.getpid()), str(owner.uid), str(owner.gid), *command]


def environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGPORT and the like would change what PostgreSQL does."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def reason(output: str) -> str:
    """The line of PostgreSQL's output that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for mark in ("No space left on device", "FATAL:", "error:", "could not"):
        for line in lines:
            if mark in line:
                return line
    return lines[-1] if lines else "it said nothing"
