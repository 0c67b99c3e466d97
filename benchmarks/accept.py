"""Accepting a referral through Konbit, against the very statements that it runs, replayed by pgbench.

One acceptance is recorded as Konbit sends it; pgbench runs the same statements, prepared, in the same transactions and
round trips, on other referrals, over as many connections. It alone has to look up which referral is next: one row.
"""

import asyncio
import os
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from api.graph.bell import Bell
from api.graph.documents import Documents
from api.graph.engine import Engine
from api.graph.execute import Graph, execute
from api.graph.request import Request
from api.postgres import Server
from auth.actor import Actor
from benchmarks.contenders import Asked, free_port, konbit, started
from benchmarks.driver import Round
from benchmarks.networks import ROLES, SCOPES, Network, dropped, network, viewers
from benchmarks.pgbench_script import Sent, written
from benchmarks.questions import OPERATIONS, Bearers
from benchmarks.rounds import CONNECTIONS, drive
from models.session import Database
from planner.operation import Operations
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build

VIEWERS = 100
QUEUE = """
CREATE TABLE accept_queue AS
  SELECT row_number() OVER (ORDER BY md5(r.id::text)) - 1 AS nth, r.id AS referral, r.version,
    r.receiver_id AS organization, c.client_id AS client
  FROM referral r JOIN oauth_client c ON c.organization_id = r.receiver_id AND c.name = 'benchmark'
  WHERE r.status IN ('SENT', 'ACKNOWLEDGED');
CREATE UNIQUE INDEX ON accept_queue (nth);
GRANT SELECT ON accept_queue TO {app};
"""
TEXT = (OPERATIONS / "accept.graphql").read_text()


class QueueTooShort(Exception):
    """The network holds too few referrals that wait for an answer."""


class NotAccepted(Exception):
    """A referral that waits for an answer could not be accepted."""


class PgbenchFailed(Exception):
    """pgbench ended with an error."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A referral that its receiver may accept."""

    referral: UUID
    version: int
    organization: UUID
    client: str

    def variables(self) -> dict[str, Any]:
        """Its own id is its idempotency key, too: a text that differs for each."""
        wish = {"referralId": f"Referral_{self.referral}", "expectedVersion": self.version}
        return {"input": {"idempotencyKey": str(self.referral), **wish}}


def measure(
    server: Server, scale: int, *, rounds: int, each: int, logs: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    """This will accept `each` referrals per connection and round by either, on a network made for it, then dropped."""
    with dropped(server, f"network_{scale}_"):
        made = network(server, scale, say)
        asking = asyncio.run(viewers(made, VIEWERS))
        queue = asyncio.run(_queue(made))
        size = each * CONNECTIONS
        if len(queue) < 2 * size * (rounds + 1) + 2:
            raise QueueTooShort
        script = logs / "accept.sql"
        *_, first, last = queue
        sent = asyncio.run(_sent(made, first, last))
        script.write_text(written(sent, last.referral, last.organization, last.client))
        port, ours, theirs = free_port(), [], []
        command, environment = konbit(made.urls, port)
        with started("konbit", command, environment, port, OPERATIONS, logs / "accept.log"):
            bearers = Bearers(port, asking)
            for number in range(rounds + 1):
                at = 2 * number * size
                figures = drive(_round(port, bearers, queue[at : at + size]))
                replayed = _pgbench(server, made, script, offset=at + size, each=each)
                if number:
                    ours.append(figures.per_second)
                    theirs.append(replayed)
                    say(f"  round {number} of {rounds}: konbit {ours[-1]:,.0f}/s, pgbench {theirs[-1]:,.0f}/s")
        ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
        return {
            "konbit": statistics.median(ours),
            "pgbench": statistics.median(theirs),
            "accept_vs_pgbench": round(statistics.median(ratios), 2),
        }


async def _queue(network: Network) -> list[Waiting]:
    connection = await asyncpg.connect(network.urls.migration)
    try:
        await connection.execute(QUEUE.format(app=f"{network.name}_app"))
        rows = await connection.fetch("SELECT referral, version, organization, client FROM accept_queue ORDER BY nth")
        return [Waiting(**row) for row in rows]
    finally:
        await connection.close()


async def _sent(network: Network, first: Waiting, second: Waiting) -> list[Sent]:
    """This will accept two referrals within this process, and answer what was sent to PostgreSQL for the second.

    For the first one a new connection asks for more: it makes itself acquainted with the types it meets.
    """
    sent: list[Sent] = []
    schema, catalog = build()
    database = await Database(network.urls.app, size=1).open()
    try:
        async with database.pool.acquire() as connection:
            connection.add_query_logger(lambda query: sent.append(Sent(query.query, tuple(query.args or ()))))
        graph = Graph(schema._schema, Engine(Operations(Planner(catalog, record)), database, Bell()))
        document = Documents(schema._schema).read(TEXT)
        for waiting in (first, second):
            sent.clear()
            request = Request(document, document.operation(None), waiting.variables(), (), _actor(waiting), "benchmark")
            body = await execute(graph, request, now=datetime.now(UTC))
            if b'"problems":[]' not in body:
                raise NotAccepted(body.decode())
    finally:
        await database.close()
    return sent


def _actor(waiting: Waiting) -> Actor:
    return Actor(
        organization_id=waiting.organization,
        client_id=waiting.client,
        user_id=None,
        scopes=frozenset(SCOPES),
        roles=frozenset(ROLES),
        token_id=uuid4(),
        expires_at=datetime.now(UTC) + timedelta(minutes=10),
    )


def _round(port: int, bearers: Bearers, some: Sequence[Waiting]) -> Round:
    tokens = {viewer.client_id: token for viewer, token in bearers}
    asked = [(tokens[each.client], Asked("/graphql", each.variables(), TEXT).body()) for each in some]
    return Round(port, "/graphql", 600.0, [asked[at::CONNECTIONS] for at in range(CONNECTIONS)], once=True)


def _pgbench(server: Server, network: Network, script: Path, *, offset: int, each: int) -> float:
    """This will replay the script on the next referrals of the queue, and answer how many were accepted per second."""
    at = ["-h", str(server.home.socket), "-U", f"{network.name}_app", "-d", network.name]
    load = ["-n", "-M", "prepared", "-c", str(CONNECTIONS), "-t", str(each), "-f", str(script)]
    known = ["-D", f"offset={offset}", "-D", "turn=-1"]
    options = "-c plan_cache_mode=force_generic_plan -c timezone=UTC"
    done = subprocess.run(
        [str(server.home.programs / "pgbench"), *at, *load, *known],
        env={**os.environ, "PGOPTIONS": options},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("tps = ")]
    if done.returncode or not lines:
        raise PgbenchFailed(done.stderr[-2_000:])
    return float(lines[0].split()[2])
