"""Partner systems we pull from: where they are, what they sent as it came, and which record of ours it became.

What a partner sends is kept whole in source_record, whether or not it could be understood: nothing is lost, and a
better reading of it needs no new pull. No request reads these tables; the directory's own rows carry their provenance.
"""

from datetime import datetime
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of, time_ordered_id
from models.rules.vocabulary import Word

BREAKER = 5
"Readings that failed in a row, from which on a partner is left alone but for a rare try."


class PartnerKind(Word):
    """How a partner's system is read."""

    HSDS = auto()
    CSV = auto()
    "A sheet: CSV or a workbook, with or without HXL tags."
    FHIR = auto()
    GRAPHQL = auto()
    OPENCRVS = auto()
    PUSH = auto()
    "It is not read: the partner sends, or a person enters by hand."


class RecordKind(Word):
    """What a partner's record speaks of."""

    ORGANIZATION = auto()
    LOCATION = auto()
    SERVICE = auto()
    SERVICE_AT_LOCATION = auto()
    AFFILIATION = auto()
    "FHIR OrganizationAffiliation: who works with whom where."
    ENDPOINT = auto()


class RecordStatus(Word):
    """Whether a partner's record stands in the directory."""

    CURRENT = auto()
    QUARANTINED = auto()
    "It could not stand; what stood before it stays. The problem says why."
    GONE = auto()
    "Two complete sweeps did not find it, or a person accepted its loss."


class SyncOutcome(Word):
    """How a pull of a partner ended."""

    RUNNING = auto()
    COMPLETE = auto()
    PARTIAL = auto()
    "What was read is kept; the rest could not be read, so nothing is taken as gone."
    HELD = auto()
    "Too much is missing to believe it; a person must accept the losses."
    FAILED = auto()
    "Nothing was read."
    TRIED = auto()
    "A dry run: it was read and told, and nothing was kept."
    WAITING = auto()
    "Somebody asked for it; the worker takes it up within seconds."


class PartnerHealth(Word):
    """How a partner's system fares, in one word: what a person looks at first."""

    WELL = auto()
    UNREAD = auto()
    "It was never read."
    PARTIAL = auto()
    "Some of it could not be read."
    HELD = auto()
    "So much is missing that a person must say whether it is true."
    FAILING = auto()
    "It could not be read, and is tried again."
    LEFT_ALONE = auto()
    "It failed five times in a row or more, and is tried rarely."
    PAUSED = auto()
    "A person said that it is not to be read."


class SyncOccasion(Word):
    """Why a partner was read."""

    SCHEDULE = auto()
    MANUAL = auto()
    PUSH = auto()
    "The partner sent."


class CredentialKind(Word):
    """How we prove to a partner's system who we are."""

    BEARER = auto()
    BASIC = auto()
    HEADER = auto()
    "A key in a header of the partner's naming."
    CLIENT_CREDENTIALS = auto()
    "OAuth 2.0 (RFC 6749, 4.4) at the partner's own authorization server."


class Partner(Base):
    """A partner's system."""

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint("name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
        CheckConstraint("trust BETWEEN 0 AND 100", name="trust"),
        CheckConstraint("poll_seconds BETWEEN 5 AND 31622400", name="poll"),
        CheckConstraint("num_nonnulls(credential_kind, credential) IN (0, 2)", name="credential"),
        Index("ix_partner_due", "next_at", postgresql_where=text("paused_at IS NULL")),
    )

    id: Mapped[UUID] = time_ordered_id()
    name: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    "Owns what it brings wherever the partner names no organisation."
    kind: Mapped[PartnerKind] = one_of(PartnerKind)
    address: Mapped[str]
    "A web address, or for a sheet the path of a file; empty where the partner sends."
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    "How it is read: see partners/settings.py."
    cursor: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    "By kind of record, where its connector goes on from; under `system`, what the system says of itself."
    trust: Mapped[int] = mapped_column(SmallInteger, server_default=text("50"))
    "0 to 100; decides between sources that disagree."
    licence: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_success_at: Mapped[datetime | None]
    last_failure_at: Mapped[datetime | None]
    last_failure: Mapped[str | None]
    credential_kind: Mapped[CredentialKind | None] = one_of(CredentialKind)
    credential: Mapped[bytes | None] = mapped_column(LargeBinary)
    "Sealed (auth/sealing.py, bound to partner:<id>): JSON by kind, see partners/credentials.py."
    sealed_by: Mapped[str | None]
    poll_seconds: Mapped[int | None] = mapped_column(server_default=text("900"))
    "How often it is read; null: when asked only."
    next_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    "When it is read next; moved by each reading, by its failures (backoff, Retry-After), by a manual run."
    whole_at: Mapped[datetime | None]
    "When it was last read to its end in all kinds: what is missing is told by such sweeps alone."
    paused_at: Mapped[datetime | None]
    paused_because: Mapped[str | None]
    failures: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    "Readings in a row that failed: from the fifth on the breaker is open, and it is tried rarely."
    losses_accepted_at: Mapped[datetime | None]
    "A person said that what is missing is gone: the next whole sweep believes it, once."


