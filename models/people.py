"""People's files, in classes of confidentiality, and their consents. A file belongs to one organisation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Base, Confidentiality, all_of, empty_list, one_of, random_id
from models.rules.vocabulary import (
    AgeGroup,
    Assent,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    HandlingNeed,
    InformationClass,
    ReturnType,
    Sex,
    Vulnerability,
)


class OfPerson:
    """A part of a person's file: keyed by the person and the organisation that keeps the file."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        return (
            ForeignKeyConstraint(
                ["person_id", "organization_id"], ["person.id", "person.organization_id"], ondelete="CASCADE"
            ),
            {"info": {"confidentiality": Confidentiality.IDENTITY}},
        )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]


class Person(Base):
    """A person's file: the stub of class 0."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("organization_id", "reference"),
        UniqueConstraint("id", "organization_id"),
        Index("ix_person_organization_id_registered_at", "organization_id", "registered_at", "id"),
        all_of("handling_needs", HandlingNeed),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    reference: Mapped[str]
    sex: Mapped[Sex] = one_of(Sex)
    age_group: Mapped[AgeGroup] = one_of(AgeGroup)
    handling_needs: Mapped[list[str]] = empty_list()
    registered_at: Mapped[datetime]
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    crossing_point: Mapped[str | None]
    return_type: Mapped[ReturnType] = one_of(ReturnType, server_default="UNKNOWN")


class PersonIdentity(OfPerson, Base):
    """Who the person is: class 1."""

    __tablename__ = "person_identity"

    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    other_names: Mapped[str | None]
    birth_date: Mapped[date | None]
    estimated_age: Mapped[int | None]
    estimated_on: Mapped[date | None]
    birth_place: Mapped[str | None]
    nationality: Mapped[str | None]


class PersonContact(OfPerson, Base):
    """How to reach the person: class 1."""

    __tablename__ = "person_contact"

    phone: Mapped[str | None]
    safe_to_call: Mapped[bool | None]
    address: Mapped[str | None]
    note: Mapped[str | None]


class PersonVulnerability(Base):
    """A vulnerability of the person; each code carries its own class, 2 or 3."""

    __tablename__ = "person_vulnerability"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "organization_id"], ["person.id", "person.organization_id"], ondelete="CASCADE"
        ),
        CheckConstraint("class IN (2, 3)", name="class"),
        {"info": {"confidentiality": Confidentiality.REQUEST}},
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[Vulnerability] = one_of(Vulnerability, primary_key=True)
    organization_id: Mapped[UUID]
    sensitivity: Mapped[int] = mapped_column("class")


class Consent(Base):
    """A consent: append-only, for one purpose and one recipient. A withdrawal is a row of its own."""

    __tablename__ = "consent"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "organization_id"], ["person.id", "person.organization_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("id", "organization_id"),
        Index("ix_consent_person_id", "person_id", "given_at", "id"),
        all_of("information", InformationClass),
        CheckConstraint("(recipient_id IS NULL) = (purpose IN ('REGISTRATION', 'STATISTICS'))", name="recipient"),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID]
    person_id: Mapped[UUID]
    purpose: Mapped[ConsentPurpose] = one_of(ConsentPurpose)
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    information: Mapped[list[str]] = empty_list()
    giver: Mapped[ConsentGiver] = one_of(ConsentGiver)
    assent: Mapped[Assent | None] = one_of(Assent)
    method: Mapped[ConsentMethod] = one_of(ConsentMethod)
    language: Mapped[str]
    interpreter: Mapped[bool] = mapped_column(server_default=text("false"))
    given_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]


class ConsentDetail(Base):
    """Who gave a consent: a name, so class 1."""

    __tablename__ = "consent_detail"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consent_id", "organization_id"], ["consent.id", "consent.organization_id"], ondelete="CASCADE"
        ),
        {"info": {"confidentiality": Confidentiality.IDENTITY}},
    )

    consent_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    giver_name: Mapped[str]


class ConsentWithdrawal(Base):
    """The end of a consent, by the person's will. Writing it stops disclosure in the same transaction."""

    __tablename__ = "consent_withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consent_id", "organization_id"], ["consent.id", "consent.organization_id"], ondelete="CASCADE"
        ),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    consent_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    withdrawn_at: Mapped[datetime]
    reason: Mapped[str | None]
