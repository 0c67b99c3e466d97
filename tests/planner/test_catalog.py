"""A schema whose answers could hold an illegal null is refused when the program starts."""

from typing import Any
from uuid import UUID

import pytest
import strawberry
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from planner.catalog import Catalog
from planner.errors import SchemaRefused
from planner.fields import Found, Inside, One, Order, Page, Part, column, entity, planned


class Base(DeclarativeBase):
    """Tables of these tests alone."""


class House(Base):
    __tablename__ = "house"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    street: Mapped[str]
    colour: Mapped[str | None]
    beside_id: Mapped[UUID] = mapped_column(ForeignKey("house.id"))


def beside(parent: Any, row: Any) -> Any:
    return row.id == parent.beside_id


def catalogue(**fields: tuple[Any, Any]) -> Catalog:
    """Of a schema with one type over the table, which has these fields: annotation and value."""
    annotations = {name: kind for name, (kind, _) in fields.items()}
    body = {"__annotations__": annotations} | {name: value for name, (_, value) in fields.items()}
    kind = strawberry.type(entity(House)(type("House", (), body)))
    root = {"__annotations__": {"house": kind | None}, "house": planned(Found(where=lambda r, g: []))}
    schema = strawberry.Schema(query=strawberry.type(type("Query", (), root)))
    return Catalog(schema._schema, recorded_from=1)


@strawberry.type
@entity(House)
class Other:
    street: str = column(House.street)


@strawberry.type
class Others:
    nodes: list[Other]


@strawberry.type
class Colour:
    colour: str = column(House.colour)


STREET = (str, column(House.street))
TO_ONE = One(on=beside)
PAGE = Page(order=lambda g: Order("ID", lambda r: [r.id], (UUID,)))
PART = Part(House.__table__, beside, lambda r, g: r.street)


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ((str, column(House.colour)), "House.field is non-null, but its column is nullable"),
        ((Other, planned(TO_ONE)), "House.field is non-null, but a row policy may hide what it leads to"),
        ((Others, planned(PAGE)), "House.field is non-null, but a row policy may hide what it leads to"),
        ((str, planned(PART)), "House.field is non-null, but a row policy may hide what it leads to"),
        ((Colour, planned(Inside())), "Colour.colour is non-null, but its column is nullable"),
    ],
    ids=["column", "one", "page", "part", "inside"],
)
def test_a_field_that_could_be_null_must_say_so(field: tuple[Any, Any], reason: str) -> None:
    with pytest.raises(SchemaRefused, match=reason):
        catalogue(street=STREET, field=field)


@pytest.mark.parametrize(
    "field",
    [
        (str | None, column(House.colour)),
        (Other | None, planned(TO_ONE)),
        (Other, planned(One(on=beside, always=True))),
        (Others | None, planned(PAGE)),
        (str | None, planned(PART)),
    ],
    ids=["column", "one", "always one", "page", "part"],
)
def test_a_field_that_says_so_is_accepted(field: tuple[Any, Any]) -> None:
    assert set(catalogue(street=STREET, field=field).entities) >= {"House"}
