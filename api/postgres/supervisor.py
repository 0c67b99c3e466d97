"""How is PostgreSQL started, watched and ended, so that it never outlives the program nor serves two of them?"""

import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import anyio

from api.postgres.child import environment, reason, through_shim
from api.postgres.cluster import SUPERUSER, ServerFailed, create_cluster, refuse_other_version, remove_stale_pid
from api.postgres.home import Home, settle
from api.postgres.lock import held

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
    # After a crash every file must reach the disk before the log is replayed: one by one that took 2.7 s, so 0.3 s.
    "recovery_init_sync_method": "syncfs",
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
