"""What turns a fresh clone into a running project? Python 3.11, pip and this file.

pip brings uv into .tools (which works even where Debian's Python refuses installs), uv makes .venv and fills it from
requirements.lock, every file checked by its hash. Nothing is done twice while neither the lock nor
pyproject.toml changes. It imports nothing but the standard library, for there is nothing else yet.
"""

import ast
import fcntl
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
UV = TOOLS / "bin" / "uv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
LOG = TOOLS / "setup.log"

# uv does not read pip's configuration: what pip was told about this network is passed on under uv's own names.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
# pip treats all its sources alike, and every file's hash is checked wherever it comes from.
UV_HABITS = {
    "UV_INDEX_STRATEGY": "unsafe-best-match",
    "UV_SYSTEM_CERTS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_NO_PROGRESS": "1",
}

CAUSES = [
    ("No space left on device|os error 28|Disk quota exceeded", "the disk is full"),
    ("No module named pip", f"{sys.executable} has no pip (on Debian and Ubuntu: apt install python3-pip)"),
    ("Permission denied|Read-only file system", f"{ROOT} is not writable by this user"),
    (
        "dns error|Connection|sending request|Name or service|name resolution|timed out|from versions: none",
        "the package index cannot be reached (no network, or it is configured otherwise: see pip config)",
    ),
    ("(?i)do not match the hashes|hash mismatch", "a downloaded file is not the one that was locked"),
    ("No matching distribution|No solution found|was not found", "the package index does not have a locked version"),
]


def main():
    if sys.version_info < (3, 11):
        sys.exit(f"Set-up stopped: Konbit needs Python 3.11 or newer, {sys.executable} is {sys.version.split()[0]}.")
    if is_installed():
        return
    try:
        TOOLS.mkdir(exist_ok=True)
        with (TOOLS / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_installed():
                install()
    except OSError as error:
        sys.exit(f"Set-up stopped: {cause(str(error))}.")


def install():
    if not (TOOLS / f"uv-{uv_version()}.dist-info").exists():
        wanted = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", ROOT / "setup" / "uv.txt"]
        run("Fetching the installer", *pip("install", "--quiet", "--upgrade", "--target", TOOLS, *wanted))
    if not STAMP.exists() or STAMP.read_text().splitlines()[0] != place():
        run("Making .venv", UV, "venv", "--clear", "--python", sys.executable, VENV)
    wanted = ["--require-hashes", "--compile-bytecode", "requirements.lock"]
    run("Installing the locked dependencies (once, about a minute at most)", UV, "pip", "sync", "-p", PYTHON, *wanted)
    wanted = ["--no-build-isolation", "--no-deps", "--editable", "."]
    run("Installing Konbit", UV, "pip", "install", "-p", PYTHON, *wanted)
    STAMP.write_text(f"{place()}\n{contents()}\n")


def is_installed():
    return STAMP.exists() and STAMP.read_text() == f"{place()}\n{contents()}\n"


def place():
    """A moved checkout or another Python needs a new .venv: its scripts name both."""
    return f"{sys.version.split()[0]} {ROOT}"


def contents():
    files = [ROOT / "requirements.lock", ROOT / "pyproject.toml"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def uv_version():
    return re.match(r"uv==(\S+)", (ROOT / "setup" / "uv.txt").read_text()).group(1)


def run(what, *command):
    print(f"{what} ...", flush=True)
    finished = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if finished.returncode:
        output = without_addresses(finished.stdout + finished.stderr)
        LOG.write_text(output)
        sys.exit(f"Set-up stopped: {cause(output)}. (All that was said: {LOG.relative_to(ROOT)})")


def environment():
    settings = {**os.environ, **UV_HABITS, "PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    settings.pop("VIRTUAL_ENV", None)
    for name, value in pip_configuration().items():
        if name in PIP_TO_UV and PIP_TO_UV[name] not in os.environ:
            settings[PIP_TO_UV[name]] = value
    return settings


def pip_configuration():
    """What pip was configured to do, from its files and its environment; the environment wins, as it does in pip."""
    listed = subprocess.run(pip("config", "list"), capture_output=True, text=True, check=False).stdout
    found = {}
    for section in ("global", "install", ":env:"):
        for name, value in re.findall(rf"^{section}\.([\w-]+)=(.+)$", listed, re.MULTILINE):
            found[name.lstrip(".")] = " ".join(str(ast.literal_eval(value)).split())
    return found


def pip(*arguments):
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *map(str, arguments)]


def cause(output):
    """One sentence for what went wrong, or the line that says it in other words."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, output):
            return sentence
    lines = [line.strip(" .") for line in output.splitlines() if line.strip()] or ["no reason was given"]
    return next((line for line in lines if re.match("(?i)error", line)), lines[-1])


def without_addresses(text):
    """An index address can carry a password."""
    return re.sub(r"\w+://\S+", "(address)", text)


if __name__ == "__main__":
    main()
