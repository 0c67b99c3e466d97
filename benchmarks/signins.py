"""Do people who sign in by password slow down the graph? 200 a minute beside a steady load, against that load alone.

The program runs over the demo network; eight clients ask for lists at a third of the pace that it can bear, each
question counted from when it was due. Rounds with and without sign-ins take turns; the ratio is the median over the
rounds of the p95s in the same round. Every sign-in is what a browser does: two pages, two forms, argon2id, a code, a
session.

    python -m benchmarks.signins [--rounds N] [--seconds N]
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

from api.postgres import embedded
from api.program import ends_on_signal
from api.sealing import sealer
from api.settings import Settings
from benchmarks.__main__ import KEPT, asked, say
from benchmarks.contenders import Contender
from benchmarks.driver import Figures, Round
from benchmarks.networks import network
from benchmarks.people import Person, SignIns, Wanted, people
from benchmarks.questions import Bearers, a_round
from benchmarks.rounds import CONNECTIONS, drive

A_MINUTE, GOAL = 200, 1.2
PEOPLE = 120
"So that each comes again after 36 s, with another code."
SHARE = 1 / 3
"Of what it can bear: a graph that is asked all it can answer is slowed down by anything."


@dataclass(frozen=True, slots=True)
class Turn:
    """One round without sign-ins and one with them."""

    alone: Figures
    beside: Figures
    sign_ins: SignIns

    @property
    def ratio(self) -> float:
        return self.beside.p95 / self.alone.p95


def main() -> None:
    """This will measure and print the ratio, as one JSON object in the last line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signins", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=18.0)
    given = parser.parse_args()
    KEPT.mkdir(exist_ok=True)
    with ends_on_signal(), embedded(KEPT / "data") as server:
        over = network(server, 1, say)
        with ExitStack() as stack:
            ours, bearers = stack.enter_context(asked(over))
            who = stack.enter_context(_some(over.urls.auth))
            turns = list(measure(ours, bearers, who, rounds=given.rounds, seconds=given.seconds))
    ratio = statistics.median(turn.ratio for turn in turns)
    print(json.dumps({"signins_p95_ratio": round(ratio, 2), "goal": GOAL, "sign_ins_a_minute": A_MINUTE}))


def measure(ours: Contender, bearers: Bearers, who: list[Person], *, rounds: int, seconds: float) -> Iterator[Turn]:
    """This will take the turns, after one of all that it can answer, by which the pace is set."""
    most = drive(a_round(ours, "list", bearers, seconds / 2)).per_second
    every = CONNECTIONS / (most * SHARE)
    say(f"it answers {most:,.0f} lists a second; it is asked {most * SHARE:,.0f}")
    comers = count()
    for number in range(rounds + 1):
        steady = replace(a_round(ours, "list", bearers, seconds), every=every)
        turn = Turn(drive(steady), *_beside(steady, _wanted(ours, who, comers, seconds)))
        if not number:
            # The first people to sign in wait for what is loaded when it is first needed.
            continue
        say(
            f"  round {number} of {rounds}: p95 {turn.alone.p95:.1f} ms alone, {turn.beside.p95:.1f} ms beside"
            f" {turn.sign_ins.count} sign-ins of {turn.sign_ins.p50:.0f} ms, at most {turn.sign_ins.worst:.0f} ms"
        )
        yield turn


def _wanted(ours: Contender, who: list[Person], comers: "count[int]", seconds: float) -> Wanted:
    coming = [who[next(comers) % len(who)] for _ in range(int(seconds * A_MINUTE / 60))]
    return Wanted(ours.port, seconds, A_MINUTE, [(each.name, each.secret) for each in coming])


def _beside(steady: Round, wanted: Wanted) -> tuple[Figures, SignIns]:
    """One round while people sign in. Raises RuntimeError where one of them could not."""
    signing_in = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.people"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert signing_in.stdin is not None
    assert signing_in.stdout is not None
    print(json.dumps(asdict(wanted)), file=signing_in.stdin, flush=True)
    signing_in.stdout.readline()
    print(file=signing_in.stdin, flush=True)
    figures = drive(steady)
    told, failed = signing_in.communicate(timeout=120)
    if signing_in.returncode:
        raise RuntimeError(failed[-2_000:])
    return figures, SignIns(**json.loads(told))


@contextmanager
def _some(url: str) -> Iterator[list[Person]]:
    with asyncio.Runner() as runner:
        making = people(url, sealer(Settings()), PEOPLE)
        try:
            yield runner.run(making.__aenter__())
        finally:
            runner.run(making.__aexit__(None, None, None))


if __name__ == "__main__":
    main()
