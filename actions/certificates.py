"""Issuing certificates to those who completed a training, and taking one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import orjson
from dateutil.relativedelta import relativedelta
from sqlalchemy import Text, Uuid, and_, bindparam, cast, func, insert, literal_column, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, one_at_a_time, table
from auth.actor import Actor
from auth.policies.training import RECORDERS
from models import attendance, certificates, organisations, training
from models.rules.badges import Claims
from models.rules.certificates import Standing, check_each, check_over, check_some, judged
from models.rules.completion import WHOLE, CompletionRule
from models.rules.languages import choose, fallbacks, read_tag
from models.rules.problems import Refusal
from models.rules.vocabulary import AttendanceStatus, ProblemCode, RevocationReason, ScoreOccasion
from models.session import Session, Statement

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


def _issue() -> Statement:
    each = (
        func.unnest(
            bindparam("ids", type_=ARRAY(Uuid())),
            bindparam("enrolments", type_=ARRAY(Uuid())),
            bindparam("said", type_=ARRAY(Text())),
        )
        .table_valued("id", "enrolment_id", "said")
        .render_derived()
    )
    values = {
        "id": each.c.id,
        "organization_id": bind(CERTIFICATE.c.organization_id),
        "enrolment_id": each.c.enrolment_id,
        "issued_at": bind(CERTIFICATE.c.issued_at),
        "valid_until": bind(CERTIFICATE.c.valid_until),
        "claims": cast(each.c.said, JSONB),
    }
    return Statement(insert(CERTIFICATE).from_select(list(values), select(*values.values())))


ISSUE = _issue()
FOUND = Statement(
    select(CERTIFICATE.c.enrolment_id, CERTIFICATE.c.revoked_at).where(CERTIFICATE.c.id == bind(CERTIFICATE.c.id))
)
REVOKE = Statement(
    update(CERTIFICATE)
    .where(CERTIFICATE.c.id == bind(CERTIFICATE.c.id, "certificate_id"), CERTIFICATE.c.revoked_at.is_(null()))
    .values(revoked_at=bind(CERTIFICATE.c.revoked_at), revocation=bind(CERTIFICATE.c.revocation))
)


@dataclass(frozen=True, slots=True)
class _Due:
    """Someone to whom a certificate is due."""

    enrolment_id: UUID
    claims: Claims


async def issue_certificates(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    training_id: UUID,
    enrolment_ids: Sequence[UUID] | None = None,
    language: str | None = None,
) -> Effect:
    """This will issue a certificate to everyone who completed the training and has none; or to just those named.

    Whoever has a conflict that is not settled gets none, and does not hold up the others. Named ones get theirs all
    together or not at all. Raises Refused: NOT_ALLOWED (no trainer, another organisation's training), NOT_FOUND
    (training, enrolment), INVALID_INPUT (language), NOT_ELIGIBLE (it still goes on, nobody completed it, one of those
    named did not). Runs three statements.
    """
    refuse(check_trainer(actor))
    given = await session.row(GIVEN, id=training_id)
    if given is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such training.", ("trainingId",)))
    if given["organization_id"] != actor.organization_id:
        message = "Certificates are issued by whoever gave the training."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("trainingId",)))
    refuse(check_over(given["ends_at"], now=now))
    rule = CompletionRule(share=given["least_attended"], pass_mark=given["least_score"])
    rows = await session.rows(ENROLLED, training_id=training_id)
    standings = {row["id"]: _standing(rule, given["sessions"], row) for row in rows}
    wanted = list(standings) if enrolment_ids is None else list(dict.fromkeys(enrolment_ids))
    refuse(*(check_each(wanted, standings) if enrolment_ids is not None else (check_some(standings.values()),)))
    said = _course(given, language)
    due = [
        _Due(row["id"], _claims(said, rule, given, row, standings[row["id"]]))
        for row in rows
        if row["id"] in set(wanted) and standings[row["id"]].due
    ]
    ids = [uuid4() for _ in due]
    months = given["valid_months"]
    issued = await session.change(
        ISSUE,
        ids=ids,
        enrolments=[each.enrolment_id for each in due],
        said=[orjson.dumps(each.claims.told()).decode() for each in due],
        organization_id=actor.organization_id,
        issued_at=now,
        valid_until=None if months is None else now + relativedelta(months=months),
    )
    if issued != len(due):
        raise RowsLost
    return Effect(training_id, (*ids, *(each.enrolment_id for each in due)))


async def revoke_certificate(
    session: Session, actor: Actor, now: datetime, *, certificate_id: UUID, reason: RevocationReason
) -> Effect:
    """This will take a certificate back: from then on everyone who checks it is told so, and a new one may be issued.

    Raises Refused: NOT_ALLOWED (no trainer), NOT_FOUND (also of another organisation), TRANSITION_NOT_ALLOWED (it was
    revoked before). Runs two statements.
    """
    refuse(check_trainer(actor))
    found = await session.row(FOUND, id=certificate_id)
    if found is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such certificate.", ("certificateId",)))
    if await session.change(REVOKE, certificate_id=certificate_id, revoked_at=now, revocation=reason) != 1:
        message = "The certificate was revoked before."
        raise Refused(Refusal(ProblemCode.TRANSITION_NOT_ALLOWED, message, ("certificateId",)))
    return Effect(certificate_id, (found["enrolment_id"],))


def check_trainer(actor: Actor) -> Refusal | None:
    """Whether someone may plan, enrol and certify."""
    if actor.roles & RECORDERS:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "This is for trainers of the organisation that gives the training.")


def _standing(rule: CompletionRule, sessions: Sequence[UUID], row: Mapping[str, Any]) -> Standing:
    statuses = {UUID(key): AttendanceStatus(word) for key, word in (row["statuses"] or {}).items()}
    return judged(
        rule,
        sessions,
        statuses,
        post_test=_score(row),
        unsettled=row["unsettled"],
        certified=row["certified"],
    )


def _score(row: Mapping[str, Any]) -> Fraction | None:
    return None if row["points"] is None else Fraction(row["points"]) / Fraction(row["maximum"])


def _course(given: Mapping[str, Any], language: str | None) -> dict[str, Any]:
    """The course and the organiser by their names, in the language asked for as far as there are names in it."""
    tag = None if language is None else read_tag(language)
    if language is not None and tag is None:
        message = "This is no language tag of BCP 47, such as fr, ht, es or en."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("language",)))
    wanted = () if tag is None else fallbacks(tag)
    titled = choose(wanted, given["titles"]) or given["language"]
    named = choose(wanted, given["organizer_names"]) or given["organizer_language"]
    return {
        "course_title": given["titles"][titled],
        "language": titled,
        "organizer": given["organizer_names"][named],
    }


def _claims(
    said: dict[str, Any], rule: CompletionRule, given: Mapping[str, Any], row: Mapping[str, Any], standing: Standing
) -> Claims:
    score = None if rule.pass_mark is None else _score(row)
    return Claims(
        name=row["name"],
        course_id=given["course_id"],
        course_code=given["course_code"],
        themes=tuple(given["themes"]),
        training_code=given["code"],
        organizer_id=given["organization_id"],
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        sessions=standing.completion.sessions,
        counted=standing.completion.counted,
        required=rule.required(standing.completion.sessions),
        pass_mark=rule.pass_mark,
        score=None if score is None else int(score * WHOLE),
        **said,
    )
