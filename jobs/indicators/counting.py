"""What do the records say? For each indicator the one statement that counts it, by organisation and inner cell.

Every statement takes the first moment of the period ($1), the first after it ($2) and the moment as of which ($3), and
answers organization_id, value, and a column for each finest dimension. Days are those of Port-au-Prince. Of who did
not consent to statistics nothing is told but that a referral was: sex and age are UNKNOWN, and PEOPLE_ has no such
person (design: domain, "Consent").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from jobs.indicators.border import border
from models.rules.completion import WAS_THERE
from models.rules.indicators import Period
from models.rules.vocabulary import FlowSeries, IndicatorDimension, OutcomeResult, ServiceCategory
from models.session import Connection

ZONE = "America/Port-au-Prince"
SENSITIVE = (
    ServiceCategory.HEALTH,
    ServiceCategory.CLINICAL_CARE_FOR_RAPE,
    ServiceCategory.REPRODUCTIVE_HEALTH,
    ServiceCategory.PSYCHOSOCIAL,
    ServiceCategory.SAFE_HOUSE,
    ServiceCategory.CHILD_PROTECTION,
    ServiceCategory.SGBV_RESPONSE,
    ServiceCategory.ANTI_TRAFFICKING,
)
"""The needs of tier T1: trafficking, sexual and gender-based violence, unaccompanied children, health."""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


SERVED = f"result IN ({_listed((OutcomeResult.SERVED, OutcomeResult.PARTIALLY_SERVED))})"
TOLD = """told AS (
  SELECT DISTINCT c.person_id FROM consent c
  WHERE c.purpose = 'STATISTICS' AND c.given_at <= $3 AND (c.valid_until IS NULL OR c.valid_until > $3)
    AND NOT EXISTS (SELECT FROM consent_withdrawal w WHERE w.consent_id = c.id AND w.withdrawn_at <= $3)
)"""
SEX = "CASE WHEN t.person_id IS NOT NULL AND s.sex IN ('FEMALE', 'MALE') THEN s.sex ELSE 'UNKNOWN' END AS sex"
AGE = "CASE WHEN t.person_id IS NOT NULL THEN s.age_group ELSE 'UNKNOWN' END AS age_group"
DEPARTMENT = "coalesce(left(o.pcode, 4), 'UNKNOWN') AS department"
COUNTED = "r.person_id IS NOT NULL AND r.status <> 'ENTERED_IN_ERROR'"


def _month(moment: str) -> str:
    return f"to_char({moment} AT TIME ZONE '{ZONE}', 'YYYY-MM') AS month"


def _referrals(by: str, at: str, *, beside: str = "", where: str = "true") -> str:
    """Referrals by the moment of a step, of the organisation that took it."""
    return f"""
WITH {TOLD}
SELECT o.id AS organization_id, count(*)::int AS value, {_month(at)}, {SEX}, {AGE}, {DEPARTMENT}
FROM referral r {beside} JOIN organization o ON o.id = {by}
LEFT JOIN referral_subject s ON s.referral_id = r.id LEFT JOIN told t ON t.person_id = r.person_id
WHERE {at} >= $1 AND {at} < $2 AND {COUNTED} AND {where}
GROUP BY 1, 3, 4, 5, 6"""


def _people(where: str = "true") -> str:
    """People by the moment they were first served, of the organisation that keeps the file."""
    return f"""
