"""Finds services of different sources that may be one, and proposes them to the network's stewards.

Only services that share a rare key are compared: a telephone, a word of the name in one P-code and category, or a
word of the name in one square of half a kilometre or so. Keys that more than fifty share tell nothing. What not every
partner may see is neither read nor proposed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.session import Connection
from partners.likeness import described, likeness

COMMON = 50
"A key that more services share tells nothing."
PAGE = 2_000
LOCK = 0x6B6F_6E62_6475
"The advisory lock that lets one process at a time look."


@dataclass(frozen=True, slots=True)
class Found:
    """What one look for duplicates found."""

    compared: int
    proposed: int
    new: int
    withdrawn: int
    "Proposed before, and no longer alike, or gone."

    def line(self) -> str:
        """One line for a person."""
        said = f"{self.compared} pairs compared, {self.proposed} look alike, {self.new} of them new"
        return f"{said}; {self.withdrawn} withdrawn"


async def find_duplicates(connection: Connection, *, now: datetime) -> Found:
    """This will compare what may be one, as role worker, and propose what looks alike.

    What stewards decided stays decided. One transaction; its memory does not grow with the directory.
    """
    compared, found = 0, set[tuple[UUID, UUID]]()
    new = 0
    async with connection.transaction():
        await connection.execute(f"DECLARE pair NO SCROLL CURSOR FOR {_PAIRS}")
        while pairs := await connection.fetch(f"FETCH {PAGE} FROM pair"):
            compared += len(pairs)
            alike = await _alike(connection, [(row["first_id"], row["second_id"]) for row in pairs])
            found |= {(first, second) for first, second, *_ in alike}
            new += sum([row["new"] for row in await _propose(connection, alike, now=now)])
        firsts, seconds = [first for first, _ in found], [second for _, second in found]
        withdrawn = len(await connection.fetch(_WITHDRAW, firsts, seconds))
    return Found(compared, len(found), new, withdrawn)


async def _alike(connection: Connection, pairs: list[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID, float, str]]:
    ids = list({each for pair in pairs for each in pair})
    known = {row["id"]: described(dict(row)) for row in await connection.fetch(_DESCRIBED, ids)}
    judged = ((pair, likeness(known[pair[0]], known[pair[1]])) for pair in pairs if known.keys() >= set(pair))
    return [(*pair, found.score, json.dumps(found.reasons)) for pair, found in judged if found.proposed]


async def _propose(connection: Connection, alike: Iterable[tuple[Any, ...]], *, now: datetime) -> list[Any]:
    columns = [list(column) for column in zip(*alike, strict=True)]
    return await connection.fetch(_PROPOSE, now, *columns) if columns else []


_OPEN = "removed_at IS NULL AND visibility IN ('PUBLIC', 'NETWORK') AND category <> 'SAFE_HOUSE'"
_PAIRS = f"""
WITH open AS MATERIALIZED (
  SELECT s.id, s.source, s.category, s.names FROM service s WHERE {_OPEN}
), place AS MATERIALIZED (
  SELECT p.id, p.service_id, l.pcode, round(l.latitude::numeric * 200) AS y, round(l.longitude::numeric * 200) AS x
  FROM service_at_location p JOIN open o ON o.id = p.service_id JOIN location l ON l.id = p.location_id
  WHERE p.visibility IN ('PUBLIC', 'NETWORK') AND l.visibility IN ('PUBLIC', 'NETWORK') AND l.kind <> 'SAFE_HOUSE'
), word AS MATERIALIZED (
  SELECT o.id, o.category, unnest(tsvector_to_array(to_tsvector('simple', normalised(o.names)))) AS word FROM open o
), key AS MATERIALIZED (
  SELECT DISTINCT 'phone ' || h.number AS key, coalesce(h.service_id, p.service_id) AS id
  FROM phone h LEFT JOIN place p ON p.id = h.service_at_location_id
  WHERE h.visibility IN ('PUBLIC', 'NETWORK') AND coalesce(h.service_id, p.service_id) IN (SELECT id FROM open)
  UNION
  SELECT concat_ws(' ', 'pcode', p.pcode, w.category, w.word), w.id FROM place p JOIN word w ON w.id = p.service_id
  WHERE p.pcode IS NOT NULL AND length(w.word) > 3
  UNION
  SELECT concat_ws(' ', 'square', p.y, p.x, w.word), w.id FROM place p JOIN word w ON w.id = p.service_id
  WHERE p.y IS NOT NULL AND length(w.word) > 3
), telling AS MATERIALIZED (
  SELECT key FROM key GROUP BY key HAVING count(*) BETWEEN 2 AND {COMMON}
)
SELECT DISTINCT least(a.id, b.id) AS first_id, greatest(a.id, b.id) AS second_id
FROM telling t JOIN key a USING (key) JOIN key b USING (key)
JOIN open x ON x.id = a.id JOIN open y ON y.id = b.id
WHERE a.id < b.id AND x.source <> y.source"""
_DESCRIBED = f"""
SELECT s.id, ARRAY(SELECT value FROM jsonb_each_text(s.names)) AS names,
  ARRAY(SELECT DISTINCT h.number FROM phone h WHERE h.visibility IN ('PUBLIC', 'NETWORK') AND (
    h.service_id = s.id OR h.service_at_location_id IN (
      SELECT p.id FROM service_at_location p WHERE p.service_id = s.id))) AS phones,
  coalesce(l.latitudes, '{{}}') AS latitudes, coalesce(l.longitudes, '{{}}') AS longitudes,
  coalesce(l.pcodes, '{{}}') AS pcodes
FROM service s LEFT JOIN LATERAL (
  SELECT array_agg(l.latitude) FILTER (WHERE l.latitude IS NOT NULL) AS latitudes,
    array_agg(l.longitude) FILTER (WHERE l.latitude IS NOT NULL) AS longitudes,
    array_agg(l.pcode) FILTER (WHERE l.pcode IS NOT NULL) AS pcodes
  FROM service_at_location p JOIN location l ON l.id = p.location_id
  WHERE p.service_id = s.id AND p.visibility IN ('PUBLIC', 'NETWORK') AND l.visibility IN ('PUBLIC', 'NETWORK')
    AND l.kind <> 'SAFE_HOUSE') AS l ON true
WHERE s.id = ANY ($1) AND {_OPEN}"""
_PROPOSE = """
INSERT INTO duplicate AS d (kind, first_id, second_id, score, reasons, found_at)
SELECT 'SERVICE', told.first_id, told.second_id, told.score, told.reasons::jsonb, $1
FROM unnest($2::uuid[], $3::uuid[], $4::float8[], $5::text[]) AS told (first_id, second_id, score, reasons)
ON CONFLICT (first_id, second_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
WHERE d.state = 'OPEN' AND (d.score, d.reasons) IS DISTINCT FROM (excluded.score, excluded.reasons)
RETURNING xmax = 0 AS new"""
_WITHDRAW = """
DELETE FROM duplicate d WHERE d.state = 'OPEN' AND d.kind = 'SERVICE' AND NOT EXISTS (
  SELECT FROM unnest($1::uuid[], $2::uuid[]) AS found (first_id, second_id)
  WHERE found.first_id = d.first_id AND found.second_id = d.second_id)
RETURNING true"""
