"""`konbit demo` as someone types it: on a fresh machine, and where there is something already."""

import json
import os
import subprocess
import sys
from pathlib import Path

from jobs.demo.organisations import PERSONAS

ROOT = Path(__file__).parents[2]


def demo(data: Path, scale: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api", "demo", "--scale", scale],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(data), "KONBIT_DATA": str(data / "konbit")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_folder_is_filled_once(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    first, told = demo(tmp_path, "1"), tmp_path / "konbit" / "demo.json"

    assert first.returncode == 0, first.stderr
    assert "3,000 of 3,000 referrals" in first.stdout
    assert set(json.loads(told.read_text())["personas"]) == set(PERSONAS)
    before = told.read_text()
    second = demo(tmp_path, "1")
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("konbit: The demo network needs an empty database")
    assert second.stderr.count("\n") == 1
    assert told.read_text() == before


def test_a_scale_that_is_none_is_refused(tmp_path: Path) -> None:
    refused = demo(tmp_path, "0")

    assert refused.returncode != 0
    assert "--scale" in refused.stderr
    assert not (tmp_path / "konbit").exists()
