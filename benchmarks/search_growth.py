"""How much longer a search takes as the directory grows from 10,000 to 1,000,000 services and its hits stay as many.

The directory grows by regions of 10,000 services, each with towns, organisations and names of its own; words such as
"acte de naissance" occur in all of them. At each size the same questions are asked, about the towns of one region, so
that they have as many hits. Run alone with the address of a server where databases may be made:

    python -m benchmarks.search_growth URL [--keep] [--most 100000]
"""

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson

from migrations.run import upgrade
from models.rules.words import alternatives

REGION = 10_000
SIZES = (10_000, 100_000, 1_000_000)
TOWNS = 25
ROUNDS = 400
SEED = 7

TOWN = """
CREATE TEMP TABLE town AS
  SELECT r AS region, t AS town, format('R%s-%s', r, t) AS pcode,
    translate(left(md5(r || ' ' || t), 10), '0123456789', 'ghijklmnop') AS name,
    15 + (r / 10) + 0.1 + 0.2 * (t / 5) AS latitude, -80 + (r % 10) + 0.1 + 0.2 * (t % 5) AS longitude
  FROM generate_series(0, {regions} - 1) AS r, generate_series(0, {towns} - 1) AS t
"""
LOAD = """
INSERT INTO area (pcode, names, level) VALUES ('XX', jsonb_build_object('fr', 'Pays'), 0);
INSERT INTO area (pcode, names, level, parent_pcode)
  SELECT DISTINCT format('R%s', region), jsonb_build_object('fr', format('Département %s', region)), 1, 'XX' FROM town;
INSERT INTO area (pcode, names, level, parent_pcode)
  SELECT pcode, jsonb_build_object('fr', initcap(name)), 2, format('R%s', region) FROM town;
INSERT INTO organization (slug, names, kind, pcode)
  SELECT format('o-%s-%s', pcode, n), jsonb_build_object('fr', format('Association %s %s', initcap(name), n)), 'NGO',
    pcode
  FROM town, generate_series(1, 8) AS n;
CREATE TEMP TABLE made AS
  SELECT uuidv7() AS service_id, uuidv7() AS location_id, uuidv7() AS place_id, t.*, n,
    (SELECT id FROM organization o WHERE o.slug = format('o-%s-%s', t.pcode, n % 8 + 1)) AS organization_id,
    t.latitude + 0.15 * ((hashint4(n * 3 + t.region) & 1023) / 1024.0 - 0.5) AS at_latitude,
    t.longitude + 0.15 * ((hashint4(n * 5 + t.region) & 1023) / 1024.0 - 0.5) AS at_longitude,
    (ARRAY['CIVIL_DOCUMENTATION', 'HEALTH', 'SHELTER', 'CHILD_PROTECTION', 'LEGAL_AID', 'EDUCATION', 'TRANSPORT',
      'PSYCHOSOCIAL', 'LIVELIHOOD', 'FOOD_AND_ITEMS'])[n % 10 + 1] AS category,
    (ARRAY['Acte de naissance et état civil', 'Centre de santé', 'Hébergement d''urgence', 'Protection de l''enfant',
      'Aide juridique', 'École et alphabétisation', 'Transport vers la commune', 'Soutien psychosocial',
      'Formation et revenus', 'Repas et articles'])[n % 10 + 1] AS title
  FROM town t, generate_series(1, {services}) AS n;
INSERT INTO location (id, organization_id, kind, names, latitude, longitude, pcode)
  SELECT location_id, organization_id, 'OFFICE', jsonb_build_object('fr', 'Bureau de ' || initcap(name)), at_latitude,
    at_longitude, pcode FROM made;
INSERT INTO service (id, organization_id, names, descriptions, category, languages, source, minimum_age)
  SELECT service_id, organization_id, jsonb_build_object('fr', format('%s, %s', title, initcap(name))),
    jsonb_build_object('fr', format('Accueil des familles de retour, du lundi au vendredi, bureau %s', n)),
    category, ARRAY['fr', 'ht'], 'bench', CASE WHEN n % 4 = 0 THEN 18 END FROM made;
INSERT INTO service_at_location (id, service_id, location_id, organization_id, source)
  SELECT place_id, service_id, location_id, organization_id, 'bench' FROM made;
INSERT INTO service_at_location (service_id, location_id, organization_id, source)
  SELECT service_id, neighbour, organization_id, 'bench' FROM (
    SELECT *, lag(location_id) OVER (PARTITION BY pcode ORDER BY n) AS neighbour FROM made) AS m
  WHERE neighbour IS NOT NULL AND n % 3 = 0;
INSERT INTO opening (service_at_location_id, organization_id, opens_at, closes_at)
  SELECT id, organization_id, day + interval '8 hours', day + interval '20 hours'
  FROM service_at_location, (VALUES (timestamptz '2026-11-02 00:00Z'), ('2026-11-03 00:00Z')) AS d (day);
INSERT INTO capacity (service_id, organization_id, state, updated_at, expires_at)
  SELECT service_id, organization_id, CASE WHEN n % 2 = 0 THEN 'AVAILABLE' ELSE 'FULL' END, '2026-11-02Z', '2026-11-04Z'
  FROM made WHERE n % 3 <> 0;
DO $$ DECLARE built text[]; each text; BEGIN
  -- An index is built in far less time than it is grown row by row.
  SELECT array_agg(pg_get_indexdef(indexrelid)) INTO built FROM pg_index
    WHERE indrelid = 'service_place'::regclass AND NOT indisunique;
  FOR each IN SELECT indexrelid::regclass FROM pg_index
    WHERE indrelid = 'service_place'::regclass AND NOT indisunique LOOP EXECUTE 'DROP INDEX ' || each; END LOOP;
  PERFORM refresh_search();
  FOREACH each IN ARRAY built LOOP EXECUTE each; END LOOP;
END $$;
"""

