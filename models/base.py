"""What every table shares: names of constraints, types of columns, and a table's class of confidentiality."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Enum, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.schema import MetaData

E = TypeVar("E", bound=StrEnum)


class Confidentiality(IntEnum):
    """How much harm a leak of the table does (design: domain, "Classes"). A reading of IDENTITY or above is audited."""

    OPEN = -1
    STUB = 0
    IDENTITY = 1
    REQUEST = 2
    NARRATIVE = 3
    SEALED = 4


class Base(DeclarativeBase):
    """A table of Konbit. Relations are written in SQL; nothing is loaded behind anyone's back."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        str: Text,
        UUID: Uuid,
        dict[str, str]: JSONB,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        list[UUID]: ARRAY(Uuid),
    }


def confidentiality(table: Any) -> Confidentiality:
    """The class a table was declared with; a table that says nothing is OPEN."""
    return Confidentiality(table.info.get("confidentiality", Confidentiality.OPEN))


def one_of(words: type[E], **options: Any) -> MappedColumn[Any]:
    """A text column that holds one of the words, kept so by a CHECK."""
    kind = Enum(words, native_enum=False, create_constraint=True, length=40, name=words.__name__.lower())
    return mapped_column(kind, **options)


def all_of(column: str, words: type[E]) -> CheckConstraint:
    """A CHECK that an array column holds nothing but the words."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} <@ ARRAY[{listed}]::text[]", name=f"{column}_known")


def has_original(texts: str = "names") -> CheckConstraint:
    """A CHECK that texts by language hold one in the row's own language, so that there always is one to answer with."""
    return CheckConstraint(f"{texts} ->> language IS NOT NULL", name="original")


def empty_list() -> MappedColumn[Any]:
    """An array column that is never null and empty unless told."""
    return mapped_column(ARRAY(Text), server_default=text("'{}'"))


def time_ordered_id() -> MappedColumn[UUID]:
    """A UUIDv7 key: for what may tell when it was made (directory, events, audit)."""
    return mapped_column(primary_key=True, server_default=text("uuidv7()"))


def random_id() -> MappedColumn[UUID]:
    """A random key: for people, consents and referrals, whose ids tell nothing."""
    return mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
