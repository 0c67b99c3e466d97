"""How contenders are compared: in turn, round after round, so that whatever slows the machine slows all alike."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.driver import Figures, Round

CONNECTIONS = 8
Measurement = Callable[[], Round]
"Makes a round afresh: tokens end after ten minutes."


@dataclass(frozen=True, slots=True)
class Measured:
    """What the rounds of one contender showed, in their order."""

    rounds: Sequence[Figures]

    @property
    def per_second(self) -> float:
        return statistics.median(each.per_second for each in self.rounds)

    @property
    def p50(self) -> float:
        return statistics.median(each.p50 for each in self.rounds)

    @property
    def p95(self) -> float:
        return statistics.median(each.p95 for each in self.rounds)

    @property
    def bytes(self) -> float:
        return statistics.median(each.bytes for each in self.rounds)


def drive(asked: Round) -> Figures:
    """This will run one round in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.driver"],
        input=json.dumps(asdict(asked)),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    return Figures(**json.loads(done.stdout))


def interleave(
    contenders: Mapping[str, Measurement], *, rounds: int, say: Callable[[str], None]
) -> dict[str, Measured]:
    """This will run one round of each in turn, `rounds` times, after one that warms up and is not counted."""
    found: dict[str, list[Figures]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, make in contenders.items():
            figures = drive(make())
            if number:
                found[name].append(figures)
        if number:
            shown = ", ".join(f"{name} {figures[-1].per_second:,.0f}/s" for name, figures in found.items())
            say(f"  round {number} of {rounds}: {shown}")
    return {name: Measured(figures) for name, figures in found.items()}


def ratio(ours: Measured, theirs: Measured) -> float:
    """The median over the rounds of how many requests ours answered for each of theirs in the same round."""
    return statistics.median(
        mine.per_second / other.per_second for mine, other in zip(ours.rounds, theirs.rounds, strict=True)
    )


def slowdown(large: Measured, small: Measured) -> float:
    """The median over the rounds of how much longer the middle request of one took than the other's."""
    return statistics.median(big.p50 / little.p50 for big, little in zip(large.rounds, small.rounds, strict=True))
