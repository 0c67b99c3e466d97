"""From what was asked to what may run: document, scopes, cost and rate, in one place for every transport."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from api.errors import UNREACHABLE, Forbidden, Internal, RateLimited, Refused, TooExpensive, Unavailable
from api.graph.bucket import Buckets, drawn_by
from api.graph.documents import Documents
from api.graph.execute import execute
from api.graph.request import Request
from api.graph.step_up import signed_in_lately
from auth.scopes import Scope
from models.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from api.graph.account import Account
    from api.graph.bucket import Whose
    from api.graph.documents import Operation
    from api.graph.execute import Graph
    from api.graph.parameters import Parameters
    from api.limits import Limits
    from auth.actor import Actor

RAN = b'{"data":'
"How a body begins if the operation was executed; what begins otherwise is a request error."


class NotTrusted(Forbidden):
    """This client may send the documents of Konbit's own pages alone: it lacks the scope graph:documents."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may run."""

    request: Request
    cost: int

    @property
    def operation(self) -> Operation:
        return self.request.operation


class Gate:
    """What every transport asks before it lets anything run."""

    def __init__(
        self, *, graph: Graph, limits: Limits, buckets: Buckets | None = None, trusted: Collection[str] = frozenset()
    ) -> None:
        """trusted: the texts of our own pages' documents, which need no scope of their own."""
        self.trusted = frozenset(trusted)
        self.graph = graph
        self.limits = limits
        self.documents = Documents(graph.schema, limits)
        self.buckets = Buckets(limits) if buckets is None else buckets
        self.streams: Counter[Whose] = Counter()

    def admit(
        self, parameters: Parameters, *, actor: Actor, languages: tuple[str, ...], request_id: str, now: datetime
    ) -> Admitted:
        """This will decide before anything runs. Raises Refused."""
        seconds = monotonic()
        text, variables = parameters.query, parameters.variables
        if Scope.GRAPH_DOCUMENTS not in actor.scopes and text not in self.trusted:
            raise NotTrusted
        document = self.documents.kept(text)
        if document is None:
            self.buckets.take(actor, 1 + len(text) // 8, seconds=seconds)  # reading is work too
            document = self.documents.read(text)
        operation = document.operation(parameters.operation_name)
        self.permitted(operation, actor, now=now)
        cost = operation.cost.of(variables, self.limits.page)
        if cost > self.limits.nodes:
            raise TooExpensive(cost=cost, limit=self.limits.nodes)
        self.buckets.take(actor, cost, seconds=seconds)
        return Admitted(Request(document, operation, variables, languages, actor, request_id), cost)

    def permitted(self, operation: Operation, actor: Actor, *, now: datetime) -> None:
        """This will raise Forbidden where the operation reaches what the actor's scopes do not open, and StepUpRequired
        where it asks for a more recent sign-in."""
        for requirement in operation.demands.requirements:
            if not requirement.met_by(actor.scopes):
                needed = " or ".join(" and ".join(sorted(scopes)) for scopes in requirement.any_of)
                raise Forbidden(f"{requirement.place} needs the scope {needed}.")
        if recency := operation.demands.recency:
            signed_in_lately(actor, within=timedelta(seconds=recency.within), now=now)

    async def answer(self, admitted: Admitted, *, account: Account, now: datetime) -> bytes:
        """This will run a query or a mutation and write the whole body. Raises Refused, and nothing else."""
        with self.faults(account), Patience(self.limits.answer_seconds):
            body = await execute(self.graph, admitted.request, now=now)
        if body.startswith(RAN):
            return b"".join((memoryview(body)[:-1], b',"extensions":{"cost":%d}}' % admitted.cost))
        return body

    @contextmanager
    def faults(self, account: Account) -> Iterator[None]:
        """This will turn whatever was not meant for a client into INTERNAL or UNAVAILABLE, and log it."""
        try:
            yield
        except Refused:
            raise
        except UNREACHABLE as failure:
            account.failed(failure)
            raise Unavailable from None
        except Exception as failure:  # noqa: BLE001 - the last catch before the client: nothing unmasked may pass
            account.failed(failure)
            raise Internal(requestId=account.request_id) from None

    @contextmanager
    def stream(self, actor: Actor) -> Iterator[None]:
        """This will count an open subscription. Raises RateLimited beyond what a client, or a person, may hold open."""
        holding = list(drawn_by(actor))
        if any(self.streams[whose] >= self.limits.streams / whose.part for whose in holding):
            raise RateLimited(seconds=self.limits.keep_alive_seconds)
        self.streams.update(holding)
        try:
            yield
        finally:
            self.streams.subtract(holding)
            for whose in holding:
                if not self.streams[whose]:
                    del self.streams[whose]
