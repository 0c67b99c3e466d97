"""What did the border see? Counts at the border as what each organisation brings to a release, one series at a time.

Series are never added. Of several organisations that counted the same passers-by at one crossing point on one day, the
count of the one that saw most is taken; people registered are each organisation's own, so there all are taken.
"""

from models.rules.vocabulary import FlowSeries


def border(series: FlowSeries, *, zone: str) -> str:
    """The statement that counts a series, as counting.py has them: corrections as of the moment of the release ($3).

    A crossing point is named by its slug. OTHER is read as UNKNOWN (design: domain, class 0), as is what a total left
    over.
    """
    taken = "true" if series is FlowSeries.REGISTERED else "f.place = 1"
    return f"""
WITH standing AS (
  SELECT DISTINCT ON (organization_id, location_id, day) id, organization_id, location_id, day
  FROM border_flow WHERE series = '{series}' AND recorded_at <= $3
    AND day >= ($1 AT TIME ZONE '{zone}')::date AND day < ($2 AT TIME ZONE '{zone}')::date
  ORDER BY organization_id, location_id, day, version DESC
), ranked AS (
  SELECT s.*, row_number() OVER (
    PARTITION BY location_id, day
    ORDER BY (SELECT coalesce(sum(people), 0) FROM border_flow_part WHERE flow_id = s.id) DESC, organization_id
  ) AS place FROM standing s
)
SELECT f.organization_id, sum(p.people)::int AS value, to_char(f.day, 'YYYY-MM') AS month,
  CASE WHEN l.visibility = 'PUBLIC' THEN coalesce(l.slug, 'UNKNOWN') ELSE 'UNKNOWN' END AS crossing_point,
  p.return_type, CASE WHEN p.sex IN ('FEMALE', 'MALE') THEN p.sex ELSE 'UNKNOWN' END AS sex, p.age_group
FROM ranked f JOIN location l ON l.id = f.location_id JOIN border_flow_part p ON p.flow_id = f.id
WHERE {taken} AND p.people > 0
GROUP BY 1, 3, 4, 5, 6, 7"""
