"""Indicators and their releases: what is counted, what of it may be seen, and the raw counts that nobody may.

What app may read holds nothing that is hidden: a cell that may not be shown has no row in `release_cell`. The true
counts are in `release_count` and `release_rounding`, which the worker alone reads.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Base, all_of, empty_list, has_original, one_of, random_id
from models.rules.vocabulary import IndicatorDimension, ReleaseEvery, ReleaseOrigin, ReleaseState, Tier

SHOWN = (ReleaseState.APPROVED, ReleaseState.SUPERSEDED)
"The states in which a release is there for everyone, and never changes again."


class Defined:
    """What an indicator says of itself, in one of its versions."""

    names: Mapped[dict[str, str]]
    definitions: Mapped[dict[str, str]]
    language: Mapped[str] = mapped_column(server_default="fr")
    unit: Mapped[str]
    "What is counted, an English word in the plural: people, referrals, places; ‰ for a share."
    numerator: Mapped[str]
    "What counts one, word for word as the release counts it."
    dimensions: Mapped[list[str]] = empty_list()
    tier: Mapped[Tier] = one_of(Tier)
    target: Mapped[int | None]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[CheckConstraint, ...]:
        return (
            has_original(),
            CheckConstraint("definitions ->> language IS NOT NULL", name="defined"),
            all_of("dimensions", IndicatorDimension),
            CheckConstraint("version > 0", name="version"),
        )


class Indicator(Defined, Base):
    """An indicator as it is defined today."""

    __tablename__ = "indicator"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger)
    position: Mapped[int] = mapped_column(SmallInteger)
    "Where it stands in the list."


class IndicatorVersion(Defined, Base):
    """An indicator as it was defined once: what a release of that version counted. Only ever added to."""

    __tablename__ = "indicator_version"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    since: Mapped[datetime]


class IndicatorRelease(Base):
    """Figures of one indicator and one period, as of one moment. Immutable once approved; restated by another."""

    __tablename__ = "indicator_release"
    __table_args__ = (
        ForeignKeyConstraint(["code", "definition"], ["indicator_version.code", "indicator_version.version"]),
        UniqueConstraint("code", "origin", "period_start", "period_end", "version"),
        Index("ix_indicator_release_period", "code", "period_end", "period_start", "version"),
        CheckConstraint("period_start <= period_end", name="period"),
        CheckConstraint("(origin = 'EXTERNAL') = (source IS NOT NULL)", name="source"),
        CheckConstraint("(origin = 'COMPUTED') = (publisher_id IS NOT NULL)", name="publisher"),
        CheckConstraint("(state IN ('APPROVED', 'SUPERSEDED')) = (approved_at IS NOT NULL)", name="approved"),
        CheckConstraint("(version = 1) = (restates IS NULL)", name="restates"),
        CheckConstraint("(restates IS NULL) = (reason IS NULL)", name="reason"),
    )

    id: Mapped[UUID] = random_id()
    code: Mapped[str] = mapped_column(ForeignKey("indicator.code"))
    definition: Mapped[int] = mapped_column(SmallInteger)
    "The version of the indicator that it counts by."
    version: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    "1, and one more with each restatement of the period."
    origin: Mapped[ReleaseOrigin] = one_of(ReleaseOrigin)
    publisher_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    "Whose analyst or steward approves it; null where it was published elsewhere."
    source: Mapped[str | None]
    source_url: Mapped[str | None]
    verified: Mapped[bool] = mapped_column(server_default=text("true"))
    "False where the figure was told to us and its publication was not found."
    notes: Mapped[dict[str, str] | None]
    language: Mapped[str] = mapped_column(server_default="fr")
    period_start: Mapped[date]
    period_end: Mapped[date]
    "The last day, inclusive."
    every: Mapped[ReleaseEvery] = one_of(ReleaseEvery)
    as_of: Mapped[datetime]
    state: Mapped[ReleaseState] = one_of(ReleaseState, server_default="DRAFT")
    breakdowns: Mapped[list[str]] = empty_list()
    "The sets of dimensions it has figures by: their names in the order of the enumeration, a space between them."
    cube: Mapped[list[str]] = empty_list()
    "The finest dimensions that it was computed by, in their order; empty where it was published elsewhere."
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    "The user; null where a machine client or an operator approved."
    approved_client: Mapped[str | None]
    restates: Mapped[UUID | None] = mapped_column(ForeignKey("indicator_release.id"), unique=True)
    reason: Mapped[str | None]
    "Why the earlier one was restated."


class OfRelease:
    """A part of a release."""

    @declared_attr
    @classmethod
    def release_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("indicator_release.id", ondelete="CASCADE"), primary_key=True)


class ReleaseMember(OfRelease, Base):
    """A value of one of the release's dimensions, labelled as it was then. The whole grid is made of these."""

    __tablename__ = "release_member"
    __table_args__ = (has_original("labels"),)

    dimension: Mapped[IndicatorDimension] = one_of(IndicatorDimension, primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[dict[str, str]]
    language: Mapped[str] = mapped_column(server_default="fr")
    position: Mapped[int] = mapped_column(SmallInteger)


class OfGrid(OfRelease):
    """A cell of a release's grid."""

    breakdown: Mapped[str] = mapped_column(primary_key=True)
    "As in the release's breakdowns; empty for the total."
    members: Mapped[list[str]] = mapped_column(primary_key=True)
    "One value of each dimension, in the breakdown's order."


class ReleaseCell(OfGrid, Base):
    """A figure that may be shown. One that may not has no row here."""

    __tablename__ = "release_cell"
    __table_args__ = (CheckConstraint("value >= 0", name="value"),)

    value: Mapped[int]
    rounded: Mapped[bool] = mapped_column(server_default=text("false"))


class OfCube(OfRelease):
    """An inner cell of a release's cube: one value of each of its finest dimensions. Never shown itself."""

    key: Mapped[list[str]] = mapped_column(primary_key=True)
    "In the order of the release's cube."


class ReleaseCount(OfCube, Base):
    """What one organisation contributed to an inner cell. The worker's alone."""

    __tablename__ = "release_count"
    __table_args__ = (CheckConstraint("value > 0", name="value"),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    value: Mapped[int]


class ReleaseRounding(OfCube, Base):
    """What an inner cell was rounded to; it keeps that in every later release. The worker's alone."""

    __tablename__ = "release_rounding"

    value: Mapped[int]


class ReleaseSignoff(OfRelease, Base):
    """A contributor that stands alone behind a figure: the release waits until it has agreed."""

    __tablename__ = "release_signoff"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None]
    signed_client: Mapped[str | None]


class Restatement(Base):
    """One line of the log of restatements: what took the place of what, when and why. Only ever added to."""

    __tablename__ = "restatement"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("indicator_release.id"), primary_key=True)
    "What stands now."
    restated_id: Mapped[UUID] = mapped_column(ForeignKey("indicator_release.id"), unique=True)
    "What stood before."
    at: Mapped[datetime]
    reason: Mapped[str]
