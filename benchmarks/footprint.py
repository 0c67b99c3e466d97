"""What the program takes to start, and to stay."""

import os
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.contenders import PATIENCE, NotStarted, free_port, konbit_command

STARTS = 5


def start_seconds(folder: Path, starts: int = STARTS) -> float:
    """This will start the program on its own PostgreSQL with the demo network, and answer the median after the first.

    From the command to the first 200 of /healthz.
    """
    took = [_start(folder) for _ in range(starts + 1)]
    return statistics.median(took[1:])


def _start(folder: Path) -> float:
    port = free_port()
    environment = {**os.environ, "KONBIT_DATA": str(folder), "KONBIT_PORT": str(port)}
    started = time.perf_counter()
    with (folder.parent / "start.log").open("wb") as log:
        process = subprocess.Popen(konbit_command(), env=environment, stdout=log, stderr=log)
        try:
            while not _answers(port):
                if process.poll() is not None or time.perf_counter() - started > 5 * PATIENCE:
                    raise NotStarted(log.name)
                time.sleep(0.01)
            return time.perf_counter() - started
        finally:
            process.terminate()
            process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