NOW = "2026-11-03 15:00Z"
ACTOR = "SELECT set_config('konbit.organization', $1, false), set_config('konbit.roles', 'CASE_WORKER', false)"


@dataclass(frozen=True, slots=True)
class Town:
    """Where a question is asked."""

    name: str
    pcode: str
    latitude: float
    longitude: float


Question = dict[str, Any]


def questions(town: Town) -> dict[str, Question]:
    """This will be one question of each kind about a town: the arguments of search_services that are not null."""
    near = {"latitude": town.latitude, "longitude": town.longitude, "within_km": 10.0}
    nearest: Question = {"order_by": "DISTANCE", "descending": False, **near}
    return {
        "words near": {**nearest, "words": typed("acte de naissance")},
        "Kreyòl near": {**nearest, "words": typed("batistè")},
        "words in an area": {"words": typed("centre de santé"), "pcode": town.pcode},
        "rare word": {"words": typed(town.name)},
        "beginning": {"words": typed(town.name[:-2])},
        "misspelling": {"words": typed(f"sante {town.name[:5]}{town.name[6:]}")},
        "category in an area": {
            "order_by": "NAME", "descending": False, "pcode": town.pcode, "categories": ["HEALTH", "SHELTER"],
        },
        "open with room for a girl of 14": {
            **nearest, "open_at": NOW, "has_capacity": True, "age": 14, "sex": "FEMALE", "language": "fr",
        },
    }  # fmt: skip


def typed(text: str) -> str:
    return orjson.dumps(alternatives(text)).decode()


def statement(question: Question) -> tuple[str, list[Any]]:
    """The page of ten and the count, as one statement: what a client that asks for totalCount causes."""
    ordering = ("order_by", "descending")
    given = {name: f"${n}::{KINDS[name]}" for n, name in enumerate(question, 1)}
    page = ", ".join(f"{name} => {value}" for name, value in given.items())
    counted = ", ".join(f"{name} => {value}" for name, value in given.items() if name not in ordering)
    text = (
        f"SELECT (SELECT json_agg(s.*) FROM search_services(at => '{NOW}', wanted => 11, {page}) AS s),"
        f" count_services(at => '{NOW}', {counted})"
    )
    return text, [timestamp(value) if name == "open_at" else value for name, value in question.items()]


KINDS = {
    "order_by": "text", "descending": "boolean", "words": "jsonb", "categories": "text[]", "latitude": "float8",
    "longitude": "float8", "within_km": "float8", "pcode": "text", "open_at": "timestamptz", "has_capacity": "boolean",
    "age": "integer", "sex": "text", "language": "text",
}  # fmt: skip


def timestamp(value: str) -> datetime:
    return datetime.fromisoformat(value)


