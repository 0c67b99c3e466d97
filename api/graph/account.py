"""What is kept of one request once it was answered: a line in the log and two figures. No values, ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from api.logs import Requests, fault

if TYPE_CHECKING:
    from api.graph.gate import Admitted
    from api.metrics import Metrics
    from auth.actor import Actor


@dataclass(slots=True)
class Account:
    """Filled in as the request goes, and closed once."""

    transport: str  # http, sse or websocket
    request_id: str
    log: Any
    metrics: Metrics
    started: float = field(default_factory=perf_counter)
    actor: Actor | None = None
    admitted: Admitted | None = None

    def close(self, outcome: str, status: int) -> None:
        """This will count and log the request. `status` is HTTP's, or a WebSocket's close code, or 0 while open."""
        seconds = perf_counter() - self.started
        admitted, actor = self.admitted, self.actor
        kind = admitted.operation.kind.value if admitted else "none"
        self.metrics.requests(self.transport, kind, outcome).inc()
        self.metrics.seconds(kind).observe(seconds)
        Requests.line(
            at=datetime.now(UTC),
            request=self.request_id,
            transport=self.transport,
            client=actor.client_id if actor else None,
            organization=actor.organization_id if actor else None,
            operation=(admitted.operation.name or "")[:64] if admitted else None,
            kind=kind,
            cost=admitted.cost if admitted else None,
            outcome=outcome,
            status=status,
            ms=round(seconds * 1000, 2),
        )

    def failed(self, failure: BaseException) -> None:
        """This will log what went wrong on our side, by type and place."""
        self.log.error("fault", request=self.request_id, **fault(failure))