class SourceRecord(Base):
    """What a partner said of one thing, as it came."""

    __tablename__ = "source_record"
    __table_args__ = (
        UniqueConstraint("partner_id", "kind", "remote_id"),
        CheckConstraint("status <> 'QUARANTINED' OR problem IS NOT NULL", name="reason"),
    )

    id: Mapped[UUID] = time_ordered_id()
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"))
    kind: Mapped[RecordKind] = one_of(RecordKind)
    remote_id: Mapped[str]
    raw: Mapped[dict[str, Any]]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    "SHA-256 of the payload and of how it was read: equal means that there is nothing to do."
    fetched_at: Mapped[datetime]
    modified_at: Mapped[datetime | None]
    status: Mapped[RecordStatus] = one_of(RecordStatus)
    problem: Mapped[str | None]
    "What was wrong with it, a line each; of a CURRENT record, what did not come along."
    found_at: Mapped[str | None]
    "Where its owner finds it: an address, or rows of a sheet."
    since: Mapped[datetime | None]
    "When it came into its present status."
    missed: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    "Complete sweeps in a row that did not find it."
    dismissed_at: Mapped[datetime | None]
    "Somebody looked at what is wrong with it and let it rest; cleared when the record changes."
    dismissed_by: Mapped[UUID | None]
    dismissal: Mapped[str | None]


class SourceLink(Base):
    """Which record of ours a partner's record became."""

    __tablename__ = "source_link"
    __table_args__ = (Index("ix_source_link_local_id", "local_id"),)

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[RecordKind] = one_of(RecordKind, primary_key=True)
    remote_id: Mapped[str] = mapped_column(primary_key=True)
    local_id: Mapped[UUID]


class SyncRun(Base):
    """One pull of a partner: when, how it ended, what it did."""

    __tablename__ = "sync_run"
    __table_args__ = (
        Index("ix_sync_run_partner_id", "partner_id", "started_at"),
        Index("ix_sync_run_waiting", "id", postgresql_where=text("outcome = 'WAITING'")),
    )

    id: Mapped[UUID] = time_ordered_id()
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    "Of one that waits: when it was asked for."
    finished_at: Mapped[datetime | None]
    outcome: Mapped[SyncOutcome] = one_of(SyncOutcome, server_default="RUNNING")
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    errors: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    "failure: what ended it; findings: where and what to do, one per record, at most a thousand."
    occasion: Mapped[SyncOccasion] = one_of(SyncOccasion, server_default="SCHEDULE")
    whole: Mapped[bool] = mapped_column(server_default=text("true"))
    "Whether everything was asked for, or what changed only."
    dry_run: Mapped[bool] = mapped_column(server_default=text("false"))
    "It is read and told, and nothing of it is kept."
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner_import.id", ondelete="SET NULL"), index=True)


class ImportState(Word):
    """How far what a partner sent has come."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()


class PartnerImport(Base):
    """What a partner sent of itself: a file, or services by importServices. The worker takes it in, or tries it dry."""

    __tablename__ = "partner_import"
    __table_args__ = (Index("ix_partner_import_waiting", "id", postgresql_where=text("state = 'WAITING'")),)

    id: Mapped[UUID] = time_ordered_id()
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    "Who sent it."
    sent_at: Mapped[datetime]
    file_name: Mapped[str | None]
    media_type: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    "Forgotten when it is taken in: source_record keeps each record as it came."
    dry_run: Mapped[bool]
    whole: Mapped[bool] = mapped_column(server_default=text("false"))
    "It is all that the partner has: what it does not name is missing."
    state: Mapped[ImportState] = one_of(ImportState, server_default="WAITING")
    finished_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    "counts, failures, losses, findings: as in sync_run; of a dry run also what would change."
