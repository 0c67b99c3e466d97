"""What a search tells beside the services it found: how many there are of each kind, and why a hit is one."""

from collections.abc import Callable
from typing import Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, FromClause, Integer, Text, Uuid, cast, column, false, func, null, true
from sqlalchemy.dialects.postgresql import JSONB, REAL

from models.rules.vocabulary import MatchField, MatchKind, OrganizationKind, ServiceCategory
from planner.fields import Expression, Many, One, Row, planned
from planner.given import Given
from resolvers.organisations import Area

COUNT = "Services that have it: exact up to 20,000 places found, null beyond."


def _values(name: str) -> Any:
    """The values of one facet, the most frequent first."""

    def made(row: Row, _given: Given) -> FromClause:
        listed = func.jsonb_to_recordset(row[name]).table_valued(column("value", Text()), column("services", Integer()))
        return listed.render_derived(with_types=True)

    return Many(on=lambda _p, _r: true(), order=lambda r: [r.services.desc().nulls_last(), r.value], table=made)


def _value() -> Any:
    return Expression(lambda r, _g: r.value)


def _count() -> Any:
    return planned(Expression(lambda r, _g: r.services, nullable=True), COUNT)


@strawberry.type(description="A category among what was found.")
class CategoryFacet:
    category: ServiceCategory = planned(_value(), "The category.")
    count: int | None = _count()


@strawberry.type(description="A kind of organisation among what was found.")
class OrganizationKindFacet:
    organization_kind: OrganizationKind = planned(_value(), "The kind.")
    count: int | None = _count()


@strawberry.type(description="A department or commune among what was found.")
class AreaFacet:
    pcode: str = planned(_value(), "Its P-code.")
    area: Area | None = planned(One(on=lambda p, r: r.pcode == p.value), "The area.")
    count: int | None = _count()


@strawberry.type(description="A language among what was found.")
class LanguageFacet:
    language: str = planned(_value(), "As a BCP 47 language, in small letters; `es-do` counts as `es` too.")
    count: int | None = _count()


@strawberry.type(
    description="How many services there are of each kind: of each facet with all other parts of the filter, without"
    " its own. At most 100 values each, the most frequent first."
)
class ServiceFacets:
    categories: list[CategoryFacet] = planned(_values("in_categories"), "By category.")
    organization_kinds: list[OrganizationKindFacet] = planned(
        _values("in_organization_kinds"), "By the kind of organisation that gives them."
    )
    areas: list[AreaFacet] = planned(_values("in_areas"), "By department, and by commune.")
    languages: list[LanguageFacet] = planned(_values("in_languages"), "By language spoken.")
    has_capacity: int | None = planned(
        Expression(lambda r, _g: r.with_capacity, nullable=True), f"Known to have room now. {COUNT}"
    )
    open_now: int | None = planned(Expression(lambda r, _g: r.open_now, nullable=True), f"Open now. {COUNT}")


def facets(question: Callable[[Given], list[ColumnElement[Any]]]) -> Callable[[Given, frozenset[str]], FromClause]:
    """This will make the one row of those facets that are asked for. question: the filter, as the search takes it."""

    def made(given: Given, wanted: frozenset[str]) -> FromClause:
        known = {field for field in wanted if field != "__typename"}
        asked = func.string_to_array(",".join(sorted(known)), ",")
        counted = func.count_facets(asked, func.now(), *question(given))
        return counted.table_valued(
            *(column(name, JSONB()) for name in ("in_categories", "in_organization_kinds", "in_areas", "in_languages")),
            *(column(name, Integer()) for name in ("with_capacity", "open_now")),
        ).alias()

    return made


@strawberry.type(description="One thing that was typed, and one word of the entry that meets it.")
class WordMatch:
    typed: str = planned(Expression(lambda r, _g: r.typed), "As it is compared: small, without accents and endings.")
    how: MatchKind = planned(Expression(lambda r, _g: r.how), "How it is met; MISSING where nothing meets it.")
    found: str | None = planned(
        Expression(lambda r, _g: r.found, nullable=True), "The words that meet it, as they are compared."
    )
    field: MatchField | None = planned(Expression(lambda r, _g: r.field, nullable=True), "Where they stand.")


def searched(row: Row) -> ColumnElement[bool]:
    """Whether a row is a search's: an organisation's own list has no words to be met."""
    return true() if "asked_words" in row else false()


def _told(row: Row, name: str, kind: Any) -> ColumnElement[Any]:
    return row[name] if name in row else cast(null(), kind)


def _matches(row: Row, _given: Given) -> FromClause:
    keys = (_told(row, name, Uuid()) for name in ("service_id", "service_at_location_id"))
    explained = func.explain_service(*keys, _told(row, "asked_words", JSONB()))
    return explained.table_valued(
        column("nth", BigInteger()), *(column(name, Text()) for name in ("typed", "found", "field", "how"))
    ).alias()


@strawberry.type(description="Why a hit is one, and stands where it does.")
class HitExplanation:
    rank: float | None = planned(
        Expression(lambda r, _g: _told(r, "explained_rank", REAL()), nullable=True),
        "How well it answers the words, and how near it is; null where the page is not sorted by relevance of words.",
    )
    nearness: float | None = planned(
        Expression(lambda r, _g: _told(r, "nearness", REAL()), nullable=True),
        "The part of `rank` that is for being near: 0 to 0.25.",
    )
    words: list[WordMatch] = planned(
        Many(on=lambda _p, _r: true(), order=lambda r: [r.nth], table=_matches),
        "What was typed, in its order, each with all that meets it in the entry; empty where no words were asked for.",
    )
