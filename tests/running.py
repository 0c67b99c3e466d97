"""`konbit run` as tests kill it: the real program on settings of its own, started again on the same port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.api.processes import ROOT, soon

PATIENCE = 60.0
"""seconds for the program to answer after a start, on a machine that does other things too"""


@dataclass
class Running:
    """One program: the same settings and port at every start."""

    settings: dict[str, object]
    port: int
    logged: Path
    """what it said at all its starts"""
    process: "subprocess.Popen[bytes] | None" = None
    starts: list[float] = field(default_factory=list)
    """seconds from each start to its first answer"""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        settings = {"PORT": self.port, "LOG_LEVEL": "warning", **self.settings}
        environment = {"PATH": os.environ["PATH"]} | {f"KONBIT_{name}": str(value) for name, value in settings.items()}
        with self.logged.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def start(self) -> None:
        began = time.monotonic()
        self.begin()
        assert soon(self.answers, PATIENCE), self.log()
        self.starts.append(time.monotonic() - began)

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log()
        with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        assert self.process.wait(10) == -signal.SIGKILL

    def end(self) -> None:
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(30) == 0, self.log()

    def log(self) -> str:
        return self.logged.read_text()[-4_000:]


@contextmanager
def running(logged: Path, **settings: object) -> Iterator[Running]:
    """This will hold a port for a program with these settings, not started yet, and leave nothing of it behind."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        program = Running(settings, free.getsockname()[1], logged)
    try:
        yield program
    except BaseException:
        print(program.log())
        raise
    finally:
        if program.process and program.process.poll() is None:
            program.process.kill()
            program.process.wait(10)
