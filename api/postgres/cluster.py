"""What must be true of a data cluster before a server may run on it?"""

import shutil
import subprocess
from pathlib import Path

from api.postgres.child import environment, reason, through_shim
from api.postgres.home import Home
from api.postgres.lock import DataInUse

VERSION = "18"
SUPERUSER = "postgres"


class WrongDataVersion(Exception):
    """This data folder was made by another major version of PostgreSQL."""


class ServerFailed(Exception):
    """PostgreSQL did not start."""


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
