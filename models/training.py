"""Courses, their deliveries and who takes part. Whose training it is decides who may know its participants.

Each table carries the organiser: trainings are known to the whole network, what is said of participants to the
organiser alone. What was seen of them is in attendance.py.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Confidentiality, all_of, empty_list, has_original, one_of, random_id, time_ordered_id
from models.rules.vocabulary import AgeGroup, ParticipantKind, Sex, TrainingTheme


def of_organizer(column: str, table: str) -> ForeignKeyConstraint:
    """What belongs to a row of an organiser's is the same organiser's."""
    return ForeignKeyConstraint([column, "organization_id"], [f"{table}.id", f"{table}.organization_id"])


class Course(Base):
    """What is taught, wherever and by whomever it is given."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("code"), has_original("titles"), all_of("themes", TrainingTheme))

    id: Mapped[UUID] = time_ordered_id()
    code: Mapped[str]
    titles: Mapped[dict[str, str]]
    "Title by BCP 47 language."
    language: Mapped[str] = mapped_column(server_default="fr")
    themes: Mapped[list[str]] = empty_list()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    "Who keeps it up."


class CourseVersion(Base):
    """A course as it is taught from one day on: how long it is, and what completing it takes."""

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        UniqueConstraint("id", "course_id"),
        CheckConstraint("hours > 0", name="hours"),
        CheckConstraint("least_attended BETWEEN 1 AND 100", name="least_attended"),
        CheckConstraint("least_score BETWEEN 1 AND 100", name="least_score"),
        CheckConstraint("valid_months > 0", name="valid_months"),
    )

    id: Mapped[UUID] = time_ordered_id()
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date]
    hours: Mapped[int] = mapped_column(SmallInteger)
    least_attended: Mapped[int] = mapped_column(SmallInteger, server_default=text("80"))
    "Percent of the sessions that one must have attended to complete it."
    least_score: Mapped[int | None] = mapped_column(SmallInteger)
    "Percent that the test at its end asks for; null where there is none."
    valid_months: Mapped[int | None] = mapped_column(SmallInteger)
    "After how many months a refresher falls due; null: never."


class Training(Base):
    """One delivery of a course, at a place, over one or more sessions. Its organiser is `organization_id`."""

    __tablename__ = "training"
    __table_args__ = (
        ForeignKeyConstraint(["course_version_id", "course_id"], ["course_version.id", "course_version.course_id"]),
        UniqueConstraint("code"),
        UniqueConstraint("id", "organization_id"),
        CheckConstraint("starts_on <= ends_on", name="days"),
        Index("ix_training_starts_on", "starts_on", "id"),
    )

    id: Mapped[UUID] = time_ordered_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    code: Mapped[str]
    course_id: Mapped[UUID]
    course_version_id: Mapped[UUID]
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id", ondelete="SET NULL"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    languages: Mapped[list[str]] = empty_list()
    "Languages it is given in, BCP 47."
    donor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))


class TrainingSession(Base):
    """A half-day or so of a training, for which attendance is recorded."""

    __tablename__ = "training_session"
    __table_args__ = (
        of_organizer("training_id", "training"),
        UniqueConstraint("id", "organization_id"),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_training_session_training_id", "training_id", "starts_at", "id"),
    )

    id: Mapped[UUID] = time_ordered_id()
    organization_id: Mapped[UUID]
    training_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(server_default="America/Port-au-Prince")


class Enrolment(Base):
    """That someone takes part in a training. Says nothing of who."""

    __tablename__ = "enrolment"
    __table_args__ = (
        of_organizer("training_id", "training"),
        UniqueConstraint("id", "organization_id"),
        UniqueConstraint("training_id", "trainee_id"),
        Index("ix_enrolment_training_id", "training_id", "enrolled_at", "id"),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID]
    training_id: Mapped[UUID]
    trainee_id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    "The same wherever the same person is known to take part, so that people can be counted once. Random."
    enrolled_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    "Takes part no more. What was recorded stays."


def _of_enrolment(*constraints: Any) -> Any:
    return (
        of_organizer("enrolment_id", "enrolment"),
        *constraints,
        {"info": {"confidentiality": Confidentiality.IDENTITY}},
    )


class Participant(Base):
    """Who takes part, as on the day: a later move to another employer changes nothing here. Class 1."""

    __tablename__ = "participant"
    __table_args__ = _of_enrolment(
        CheckConstraint("num_nonnulls(employer_id, employer_name) <= 1", name="one_employer"),
        CheckConstraint("name <> ''", name="named"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    name: Mapped[str]
    sex: Mapped[Sex] = one_of(Sex)
    age_group: Mapped[AgeGroup] = one_of(AgeGroup)
    position: Mapped[str | None]
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    "Where the employer is a partner of the network."
    employer_name: Mapped[str | None]
    "Where it is not."
    kind: Mapped[ParticipantKind] = one_of(ParticipantKind)
    pcode: Mapped[str | None] = mapped_column(ForeignKey("area.pcode"))


class EnrolmentCredential(Base):
    """What someone shows or says to be recorded: whoever holds it can claim a presence. Class 1."""

    __tablename__ = "enrolment_credential"
    __table_args__ = _of_enrolment(
        UniqueConstraint("organization_id", "token"),
        UniqueConstraint("training_id", "pin"),
        CheckConstraint("pin ~ '^[0-9]{4,6}$'", name="pin"),
        CheckConstraint("length(token) BETWEEN 8 AND 200", name="token"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    training_id: Mapped[UUID]
    "The enrolment's: a PIN is told apart within one training."
    token: Mapped[str]
    "What the QR code holds: opaque and unguessable."
    pin: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    "Lost or copied: what is recorded by it from then on is flagged."
