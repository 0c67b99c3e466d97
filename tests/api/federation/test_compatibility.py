"""Apollo's subgraph compatibility suite finds all that it looks for in our federation layer, but tracing.

The package's own command downloads rover and a router and starts them by pm2. Here its jest tests run as they are; the
two subgraphs are the package's, the composer and the gateway Apollo's from npm.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.api.edge import serving
from tests.api.federation.products import app, sdl

SUITE = Path("node_modules/@apollo/federation-subgraph-compatibility-tests")
THEIRS = ("users", "inventory")
ROUTER = "http://localhost:4000/"
"Where the suite asks the gateway; written in its client."
CHECKS = {
    "introspection",
    "@key single",
    "@key multiple",
    "@key composite",
    "repeatable @key",
    "@requires",
    "@provides",
    "ftv1",
    "@link",
    "@shareable",
    "@tag",
    "@override",
    "@inaccessible",
    "@composeDirective",
    "@interfaceObject",
}


def free(wanted: int) -> int:
    """The port that is wanted, where nobody listens on it, else one that is free."""
    for port in (wanted, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                found: int = listener.getsockname()[1]
                return found
        except OSError:
            continue
    raise AssertionError("no port is free")


@contextmanager
def started(*command: str, port: int, place: Path, **settings: str) -> Iterator[None]:
    """A program that answers on a port until the block ends."""
    with subprocess.Popen(
        command, cwd=place, env={"PATH": "/usr/local/bin:/usr/bin:/bin", **settings}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            until = time.monotonic() + 30
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    said = process.stdout.read() if process.poll() is not None and process.stdout else ""
                    assert process.poll() is None, said
                    assert time.monotonic() < until, "it does not answer"
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def results(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What jest says of the whole suite."""
    suite = programs / SUITE
    if " " in str(suite):
        pytest.skip("the suite's own subgraphs do not find their files below a path with a space")
    with ExitStack() as running:
        ports = {name: free(number) for name, number in (("users", 4002), ("inventory", 4003))}
        products = f"http://127.0.0.1:{running.enter_context(serving(app()))}/graphql"
        for name, port in ports.items():
            folder, variable = suite / "dist" / "subgraphs" / name, f"{name.upper()}_PORT"
            loopback = str(programs / "loopback.cjs")
            running.enter_context(
                started("node", "--require", loopback, "index.js", port=port, place=folder, **{variable: str(port)})
            )
        theirs = {name: (suite / "dist" / "subgraphs" / name / f"{name}.graphql").read_text() for name in THEIRS}
        subgraphs = [{"name": "products", "url": products, "sdl": sdl()}]
        subgraphs += [
            {"name": name, "url": f"http://127.0.0.1:{ports[name]}/", "sdl": text} for name, text in theirs.items()
        ]
        supergraph = composed(programs, subgraphs, tmp_path_factory.mktemp("supergraph"))
        gateway = free(4000)
        running.enter_context(
            started("node", "gateway.js", str(supergraph), str(gateway), port=gateway, place=programs)
        )
        return jest(programs, gateway=gateway, products=products)


def composed(programs: Path, subgraphs: list[dict[str, str]], place: Path) -> Path:
    run = subprocess.run(
        ["node", "compose.js"], cwd=programs, input=json.dumps({"suite": subgraphs}), capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    said = json.loads(run.stdout)["suite"]["apollo"]
    assert said["errors"] == []
    supergraph = place / "supergraph.graphql"
    supergraph.write_text(said["supergraph"])
    return supergraph


def jest(programs: Path, *, gateway: int, products: str) -> Any:
    """The suite's tests as they are, save for the port of the gateway, in a copy of their own."""
    suite, copy = programs / SUITE, programs / f"suite-{gateway}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(suite / "dist", copy / "dist", ignore=shutil.ignore_patterns("subgraphs", "*.map", "*.ts"))
    for name in ("products.graphql", "federation-jest.config.js"):
        shutil.copy(suite / name, copy)
    client = copy / "dist" / "utils" / "client.js"
    assert client.read_text().count(ROUTER) == 1
    client.write_text(client.read_text().replace(ROUTER, f"http://127.0.0.1:{gateway}/"))
    (copy / "package.json").write_text("{}")
    run = subprocess.run(
        ["node", "../node_modules/jest/bin/jest.js", "dist/tests", "--ci", "--json", "--runInBand",
         "--config", "federation-jest.config.js"],
        cwd=copy, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PRODUCTS_URL": products}, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip
    shutil.rmtree(copy)
    assert run.returncode in (0, 1), run.stderr
    return json.loads(run.stdout)


def test_it_finds_all_but_tracing(results: Any) -> None:
    checks: dict[str, list[str]] = {}
    for file in results["testResults"]:
        for each in file["assertionResults"]:
            name = each["ancestorTitles"][0] if each["ancestorTitles"] else each["fullName"]
            checks.setdefault(name, []).append(each["status"])
    assert set(checks) == CHECKS
    failed = {name for name, statuses in checks.items() if set(statuses) != {"passed"}}
    assert failed == {"ftv1"}, [file["message"] for file in results["testResults"] if file["message"]]
