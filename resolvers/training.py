"""Courses and their trainings in the graph, and who takes part in one: the organiser's trainers alone see that."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Date, Text, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from auth.scopes import Scope
from models import training as tables
from models.rules.attendance import LOCKS_AFTER
from models.rules.vocabulary import AgeGroup, ParticipantKind, Sex, TrainingTheme
from planner.fields import Argument, Expression, Found, Many, One, Order, Page, Part, Row, column, entity, planned
from planner.given import Given
from resolvers.certificates import Certificate, Completion, certificate, completion
from resolvers.locations import Location
from resolvers.nodes import ID_OR_ELSE, PAGE, Connection, Node, id_argument, own_id, requires
from resolvers.organisations import Area, Organization
from resolvers.scalars import Date as Day
from resolvers.scalars import DateTime
from resolvers.texts import text

TRAINING = requires(Scope.TRAINING_READ)
RECORDS = requires(Scope.TRAINING_WRITE)
COURSE = tables.Course.__table__
SESSION = tables.TrainingSession.__table__
CREDENTIAL = tables.EnrolmentCredential.__table__
BY_CODE = Order("CODE", lambda r: [r.code, r.id], (str, UUID))
LATEST_FIRST = Order("STARTS_ON", lambda r: [r.starts_on, r.id], (date, UUID), descending=True)
BY_ENROLMENT = Order("ENROLLED_AT", lambda r: [r.enrolled_at, r.id], (datetime, UUID))


@strawberry.federation.type(
    keys=["id", "code"], description="What is taught, wherever and by whomever it is given.", directives=TRAINING
)
@entity(tables.Course)
class Course(Node):
    id: strawberry.ID = own_id("Course")
    code: str = column(tables.Course.code, "A short name that never changes.")
    title: str = text("titles", "The course's title.")
    themes: list[TrainingTheme] = column(tables.Course.themes, "What it is about.")


@strawberry.type(description="Who takes part, as on the day: a later move to another employer changes nothing here.")
class Participant:
    name: str = column(tables.Participant.name, "As the person wrote it.")
    sex: Sex = column(tables.Participant.sex, "As the person says.")
    age_group: AgeGroup = column(tables.Participant.age_group, "On the day.")
    position: str | None = column(tables.Participant.position, "What the person does there.")
    organization: Organization | None = planned(
        One(on=lambda p, r: r.id == p.employer_id), "The employer, where it is a partner of the network."
    )
    organization_name: str | None = column(tables.Participant.employer_name, "The employer, where it is not.")
    kind: ParticipantKind = column(tables.Participant.kind, "For whom the person works, in kind.")
    area: Area | None = planned(One(on=lambda p, r: r.pcode == p.pcode), "Where the person works.")


@strawberry.type(description="That someone takes part in a training.", directives=TRAINING)
@entity(tables.Enrolment)
class Enrolment(Node):
    id: strawberry.ID = own_id("Enrolment")
    training: Annotated["Training", strawberry.lazy("resolvers.training")] | None = planned(
        One(on=lambda p, r: r.id == p.training_id), "The training."
    )
    participant: Participant | None = planned(
        One(on=lambda p, r: r.enrolment_id == p.id, table=tables.Participant.__table__), "Who takes part."
    )
    token: str | None = planned(
        Part(CREDENTIAL, lambda p, r: r.enrolment_id == p.id, lambda r, _g: r.token),
        "What the QR code holds. A credential: shown only to who may record attendance.",
        directives=RECORDS,
    )
    pin: str | None = planned(
        Part(CREDENTIAL, lambda p, r: r.enrolment_id == p.id, lambda r, _g: r.pin),
        "4 to 6 digits to say instead, good within this training. A credential like the token.",
        directives=RECORDS,
    )
    enrolled_at: DateTime = column(tables.Enrolment.enrolled_at, "When.")
    withdrawn_at: DateTime | None = column(tables.Enrolment.withdrawn_at, "Since when the person takes part no more.")
    completion: Completion = completion()
    certificate: Certificate | None = certificate()
    attendances: (
        Connection[Annotated["Attendance", strawberry.lazy("resolvers.attendance")]] | None  # type: ignore[name-defined]  # noqa: F821
    ) = planned(
        Page(
            order=lambda _g: Order("OCCURRED_AT", lambda r: [r.occurred_at, r.id], (datetime, UUID)),
            on=lambda p, r: r.enrolment_id == p.id,
            where=lambda r, _g: [~r.void],
        ),
        "What was recorded of the person, oldest first.",
        arguments=PAGE,
    )


def _locks_at(training: Row) -> ColumnElement[datetime]:
    days: ColumnElement[timedelta] = literal_column(f"interval '{LOCKS_AFTER.days} days'")
    last = select(func.max(SESSION.c.ends_at) + days).where(SESSION.c.training_id == training.id)
    return last.correlate_except(SESSION).scalar_subquery()


@strawberry.type(
    description="One delivery of a course, at a place, over one or more sessions.",
    directives=TRAINING,
)
@entity(tables.Training)
class Training(Node):
    id: strawberry.ID = own_id("Training")
    code: str = column(tables.Training.code, "A short name that never changes.")
    course: Course | None = planned(One(on=lambda p, r: r.id == p.course_id), "What is taught.")
    organizer: Organization | None = planned(One(on=lambda p, r: r.id == p.organization_id), "Who gives it.")
    location: Location | None = planned(One(on=lambda p, r: r.id == p.location_id), "Where.")
    donor: Organization | None = planned(One(on=lambda p, r: r.id == p.donor_id), "Who pays for it.")
    languages: list[str] = column(tables.Training.languages, "Languages it is given in, BCP 47.")
    starts_on: Day = column(tables.Training.starts_on, "Its first day.")
    ends_on: Day = column(tables.Training.ends_on, "Its last day.")
    locks_at: DateTime | None = planned(
        Expression(lambda r, _g: _locks_at(r)),
        "14 days after its last session: what is recorded then counts once a second person has approved it.",
    )
    sessions: list[Annotated["TrainingSession", strawberry.lazy("resolvers.attendance")]] = planned(  # type: ignore[name-defined]  # noqa: F821
        Many(on=lambda p, r: r.training_id == p.id, order=lambda r: [r.starts_at, r.id]), "Its sessions, in order."
    )
    enrolments: Connection[Enrolment] | None = planned(
        Page(
            order=lambda _g: BY_ENROLMENT,
            on=lambda p, r: r.training_id == p.id,
            where=lambda r, _g: [r.withdrawn_at.is_(None)],
        ),
        "Who takes part, in the order of enrolment: for the organiser's trainers.",
        arguments=PAGE,
    )


@strawberry.input(description="Narrows a list of trainings. What is left out or null does not filter.")
class TrainingFilter:
    themes: list[TrainingTheme] | None = strawberry.field(
        default=strawberry.UNSET, description="Of a course about any of these."
    )
    from_: Day | None = strawberry.field(
        default=strawberry.UNSET, name="from", description="Starting on this day or later."
    )
    before: Day | None = strawberry.field(default=strawberry.UNSET, description="Starting before this day.")


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    conditions: list[ColumnElement[bool]] = []
    if asked is not None and asked.has("themes"):
        about = COURSE.c.themes.op("&&")(asked.bind("themes", ARRAY(Text())))
        conditions.append(row.course_id.in_(select(COURSE.c.id).where(about).correlate_except(COURSE)))
    if asked is not None and asked.has("from"):
        conditions.append(row.starts_on >= asked.bind("from", Date()))
    if asked is not None and asked.has("before"):
        conditions.append(row.starts_on < asked.bind("before", Date()))
    return conditions


def _named(kind: str) -> "Found":
    """By id, or by code; by neither, nothing."""

    def where(row: Row, given: Given) -> list[ColumnElement[bool]]:
        by_code = given.has("code") and not given.has("id")
        return [row.code == given.bind("code", Text()) if by_code else row.id == id_argument(given, "id", kind)]

    return Found(where=where)


CODE = {**ID_OR_ELSE, "code": Argument(str | None, "The code, where no id is given.")}


@strawberry.type
class TrainingQueries:
    course: Course | None = planned(
        _named("Course"), "One course, by id or by code.", arguments=CODE, directives=TRAINING
    )
    courses: Connection[Course] | None = planned(
        Page(order=lambda _g: BY_CODE), "The courses of the network, by code.", arguments=PAGE, directives=TRAINING
    )
    training: Training | None = planned(
        _named("Training"), "One training, by id or by code.", arguments=CODE, directives=TRAINING
    )
    trainings: Connection[Training] | None = planned(
        Page(order=lambda _g: LATEST_FIRST, where=_asked),
        "The trainings of the network, those that start last first.",
        arguments={"filter": Argument(TrainingFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=TRAINING,
    )
