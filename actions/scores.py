"""Entering what people reached in the tests before and after a training."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Numeric, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, table
from actions.trainers import check_trainer
from auth.actor import Actor
from models import certificates, training
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode, ScoreOccasion
from models.session import Session, Statement

ENROLMENT = table(training.Enrolment)
SCORE = table(certificates.Score)
MOST = Decimal(1000)

TAKING_PART = Statement(
    select(ENROLMENT.c.id).where(
        ENROLMENT.c.training_id == bind(ENROLMENT.c.training_id),
        ENROLMENT.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid()))),
    )
)


def _keep() -> Statement:
    each = (
        func.unnest(bindparam("ids", type_=ARRAY(Uuid())), bindparam("reached", type_=ARRAY(Numeric())))
        .table_valued("enrolment_id", "points")
        .render_derived()
    )
    values = {
        "enrolment_id": each.c.enrolment_id,
        "points": each.c.points,
        **{name: bind(SCORE.c[name]) for name in ("organization_id", "occasion", "maximum", "recorded_at")},
    }
    said = insert(SCORE).from_select(list(values), select(*values.values()))
    renewed = {name: said.excluded[name] for name in ("points", "maximum", "recorded_at")}
    return Statement(said.on_conflict_do_update(constraint="pk_training_score", set_=renewed))


KEEP = _keep()


@dataclass(frozen=True, slots=True)
class Reached:
    """What one person reached."""

    enrolment_id: UUID
    points: Decimal


async def record_scores(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    training_id: UUID,
    occasion: ScoreOccasion,
    maximum: Decimal,
    scores: Sequence[Reached],
) -> Effect:
    """This will enter scores of one test, in place of what was entered of it before: all of them, or none.

    Raises Refused: NOT_ALLOWED (no trainer), INVALID_INPUT (points that cannot be, someone named twice), NOT_FOUND
    (an enrolment of another training or organisation). Runs two statements.
    """
    refuse(check_trainer(actor))
    refuse(*_check(maximum, scores))
    known = {row["id"] for row in await session.rows(TAKING_PART, training_id=training_id, ids=_ids(scores))}
    message = "There is no such enrolment in the training."
    refuse(
        *(
            Refusal(ProblemCode.NOT_FOUND, message, ("scores", str(position), "enrolmentId"))
            for position, each in enumerate(scores)
            if each.enrolment_id not in known
        )
    )
    kept = await session.change(
        KEEP,
        ids=_ids(scores),
        reached=[each.points for each in scores],
        organization_id=actor.organization_id,
        occasion=occasion,
        maximum=maximum,
        recorded_at=now,
    )
    if kept != len(scores):
        raise RowsLost
    return Effect(training_id, tuple(_ids(scores)))


def _ids(scores: Sequence[Reached]) -> list[UUID]:
    return [each.enrolment_id for each in scores]


def _check(maximum: Decimal, scores: Sequence[Reached]) -> list[Refusal]:
    if not 0 < maximum <= MOST or round(maximum, 2) != maximum:
        message = f"The most that can be reached is more than 0 and at most {MOST}, with two decimals at most."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("maximum",)))
    refusals = []
    for position, each in enumerate(scores):
        if not 0 <= each.points <= maximum or round(each.points, 2) != each.points:
            message, field = "Points are from 0 to the most that can be reached, with two decimals at most.", "points"
        elif each.enrolment_id in {before.enrolment_id for before in scores[:position]}:
            message, field = "This person was named before.", "enrolmentId"
        else:
            continue
        refusals.append(Refusal(ProblemCode.INVALID_INPUT, message, ("scores", str(position), field)))
    return refusals
