"""Certificates and what they rest on, in the graph: for the organiser's trainers, as who takes part is."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Integer, Select, Text, and_, any_, case, cast, func, literal_column, or_, select

from auth.scopes import Scope
from models import certificates as tables
from models.attendance import Attendance as AttendanceTable
from models.rules.completion import COUNTS, WAS_THERE
from models.rules.vocabulary import AttendanceStatus, RevocationReason, ScoreOccasion
from models.training import CourseVersion, Training, TrainingSession
from planner.fields import Expression, Inside, One, Row, column, entity, planned
from resolvers.nodes import Node, own_id, requires
from resolvers.scalars import DateTime

ATTENDANCE = AttendanceTable.__table__
SESSION = TrainingSession.__table__
TRAINING = Training.__table__
VERSION = CourseVersion.__table__
SCORE = tables.Score.__table__


@strawberry.type(
    description="That someone completed a training: signed, and checked by anyone who is given its address.",
    directives=requires(Scope.TRAINING_READ),
)
@entity(tables.Certificate)
class Certificate(Node):
    id: strawberry.ID = own_id("Certificate")
    issued_at: DateTime = column(tables.Certificate.issued_at, "When.")
    valid_until: DateTime | None = column(tables.Certificate.valid_until, "When a refresher falls due; null: never.")
    revoked_at: DateTime | None = column(tables.Certificate.revoked_at, "Since when it counts no more.")
    revocation: RevocationReason | None = column(tables.Certificate.revocation, "Why it was revoked.")
    address: str | None = planned(
        Expression(lambda r, _g: r.credential.op("->>", return_type=Text())(literal_column("'id'")), nullable=True),
        "Where anyone may check it: the page its QR code leads to. Null for the seconds until it is signed.",
    )
    credential: str | None = planned(
        Expression(lambda r, _g: cast(r.credential, Text), nullable=True),
        "The signed Open Badges 3.0 credential, as JSON. Null for the seconds until it is signed.",
    )


def _listed(statuses: frozenset[AttendanceStatus]) -> ColumnElement[Any]:
    return any_(literal_column(f"ARRAY[{', '.join(repr(str(each)) for each in sorted(statuses))}]"))


def _sessions(enrolment: Row) -> ColumnElement[int]:
    held = select(func.count()).select_from(SESSION).where(SESSION.c.training_id == enrolment.training_id)
    return held.correlate_except(SESSION).scalar_subquery()


def _recorded(enrolment: Row, *conditions: ColumnElement[bool]) -> Select[Any]:
    found: Select[Any] = select(func.count()).select_from(ATTENDANCE)
    return found.where(ATTENDANCE.c.enrolment_id == enrolment.id, *conditions).correlate_except(ATTENDANCE)


def _seen(enrolment: Row, statuses: frozenset[AttendanceStatus]) -> ColumnElement[int]:
    return _recorded(enrolment, ~ATTENDANCE.c.void, ATTENDANCE.c.status == _listed(statuses)).scalar_subquery()


def _score(enrolment: Row, occasion: ScoreOccasion) -> ColumnElement[Any]:
    """In percent, rounded down."""
    percent = cast(func.floor(literal_column("100") * SCORE.c.points / SCORE.c.maximum), Integer)
    sat = and_(SCORE.c.enrolment_id == enrolment.id, SCORE.c.occasion == literal_column(f"'{occasion}'"))
    return select(percent).where(sat).correlate_except(SCORE).scalar_subquery()


def _asked(enrolment: Row, mark: ColumnElement[Any]) -> ColumnElement[Any]:
    """What the version of the course that was given asks for."""
    of_training = VERSION.c.id == TRAINING.c.course_version_id
    found = select(mark).select_from(TRAINING.join(VERSION, of_training)).where(TRAINING.c.id == enrolment.training_id)
    return found.correlate_except(TRAINING, VERSION).scalar_subquery()


def _completed(enrolment: Row) -> ColumnElement[bool]:
    """models/rules/completion.py, in SQL."""
    held, hundred = _sessions(enrolment), literal_column("100", Integer())
    enough = _seen(enrolment, COUNTS) * hundred >= _asked(enrolment, VERSION.c.least_attended) * held
    mark = _asked(enrolment, VERSION.c.least_score)
    passed = or_(mark.is_(None), func.coalesce(_score(enrolment, ScoreOccasion.POST) >= mark, literal_column("false")))
    return and_(held > literal_column("0"), enough, passed)


@strawberry.type(description="What someone did of a training, against what its course asks for.")
class Completion:
    sessions: int = planned(Expression(lambda r, _g: _sessions(r)), "Of the training.")
    counted: int = planned(
        Expression(lambda r, _g: _seen(r, COUNTS)),
        "Of these, those that count: PRESENT and LATE. Who left early missed the end.",
    )
    attended: bool = planned(
        Expression(lambda r, _g: _seen(r, WAS_THERE) > literal_column("0")), "Whether the person was seen at any."
    )
    score_before: int | None = planned(
        Expression(lambda r, _g: _score(r, ScoreOccasion.PRE), nullable=True),
        "What was reached in the test before the training, in percent, rounded down; null where it was not sat.",
    )
    score_after: int | None = planned(
        Expression(lambda r, _g: _score(r, ScoreOccasion.POST), nullable=True),
        "What was reached in the test after it, in percent, rounded down; null where it was not sat.",
    )
    completed: bool = planned(
        Expression(lambda r, _g: _completed(r)),
        "Whether the share of sessions was attended and, where the course has a test, its mark reached.",
    )
    unsettled: bool = planned(
        Expression(
            lambda r, _g: (
                _recorded(r, func.cardinality(ATTENDANCE.c.conflicts) > literal_column("0")).scalar_subquery()
                > literal_column("0")
            )
        ),
        "Whether a conflict waits for a person to settle it: until then there is no certificate.",
    )


def completion() -> Any:
    """The field `completion` of an enrolment."""
    return planned(Inside(), "What the person did of the training, against what its course asks for.")


def certificate() -> Any:
    """The field `certificate` of an enrolment: the one that counts, else the one revoked last."""
    return planned(
        One(
            on=lambda p, r: r.enrolment_id == p.id,
            order=lambda r: [
                case((r.revoked_at.is_(None), literal_column("0")), else_=literal_column("1")),
                r.issued_at.desc(),
                r.id,
            ],
        ),
        "The certificate, if one was issued; revoked ones show where there is no other.",
    )
