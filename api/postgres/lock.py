"""Who may use a data folder? One program at a time, and not before the last one's server is gone."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_WITH_THE_DYING = 15.0
PATIENCE_WITH_THE_LIVING = 2.0


class DataInUse(Exception):
    """Another Konbit is using this data folder. Stop it first, or choose another folder with KONBIT_DATA."""


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
