"""What an operator watches: requests by outcome, how long they took, what is open and what is kept."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One process's figures, in a registry of their own so that two apps in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "konbit_graph_requests",
            "Operations answered, by transport, kind and outcome (OK, ERRORS or the code of a refusal).",
            ["transport", "kind", "outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "konbit_graph_seconds",
            "From the request's head to the answer's last byte handed over.",
            ["kind"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.requests = lru_cache(maxsize=None)(self._requests.labels)
        self.seconds = lru_cache(maxsize=None)(self._seconds.labels)

    def gauge(self, name: str, words: str, value: Callable[[], float]) -> None:
        """This will show a number that is asked for when the page is."""
        Gauge(name, words, registry=self.registry).set_function(value)

    def page(self) -> bytes:
        """This will write the figures in Prometheus' text format."""
        return generate_latest(self.registry)
