"""In the graph: what other sources say of a service."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Text, func, literal_column, select, true

from models import stewardship
from models.rules.precedence import FIELDS
from planner.fields import Expression, Many, Row, planned
from planner.given import Given
from resolvers.scalars import JSON, DateTime

CLAIM = stewardship.Claim.__table__
NAMED = tuple(name for name in FIELDS if name != "language")


def _in_the_graph(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _words(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", type_=Text())


def _lost(row: Row, _: Given) -> FromClause:
    """What is said of a service otherwise than it is shown, one row for each field and source."""
    shown: list[Any] = []
    spelled: list[Any] = []
    for name in NAMED:
        shown += [_words(name), row[name]]
        spelled += [_words(name), _words(_in_the_graph(name))]
    said = CLAIM.alias()
    each = func.jsonb_each(said.c.said).table_valued("key", "value").lateral()
    return (
        select(
            func.jsonb_build_object(*spelled).op("->>")(each.c.key).cast(Text).label("field"),
            each.c.value.label("value"),
            said.c.source,
            said.c.verified_at,
            said.c.id,
        )
        .select_from(said.join(each, true()))
        .where(
            said.c.record_id == row.id,
            each.c.key.in_(map(_words, NAMED)),
            each.c.value.cast(Text).not_in(map(_words, ("null", "{}", "[]", '""'))),
            each.c.value.op("IS DISTINCT FROM")(func.jsonb_build_object(*shown).op("->")(each.c.key)),
        )
        .correlate_except(said, each)
        .subquery()
    )


@strawberry.type(description="What a source says of a service that another's word stands against.")
class Alternative:
    field: str = planned(Expression(lambda r, _g: r.field), "Which of the service's fields, such as names or email.")
    value: JSON = planned(Expression(lambda r, _g: r.value), "What the source says; a text by BCP 47 language.")
    source: str = planned(Expression(lambda r, _g: r.source), "The partner system, or the organisation that said it.")
    verified_at: DateTime | None = planned(
        Expression(lambda r, _g: r.verified_at, nullable=True), "When the source says that somebody checked it."
    )


def alternatives() -> Any:
    """The field of a service: what its other sources say."""
    return planned(
        Many(on=lambda p, r: true(), order=lambda r: [r.field, r.source, r.id], table=_lost),
        "What other sources say, and what a steward's word stands against; empty where they agree.",
    )
