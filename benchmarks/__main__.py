"""`make bench`: Konbit beside its peers and its limit, in one run. The last line is one JSON object with the ratios."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from api.postgres import Server, embedded
from api.program import ends_on_signal
from benchmarks import accept, footprint, search_growth, worklists
from benchmarks.contenders import (
    Contender,
    free_port,
    install_postgraphile,
    konbit,
    peer,
    postgraphile,
    started,
)
from benchmarks.limit import Duties
from benchmarks.networks import Network, network, viewers
from benchmarks.questions import OPERATIONS, Bearers, a_round, compare
from benchmarks.report import Results, write
from benchmarks.rounds import CONNECTIONS, Measured, interleave

KEPT = Path(".bench")
"The cluster, the peers and the logs: kept, so that another run need not load and install them again."
POSTGRAPHILE = Path(__file__).parent / "postgraphile"
PARTS = ("compare", "duties", "worklists", "search", "accept", "start")
ACCEPTED_SCALE = 35
"Of the network whose referrals are accepted: no other is of this size, for it is spent."


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    scale: int
    "Of the network that list and point are asked over, times 3,000 referrals."
    growth: tuple[int, ...]
    "Of the networks that work lists are asked over."
    acceptances: int
    "By each connection in each round."
    rounds: int
    seconds: float
    "Of a round."


WHOLE = Size(scale=170, growth=(4, 34, 334), acceptances=40, rounds=9, seconds=4.0)
QUICK = Size(scale=4, growth=(4, 21), acceptances=10, rounds=3, seconds=1.5)


def main() -> None:
    """This will measure what is asked for, write RESULTS.md where that is everything, and print the ratios."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run over small networks, without search")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part of it")
    given = parser.parse_args()
    size = QUICK if given.quick else WHOLE
    parts = given.only or [part for part in PARTS if not (given.quick and part == "search")]
    KEPT.mkdir(exist_ok=True)
    results = Results(day=datetime.now(UTC).date(), referrals=size.scale * 3_000, rounds=size.rounds)
    with ends_on_signal():
        with embedded(KEPT / "data") as server:
            measure(server, size, parts, results)
        if "start" in parts:
            say("starting the program")
            results.start_seconds = footprint.start_seconds(KEPT / "start")
    if parts == list(PARTS):
        write(results)
    print(json.dumps(results.ratios()))


def measure(server: Server, size: Size, parts: Sequence[str], results: Results) -> None:
    """Every part that needs the cluster."""
    if "compare" in parts or "duties" in parts:
        over = network(server, size.scale, say)
        with asked(over) as (ours, bearers):
            if "compare" in parts:
                beside_peers(over, ours, bearers, size, results)
            if "duties" in parts:
                results.duties = duty_by_duty(over, bearers, size)
    if "worklists" in parts:
        results.worklists = worklists.measure(
            server, size.growth, rounds=size.rounds, seconds=size.seconds, logs=KEPT, say=say
        )
    if "search" in parts:
        say("search as the directory grows; loading takes ten minutes, once")
        results.search = search_growth.measure(server.url(), keep=True)
    if "accept" in parts:
        results.accepted = accept.measure(
            server, ACCEPTED_SCALE, rounds=size.rounds, each=size.acceptances, logs=KEPT, say=say
        )


@contextmanager
def asked(over: Network) -> Iterator[tuple[Contender, Bearers]]:
    """Konbit over a network, and the tokens of the clients that ask: it is Konbit that gives them."""
    port = free_port()
    command, environment = konbit(over.urls, port)
    with started("konbit", command, environment, port, OPERATIONS, KEPT / "konbit.log") as ours:
        yield ours, Bearers(port, asyncio.run(viewers(over, CONNECTIONS)))


def beside_peers(over: Network, ours: Contender, bearers: Bearers, size: Size, results: Results) -> None:
    """List and point, in turn with the limit and the peers."""
    issuer = f"http://127.0.0.1:{ours.port}"
    with ExitStack() as stack:
        contenders = [ours]
        for name, documents in (("limit", None), ("postgraphile", POSTGRAPHILE), ("dataloaders", OPERATIONS)):
            port = free_port()
            if name == "postgraphile":
                if reason := install_postgraphile(KEPT / name):
                    results.skipped = {name: reason}
                    continue
                command, environment = postgraphile(KEPT / name, over.urls, port, issuer)
            else:
                command, environment = peer(name, over.urls, port, issuer)
            log = KEPT / f"{name}.log"
            contenders.append(stack.enter_context(started(name, command, environment, port, documents, log)))
        results.compared = compare(contenders, bearers)
        say(f"list and point over {results.referrals:,} referrals; {results.compared:,} answers were equal")
        results.lists = in_turn(contenders, "list", bearers, size)
        results.points = in_turn(contenders, "point", bearers, size)
        results.memory = {each.name: each.memory() for each in contenders}


def duty_by_duty(over: Network, bearers: Bearers, size: Size) -> dict[str, dict[Duties, Measured]]:
    """The limit with none of its duties, with the first, and so on."""
    say("the limit, one duty after the other")
    with ExitStack() as stack:
        limits = []
        for duties in Duties:
            port, name = free_port(), duties.name.lower()
            command, environment = peer("limit", over.urls, port, f"http://127.0.0.1:{bearers.port}", duties)
            log = KEPT / f"limit-{name}.log"
            limits.append(stack.enter_context(started(name, command, environment, port, None, log)))
        found = {kind: in_turn(limits, kind, bearers, size) for kind in ("list", "point")}
    return {kind: {Duties[name.upper()]: each for name, each in by.items()} for kind, by in found.items()}


def in_turn(contenders: Sequence[Contender], kind: str, bearers: Bearers, size: Size) -> dict[str, Measured]:
    say(f"{kind}, {size.rounds} rounds")
    rounds = {each.name: partial(a_round, each, kind, bearers, size.seconds) for each in contenders}
    return interleave(rounds, rounds=size.rounds, say=say)


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
