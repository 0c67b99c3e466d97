"""Programs of others from the npm registry: installed once for each version of their list, where git does not look."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from tests.api.processes import BRIEFLY, ROOT

PATIENCE = 240
"Seconds that the registry may take."


class CannotInstall(Exception):
    """Why there are no such programs here."""


def installed(source: Path) -> Path:
    """This will put what a folder's list of packages names, and the folder's scripts, under .tools: there they run.

    Raises CannotInstall.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise CannotInstall("node and npm are not installed")
    version = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = ROOT / ".tools" / f"{source.name}-{version}"
    if not (place / "installed").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, place)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *BRIEFLY]
        try:
            subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=PATIENCE)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
            raise CannotInstall(f"npm cannot install what {source.name} needs (no registry?)") from failure
        (place / "installed").touch()
    for script in (*source.glob("*.js"), *source.glob("*.cjs")):
        shutil.copy(script, place)
    return place
