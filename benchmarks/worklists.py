"""How much longer a work list takes as the network grows a hundredfold and each organisation's part stays as it is."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from api.postgres import Server
from benchmarks.contenders import Contender, free_port, konbit, started
from benchmarks.driver import Round
from benchmarks.networks import network, viewers
from benchmarks.questions import OPERATIONS, PAGE, Bearers
from benchmarks.rounds import Measured, interleave, slowdown

HELD = 225
"Referrals of each viewer, in a network of any size: what a small association of the demo takes part in."
VIEWERS = 24


def measure(
    server: Server, scales: Sequence[int], *, rounds: int, seconds: float, logs: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    """This will ask for work lists in networks of each scale: milliseconds by referrals, and the growth."""
    networks = [network(server, scale, say) for scale in scales]
    text = (OPERATIONS / "worklist.graphql").read_text()
    with ExitStack() as stack:
        measurements, held = {}, {}
        for each in networks:
            name, port = f"{each.referrals:,}", free_port()
            command, environment = konbit(each.urls, port)
            contender = stack.enter_context(
                started(name, command, environment, port, OPERATIONS, logs / f"{each.name}.log")
            )
            asking = asyncio.run(viewers(each, VIEWERS, held=HELD))
            held[name] = statistics.median(viewer.held for viewer in asking)
            measurements[name] = _worklists(contender, Bearers(port, asking), seconds, text)
        found = interleave(measurements, rounds=rounds, say=say)
    small, large = (f"{networks[at].referrals:,}" for at in (0, -1))
    return {
        "milliseconds": {name: round(measured.p50, 2) for name, measured in found.items()},
        "held": held,
        "worklist_growth": round(slowdown(found[large], found[small]), 2),
    }


def _worklists(contender: Contender, bearers: Bearers, seconds: float, text: str) -> Callable[[], Round]:
    """One connection, on which each viewer asks in turn."""
    asked = contender.ask("worklist", {"first": PAGE, "filter": {"direction": "INCOMING"}})

    def make() -> Round:
        return Round(contender.port, asked.path, seconds, [[(token, asked.body()) for _, token in bearers]])

    return make


__all__ = ["Measured", "measure"]
