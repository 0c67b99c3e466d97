"""Programs that a test starts, kills and looks after; and the users they run as."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BRIEFLY = ["--fetch-timeout=20000", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
"Where no registry can be reached, nobody waits for it for long."
PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class User:
    """Whom a program runs as, and the Python that this user can start."""

    name: str | None
    python: str = sys.executable
    path: str = str(ROOT)


def ordinary_user() -> User | None:
    """`nobody`, where root can hand on a Python of the same version; None where there is none to be found."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = Path(sys.prefix) / "lib" / version / "site-packages"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        if not (Path(python).exists() and reachable(python)):
            continue
        try_it = [python, "-c", "import sys; sys.path.insert(0, sys.argv[1]); import asyncpg, anyio", str(packages)]
        if subprocess.run(try_it, **as_user("nobody"), capture_output=True, check=False, cwd="/").returncode == 0:
            return User("nobody", python, f"{ROOT}:{packages}")
    return None


def as_user(name: str | None) -> dict[str, Any]:
    """What `subprocess` takes to start something as this user."""
    if name is None:
        return {}
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def reachable(python: str) -> bool:
    return all(part.stat().st_mode & 0o001 for part in [Path(python).resolve(), *Path(python).resolve().parents])


def users() -> list[User]:
    """Ourselves, and an ordinary user too where we are root."""
    others = [ordinary_user()] if os.getuid() == 0 else []
    return [User(None), *(user for user in others if user)]


@dataclass
class Program:
    """A started program: what it has said so far, and how it ended."""

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    def line(self, containing: str = "") -> str:
        """The next line of its output that contains this text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if containing in line:
                return line.rstrip("\n")
        raise AssertionError(f"it ended without saying {containing!r}: {self.said} {self.errors()}")

    def held(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.line("postgres"))
        return answer

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def kill(self, number: int = signal.SIGKILL) -> None:
        self.process.send_signal(number)

    def code(self, within: float = 20) -> int:
        return self.process.wait(within)


@contextmanager
def started(program: str, *arguments: object, user: User = User(None), **settings: object) -> Iterator[Program]:
    """This will run a program of ./programs with KONBIT_ settings, and see to it that nothing is left of it."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": user.path, "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {f"KONBIT_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [user.python, str(PROGRAMS / program), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd="/",
        **as_user(user.name),
    )  # fmt: skip
    with process:
        try:
            yield Program(process)
        finally:
            process.kill()


def refused(program: str, *arguments: object, user: User = User(None), **settings: object) -> str:
    """The one line with which a program refuses to run. Fails where it runs, says more, or exits with 0."""
    with started(program, *arguments, user=user, **settings) as tried:
        assert tried.code() == 1
        lines = tried.errors().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@contextmanager
def folder(user: User, *below: str) -> Iterator[Path]:
    """A folder that this user owns and can enter, which pytest's own are not for anyone but us."""
    top = Path(tempfile.mkdtemp(prefix="konbit-test-"))
    top.chmod(0o755)
    made = top.joinpath(*below)
    made.mkdir(parents=True, exist_ok=True)
    if user.name:
        for part in (top, made):
            shutil.chown(part, user.name)
    try:
        yield made
    finally:
        shutil.rmtree(top, ignore_errors=True)


def processes_in(data: Path) -> list[int]:
    """Every process whose working folder or command names this data: what a server that was left behind looks like."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(data) in str((entry / "cwd").readlink()) or str(data).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def soon(holds: Callable[[], bool], within: float = 5) -> bool:
    """Whether it holds before that many seconds have passed."""
    until = time.monotonic() + within
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
