"""The file in which the demo tells its secrets: what it says, and how it is written."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any


def told(path: Path) -> dict[str, Any]:
    """What the file says; nothing where it is missing or is no JSON object."""
    with suppress(FileNotFoundError, ValueError):
        told = json.loads(path.read_text())
        if isinstance(told, dict):
            return told
    return {}


def write(path: Path, content: dict[str, Any]) -> None:
    """Beside its place and then into it, readable by its owner alone from the beginning."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
