"""What did the border see in a period? Counts as the facts that a release is made of, by organisation and inner cell.

Series are never added: each is asked for by itself. Of several organisations that counted the same passers-by at one
crossing point on one day, only the count of the one that saw most is taken; people registered are each organisation's
own, so there all are taken. Corrections count as of the moment of the release.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from models.rules.vocabulary import FlowSeries
from models.session import Connection

FACTS = """
WITH standing AS (
  SELECT DISTINCT ON (organization_id, location_id, day) id, organization_id, location_id, day, recorded_at
  FROM border_flow WHERE series = $1 AND day BETWEEN $2 AND $3 AND recorded_at <= $4
  ORDER BY organization_id, location_id, day, version DESC
), ranked AS (
  SELECT s.*, row_number() OVER (
    PARTITION BY location_id, day
    ORDER BY (SELECT coalesce(sum(people), 0) FROM border_flow_part WHERE flow_id = s.id) DESC, organization_id
  ) AS place FROM standing s
)
SELECT f.organization_id, l.slug AS crossing_point, to_char(f.day, 'YYYY-MM') AS month, p.return_type,
  CASE p.sex WHEN 'OTHER' THEN 'UNKNOWN' ELSE p.sex END AS sex, p.age_group, sum(p.people)::int AS people
FROM ranked f JOIN location l ON l.id = f.location_id JOIN border_flow_part p ON p.flow_id = f.id
WHERE (f.place = 1 OR $1 = 'REGISTERED') AND p.people > 0
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 3, 4, 5, 6, 1"""
"""$1 the series, $2 the first day, $3 the last, $4 the moment as of which. As role worker.

A crossing point is named by its slug. OTHER is read as UNKNOWN (domain.md, class 0), as is what a total left over.
"""


class Fact(NamedTuple):
    """People whom one organisation counted, alike in all that the cube tells apart."""

    organization_id: UUID
    crossing_point: str
    month: str
    "2026-10."
    return_type: str
    sex: str
    age_group: str
    people: int


async def facts(connection: Connection, series: FlowSeries, *, start: date, end: date, as_of: datetime) -> list[Fact]:
    """This will be what was counted in a period, its last day included, as role worker. Runs one statement."""
    return [Fact(*row) for row in await connection.fetch(FACTS, series, start, end, as_of)]
