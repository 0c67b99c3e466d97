"""The official audit of GraphQL over HTTP, run against the app behind a real server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.edge import serving, small_edge
from tests.api.processes import BRIEFLY

AUDITS = 61
FOLDER = Path(__file__).resolve().parents[2] / ".konbit" / "audit-1.23.1"
PACKAGES = ["graphql-http@1.23.1", "graphql@16.15.0"]
SCRIPT = """
const { auditServer } = require("graphql-http");
const [url, token] = process.argv.slice(2);
const fetchFn = (at, init = {}) => fetch(at, {
  ...init, headers: { ...init.headers, authorization: `Bearer ${token}` },
});
auditServer({ url, fetchFn }).then((results) => console.log(JSON.stringify(
  results.map(({ id, name, status, reason }) => ({ id, name, status, reason })))));
"""


@pytest.fixture(scope="module")
def auditor() -> Path:
    """The audit, installed once into a folder that git does not see."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        pytest.skip("the audit is an npm package, and there is no npm here")
    if not (FOLDER / "node_modules" / "graphql-http").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [
            npm,
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            *BRIEFLY,
            "--prefix",
            str(FOLDER),
            *PACKAGES,
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=180, check=True)
        except subprocess.SubprocessError:
            pytest.skip("npm could not install the audit: no registry can be reached")
    (FOLDER / "audit.cjs").write_text(SCRIPT)
    return FOLDER / "audit.cjs"


def test_the_official_audit_passes_whole(auditor: Path) -> None:
    edge = small_edge()
    with serving(edge.app) as port:
        command = ["node", str(auditor), f"http://127.0.0.1:{port}/graphql", edge.token]
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    results = json.loads(done.stdout)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS
