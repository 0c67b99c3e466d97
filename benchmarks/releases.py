"""How long a release takes to build over millions of referrals, beside one raw GROUP BY CUBE over the same rows; and
whether reading it takes as long however many rows it was counted from.

The rows are generated straight into unlogged tables of the columns that a release is counted from (schema `bench`,
found before `public`), so that the very statement of jobs/indicators/counting.py runs over them. Both sides read the
same joins of the same period; the raw cube stops there, the build goes on to suppress, audit and write. In turn, round
after round; a ratio is the median of what it was in each round. Run alone, on a cluster of its own:

    python -m benchmarks.releases [ROWS ...]      (1,000,000 unless told)
"""

import asyncio
import json
import statistics
import sys
import time
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from api.database import DatabaseURLs
from api.postgres import throwaway
from auth.policies.indicators import COUNTED
from jobs.indicators.approve import approve, sign
from jobs.indicators.build import build
from jobs.indicators.counting import DEPARTMENT, SEX, TOLD, moment
from jobs.indicators.enter import enter
from migrations.run import upgrade
from models.rules.indicators import Period
from models.rules.vocabulary import ReleaseEvery
from models.session import Connection
from tests.planner.answering import Answering, actor, answering

DATABASE = "konbit"
CODE = "REFERRALS_SENT"
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30), ReleaseEvery.QUARTER)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BUILDS, READS = 3, 200
DEPARTMENTS = 10

NETWORK = f"""
INSERT INTO area (pcode, names, level) VALUES ('HT', '{{"fr": "Haïti"}}', 0);
INSERT INTO area (pcode, names, level, parent_pcode)
  SELECT format('HT%s', lpad(n::text, 2, '0')), jsonb_build_object('fr', format('Département %s', n)), 1, 'HT'
  FROM generate_series(1, {DEPARTMENTS}) AS n;
INSERT INTO organization (slug, names, kind, pcode)
  SELECT format('o-%s', n), '{{"fr": "Partenaire"}}', 'NGO', format('HT%s', lpad((n % {DEPARTMENTS} + 1)::text, 2, '0'))
  FROM generate_series(1, 120) AS n;
"""
ROWS = """
CREATE SCHEMA bench;
CREATE UNLOGGED TABLE bench.referral AS
  SELECT gen_random_uuid() AS id, s.id AS sender_id, s.id AS receiver_id, md5((n / 3 * 2)::text)::uuid AS person_id,
    'HEALTH'::text AS need, CASE WHEN n % 50 = 0 THEN 'ENTERED_IN_ERROR' ELSE 'SENT' END::text AS status,
    timestamptz '2026-07-01 04:00Z' + (hashint4(n) & 2147483647) / 2147483648.0 * interval '92 days' AS sent_at,
    NULL::timestamptz AS completed_at
  FROM generate_series(1, {rows}) AS n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM organization) AS s
    ON s.place = floor(120 * power((hashint4(n * 7) & 65535) / 65536.0, 3));
CREATE UNLOGGED TABLE bench.referral_subject AS
  SELECT id AS referral_id,
    CASE WHEN h < 620 THEN 'FEMALE' WHEN h < 999 THEN 'MALE' ELSE 'UNKNOWN' END AS sex,
    (ARRAY['AGE_0_4', 'AGE_5_11', 'AGE_12_17', 'AGE_18_24', 'AGE_25_59', 'AGE_60_PLUS'])[h % 6 + 1] AS age_group
  FROM (SELECT id, (hashtextextended(id::text, 1) & 1023) % 1000 AS h FROM bench.referral) AS r;
CREATE UNLOGGED TABLE bench.consent AS
  SELECT gen_random_uuid() AS id, person_id, 'STATISTICS'::text AS purpose, timestamptz '2026-06-01Z' AS given_at,
    NULL::timestamptz AS valid_until
  FROM (SELECT DISTINCT person_id FROM bench.referral) AS p WHERE hashtextextended(person_id::text, 2) % 20 <> 0;
CREATE UNLOGGED TABLE bench.consent_withdrawal (consent_id uuid, withdrawn_at timestamptz);
ANALYZE bench.referral, bench.referral_subject, bench.consent;
"""
GRANT = 'GRANT USAGE ON SCHEMA bench TO "{worker}"; GRANT SELECT ON ALL TABLES IN SCHEMA bench TO "{worker}"'
RAW = f"""
WITH {TOLD}
SELECT to_char(r.sent_at AT TIME ZONE 'America/Port-au-Prince', 'YYYY-MM') AS month, {SEX}, {DEPARTMENT}, count(*)
FROM referral r JOIN organization o ON o.id = r.sender_id
LEFT JOIN referral_subject s ON s.referral_id = r.id LEFT JOIN told t ON t.person_id = r.person_id
WHERE r.sent_at >= $1 AND r.sent_at < $2 AND r.person_id IS NOT NULL AND r.status <> 'ENTERED_IN_ERROR'
GROUP BY CUBE (1, 2, 3)"""
READ = """{ indicator(code: "REFERRALS_SENT") { latest { total { ...F }
  cells(by: [SEX, DEPARTMENT, MONTH]) { key { dimension value label } figure { ...F } } } } }
fragment F on Figure { __typename ... on Count { value rounded } ... on Suppressed { reason } }"""


