"""Referrals: the row both sides share, a table per class of what it discloses, and the parties who may see it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Base, Confidentiality, all_of, empty_list, one_of, random_id, time_ordered_id
from models.rules.referrals import OPEN
from models.rules.vocabulary import (
    AgeGroup,
    DeclinedBy,
    DeclineReason,
    HandlingNeed,
    InformationClass,
    NotServedReason,
    OutcomeResult,
    ReferralAction,
    ReferralEventKind,
    ReferralKind,
    ReferralPriority,
    ReferralStatus,
    ServiceCategory,
    Sex,
    Vulnerability,
    WithdrawReason,
    Word,
)

ENDED = frozenset(ReferralStatus) - OPEN


class Party(Word):
    """The part an organisation takes in a referral."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"


def _part(confidentiality: Confidentiality, *constraints: Any, **info: str) -> Any:
    return (*constraints, {"info": {"confidentiality": confidentiality, **info}})


class OfReferral:
    """A part of a referral, at most one row of it."""

    @declared_attr
    @classmethod
    def referral_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True)


class Referral(Base):
    """A person's referral from one organisation to a service of another."""

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("sender_id", "reference"),
        ForeignKeyConstraint(["person_id", "sender_id"], ["person.id", "person.organization_id"]),
        ForeignKeyConstraint(["consent_id", "sender_id"], ["consent.id", "consent.organization_id"]),
        CheckConstraint("sender_id <> receiver_id", name="two_parties"),
        CheckConstraint("(kind = 'SIGNPOST') = (person_id IS NULL)", name="person"),
        Index(
            "ix_referral_open",
            "sender_id",
            "person_id",
            "service_id",
            unique=True,
            postgresql_where=text(f"status NOT IN ({', '.join(repr(str(status)) for status in sorted(ENDED))})"),
        ),
        Index("ix_referral_consent_id", "consent_id"),
        Index("ix_referral_person_id", "person_id"),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    id: Mapped[UUID] = random_id()
    reference: Mapped[str]
    kind: Mapped[ReferralKind] = one_of(ReferralKind)
    status: Mapped[ReferralStatus] = one_of(ReferralStatus)
    priority: Mapped[ReferralPriority] = one_of(ReferralPriority)
    need: Mapped[ServiceCategory] = one_of(ServiceCategory)
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_at_location.id", ondelete="SET NULL"))
    person_id: Mapped[UUID | None]
    "The sender's own file."
    consent_id: Mapped[UUID | None]
    "What the disclosure rests on, as it stood when the referral was sent."
    officer_id: Mapped[UUID | None]
    "The named user of an authority who took it: before that, an authority sees nothing of the person."
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class ReferralParty(Base):
    """An organisation that takes part, with what it may see and the columns its lists are sorted and filtered by.

    Kept by triggers from the referral, its consent and the consent's withdrawal; nobody writes it by hand.
    """

    __tablename__ = "referral_party"
    __table_args__ = (
        Index("ix_referral_party_created", "organization_id", "created_at", "referral_id"),
        Index("ix_referral_party_side_created", "organization_id", "side", "created_at", "referral_id"),
        Index("ix_referral_party_updated", "organization_id", "updated_at", "referral_id"),
        Index("ix_referral_party_due", "organization_id", "due_at", "referral_id"),
        Index("ix_referral_party_urgency", "organization_id", "urgency", "referral_id"),
        Index("ix_referral_party_reference", "organization_id", "reference"),
        all_of("discloses", InformationClass),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    side: Mapped[Party] = one_of(Party)
    counterpart_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    "The organisation's own file of the person."
    service_id: Mapped[UUID]
    reference: Mapped[str]
    kind: Mapped[ReferralKind] = one_of(ReferralKind)
    status: Mapped[ReferralStatus] = one_of(ReferralStatus)
    priority: Mapped[ReferralPriority] = one_of(ReferralPriority)
    urgency: Mapped[int] = mapped_column(SmallInteger)
    "Priority as it sorts: 0 EMERGENCY, 1 URGENT, 2 NORMAL."
    need: Mapped[ServiceCategory] = one_of(ServiceCategory)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    due_at: Mapped[datetime]
    "Infinity where none is set, so that every list may be sorted by it."
    sees_stub: Mapped[bool]
    discloses: Mapped[list[str]] = empty_list()
    discloses_until: Mapped[datetime]


class ReferralSubject(OfReferral, Base):
    """Who is referred, as a stub: class 0."""

    __tablename__ = "referral_subject"
    __table_args__ = _part(Confidentiality.STUB, all_of("handling_needs", HandlingNeed))

    sex: Mapped[Sex] = one_of(Sex)
    age_group: Mapped[AgeGroup] = one_of(AgeGroup)
    handling_needs: Mapped[list[str]] = empty_list()


class ReferralIdentity(OfReferral, Base):
    """Who is referred, by name: shown where consent reaches IDENTITY."""

    __tablename__ = "referral_identity"
    __table_args__ = _part(Confidentiality.IDENTITY)

    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    other_names: Mapped[str | None]
    birth_date: Mapped[date | None]
    birth_place: Mapped[str | None]
    nationality: Mapped[str | None]


class ReferralContact(OfReferral, Base):
    """How to reach who is referred: shown where consent reaches CONTACT."""

    __tablename__ = "referral_contact"
    __table_args__ = _part(Confidentiality.IDENTITY)

    phone: Mapped[str | None]
    safe_to_call: Mapped[bool | None]
    address: Mapped[str | None]
    note: Mapped[str | None]


class ReferralRequest(OfReferral, Base):
    """What is asked for: shown where consent reaches NEED."""

    __tablename__ = "referral_request"
    __table_args__ = _part(Confidentiality.REQUEST)

    summary: Mapped[str]


class ReferralVulnerabilities(OfReferral, Base):
    """The vulnerabilities of who is referred: shown where consent reaches VULNERABILITIES."""

    __tablename__ = "referral_vulnerabilities"
    __table_args__ = _part(Confidentiality.NARRATIVE, all_of("codes", Vulnerability))

    codes: Mapped[list[str]] = empty_list()


class ReferralNarrative(OfReferral, Base):
    """The protection narrative: shown where consent reaches NARRATIVE."""

    __tablename__ = "referral_narrative"
    __table_args__ = _part(Confidentiality.NARRATIVE)

    narrative: Mapped[str]


class ReferralEvent(Base):
    """A step in the life of a referral; append-only."""

    __tablename__ = "referral_event"
    __table_args__ = (
        UniqueConstraint("id", "referral_id", "organization_id"),
        Index("ix_referral_event_referral_id", "referral_id", "at", "id"),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    id: Mapped[UUID] = time_ordered_id()
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    "Who did it; null for the system."
    at: Mapped[datetime]
    kind: Mapped[ReferralEventKind] = one_of(ReferralEventKind)
    action: Mapped[ReferralAction | None] = one_of(ReferralAction)
    status_after: Mapped[ReferralStatus] = one_of(ReferralStatus)


class ReferralNote(Base):
    """What was written beside a step, by whoever took it: free text, so class 3."""

    __tablename__ = "referral_note"
    __table_args__ = _part(
        Confidentiality.NARRATIVE,
        ForeignKeyConstraint(
            ["event_id", "referral_id", "organization_id"],
            ["referral_event.id", "referral_event.referral_id", "referral_event.organization_id"],
            ondelete="CASCADE",
        ),
        subject="referral_id",
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    note: Mapped[str]


class Answer(OfReferral):
    """How a referral ended, said by the step that ended it."""

    event_id: Mapped[UUID]


class ReferralDecline(Answer, Base):
    """Why a referral was declined, and by whom."""

    __tablename__ = "referral_decline"
    __table_args__ = _part(Confidentiality.STUB)

    reason: Mapped[DeclineReason] = one_of(DeclineReason)
    declined_by: Mapped[DeclinedBy] = one_of(DeclinedBy)
    at: Mapped[datetime]


class ReferralWithdrawal(Answer, Base):
    """Why a referral was withdrawn: the sender's to know."""

    __tablename__ = "referral_withdrawal"
    __table_args__ = _part(Confidentiality.STUB)

    reason: Mapped[WithdrawReason] = one_of(WithdrawReason)
    at: Mapped[datetime]


class ReferralOutcome(Answer, Base):
    """What came of a referral."""

    __tablename__ = "referral_outcome"
    __table_args__ = _part(
        Confidentiality.STUB, CheckConstraint("(result = 'NOT_SERVED') = (reason IS NOT NULL)", name="reason")
    )

    result: Mapped[OutcomeResult] = one_of(OutcomeResult)
    reason: Mapped[NotServedReason | None] = one_of(NotServedReason)
