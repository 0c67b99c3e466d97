"""What people decide about the directory: drafts, suggestions, verifications, duplicates, and whose word counts."""

from datetime import datetime
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of, time_ordered_id
from models.directory import Listed
from models.rules.vocabulary import DirectoryKind, Word


class Claim(Listed, Base):
    """What one source says of a record that more than one speaks of: the row shows what won, this keeps what lost.

    Whose word counts: models/rules/precedence.py. A record of one source that nobody overrode has none.
    """

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("record_id", "partner_id", "overrides", postgresql_nulls_not_distinct=True),
        CheckConstraint(
            "NOT overrides OR (partner_id IS NULL AND made_by IS NOT NULL AND reason IS NOT NULL)", name="signed"
        ),
    )

    id: Mapped[UUID] = time_ordered_id()
    kind: Mapped[DirectoryKind] = one_of(DirectoryKind)
    record_id: Mapped[UUID]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    "Null: it was entered here by hand, or is an override."
    overrides: Mapped[bool] = mapped_column(server_default=text("false"))
    "It is the word of a steward, or of an editor of the organisation whose record it is."
    source: Mapped[str]
    "The partner system's name, or the slug of the organisation whose word it is."
    said: Mapped[dict[str, Any]]
    "By column of the record's row, as JSON; under parts, of a record that several speak of, by table: what it has."
    verified_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    "The organisation whose steward overrode."
    reason: Mapped[str | None]


class DuplicateState(Word):
    """What was decided of two records that look alike."""

    OPEN = auto()
    MERGED = auto()
    DISTINCT = auto()
    "Somebody looked: they are two."


class Duplicate(Base):
    """Two records of different sources that may speak of the same thing: proposed to a steward."""

    __tablename__ = "duplicate"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        Index("ix_duplicate_open", "score", "id", postgresql_where=text("state = 'OPEN'")),
    )

    id: Mapped[UUID] = time_ordered_id()
    kind: Mapped[DirectoryKind] = one_of(DirectoryKind)
    first_id: Mapped[UUID]
    second_id: Mapped[UUID]
    score: Mapped[float] = mapped_column(Float)
    reasons: Mapped[dict[str, Any]]
    "name, distance, phone, pcode: how alike, 0 to 1, by what was compared."
    state: Mapped[DuplicateState] = one_of(DuplicateState, server_default="OPEN")
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    "The organisation whose steward did."


class Merge(Base):
    """One record merged into another, with all it takes to split them again."""

    __tablename__ = "merge"
    __table_args__ = (
        Index("ix_merge_standing", "merged_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        CheckConstraint("kept_id <> merged_id", name="two"),
    )

    id: Mapped[UUID] = time_ordered_id()
    kind: Mapped[DirectoryKind] = one_of(DirectoryKind)
    kept_id: Mapped[UUID]
    merged_id: Mapped[UUID]
    moved: Mapped[dict[str, Any]]
    "What was moved from the one to the other: links, places, telephones, values."
    at: Mapped[datetime]
    by: Mapped[UUID]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]


class DraftState(Word):
    """How far an entry made by hand has come."""

    DRAFT = auto()
    APPROVED = auto()
    PUBLISHED = auto()
    WITHDRAWN = auto()


class Draft(Base):
    """An entry of an organisation's own, written by hand: drafted, approved, published. Publishing is an import."""

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("(state IN ('APPROVED', 'PUBLISHED')) <= (approved_at IS NOT NULL)", name="approved"),
        CheckConstraint("(state = 'PUBLISHED') = (published_at IS NOT NULL)", name="published"),
        CheckConstraint("(published_at IS NULL) = (import_id IS NULL)", name="imported"),
    )

    id: Mapped[UUID] = time_ordered_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    content: Mapped[dict[str, Any]]
    "A service in the shape of ImportServiceInput (docs/push.md): its remoteId says which entry it makes or changes."
    state: Mapped[DraftState] = one_of(DraftState, server_default="DRAFT")
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[UUID | None]
    "The account; null where a machine did."
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner_import.id"))


class SuggestionState(Word):
    """What became of a suggestion."""

    OPEN = auto()
    ACCEPTED = auto()
    DECLINED = auto()


class SuggestionOrigin(Word):
    """Where a suggestion came from."""

    MEMBER = auto()
    "A partner of the network."
    VERIFICATION = auto()
    "Whoever answered a verification request."


class Suggestion(Base):
    """A change that somebody proposes to another's record: its source decides."""

    __tablename__ = "suggestion"
    __table_args__ = (
        ForeignKeyConstraint(
            ["service_id", "organization_id"],
            ["service.id", "service.organization_id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        Index("ix_suggestion_service_id", "service_id"),
        CheckConstraint("(state = 'OPEN') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(suggested_by IS NULL) = (origin = 'VERIFICATION')", name="told_by"),
    )

    id: Mapped[UUID] = time_ordered_id()
    service_id: Mapped[UUID]
    organization_id: Mapped[UUID] = mapped_column(index=True)
    "Whose service it is: they and the stewards decide."
    suggested_by: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    "Null: who answered a verification request."
    origin: Mapped[SuggestionOrigin] = one_of(SuggestionOrigin)
    closed: Mapped[bool] = mapped_column(server_default=text("false"))
    "It says that the service is no longer given."
    note: Mapped[str | None]
    changes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    "By field, in the shape of a draft's content."
    state: Mapped[SuggestionState] = one_of(SuggestionState, server_default="OPEN")
    suggested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision_note: Mapped[str | None]


class VerificationAnswer(Word):
    """What was answered to: is this still right?"""

    RIGHT = auto()
    CHANGED = auto()
    CLOSED = auto()


class VerificationRequest(Base):
    """A question to whoever gives a service whether its entry is still right: a link by e-mail, good once."""

    __tablename__ = "verification_request"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_verification_request_open", "service_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_verification_request_due", "next_try_at", postgresql_where=text("ended_at IS NULL")),
        ForeignKeyConstraint(
            ["service_id", "organization_id"],
            ["service.id", "service.organization_id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )

    id: Mapped[UUID] = time_ordered_id()
    service_id: Mapped[UUID]
    organization_id: Mapped[UUID] = mapped_column(index=True)
    "Whose service it is."
    email: Mapped[str | None]
    "Null: a person hands the link over."
    language: Mapped[str] = mapped_column(server_default="fr")
    "Of the letter."
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    "SHA-256 of what the link carries; made when it is sent, and anew for the reminder."
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None]
    "The organisation whose steward or editor asked; null: it was due."
    sent_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    "That failed in a row."
    next_try_at: Mapped[datetime]
    "When there is something to do next: to send, to remind, to give up."
    failure: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[VerificationAnswer | None] = one_of(VerificationAnswer)
    note: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    "Answered, expired, or no longer needed."
