"""Planning a training: which course, where, for whose money, and when its sessions are."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Text, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, table
from actions.trainers import check_trainer
from auth.actor import Actor
from models import directory, organisations, training
from models.rules.languages import read_tag
from models.rules.problems import Refusal
from models.rules.trainings import PlannedSession, check_sessions
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

COURSE = table(training.Course)
VERSION = table(training.CourseVersion)
TRAINING = table(training.Training)
SESSION = table(training.TrainingSession)
LOCATION = table(directory.Location)
ORGANIZATION = table(organisations.Organization)
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,38}[A-Z0-9]")
MOST_LANGUAGES = 6

TAUGHT = Statement(
    select(COURSE.c.id, VERSION.c.id.label("version_id"))
    .outerjoin(VERSION, (VERSION.c.course_id == COURSE.c.id) & (VERSION.c.valid_from <= bind(VERSION.c.valid_from)))
    .where(COURSE.c.id == bind(COURSE.c.id))
    .order_by(VERSION.c.valid_from.desc().nulls_last(), VERSION.c.number.desc())
    .limit(1)
)
PLACE = Statement(select(LOCATION.c.id).where(LOCATION.c.id == bind(LOCATION.c.id)))
DONOR = Statement(select(ORGANIZATION.c.id).where(ORGANIZATION.c.id == bind(ORGANIZATION.c.id)))
TAKEN = Statement(select(TRAINING.c.id).where(TRAINING.c.code == bind(TRAINING.c.code)))


def _hold() -> Statement:
    moments = ARRAY(DateTime(timezone=True))
    each = (
        func.unnest(
            bindparam("starts", type_=moments),
            bindparam("ends", type_=moments),
            bindparam("zones", type_=ARRAY(Text())),
        )
        .table_valued("starts_at", "ends_at", "time_zone")
        .render_derived()
    )
    names = ("organization_id", "training_id", "starts_at", "ends_at", "time_zone")
    whose = (bind(TRAINING.c.organization_id), bind(TRAINING.c.id))
    return Statement(insert(SESSION).from_select(list(names), select(*whose, *each.c).order_by(each.c.starts_at)))


PLAN = Statement(insert(TRAINING).values({column.key: bind(column) for column in TRAINING.c}))
HOLD = _hold()


async def plan_training(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    course_id: UUID,
    code: str,
    sessions: Sequence[PlannedSession],
    location_id: UUID | None = None,
    donor_id: UUID | None = None,
    languages: Sequence[str] | None = None,
) -> Effect:
    """This will plan a training of the version of the course that holds on its first day.

    Raises Refused: NOT_ALLOWED (no trainer), NOT_FOUND (course, place, donor), NOT_ELIGIBLE (the course is not taught
    yet on that day), INVALID_INPUT (code, sessions, languages). Runs four to six statements.
    """
    refuse(check_trainer(actor))
    refuse(*check_sessions(sessions), _check_code(code), *_check_languages(languages or ()))
    first, last = min(each.day for each in sessions), max(each.last_day for each in sessions)
    course = await session.row(TAUGHT, id=course_id, valid_from=first)
    if course is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such course.", ("courseId",)))
    if course["version_id"] is None:
        message = "The course is not taught yet on the first day."
        raise Refused(Refusal(ProblemCode.NOT_ELIGIBLE, message, ("courseId",)))
    if location_id is not None and await session.value(PLACE, id=location_id) is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such place.", ("locationId",)))
    if donor_id is not None and await session.value(DONOR, id=donor_id) is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such organisation.", ("donorId",)))
    if await session.value(TAKEN, code=code) is not None:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, "Another training has this code.", ("code",)))
    training_id = uuid4()
    await session.change(
        PLAN,
        id=training_id,
        organization_id=actor.organization_id,
        code=code,
        course_id=course_id,
        course_version_id=course["version_id"],
        location_id=location_id,
        starts_on=first,
        ends_on=last,
        languages=[str(read_tag(each)) for each in languages or ()],
        donor_id=donor_id,
    )
    ordered = sorted(sessions, key=lambda each: each.starts_at)
    held = await session.change(
        HOLD,
        id=training_id,
        organization_id=actor.organization_id,
        starts=[each.starts_at for each in ordered],
        ends=[each.ends_at for each in ordered],
        zones=[each.time_zone for each in ordered],
    )
    if held != len(sessions):
        raise RowsLost
    return Effect(training_id)


def _check_code(code: str) -> Refusal | None:
    if CODE.fullmatch(code):
        return None
    message = "A code has 3 to 40 capitals, digits and hyphens, such as DH-2026-03."
    return Refusal(ProblemCode.INVALID_INPUT, message, ("code",))


def _check_languages(languages: Sequence[str]) -> list[Refusal]:
    if len(languages) > MOST_LANGUAGES:
        return [Refusal(ProblemCode.INVALID_INPUT, f"At most {MOST_LANGUAGES} languages.", ("languages",))]
    message = "This is no language tag of BCP 47, such as fr or ht."
    return [
        Refusal(ProblemCode.INVALID_INPUT, message, ("languages", str(position)))
        for position, each in enumerate(languages)
        if read_tag(each) is None
    ]
