"""Certificates of trainings, what they were signed with, and the lists that say which were revoked.

What a certificate claims is fixed when it is issued. Its signature follows within seconds, by a job that alone may read
the keys (jobs/certificates.py); what was signed is kept as it was handed out.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Confidentiality, one_of, random_id
from models.rules.status_list import LENGTH
from models.rules.vocabulary import RevocationReason, ScoreOccasion
from models.training import of_organizer


class Score(Base):
    """What someone reached in a test before or after a training; the two are paired by the enrolment."""

    __tablename__ = "training_score"
    __table_args__ = (
        of_organizer("enrolment_id", "enrolment"),
        CheckConstraint("maximum > 0 AND points BETWEEN 0 AND maximum", name="points"),
        {"info": {"confidentiality": Confidentiality.IDENTITY}},
    )

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion: Mapped[ScoreOccasion] = one_of(ScoreOccasion, primary_key=True)
    organization_id: Mapped[UUID]
    points: Mapped[float] = mapped_column(Numeric(6, 2))
    maximum: Mapped[float] = mapped_column(Numeric(6, 2))
    recorded_at: Mapped[datetime]


class IssuerKey(Base):
    """A key that signs certificates: published from its making on, signing from `signs_from` on, never forgotten.

    The key that signs is the one whose `signs_from` passed last. What it signed lasts for years, so its public half
    stays published for ever, unless it was stolen.
    """

    __tablename__ = "issuer_key"
    __table_args__ = (
        UniqueConstraint("signs_from"),
        CheckConstraint("signs_from >= created_at", name="published_before_it_signs"),
    )

    public_key: Mapped[str] = mapped_column(primary_key=True)
    "Multikey, in multibase."
    private_key: Mapped[bytes]
    "32 bytes, as `sealed_by` says."
    sealed_by: Mapped[str | None]
    "The key that wraps the private key; null: it is stored in the clear."
    created_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    "It was stolen: nothing that it signed counts, and what was issued honestly is signed anew."


class Certificate(Base):
    """That someone completed a training. Its id is all that is needed to check it, and tells nothing."""

    __tablename__ = "certificate"
    __table_args__ = (
        of_organizer("enrolment_id", "enrolment"),
        UniqueConstraint("number"),
        UniqueConstraint("id", "organization_id"),
        Index("ix_certificate_good", "enrolment_id", unique=True, postgresql_where=text("revoked_at IS NULL")),
        Index("ix_certificate_enrolment_id", "enrolment_id"),
        Index("ix_certificate_unsigned", "number", postgresql_where=text("credential IS NULL")),
        Index("ix_certificate_public_key", "public_key"),
        Index("ix_certificate_revoked", "status_list", postgresql_where=text("revoked_at IS NOT NULL")),
        CheckConstraint("valid_until > issued_at", name="validity"),
        CheckConstraint("(revoked_at IS NULL) = (revocation IS NULL)", name="revoked_why"),
        CheckConstraint("revoked_at >= issued_at", name="revoked_after"),
        CheckConstraint("num_nulls(credential, signed_at, public_key) IN (0, 3)", name="signed"),
        {"info": {"confidentiality": Confidentiality.IDENTITY}},
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True, start=0, minvalue=0))
    "Its place among all, from 0: where its bit is in the status lists."
    status_list: Mapped[int] = mapped_column(BigInteger, Computed(f"number / {LENGTH} + 1", persisted=True))
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    "When a refresher falls due; null: never."
    claims: Mapped[dict[str, Any]]
    "What it says, as it stood when it was issued (rules/badges.py, Claims)."
    credential: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    "The signed Open Badges 3.0 credential; null for the seconds until it is signed."
    signed_at: Mapped[datetime | None]
    public_key: Mapped[str | None] = mapped_column(ForeignKey("issuer_key.public_key"))
    revoked_at: Mapped[datetime | None]
    revocation: Mapped[RevocationReason | None] = one_of(RevocationReason)


class StatusList(Base):
    """A signed list that says which certificates were revoked; public, and written anew at each revocation."""

    __tablename__ = "status_list"
    __table_args__ = (ForeignKeyConstraint(["public_key"], ["issuer_key.public_key"]),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    revoked: Mapped[int]
    "How many certificates it names: none is ever unrevoked, so it is up to date where there are no more today."
    credential: Mapped[dict[str, Any]]
    public_key: Mapped[str]
    signed_at: Mapped[datetime]