WITH {TOLD}, first AS (
  SELECT DISTINCT ON (r.person_id) r.id, r.person_id, r.sender_id, r.completed_at
  FROM referral r JOIN referral_outcome u ON u.referral_id = r.id AND u.{SERVED}
  WHERE {COUNTED} AND r.completed_at < $2 AND {where} ORDER BY r.person_id, r.completed_at, r.id
)
SELECT o.id AS organization_id, count(*)::int AS value, {_month("r.completed_at")}, {SEX}, {AGE}, {DEPARTMENT}
FROM first r JOIN told t ON t.person_id = r.person_id JOIN organization o ON o.id = r.sender_id
LEFT JOIN referral_subject s ON s.referral_id = r.id
WHERE r.completed_at >= $1 GROUP BY 1, 3, 4, 5, 6"""


def _trainees(kept: str) -> str:
    """Enrolments that attended, by their training's last day, of its organiser. kept: which e count, with test x."""
    return f"""
WITH seen AS (
  SELECT e.id, e.trainee_id, e.organization_id, t.ends_on, v.least_attended, v.least_score,
    count(*) FILTER (WHERE a.status IN ('PRESENT', 'LATE')) AS counted,
    (SELECT count(*) FROM training_session n WHERE n.training_id = t.id) AS sessions,
    row_number() OVER (PARTITION BY e.trainee_id ORDER BY t.ends_on, e.id) AS nth
  FROM enrolment e JOIN training t ON t.id = e.training_id JOIN course_version v ON v.id = t.course_version_id
  JOIN attendance a ON a.enrolment_id = e.id AND NOT a.void AND a.status IN ({_listed(sorted(WAS_THERE))})
  WHERE t.ends_on::timestamp AT TIME ZONE '{ZONE}' < least($2::timestamptz, $3)
  GROUP BY e.id, e.trainee_id, e.organization_id, t.id, t.ends_on, v.least_attended, v.least_score
)
SELECT e.organization_id, count(*)::int AS value, to_char(e.ends_on, 'YYYY-MM') AS month,
  CASE WHEN p.sex IN ('FEMALE', 'MALE') THEN p.sex ELSE 'UNKNOWN' END AS sex, p.kind AS organization_kind
FROM seen e JOIN participant p ON p.enrolment_id = e.id
LEFT JOIN training_score x ON x.enrolment_id = e.id AND x.occasion = 'POST'
WHERE e.ends_on::timestamp AT TIME ZONE '{ZONE}' >= $1 AND {kept} GROUP BY 1, 3, 4, 5"""


ACCEPTED = "JOIN referral_event e ON e.referral_id = r.id AND e.kind = 'ACTION' AND e.action = 'ACCEPT'"
REACHED = """e.counted * 100 >= e.least_attended * e.sessions
  AND (e.least_score IS NULL OR x.points * 100 >= e.least_score * x.maximum)"""
"models/rules/completion.py, in SQL."
COMPLETED = f"JOIN referral_outcome u ON u.referral_id = r.id AND u.{SERVED}"
STATEMENTS: Mapping[str, str] = {
    "REFERRALS_SENT": _referrals("r.sender_id", "r.sent_at"),
    "REFERRALS_ACCEPTED": _referrals("e.organization_id", "e.at", beside=ACCEPTED),
    "REFERRALS_COMPLETED": _referrals("r.receiver_id", "r.completed_at", beside=COMPLETED),
    "PEOPLE_ASSISTED": _people(),
    "PEOPLE_PROTECTED": _people(f"r.need IN ({_listed(SENSITIVE)})"),
    "TRAINING_ATTENDANCES": _trainees("true"),
    "TRAINING_COMPLETIONS": _trainees(REACHED),
    "PEOPLE_TRAINED": _trainees("e.nth = 1"),
    "BORDER_OBSERVED": border(FlowSeries.OBSERVED, zone=ZONE),
    "BORDER_REGISTERED": border(FlowSeries.REGISTERED, zone=ZONE),
}
"""By indicator. An organisation counts at most once in each inner cell."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one organisation contributes to one inner cell."""

    organization_id: UUID
    key: tuple[str, ...]
    "A value of each dimension that was asked for."
    value: int


async def count(
    connection: Connection, code: str, by: Sequence[IndicatorDimension], period: Period, *, as_of: datetime
) -> list[Fact]:
    """This will count one indicator over a closed period, as role worker, in one statement.

    by: the finest dimensions, in the order of the keys.
    """
    start, end = moment(period.start), moment(period.end + timedelta(days=1))
    totals: dict[tuple[UUID, tuple[str, ...]], int] = {}
    for row in await connection.fetch(STATEMENTS[code], start, end, as_of):
        known = row["organization_id"], tuple(row[dimension.lower()] for dimension in by)
        totals[known] = totals.get(known, 0) + row["value"]
    return [Fact(organization_id, key, value) for (organization_id, key), value in sorted(totals.items())]


def moment(day: date) -> datetime:
    """This will be the moment at which a day begins in Port-au-Prince."""
    return datetime.combine(day, time(), ZoneInfo(ZONE))
