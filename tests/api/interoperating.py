"""Clients and a provider that nobody here wrote, from the npm registry, and how a test speaks with them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.api.visitor import Visitor

INTEROP = Path(__file__).parent / "interop"
"Where their list and their scripts are."


@dataclass(frozen=True)
class Programs:
    """The programs, and who stands at the browser when one of them sends a person off."""

    place: Path
    person: Visitor | None = None

    def run(self, program: str, flow: str, **settings: Any) -> Any:
        """This will run one flow of a program to its end: what it tells. Fails where the program does."""
        command = ["node", f"{program}.js", flow]
        with subprocess.Popen(
            command,
            cwd=self.place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            try:
                print(json.dumps(settings), file=process.stdin, flush=True)
                for line in process.stdout:
                    said = json.loads(line)
                    if "told" in said:
                        return said["told"]
                    print(json.dumps(self._done(said, settings)), file=process.stdin, flush=True)
                raise AssertionError(process.stderr.read())
            finally:
                process.kill()

    def _done(self, said: dict[str, str], settings: dict[str, Any]) -> dict[str, str]:
        """What a person does about it."""
        assert self.person is not None, said
        if "type" in said:
            self.person.type_code(said["type"], said["at"])
            return {}
        homes = (settings["redirect_uri"], settings.get("post_logout_redirect_uri", settings["redirect_uri"]))
        return {"back": self.person.visit(said["visit"], until=homes)}
