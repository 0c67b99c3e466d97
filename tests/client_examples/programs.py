"""The examples as a partner runs them: commands of three languages against a network, with nothing of the project."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "client_examples"
COMMANDS = {
    "python": ([sys.executable, "-E", "-W", "error"], ".py"),
    "javascript": (["node"], ".js"),
    "curl": (["bash"], ".sh"),
}
NEEDS = {"python": [], "javascript": ["node"], "curl": ["bash", "curl", "jq"]}
"Programs that must be on the machine."
PATIENCE = 60
"Seconds that a program may take."


def missing(language: str) -> str | None:
    """Why the examples of a language cannot run here; None where they can."""
    absent = [name for name in NEEDS[language] if shutil.which(name) is None]
    if absent:
        return f"{', '.join(absent)} not installed"
    if language == "javascript":
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.removeprefix("v").partition(".")[0]) < 20:
            return f"node {version.strip()} is older than 20"
    return None


def command(language: str, program: str, *arguments: str) -> list[str]:
    start, suffix = COMMANDS[language]
    return [*start, str(EXAMPLES / language / f"{program}{suffix}"), *arguments]


def environment(told: dict[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **told}


@dataclass(frozen=True)
class Ended:
    """A program that has run: its exit code, its lines, and what it said on standard error."""

    code: int
    lines: list[str]
    errors: str

    def one(self, beginning: str) -> str:
        """The rest of the one line that begins so."""
        [found] = [line for line in self.lines if line.startswith(beginning)]
        return found.removeprefix(beginning)


def run(language: str, program: str, *arguments: str, told: dict[str, str], expected: int = 0) -> Ended:
    """This will run a program to its end; `told` is its environment. Fails unless it ends with the code expected."""
    with tempfile.TemporaryDirectory() as place:
        ended = subprocess.run(
            command(language, program, *arguments),
            env=environment(told), capture_output=True, text=True, timeout=PATIENCE, cwd=place, check=False,
        )  # fmt: skip
    assert ended.returncode == expected, (ended.returncode, ended.stdout, ended.stderr)
    return Ended(ended.returncode, ended.stdout.splitlines(), ended.stderr)


@dataclass
class Follower:
    """A program that follows the feed until it is killed."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def steps(self, reference: str) -> list[str]:
        """The states of a referral that it has told so far, in its order, each once even if told again."""
        lines = self.output.read_text().splitlines()
        return list(dict.fromkeys(line.split()[1] for line in lines if line.startswith(reference)))

    def waits_for(self, reference: str, *states: str) -> None:
        """This will wait until it has told just these states of a referral. Fails after a while."""
        self.waits(lambda: self.steps(reference) == list(states))

    def waits(self, holds: Callable[[], bool]) -> None:
        """This will wait until something holds. Fails after a while, and where the program has ended."""
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, self.output.read_text()
            assert self.process.poll() is None, self.output.read_text()
            time.sleep(0.05)


@contextmanager
def following(language: str, *arguments: str, kept: Path, output: Path, told: dict[str, str]) -> Iterator[Follower]:
    """A follower whose cursor is in `kept`; it is killed, as by kill -9, at the end of the block."""
    place = [str(kept), *arguments] if language == "curl" else ["--cursor", str(kept), *arguments]
    with output.open("ab") as said, tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            command(language, "follow", *place),
            env=environment(told), stdout=said, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True,
        )  # fmt: skip
        try:
            follower = Follower(process, output)
            follower.waits(kept.exists)  # until it knows where it is
            yield follower
        finally:
            if process.poll() is None:
                os.killpg(process.pid, 9)
            process.wait()
