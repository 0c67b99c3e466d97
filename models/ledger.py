"""What the system remembers of what was done: the feed of changes, the audit, and the keys that make retries safe."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, empty_list, one_of, time_ordered_id
from models.rules.vocabulary import ReferralChangeKind


class Change(Base):
    """One line of an organisation's feed (the outbox).

    The leader gives it its position after it was committed, so that positions are in commit order. They count per
    organisation: a position tells nothing of what others do.
    """

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("organization_id", "position"),
        Index("ix_change_unplaced", "id", postgresql_where=text("position IS NULL")),
    )

    id: Mapped[UUID] = time_ordered_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    position: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[ReferralChangeKind] = one_of(ReferralChangeKind, server_default="CHANGED")
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("referral_event.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class Feed(Base):
    """How far an organisation's feed reaches: the last position given, and the last one purged."""

    __tablename__ = "feed"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    last_position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    purged_position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class AuditEntry(Base):
    """One act, or one reading of classes 1 to 4: who, for whom, what, which records. Never content."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_organization_id", "organization_id", "at", "id"),)

    id: Mapped[UUID] = time_ordered_id()
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    client_id: Mapped[str]
    user_id: Mapped[UUID | None]
    act: Mapped[str]
    "The action's name, or read:<root field>."
    classes: Mapped[list[str]] = empty_list()
    "The classes of confidentiality a reading reached."
    subjects: Mapped[list[UUID]]
    "The ids of the people, consents and referrals it touched."
    request_id: Mapped[str]


class Idempotency(Base):
    """A key that was spent, by whom and for what; the ids of the effect, never an answer."""

    __tablename__ = "idempotency"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(primary_key=True)
    "The user's id, or empty where a machine acts for itself."
    mutation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    input_hash: Mapped[bytes] = mapped_column(LargeBinary)
    effect: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(index=True)
