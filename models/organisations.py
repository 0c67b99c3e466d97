"""Organisations, the areas they work in, and the telephones they answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, has_original, one_of, time_ordered_id
from models.rules.vocabulary import OrganizationKind


class Organization(Base):
    """A partner of the network. Every partner may see that another exists."""

    __tablename__ = "organization"
    __table_args__ = (Index("ix_organization_slug", "slug", unique=True), has_original())

    id: Mapped[UUID] = time_ordered_id()
    slug: Mapped[str]
    names: Mapped[dict[str, str]]
    "Name by BCP 47 language."
    language: Mapped[str] = mapped_column(server_default="fr")
    "The language of the original name: always a key of names."
    kind: Mapped[OrganizationKind] = one_of(OrganizationKind)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    pcode: Mapped[str | None] = mapped_column(ForeignKey("area.pcode"))
    verified_at: Mapped[datetime | None]
    descriptions: Mapped[dict[str, str] | None]
    website: Mapped[str | None]
    email: Mapped[str | None]
    removed_at: Mapped[datetime | None]
    "A tombstone: its source no longer names it, or it was merged into another."
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Area(Base):
    """A department, commune or section by its P-code (COD-AB)."""

    __tablename__ = "area"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 4", name="level"), has_original())

    pcode: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, str]]
    language: Mapped[str] = mapped_column(server_default="fr")
    level: Mapped[int] = mapped_column(SmallInteger)
    "0 country, 1 department, 2 commune, 3 section."
    parent_pcode: Mapped[str | None] = mapped_column(ForeignKey("area.pcode"), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
