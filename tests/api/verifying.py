"""The independent verifier of credentials: programs of others, from the npm registry, that share nothing with us."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERIFIER = Path(__file__).parent / "verifier"
PATIENCE = 240
"Seconds that it may take."


@dataclass(frozen=True)
class Verdict:
    """What it says of one credential."""

    verified: bool
    revoked: bool | None
    "None where the status could not be read, because the credential itself does not hold."
    reason: tuple[str, ...]


def verdicts(place: Path, credentials: list[Any], documents: dict[str, Any]) -> list[Verdict]:
    """This will ask the verifier. `documents`: what it may look up, by address. It has no network of its own."""
    asked = json.dumps({"credentials": credentials, "documents": documents})
    told = subprocess.run(
        ["node", "verify.js"], cwd=place, input=asked, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert told.returncode == 0, told.stderr
    return [Verdict(each["verified"], each["revoked"], tuple(each["reason"])) for each in json.loads(told.stdout)]
