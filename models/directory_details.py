"""What else the directory tells of a service, a place or an organisation: contacts, costs, papers, areas, ways in."""

from datetime import date
from decimal import Decimal
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of, time_ordered_id
from models.directory import Listed
from models.rules.vocabulary import Word


class OrganizationIdentifier(Base):
    """A number or code by which others know an organisation."""

    __tablename__ = "organization_identifier"
    __table_args__ = (UniqueConstraint("organization_id", "scheme", "value"),)

    id: Mapped[UUID] = time_ordered_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    scheme: Mapped[str]
    "Who gives it: a register's name or address."
    value: Mapped[str]


class Contact(Listed, Base):
    """Who answers for exactly one organisation, service, place or service at a place: by role, and by name if told."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(answers_for_id, service_id, service_at_location_id, location_id) = 1", name="of_one"
        ),
    )

    id: Mapped[UUID] = time_ordered_id()
    answers_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    email: Mapped[str | None]
    number: Mapped[str | None]
    "E.164."


class CostOption(Listed, Base):
    """What a service costs, for whom."""

    __tablename__ = "cost_option"
    __table_args__ = (CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="priced"),)

    id: Mapped[UUID] = time_ordered_id()
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    options: Mapped[dict[str, str] | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str | None]
    "ISO 4217."
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class RequiredDocument(Listed, Base):
    """A paper that whoever asks for a service must bring."""

    __tablename__ = "required_document"

    id: Mapped[UUID] = time_ordered_id()
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    documents: Mapped[dict[str, str]]
    "Its name, by language."
    uri: Mapped[str | None]


class ServiceArea(Listed, Base):
    """Where the people live whom a service is for: an area of ours, or as its source words it."""

    __tablename__ = "service_area"
    __table_args__ = (CheckConstraint("num_nonnulls(pcode, names) >= 1", name="told"),)

    id: Mapped[UUID] = time_ordered_id()
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    pcode: Mapped[str | None] = mapped_column(ForeignKey("area.pcode"))
    names: Mapped[dict[str, str] | None]


class Accessibility(Listed, Base):
    """What makes a place reachable for people with disabilities, or does not."""

    __tablename__ = "accessibility"

    id: Mapped[UUID] = time_ordered_id()
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    descriptions: Mapped[dict[str, str]]
    details: Mapped[str | None]
    website: Mapped[str | None]


class Mapping(Word):
    """How far a term means what another scheme's code means (FHIR R4, ConceptMapEquivalence)."""

    EQUIVALENT = auto()
    WIDER = auto()
    NARROWER = auto()
    RELATED = auto()


class TermMapping(Base):
    """What a term is called in another scheme."""

    __tablename__ = "term_mapping"
    __table_args__ = (UniqueConstraint("term_id", "scheme", "code"),)

    id: Mapped[UUID] = time_ordered_id()
    term_id: Mapped[UUID] = mapped_column(ForeignKey("term.id", ondelete="CASCADE"))
    scheme: Mapped[str]
    code: Mapped[str]
    equivalence: Mapped[Mapping] = one_of(Mapping, server_default="EQUIVALENT")


class Unmapped(Listed, Base):
    """What a source said of a record that the directory has no place for; emitted again in the source's standard."""

    __tablename__ = "unmapped"

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    "Of an organisation, a location, a service or a service at a location."
    standard: Mapped[str] = mapped_column(primary_key=True)
    "hsds or fhir."
    content: Mapped[dict[str, Any]]