def measure(rows: int) -> dict[str, Any]:
    """This will build a quarter's release over so many referrals, BUILDS times, and read it READS times.

    Seconds and milliseconds are medians; `build_ratio` is that of building to the raw cube.
    """
    with throwaway() as server:
        asyncio.run(_create(server.url()))
        upgrade(server.url(database=DATABASE))
        return asyncio.run(_measured(DatabaseURLs.embedded(server, DATABASE), rows))


async def _create(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {DATABASE}")
    await connection.close()


async def _measured(urls: DatabaseURLs, rows: int) -> dict[str, Any]:
    owner, worker = await asyncpg.connect(urls.migration), await asyncpg.connect(urls.worker)
    try:
        loaded = await _load(owner, f"{DATABASE}_worker", rows)
        await worker.execute("SET search_path = bench, public; SET work_mem = '256MB'; SET statement_timeout = 0")
        await enter(worker, now=NOW)
        publisher: UUID = await worker.fetchval("SELECT id FROM organization ORDER BY slug LIMIT 1")
        raw, built, ratios = list[float](), list[float](), list[float]()
        release_id = None
        for _ in range(BUILDS):
            raw.append(await _raw(worker))
            started = time.perf_counter()
            release_id = await build(worker, CODE, QUARTER, publisher_id=publisher, now=NOW)
            built.append(time.perf_counter() - started)
            ratios.append(built[-1] / raw[-1])
        assert release_id is not None
        await sign(worker, release_id, by="bench", now=NOW)
        await approve(worker, release_id, by="bench", now=NOW)
        cells = await worker.fetchval("SELECT count(*) FROM release_cell WHERE release_id = $1", release_id)
        counted = await worker.fetchval("SELECT sum(value) FROM release_count WHERE release_id = $1", release_id)
        async with answering(urls, size=1) as graph:
            read = await _read(graph, publisher)
    finally:
        await owner.close()
        await worker.close()
    return {
        "rows": rows,
        "counted": counted,
        "cells_shown": cells,
        "load_seconds": loaded,
        "raw_cube_seconds": round(statistics.median(raw), 2),
        "build_seconds": round(statistics.median(built), 2),
        "build_ratio": round(statistics.median(ratios), 2),
        "read_ms": read,
    }


async def _load(owner: Connection, worker: str, rows: int) -> float:
    started = time.perf_counter()
    await owner.execute("SET work_mem = '256MB'; SET statement_timeout = 0")
    await owner.execute(NETWORK)
    await owner.execute(ROWS.format(rows=rows))
    await owner.execute(GRANT.format(worker=worker))
    missing = {
        f"{table}.{column}"
        for table in ("referral", "referral_subject", "consent", "consent_withdrawal")
        for column in COUNTED[table]
    } - {
        f"{row['table_name']}.{row['column_name']}"
        for row in await owner.fetch("SELECT * FROM information_schema.columns WHERE table_schema = 'bench'")
    }
    assert missing == set(), missing
    return round(time.perf_counter() - started, 1)


async def _raw(worker: Connection) -> float:
    started = time.perf_counter()
    await worker.fetch(RAW, moment(QUARTER.start), moment(date(2026, 10, 1)), NOW)
    return time.perf_counter() - started


async def _read(graph: Answering, organization_id: UUID) -> float:
    """The middle of READS readings of the whole grid of three dimensions, in ms."""
    who, taken = actor(organization_id), list[float]()
    for _ in range(READS):
        started = time.perf_counter()
        answered = await graph.ask(who, READ)
        taken.append((time.perf_counter() - started) * 1000)
        assert len(answered["data"]["indicator"]["latest"]["cells"]) == 3 * (DEPARTMENTS + 1) * 3
    return round(statistics.median(taken), 2)


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or ["1000000"]):
        print(json.dumps(measure(size)), flush=True)
