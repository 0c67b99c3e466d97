"""How do we start one of PostgreSQL's programs, and what did it say when it failed?"""

import os
import sys

from api.postgres import shim
from api.postgres.home import Owner


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
