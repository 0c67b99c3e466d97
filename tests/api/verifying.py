"""The independent verifier of credentials: programs of others, from the npm registry, that share nothing with us."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.api.processes import BRIEFLY, ROOT

HERE = Path(__file__).parent / "verifier"
PATIENCE = 240
"Seconds that the registry may take."


class CannotInstall(Exception):
    """Why there is no verifier here."""


@dataclass(frozen=True)
class Verdict:
    """What it says of one credential."""

    verified: bool
    revoked: bool | None
    "None where the status could not be read, because the credential itself does not hold."
    reason: tuple[str, ...]


def installed() -> Path:
    """This will put the verifier under .tools, once for each version of its list of packages. Raises CannotInstall."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise CannotInstall("node and npm are not installed")
    version = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = ROOT / ".tools" / f"verifier-{version}"
    if not (place / "installed").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *BRIEFLY]
        try:
            subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=PATIENCE)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
            raise CannotInstall("npm cannot install the verifier (no registry?)") from failure
        (place / "installed").touch()
    shutil.copy(HERE / "verify.js", place)
    return place


def verdicts(place: Path, credentials: list[Any], documents: dict[str, Any]) -> list[Verdict]:
    """This will ask the verifier. `documents`: what it may look up, by address. It has no network of its own."""
    asked = json.dumps({"credentials": credentials, "documents": documents})
    told = subprocess.run(
        ["node", "verify.js"], cwd=place, input=asked, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert told.returncode == 0, told.stderr
    return [Verdict(each["verified"], each["revoked"], tuple(each["reason"])) for each in json.loads(told.stdout)]
