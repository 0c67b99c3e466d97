"""The service directory: services, the places they are given at, when they are open and whether there is room.

Each row carries its owner and its visibility, so that every table of the directory obeys one policy. A redacted service
(a safe house) shows its alias to referral roles; its true place and its numbers are rows of visibility ORGANIZATION.
"""

from datetime import date, datetime, time
from enum import auto
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Base, all_of, empty_list, has_original, one_of, time_ordered_id
from models.rules.vocabulary import (
    CapacityState,
    LocationKind,
    PhoneKind,
    ServiceCategory,
    ServiceStatus,
    Sex,
    Word,
)


class Visibility(Word):
    """Who may see a record of the directory."""

    PUBLIC = auto()
    NETWORK = auto()
    ORGANIZATION = auto()
    REDACTED = auto()


class Listed:
    """What every record of the directory says of itself: whose it is and who may see it."""

    @declared_attr
    @classmethod
    def organization_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("organization.id"))

    visibility: Mapped[Visibility] = one_of(Visibility, server_default="NETWORK")


class Sourced:
    """Where a record came from. The three times are never merged (design: directory)."""

    source: Mapped[str]
    "The partner system's name, or the owning organisation's slug where it was entered by hand."
    modified_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    fresh_until: Mapped[datetime | None]
    "Past this moment the record is shown as stale; null means it is not known to decay."


class Location(Listed, Base):
    """A place; without coordinates where it is virtual or must not be found."""

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("organization_id", "slug"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
    )

    id: Mapped[UUID] = time_ordered_id()
    slug: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[LocationKind] = one_of(LocationKind)
    names: Mapped[dict[str, str] | None]
    language: Mapped[str] = mapped_column(server_default="fr")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    pcode: Mapped[str | None] = mapped_column(ForeignKey("area.pcode"))
    address_lines: Mapped[list[str]] = empty_list()
    locality: Mapped[str | None]
    postal_code: Mapped[str | None]
    country: Mapped[str | None]
    time_zone: Mapped[str | None] = mapped_column(server_default="America/Port-au-Prince")
    descriptions: Mapped[dict[str, str] | None]
    transportation: Mapped[dict[str, str] | None]
    "How to get there."
    removed_at: Mapped[datetime | None]
    "A tombstone: nobody gives it any more, or it was merged into another."
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))


class Service(Listed, Sourced, Base):
    """A service that an organisation gives."""

    __tablename__ = "service"
    __table_args__ = (
        all_of("sexes", Sex),
        CheckConstraint("minimum_age <= maximum_age", name="ages"),
        has_original(),
        UniqueConstraint("organization_id", "id"),
        Index("ix_service_dated", "id", postgresql_where=text("valid_from IS NOT NULL OR valid_to IS NOT NULL")),
    )

    id: Mapped[UUID] = time_ordered_id()
    names: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str] | None]
    language: Mapped[str] = mapped_column(server_default="fr")
    category: Mapped[ServiceCategory] = one_of(ServiceCategory)
    languages: Mapped[list[str]] = empty_list()
    "Languages spoken, BCP 47."
    minimum_age: Mapped[int | None] = mapped_column(SmallInteger)
    maximum_age: Mapped[int | None] = mapped_column(SmallInteger)
    sexes: Mapped[list[str]] = empty_list()
    "Empty: anyone."
    accepts_unaccompanied_children: Mapped[bool | None]
    eligibility_notes: Mapped[dict[str, str] | None]
    status: Mapped[ServiceStatus] = one_of(ServiceStatus, server_default="ACTIVE")
    alerts: Mapped[dict[str, str] | None]
    "What whoever comes must know first: moved, closed this week, bring an interpreter."
    fees: Mapped[dict[str, str] | None]
    application: Mapped[dict[str, str] | None]
    "How one comes to be served: walk in, by referral, by appointment."
    website: Mapped[str | None]
    email: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    "The last day on which it is given; null: until further notice."
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    removed_at: Mapped[datetime | None]
    "A tombstone: the source no longer gives it, or it was merged. Referrals still name it; searches do not."
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    "Which record tells of it now: not answered by the graph any more, while the feed says MERGED."


