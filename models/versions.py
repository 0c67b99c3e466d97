"""Everything the directory ever said, a row per version of a record: what feeds, exports and the past are read from.

One writer keeps it (jobs/versions.py): whatever changes a record leaves a note in directory_note, and the writer, some
tenths of a second later, writes the record's document as it now stands, under the next position. So positions are in
the order of commits. What is hidden is hidden in all its versions at once, by trigger, before the change commits.
"""

from datetime import datetime
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, LargeBinary, SmallInteger, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of
from models.directory import Visibility
from models.rules.vocabulary import DirectoryKind, Word

WRITING = 0x6B6F_6E62_7677
"The advisory lock of a transaction that writes versions, or (shared) hides some: they never overlap."


class VersionOperation(Word):
    """What became of a record."""

    CREATED = auto()
    UPDATED = auto()
    REMOVED = auto()
    "It is gone, or hidden from who could see it: a tombstone, without a document."
    MERGED = auto()
    "Another record tells of it now: a tombstone that names it."


class DirectoryVersion(Base):
    """A record as the directory told it from a moment on, to whoever may see it.

    The document is as open as its visibility says: what is narrower (a place that only its owner sees) is not in it.
    Redacted records have no versions. Its shape: partners/documents.py.
    """

    __tablename__ = "directory_version"
    __table_args__ = (
        Index("ix_directory_version_position", "position", unique=True),
        Index("ix_directory_version_current", "kind", "record_id", unique=True, postgresql_where=text("current")),
        Index("ix_directory_version_at", "kind", "at", "record_id", "version"),
        Index("ix_directory_version_parts", "parts", postgresql_using="gin"),
        CheckConstraint("(document IS NULL) = (operation IN ('REMOVED', 'MERGED'))", name="tombstone"),
        CheckConstraint("(merged_into_id IS NOT NULL) = (operation = 'MERGED')", name="merged"),
        CheckConstraint("visibility <> 'REDACTED'", name="never_redacted"),
    )

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    "1, 2, 3, ..."
    kind: Mapped[DirectoryKind] = one_of(DirectoryKind)
    operation: Mapped[VersionOperation] = one_of(VersionOperation)
    position: Mapped[int | None] = mapped_column(BigInteger)
    "In the feed of all partners; null for what only its owner sees, so that no gap tells of it."
    at: Mapped[datetime]
    "From when on."
    current: Mapped[bool] = mapped_column(server_default=text("true"))
    organization_id: Mapped[UUID | None]
    "Who alone sees it where visibility is ORGANIZATION; null: nobody any more."
    visibility: Mapped[Visibility] = one_of(Visibility)
    "Who may see it: as open as the record was then, and never more open than it was since."
    merged_into_id: Mapped[UUID | None]
    document: Mapped[dict[str, Any] | None]
    parts: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    "Ids of all that the document tells of with a visibility of its own: places, telephones, hours, ..."
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    "SHA-256 of the document: equal means that there is no new version."


class DirectoryNote(Base):
    """Word to the writer of versions: look at this record again.

    Each change leaves its own, however many wait for the same record: two transactions that change one record then
    never wait for each other, and none relies on a note that the writer is just taking.
    """

    __tablename__ = "directory_note"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[DirectoryKind] = one_of(DirectoryKind)
    record_id: Mapped[UUID]


class DirectoryFeed(Base):
    """How far the feed of the directory reaches; one row."""

    __tablename__ = "directory_feed"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("1"))
    last_position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
