"""What was seen of attendance: events that are only ever added, what people ruled on them, and what follows from both.

An attendance is a projection: a function of the events and rulings of its session and enrolment (rules/attendance.py).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Enum,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Confidentiality, all_of, empty_list, one_of, random_id, time_ordered_id
from models.rules.vocabulary import (
    AttendanceConflict,
    AttendanceFlag,
    AttendanceOutcome,
    AttendanceRuling,
    AttendanceSource,
    AttendanceStatus,
)
from models.training import of_organizer

STUB: Any = {"info": {"confidentiality": Confidentiality.STUB}}


class AttendanceDevice(Base):
    """A device that records attendance, by the name it gave itself; known from its first event on."""

    __tablename__ = "attendance_device"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        UniqueConstraint("id", "organization_id"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID]
    name: Mapped[str]
    first_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    "Lost or stolen: what it sends from then on is kept, flagged and not believed; the device wipes itself."


class AttendanceEvent(Base):
    """One fact, as a device told it, with what the server adds. Never changed, never removed."""

    __tablename__ = "attendance_event"
    __table_args__ = (
        of_organizer("device_id", "attendance_device"),
        of_organizer("session_id", "training_session"),
        of_organizer("enrolment_id", "enrolment"),
        UniqueConstraint("id", "organization_id"),
        UniqueConstraint("event_id", "organization_id", "content_hash"),
        CheckConstraint("(enrolment_id IS NULL) = (raw_token IS NOT NULL)", name="raw_token"),
        CheckConstraint(
            "CASE outcome WHEN 'RECORDED' THEN raw_token IS NULL WHEN 'UNMATCHED' THEN raw_token IS NOT NULL"
            " ELSE outcome = 'CONFLICT' END",
            name="kept",
        ),
        CheckConstraint(
            "num_nulls(device_id, device_sequence) = CASE source WHEN 'DESK' THEN 2 ELSE 0 END", name="device"
        ),
        CheckConstraint("cardinality(corrects) = 0 OR reason IS NOT NULL", name="corrected_why"),
        CheckConstraint("(base_status IS NULL) = (base_occurred_at IS NULL)", name="base"),
        CheckConstraint(
            f"base_status IN ({', '.join(repr(str(each)) for each in AttendanceStatus)})", name="base_status"
        ),
        all_of("flags", AttendanceFlag),
        Index(
            "ix_attendance_event_first",
            "event_id",
            "organization_id",
            unique=True,
            postgresql_where=text("outcome <> 'CONFLICT'"),
        ),
        Index("ix_attendance_event_session_id", "session_id", "enrolment_id"),
        Index("ix_attendance_event_device_id", "device_id", "device_sequence"),
        Index(
            "ix_attendance_event_unmatched", "organization_id", "raw_token", postgresql_where=text("raw_token <> ''")
        ),
        STUB,
    )

    id: Mapped[UUID] = time_ordered_id()
    organization_id: Mapped[UUID]
    event_id: Mapped[UUID]
    "Made on the device, and kept for ever: what else comes under it is a CONFLICT."
    device_id: Mapped[UUID | None]
    "Null where a person stated it at a DESK."
    device_sequence: Mapped[int | None]
    "Counted by the device without a gap: what is missing was never sent."
    session_id: Mapped[UUID]
    enrolment_id: Mapped[UUID | None]
    raw_token: Mapped[str | None]
    "What was shown, where no enrolment is known by it."
    status: Mapped[AttendanceStatus] = one_of(AttendanceStatus)
    source: Mapped[AttendanceSource] = one_of(AttendanceSource, server_default="ROSTER")
    occurred_at: Mapped[datetime]
    "By the device's clock."
    believed_at: Mapped[datetime]
    "By ours, as far as the device's clock could be compared with it."
    boot_id: Mapped[str | None]
    monotonic_ms: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    reason: Mapped[str | None]
    corrects: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'"))
    "The events, by the ids of their devices, that whoever corrects had seen; empty for an observation."
    base_status: Mapped[AttendanceStatus | None] = mapped_column(
        Enum(AttendanceStatus, native_enum=False, create_constraint=False, length=40)
    )
    "With base_occurred_at: the attendance as it read, where a version of it is corrected and not one event."
    base_occurred_at: Mapped[datetime | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    flags: Mapped[list[str]] = empty_list()
    outcome: Mapped[AttendanceOutcome] = one_of(AttendanceOutcome)
    client_id: Mapped[str]
    "With user_id: the recorder, who does not approve what was recorded after the lock."
    user_id: Mapped[UUID | None]


class AttendanceRulingOnEvent(Base):
    """What a person decided of an event: whose it is, whether it counts after the lock, that it never counted."""

    __tablename__ = "attendance_ruling"
    __table_args__ = (
        of_organizer("event_id", "attendance_event"),
        of_organizer("enrolment_id", "enrolment"),
        UniqueConstraint("event_id", "kind"),
        Index("ix_attendance_ruling_enrolment_id", "enrolment_id"),
        CheckConstraint("(kind = 'MATCHED') = (enrolment_id IS NOT NULL)", name="enrolment"),
        CheckConstraint("kind IN ('MATCHED', 'LAPSED') OR reason IS NOT NULL", name="reason"),
        STUB,
    )

    id: Mapped[UUID] = time_ordered_id()
    organization_id: Mapped[UUID]
    event_id: Mapped[UUID]
    kind: Mapped[AttendanceRuling] = one_of(AttendanceRuling)
    enrolment_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    client_id: Mapped[str]
    user_id: Mapped[UUID | None]


def _attended(*constraints: Any) -> Any:
    return (
        *constraints,
        all_of("conflicts", AttendanceConflict),
        CheckConstraint("version > 0", name="version"),
        STUB,
    )


class Attendance(Base):
    """Whether someone attended a session, as all that was recorded says together: one row, however many scans."""

    __tablename__ = "attendance"
    __table_args__ = _attended(
        of_organizer("session_id", "training_session"),
        of_organizer("enrolment_id", "enrolment"),
        UniqueConstraint("session_id", "enrolment_id"),
        UniqueConstraint("id", "organization_id"),
        Index("ix_attendance_enrolment_id", "enrolment_id"),
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID]
    session_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]
    status: Mapped[AttendanceStatus] = one_of(AttendanceStatus)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    "When the event that decides was received."
    version: Mapped[int]
    "Rises with every event and ruling it follows from: a correction names it."
    conflicts: Mapped[list[str]] = empty_list()
    "What a person has to settle; until then there is no certificate."
    void: Mapped[bool] = mapped_column(server_default=text("false"))
    "Nothing stands behind it any more: it counts nowhere, and is kept."


class AttendanceVersion(Base):
    """An attendance as it once read, and the events behind it: what a correction may name. Only ever added to."""

    __tablename__ = "attendance_version"
    __table_args__ = _attended(of_organizer("attendance_id", "attendance"))

    attendance_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    status: Mapped[AttendanceStatus] = one_of(AttendanceStatus)
    occurred_at: Mapped[datetime]
    conflicts: Mapped[list[str]] = empty_list()
    void: Mapped[bool] = mapped_column(server_default=text("false"))
    events: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'"))
    "By the ids of their devices."
    at: Mapped[datetime]


class AttendanceAnswer(Base):
    """What one event of a batch was answered: a replay of the batch's key reads it again. Kept as long as the key."""

    __tablename__ = "attendance_answer"
    __table_args__ = (
        of_organizer("attendance_id", "attendance"),
        all_of("flags", AttendanceFlag),
        Index("ix_attendance_answer_at", "at"),
        STUB,
    )

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    organization_id: Mapped[UUID]
    event_id: Mapped[str]
    "As the client spelled it."
    outcome: Mapped[AttendanceOutcome] = one_of(AttendanceOutcome)
    flags: Mapped[list[str]] = empty_list()
    message: Mapped[str | None]
    attendance_id: Mapped[UUID | None]
    at: Mapped[datetime]
