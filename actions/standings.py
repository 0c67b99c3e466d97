"""What decides to whom of a training a certificate is due: what was given, and what each person did of it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, literal_column, select

from actions.statements import bind, table
from models import attendance, certificates, organisations, training
from models.rules.certificates import Standing, judged
from models.rules.completion import CompletionRule
from models.rules.vocabulary import AttendanceStatus, ScoreOccasion
from models.session import Statement
from models.turns import one_at_a_time

COURSE = table(training.Course)
VERSION = table(training.CourseVersion)
TRAINING = table(training.Training)
SESSION = table(training.TrainingSession)
ENROLMENT = table(training.Enrolment)
PARTICIPANT = table(training.Participant)
ATTENDANCE = table(attendance.Attendance)
SCORE = table(certificates.Score)
CERTIFICATE = table(certificates.Certificate)
ORGANIZATION = table(organisations.Organization)

_held = SESSION.c.training_id == TRAINING.c.id
GIVEN = Statement(
    select(
        TRAINING.c.organization_id,
        TRAINING.c.code,
        TRAINING.c.starts_on,
        TRAINING.c.ends_on,
        COURSE.c.id.label("course_id"),
        COURSE.c.code.label("course_code"),
        COURSE.c.titles,
        COURSE.c.language,
        COURSE.c.themes,
        VERSION.c.least_attended,
        VERSION.c.least_score,
        VERSION.c.valid_months,
        ORGANIZATION.c.names.label("organizer_names"),
        ORGANIZATION.c.language.label("organizer_language"),
        func.array(select(SESSION.c.id).where(_held).correlate(TRAINING).scalar_subquery()).label("sessions"),
        select(func.max(SESSION.c.ends_at)).where(_held).correlate(TRAINING).scalar_subquery().label("ends_at"),
        one_at_a_time(TRAINING.c.id),
    )
    .join(COURSE, COURSE.c.id == TRAINING.c.course_id)
    .join(VERSION, VERSION.c.id == TRAINING.c.course_version_id)
    .join(ORGANIZATION, ORGANIZATION.c.id == TRAINING.c.organization_id)
    .where(TRAINING.c.id == bind(TRAINING.c.id))
)


def _enrolled() -> Statement:
    """Everyone who takes part, with what decides whether a certificate is due."""
    statuses = (
        select(func.jsonb_object_agg(cast(ATTENDANCE.c.session_id, Text), ATTENDANCE.c.status))
        .where(ATTENDANCE.c.enrolment_id == ENROLMENT.c.id, ~ATTENDANCE.c.void)
        .correlate(ENROLMENT)
        .scalar_subquery()
    )
    unsettled = (
        select(literal_column("true"))
        .where(ATTENDANCE.c.enrolment_id == ENROLMENT.c.id, func.cardinality(ATTENDANCE.c.conflicts) > 0)
        .correlate(ENROLMENT)
        .exists()
    )
    good = (
        select(literal_column("true"))
        .where(CERTIFICATE.c.enrolment_id == ENROLMENT.c.id, CERTIFICATE.c.revoked_at.is_(None))
        .correlate(ENROLMENT)
        .exists()
    )
    after = and_(SCORE.c.enrolment_id == ENROLMENT.c.id, SCORE.c.occasion == ScoreOccasion.POST)
    return Statement(
        select(
            ENROLMENT.c.id,
            PARTICIPANT.c.name,
            statuses.label("statuses"),
            unsettled.label("unsettled"),
            good.label("certified"),
            SCORE.c.points,
            SCORE.c.maximum,
        )
        .join(PARTICIPANT, PARTICIPANT.c.enrolment_id == ENROLMENT.c.id)
        .outerjoin(SCORE, after)
        .where(ENROLMENT.c.training_id == bind(ENROLMENT.c.training_id), ENROLMENT.c.withdrawn_at.is_(None))
        .order_by(ENROLMENT.c.enrolled_at, ENROLMENT.c.id)
    )


ENROLLED = _enrolled()


def standing_of(rule: CompletionRule, sessions: Sequence[UUID], row: Mapping[str, Any]) -> Standing:
    """This will be how someone stands, by their row of `ENROLLED`."""
    statuses = {UUID(key): AttendanceStatus(word) for key, word in (row["statuses"] or {}).items()}
    return judged(
        rule,
        sessions,
        statuses,
        post_test=score_of(row),
        unsettled=row["unsettled"],
        certified=row["certified"],
    )


def score_of(row: Mapping[str, Any]) -> Fraction | None:
    """This will be the share of the maximum that was reached in the test after; None: not sat."""
    return None if row["points"] is None else Fraction(row["points"]) / Fraction(row["maximum"])
