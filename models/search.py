"""The index of the directory search: one row per service and place, and the words that occur. Triggers keep both."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, empty_list, one_of
from models.directory import Visibility


class ServicePlace(Base):
    """A service as it can be found at one place; without a place, as it can be found at all.

    A row tells nothing that its own audience may not read in the directory: it is as narrow as the narrowest of
    service, service at location and location. A redacted service has one row, without place, coordinates or text of a
    place. A service that is removed has none.

    Each thing that may be asked for has an index of its own: PostgreSQL reads the one that leaves least and asks the
    rows for the rest, so that a question costs as much as its rarest part.
    """

    __tablename__ = "service_place"
    __table_args__ = (
        UniqueConstraint("service_id", "service_at_location_id", postgresql_nulls_not_distinct=True),
        *(
            Index(f"ix_service_place_{column}", column, postgresql_using="gin", postgresql_with={"fastupdate": "off"})
            for column in ("document", "areas", "cells", "terms", "languages")
        ),
        Index("ix_service_place_name_key", "name_key", "service_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    organization_id: Mapped[UUID]
    "Whose row it is: the only one who sees it where visibility is ORGANIZATION."
    visibility: Mapped[Visibility] = one_of(Visibility)
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    "The original name, small and without accents: the order of NAME."
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    areas: Mapped[list[str]] = empty_list()
    "P-codes: of its area and those above."
    cells: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    "Squares of the globe that it lies in, of six sizes (auth/policies/keeper/globe.sql)."
    category: Mapped[str] = mapped_column(index=True)
    organization_kind: Mapped[str] = mapped_column(index=True)
    terms: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    "Its terms and those above them."
    languages: Mapped[list[str]] = empty_list()
    "BCP 47 in small letters; `es-do` is found as `es` too."
    minimum_age: Mapped[int | None] = mapped_column(SmallInteger)
    maximum_age: Mapped[int | None] = mapped_column(SmallInteger)
    sexes: Mapped[list[str]] = empty_list()
    "All that it is for; of no limit, all there are."
    unaccompanied: Mapped[bool]
    "Whether it takes children without a caregiver, for sure."
    document: Mapped[str] = mapped_column(TSVECTOR)
    "Its words, normalised: names A; category, terms and organisation B; description C; place and areas D."


class SearchWord(Base):
    """A word that occurs in a document: what a beginning may be completed to, and a misspelling may have meant."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_spellings", "spellings", postgresql_using="gin", postgresql_where=text("open")),
        Index(
            "ix_search_word_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_where=text("open"),
        ),
    )

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    open: Mapped[bool]
    "Whether every partner may know it: only such words are offered for a misspelling, and only they make one certain."
    spellings: Mapped[list[str]] = empty_list()
    "The word and what is left of it without any one letter: two words one mistake apart have a spelling in common."
