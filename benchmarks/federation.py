"""How fast does a network of partners come in, what does it take, and what does it cost when nothing changed?

Every partner is read over HTTP by its connector, as `konbit partners sync` reads it, from a program beside this one
that makes up their HSDS APIs. Then each is read again, with nothing changed. In full size this makes 1,000,000 services
of 500 partners:

    python -m benchmarks.federation [--partners 500] [--services 2000] [--database URL]

services: of each partner. database: an empty one, by an address of a role that may make roles; else an embedded one is
made and thrown away. Times of the database are PostgreSQL's own (pg_stat_database.active_time): milliseconds that a
session spent on statements.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from urllib.request import urlopen

import asyncpg

from api.database import DatabaseURLs
from api.postgres import throwaway
from benchmarks.contenders import free_port
from migrations.run import upgrade
from models.partners import PartnerKind, SyncOutcome
from partners.register import add
from partners.sync import connected, sync

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class NotRead(Exception):
    """A partner of the benchmark did not come in as it should: partner, outcome, what was said."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run found."""

    partners: int
    services: int
    seconds: float
    services_per_second: float
    first_partner_per_second: float
    "Services per second into the empty directory."
    last_partner_per_second: float
    "Into the full one."
    database_seconds: float
    "Of the first reading, all partners together."
    unchanged_database_ms: float
    "Of a whole reading in which nothing changed, per partner; the mean."
    unchanged_database_ms_most: float
    unchanged_seconds: float
    "By the clock, per partner, its system's answers included."
    memory_mb_first: float
    "Of this process, once the first partner was read."
    memory_mb_last: float
    memory_mb_peak: float


async def measure(urls: DatabaseURLs, *, partners: int, services: int, port: int) -> Figures:
    """This will enter the partners and read each twice. Raises NotRead."""
    async with connected(urls.worker) as connection:
        for number in range(partners):
            await add(
                connection,
                name=f"partner-{number}",
                kind=PartnerKind.HSDS,
                address=f"http://127.0.0.1:{port}/{number}",
                organization=None,
                settings={"allowed_networks": ["127.0.0.0/8"]},
            )
    before = await _active(urls)
    taken, memory = [], []
    for number in range(partners):
        taken.append(await _read(urls, number, now=NOW, new=services))
        memory.append(_memory())
    loaded = await _active(urls)
    await _settle(urls)
    costs, clock = [], []
    for number in range(partners):
        began = await _active(urls)
        clock.append(await _read(urls, number, now=NOW + timedelta(minutes=15), new=0))
        costs.append(await _active(urls) - began)
    return Figures(
        partners=partners,
        services=partners * services,
        seconds=round(sum(taken), 1),
        services_per_second=round(partners * services / sum(taken)),
        first_partner_per_second=round(services / taken[0]),
        last_partner_per_second=round(services / taken[-1]),
        database_seconds=round((loaded - before) / 1000, 1),
        unchanged_database_ms=round(mean(costs), 1),
        unchanged_database_ms_most=round(max(costs), 1),
        unchanged_seconds=round(mean(clock), 2),
        memory_mb_first=memory[0],
        memory_mb_last=memory[-1],
        memory_mb_peak=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


async def _read(urls: DatabaseURLs, number: int, *, now: datetime, new: int) -> float:
    started = time.perf_counter()
    report = await sync(urls.worker, f"partner-{number}", now=now)
    took = time.perf_counter() - started
    if report.outcome is not SyncOutcome.COMPLETE or report.counts.new < new or report.counts.quarantined:
        raise NotRead(f"{report.line()}: {' '.join(report.failures)} {report.findings[:1]}")
    return took


async def _active(urls: DatabaseURLs) -> float:
    """Milliseconds that sessions spent in the database until now; told when a session ends, so this asks anew."""
    connection = await asyncpg.connect(urls.migration)
    try:
        return float(
            await connection.fetchval("SELECT active_time FROM pg_stat_database WHERE datname = current_database()")
        )
    finally:
        await connection.close()


async def _settle(urls: DatabaseURLs) -> None:
    connection = await asyncpg.connect(urls.migration)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def _memory() -> float:
    """What this process holds of the machine's memory, MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024, 1)


@contextmanager
def feeds(services: int) -> Iterator[int]:
    """The partners' systems on a port of their own, in a process of their own."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.partner_feeds", str(port), str(services)]
    with subprocess.Popen(command) as process:
        try:
            _await_answer(f"http://127.0.0.1:{port}/0/", process)
            yield port
        finally:
            process.terminate()


def _await_answer(address: str, process: "subprocess.Popen[bytes]") -> None:
    while True:
        try:
            with urlopen(address):
                return
        except OSError:
            if process.poll() is not None:
                raise
            time.sleep(0.1)


def run(*, partners: int, services: int, database: str | None = None) -> Figures:
    """This will run the benchmark, on an embedded server of its own where no database is named."""
    with feeds(services) as port:
        if database is not None:
            upgrade(database)
            return asyncio.run(measure(_roles(database), partners=partners, services=services, port=port))
        with throwaway() as server:
            asyncio.run(_made(server.url()))
            upgrade(server.url(database="federation"))
            urls = DatabaseURLs.embedded(server, "federation")
            return asyncio.run(measure(urls, partners=partners, services=services, port=port))


def _roles(database: str) -> DatabaseURLs:
    return DatabaseURLs.outside(database, database)


async def _made(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE federation")
    await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.federation", description=__doc__)
    parser.add_argument("--partners", type=int, default=500)
    parser.add_argument("--services", type=int, default=2_000, help="of each partner")
    parser.add_argument("--database", help="an empty one; else an embedded one is made and thrown away")
    given = parser.parse_args()
    print(json.dumps(asdict(run(**vars(given))), indent=1))


if __name__ == "__main__":
    main()