def measure(url: str, *, rounds: int = ROUNDS, keep: bool = False, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """This will load directories of these sizes on the server at url, ask each in turn, and drop them unless `keep`.

    url: of a role that may make databases and roles. A directory that is there already is asked as it is. The answer:
    medians in ms and hits by kind and size, and `search_growth`: the mean time of a question at the largest size over
    that at the smallest; `p95_growth`: the same of the slowest twentieth. Takes about ten minutes, nearly
    all of it loading.
    """
    loaded = {size: load(url, size) for size in sizes}
    try:
        return {**asyncio.run(_ask(url, rounds, sizes)), "load_seconds": loaded}
    finally:
        if not keep:
            asyncio.run(run(url, *(f"DROP DATABASE {database(size)} WITH (FORCE)" for size in sizes)))


def load(url: str, size: int) -> float:
    """This will make one directory, and answer how many seconds that took: 0 where it is there already."""
    started = time.perf_counter()
    try:
        asyncio.run(run(url, f"CREATE DATABASE {database(size)}"))
    except asyncpg.DuplicateDatabaseError:
        return 0.0
    upgrade(beside(url, size))
    asyncio.run(_load(beside(url, size), size))
    return round(time.perf_counter() - started, 1)


async def _load(url: str, size: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(
                """SET LOCAL konbit.search = 'later'; SET LOCAL work_mem = '256MB';
                SET LOCAL maintenance_work_mem = '1GB'"""
            )
            await connection.execute(TOWN.format(regions=size // REGION, towns=TOWNS))
            await connection.execute(LOAD.format(services=REGION // TOWNS))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _ask(url: str, rounds: int, sizes: Sequence[int]) -> dict[str, Any]:
    chance = random.Random(SEED)
    connections = {size: await asyncpg.connect(beside(url, size), statement_cache_size=1000) for size in sizes}
    towns = {size: await _towns(connection) for size, connection in connections.items()}
    times: dict[str, dict[int, list[float]]] = {}
    hits: dict[str, dict[int, list[int]]] = {}
    for round_number in range(rounds):
        for size in chance.sample(sizes, len(sizes)):
            for kind, question in questions(chance.choice(towns[size])).items():
                took, found = await _time(connections[size], question)
                if round_number >= rounds // 10:
                    times.setdefault(kind, {}).setdefault(size, []).append(took)
                    hits.setdefault(kind, {}).setdefault(size, []).append(found)
    for connection in connections.values():
        await connection.close()
    medians = {
        kind: {size: round(statistics.median(taken), 3) for size, taken in by.items()} for kind, by in times.items()
    }
    slowest = {
        kind: {size: round(statistics.quantiles(taken, n=20)[-1], 3) for size, taken in by.items()}
        for kind, by in times.items()
    }
    small, large = (sum(by[size] for by in medians.values()) for size in (sizes[0], sizes[-1]))
    at_small, at_large = (sum(by[size] for by in slowest.values()) for size in (sizes[0], sizes[-1]))
    return {
        "milliseconds": medians,
        "p95": slowest,
        "hits": {kind: {size: statistics.mean(found) for size, found in by.items()} for kind, by in hits.items()},
        "growth": {kind: round(by[sizes[-1]] / by[sizes[0]], 2) for kind, by in medians.items()},
        "search_growth": round(large / small, 2),
        "p95_growth": round(at_large / at_small, 2),
    }


async def _towns(connection: asyncpg.Connection) -> list[Town]:
    """The towns, and from now on the place of a case worker of some organisation, under its row policies."""
    rows = await connection.fetch(
        """SELECT a.pcode, lower(a.names ->> 'fr') AS name, avg(l.latitude) AS latitude, avg(l.longitude) AS longitude
        FROM area a JOIN location l ON l.pcode = a.pcode WHERE a.parent_pcode = 'R0'
        GROUP BY a.pcode ORDER BY a.pcode"""
    )
    organization = await connection.fetchval("SELECT id::text FROM organization LIMIT 1")
    owner = await connection.fetchval("SELECT current_database()")
    await connection.execute(f'SET ROLE "{owner}_app"')
    await connection.execute(ACTOR, organization)
    return [Town(row["name"], row["pcode"], row["latitude"], row["longitude"]) for row in rows]


async def _time(connection: asyncpg.Connection, question: Question) -> tuple[float, int]:
    text, values = statement(question)
    prepared = await connection.prepare(text)
    started = time.perf_counter()
    row = await prepared.fetchrow(*values)
    return (time.perf_counter() - started) * 1000, row[1]


async def run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for each in statements:
            await connection.execute(each)
    finally:
        await connection.close()


def database(size: int) -> str:
    return f"search_growth_{size}"


def beside(url: str, size: int) -> str:
    """The address of a directory's database on the server at url."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database(size)}"))


if __name__ == "__main__":
    most = int(sys.argv[sys.argv.index("--most") + 1]) if "--most" in sys.argv else SIZES[-1]
    print(
        json.dumps(
            measure(sys.argv[1], keep="--keep" in sys.argv, sizes=[size for size in SIZES if size <= most]), indent=1
        )
    )
