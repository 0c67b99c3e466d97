"""The set-up, as someone meets it who has a clone, Python, pip and make, and nothing else."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(Path(sys.base_prefix) / "bin" / "python3")
"""the Python that .venv was made from: one with pip"""
NEEDED = ["Makefile", "README.md", "pyproject.toml", "requirements.lock", "setup"]


@pytest.fixture
def clone() -> Iterator[Path]:
    """A clone as far as the set-up needs it, in a path with a space."""
    with tempfile.TemporaryDirectory(prefix="konbit test ") as folder:
        for name in NEEDED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, Path(folder) / name)
        for package in ("api", "jobs", "resolvers", "partners", "actions", "planner", "auth", "models", "migrations"):
            shutil.copytree(ROOT / package, Path(folder) / package)
        yield Path(folder)


def install(clone: Path, *, python: str = PYTHON, **variables: str) -> "subprocess.CompletedProcess[str]":
    """`make install` with an empty environment and a new home."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(clone / "home"), "PIP_RETRIES": "0"} | variables
    return subprocess.run(
        ["make", "install", f"PYTHON={python}"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )


def inside(clone: Path, code: str, **variables: str) -> str:
    """What Python code prints beside setup/install.py, imported as `install`."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(clone / "home"), "PYTHONPATH": "setup"} | variables
    return subprocess.run(
        [PYTHON, "-c", f"import install\n{code}"],
        cwd=clone, env=environment, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip


def test_a_fresh_clone_installs_and_then_has_nothing_to_do(clone: Path, prove: bool) -> None:
    if not prove:
        pytest.skip("it downloads everything: part of make prove")
    first = install(clone)
    assert first.returncode == 0, first.stderr
    assert [line for line in first.stdout.splitlines() if line.endswith("...")] == [
        "Fetching the installer ...",
        "Making .venv ...",
        "Installing the locked dependencies (once, about a minute at most) ...",
        "Installing Konbit ...",
    ]
    konbit = subprocess.run([clone / ".venv/bin/konbit", "--help"], cwd="/", capture_output=True, text=True, check=True)
    assert "run" in konbit.stdout
    started = time.monotonic()
    second = install(clone)
    assert (second.returncode, second.stdout) == (0, "")
    assert time.monotonic() - started < 1


def test_nothing_is_done_while_the_lock_stays_the_same(clone: Path) -> None:
    (clone / ".venv").mkdir()
    assert inside(clone, "print(install.is_installed())") == "False"
    inside(clone, r"install.STAMP.write_text(f'{install.place()}\n{install.contents()}\n')")
    assert inside(clone, "print(install.is_installed())") == "True"
    assert install(clone).stdout == ""
    with (clone / "requirements.lock").open("a") as lock:
        lock.write("\n")
    assert inside(clone, "print(install.is_installed())") == "False"


def test_a_moved_checkout_is_installed_again(clone: Path) -> None:
    (clone / ".venv").mkdir()
    inside(clone, r"install.STAMP.write_text(f'{install.place()} before\n{install.contents()}\n')")
    assert inside(clone, "print(install.is_installed())") == "False"


def test_an_old_python_is_one_line(clone: Path) -> None:
    said = inside(
        clone,
        "import sys\nsys.version_info, sys.version = (3, 10, 2), '3.10.2'\n"
        "try: install.main()\nexcept SystemExit as end: print(end)",
    )
    assert said == f"Set-up stopped: Konbit needs Python 3.11 or newer, {PYTHON} is 3.10.2."


def test_a_python_without_pip_is_one_line(clone: Path) -> None:
    tried = install(clone, python=sys.executable)  # .venv has none, for uv made it
    assert tried.returncode != 0
    assert "has no pip (on Debian and Ubuntu: apt install python3-pip)" in tried.stderr.splitlines()[0]


def test_an_index_out_of_reach_is_one_line_without_its_password(clone: Path) -> None:
    config = clone / "pip.conf"
    config.write_text("[global]\nindex-url = http://who:secret@127.0.0.1:9/simple\n")
    tried = install(clone, PIP_CONFIG_FILE=str(config), PIP_FIND_LINKS="")
    assert tried.returncode != 0
    line = tried.stderr.splitlines()[0]
    assert line.startswith("Set-up stopped: the package index cannot be reached (no network, or it is configured")
    assert "secret" not in tried.stdout + tried.stderr + (clone / ".tools/setup.log").read_text()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a disk that is full")
def test_a_full_disk_is_one_line(clone: Path) -> None:
    tools = clone / ".tools"
    tools.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tools)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this container may not mount")
    try:
        tried = install(clone)
        assert tried.returncode != 0
        assert tried.stderr.splitlines()[0].startswith("Set-up stopped: the disk is full.")
    finally:
        subprocess.run(["umount", "--lazy", str(tools)], check=True)


def test_uv_is_told_what_pip_was_told(clone: Path) -> None:
    config = clone / "pip.conf"
    config.write_text(
        "[global]\nindex-url = http://files/simple\nextra-index-url =\n    http://one/simple\n    http://two/simple\n"
        "timeout = 7\n[install]\nfind-links = /wheels\n"
    )
    told = inside(
        clone,
        "e = install.environment()\n"
        "print([e.get(n) for n in ('UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_FIND_LINKS', 'UV_HTTP_TIMEOUT')])",
        PIP_CONFIG_FILE=str(config),
        PIP_INDEX_URL="http://environment/simple",
    )
    assert told == str(["http://environment/simple", "http://one/simple http://two/simple", "/wheels", "7"])


def test_what_uv_was_told_itself_stands(clone: Path) -> None:
    told = inside(
        clone,
        "print(install.environment()['UV_DEFAULT_INDEX'])",
        PIP_INDEX_URL="http://pip/simple",
        UV_DEFAULT_INDEX="http://uv/simple",
    )
    assert told == "http://uv/simple"


def test_the_lock_names_every_file_by_hash_and_no_address() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "setup" / "uv.txt"):
        text = lock.read_text()
        packages = [line for line in text.splitlines() if "==" in line]
        assert packages
        assert all(line.endswith("\\") for line in packages)
        assert "://" not in text