class ServiceAtLocation(Listed, Sourced, Base):
    """A service as given at one place."""

    __tablename__ = "service_at_location"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)

    id: Mapped[UUID] = time_ordered_id()
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    descriptions: Mapped[dict[str, str] | None]
    "What is different here; null: as the service says."


class Phone(Listed, Base):
    """A telephone of exactly one organisation, service or service at a place."""

    __tablename__ = "phone"
    __table_args__ = (
        CheckConstraint("num_nonnulls(answers_for_id, service_id, service_at_location_id) = 1", name="of_one"),
    )

    id: Mapped[UUID] = time_ordered_id()
    answers_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[str]
    description: Mapped[str | None]
    extension: Mapped[str | None]
    kind: Mapped[PhoneKind] = one_of(PhoneKind, server_default="VOICE")
    languages: Mapped[list[str]] = empty_list()
    "In which one is answered, BCP 47."


def _of_its_owner(column: str, table: str) -> ForeignKeyConstraint:
    """What an organisation says belongs to what is its own, and goes where that goes."""
    keys, targets = [column, "organization_id"], [f"{table}.id", f"{table}.organization_id"]
    return ForeignKeyConstraint(keys, targets, ondelete="CASCADE", onupdate="CASCADE")


class Capacity(Listed, Base):
    """Whether a service has room, as last reported. Nobody is shown it after it expires."""

    __tablename__ = "capacity"
    __table_args__ = (
        UniqueConstraint("service_id", "service_at_location_id", postgresql_nulls_not_distinct=True),
        UniqueConstraint("id", "organization_id"),
        _of_its_owner("service_id", "service"),
    )

    id: Mapped[UUID] = time_ordered_id()
    service_id: Mapped[UUID]
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    "Null: for the service as a whole."
    state: Mapped[CapacityState] = one_of(CapacityState)
    unit: Mapped[str | None]
    "What is counted: beds, places, appointments; null: places."
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class CapacityCount(Listed, Base):
    """The numbers behind a capacity: a table of their own, since a redacted service shows its state alone."""

    __tablename__ = "capacity_count"
    __table_args__ = (
        CheckConstraint("available >= 0", name="available"),
        CheckConstraint("maximum >= 0", name="maximum"),
        _of_its_owner("capacity_id", "capacity"),
    )

    capacity_id: Mapped[UUID] = mapped_column(primary_key=True)
    available: Mapped[int | None]
    maximum: Mapped[int | None]


class CapacityHold(Base):
    """A place kept for an open referral; released when the referral ends."""

    __tablename__ = "capacity_hold"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True)
    capacity_id: Mapped[UUID] = mapped_column(ForeignKey("capacity.id", ondelete="CASCADE"), index=True)
    held_at: Mapped[datetime]


class Schedule(Listed, Base):
    """Weekly hours of a service at a place, in the place's time zone."""

    __tablename__ = "schedule"

    id: Mapped[UUID] = time_ordered_id()
    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    weekdays: Mapped[list[str]] = empty_list()
    "RFC 5545 BYDAY: MO TU WE TH FR SA SU; empty where a rule says more."
    rule: Mapped[str | None]
    "An RRULE (RFC 5545, 3.3.10) where it is not every week; counted from valid_from. It holds in place of weekdays."
    notes: Mapped[dict[str, str] | None]
    opens: Mapped[time]
    closes: Mapped[time]
    "Not after opens: closes on the next day."
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class ScheduleException(Listed, Base):
    """A day on which the weekly hours do not hold: closed, or open at other hours."""

    __tablename__ = "schedule_exception"

    id: Mapped[UUID] = time_ordered_id()
    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]


class Opening(Listed, Base):
    """A stretch of time a service is open at a place: weekly hours and exceptions, expanded when they are written."""

    __tablename__ = "opening"

    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), primary_key=True
    )
    opens_at: Mapped[datetime] = mapped_column(primary_key=True)
    closes_at: Mapped[datetime]


class Term(Base):
    """A term of a taxonomy: the fine level under the coarse category."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("scheme", "code"), has_original("labels"))

    id: Mapped[UUID] = time_ordered_id()
    scheme: Mapped[str]
    code: Mapped[str]
    labels: Mapped[dict[str, str]]
    language: Mapped[str] = mapped_column(server_default="fr")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))


class ServiceTerm(Listed, Base):
    """A service classified by a term."""

    __tablename__ = "service_term"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True, index=True)
