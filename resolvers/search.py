"""Searching the directory: services by words, place, time, eligibility and room; one hit per service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import strawberry
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Text,
    Uuid,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB, REAL, TIMESTAMP

from models import directory as tables
from models.rules.vocabulary import OrderDirection, OrganizationKind, ServiceCategory, ServiceOrderField, Sex
from models.rules.words import alternatives
from planner.errors import BadInput
from planner.fields import AnyNode, Argument, Expression, Found, Inside, One, Order, Page, Row, planned
from planner.given import Given
from planner.ids import key_of
from planner.paging import Paging
from resolvers.directory import Service, ServiceAtLocation
from resolvers.found import HitExplanation, ServiceFacets, facets, searched
from resolvers.locations import Location
from resolvers.nodes import ID, ID_OR_ELSE, PAGE, Node, PageInfo, id_argument
from resolvers.organisations import DIRECTORY
from resolvers.scalars import DateTime


@strawberry.type(description="A service found, with its nearest place that matches.")
class ServiceEdge:
    cursor: str = strawberry.field(description="Where the row stands: give it as `after` or `before`.")
    node: Service = strawberry.field(description="The service.")
    distance_km: float | None = planned(
        Expression(lambda r, _g: r.distance_km if "distance_km" in r else cast(null(), Float)),
        "Great-circle distance from `near` to the place, km.",
    )
    place: ServiceAtLocation | None = planned(
        One(on=lambda p, r: r.id == (p.service_at_location_id if "service_at_location_id" in p else null())),
        "The nearest place that matches.",
    )
    explanation: HitExplanation | None = planned(
        Inside(when=searched), "Why it was found, and stands where it does; null in a list that nobody searched."
    )


@strawberry.type(description="A page of services: one hit per service.")
class ServiceConnection:
    nodes: list[Service] = strawberry.field(description="The services of the page.")
    edges: list[ServiceEdge] = strawberry.field(description="The services of the page, each with how it was found.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    total_count: int | None = strawberry.field(description="How many were found: exact up to 10,000, null beyond.")
    facets: ServiceFacets | None = strawberry.field(
        description="How many services there are of each kind, of what the viewer may see; null in a list that nobody"
        " searched."
    )


@strawberry.input(description="A circle on the map.")
class NearInput:
    latitude: float = strawberry.field(description="Degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east, -180 to 180.")
    within_km: float = strawberry.field(description="Radius, km: above 0, at most 20,000.")


@strawberry.input(
    description="Narrows a search. What is left out or null does not filter; an empty list finds nothing."
)
class ServiceFilter:
    text: str | None = strawberry.field(
        default=strawberry.UNSET, description="Words in any of the network's languages; accents and misspellings aside."
    )
    categories: list[ServiceCategory] | None = strawberry.field(
        default=strawberry.UNSET, description="Any of these categories."
    )
    terms: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description="Any of these terms.")
    organization_kinds: list[OrganizationKind] | None = strawberry.field(
        default=strawberry.UNSET, description="Given by any of these kinds of organisation."
    )
    near: NearInput | None = strawberry.field(default=strawberry.UNSET, description="With a place in this circle.")
    pcode: str | None = strawberry.field(default=strawberry.UNSET, description="In the area or any area below it.")
    open_at: DateTime | None = strawberry.field(default=strawberry.UNSET, description="Open at this moment.")
    has_capacity: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True: known to have room now. False: not known to."
    )
    age: int | None = strawberry.field(default=strawberry.UNSET, description="Open to this age in years, 0 to 150.")
    sex: Sex | None = strawberry.field(default=strawberry.UNSET, description="Open to this sex.")
    unaccompanied_child: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True: takes children without a caregiver."
    )
    language: str | None = strawberry.field(default=strawberry.UNSET, description="Spoken there, as a BCP 47 language.")


@strawberry.input(description="How services are sorted.")
class ServiceOrder:
    field: ServiceOrderField = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(description="Which way; ASC is nearest or first, DESC most relevant.")


def _chosen(given: Given) -> tuple[str, bool]:
    asked = given.inside("orderBy")
    if asked is None:
        return ServiceOrderField.RELEVANCE, True
    return asked.value("field"), asked.value("direction") is OrderDirection.DESC


def _order(given: Given) -> Order:
    """The search sorts by a key that rises either way, and names alone fall; the cursor remembers whose keys it has."""
    field, descending = _chosen(given)
    name = f"{field}{' DESC' if descending else ''}"
    falling = descending and field == ServiceOrderField.NAME
    return Order(name, lambda r: [r.sort_key, r.name_key, r.service_id], (float, str, UUID), falling)


def _within(low: float, high: float, name: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if not low <= value <= high:
            raise BadInput(f"{name} is {low:g} to {high:g}.")
        return value

    return check


def _known(ids: list[str]) -> list[UUID]:
    return [key for key in (key_of("Term", text) for text in ids) if key is not None]


def _words(text: str) -> str:
    return orjson.dumps(alternatives(text)).decode()


def _question(given: Given) -> list[ColumnElement[Any]]:
    """The filter, as the search functions take it: in their order, null for what does not filter."""
    asked = given.inside("filter")
    near = asked.inside("near") if asked else None

    def bound(inside: Given | None, name: str, kind: Any, convert: Callable[[Any], Any] | None = None) -> Any:
        return inside.bind(name, kind, convert) if inside and inside.has(name) else cast(null(), kind)

    texts: Any = ARRAY(Text())
    number: Any = DOUBLE_PRECISION()
    return [
        bound(asked, "text", JSONB(), _words),
        bound(asked, "categories", texts),
        bound(asked, "terms", ARRAY(Uuid()), _known),
        bound(asked, "organizationKinds", texts),
        bound(near, "latitude", number, _within(-90, 90, "latitude")),
        bound(near, "longitude", number, _within(-180, 180, "longitude")),
        bound(near, "withinKm", number, _within(0.001, 20_000, "withinKm")),
        bound(asked, "pcode", Text()),
        bound(asked, "openAt", TIMESTAMP(timezone=True)),
        bound(asked, "hasCapacity", Boolean()),
        bound(asked, "age", Integer(), _within(0, 150, "age")),
        bound(asked, "sex", Text()),
        bound(asked, "unaccompaniedChild", Boolean()),
        bound(asked, "language", Text()),
    ]


def _hits(given: Given, paging: Paging) -> FromClause:
    """The page's hits from the search function, which asks itself who may see what (auth/policies/search)."""
    field, descending = _chosen(given)
    above, below = ("before", "after") if paging.order.descending else ("after", "before")
    question = _question(given)
    asked = given.inside("filter")
    ranked = field == ServiceOrderField.RELEVANCE and asked is not None and asked.has("text")
    nowhere = [cast(null(), DOUBLE_PRECISION()), cast(null(), Text()), cast(null(), Uuid())]
    found = func.search_services(
        func.now(),
        paging.size(beyond=1),
        literal_column(f"'{field}'"),
        literal_column(str(descending).lower()),
        literal_column(str(paging.descending).lower()),
        *(paging.reached(above) if given.has(above) else nowhere),
        *(paging.reached(below) if given.has(below) else nowhere),
        *question,
    )
    hits = found.table_valued(
        column("sort_key", DOUBLE_PRECISION()),
        column("name_key", Text()),
        column("service_id", Uuid()),
        column("service_at_location_id", Uuid()),
        column("distance_km", DOUBLE_PRECISION()),
        column("rank", REAL()),
    ).alias()
    nothing: ColumnElement[Any] = cast(null(), REAL())
    return select(
        hits,
        question[0].label("asked_words"),
        (hits.c.rank if ranked else nothing).label("explained_rank"),
        (func.nearness(hits.c.distance_km, type_=REAL()) if ranked else nothing).label("nearness"),
    ).subquery()


def _count(given: Given) -> ColumnElement[int]:
    return func.count_services(func.now(), *_question(given))


def _located(row: Row, given: Given) -> list[ColumnElement[bool]]:
    """By id, or by slug; by neither, nothing."""
    if given.has("slug") and not given.has("id"):
        named = tables.Location.__table__.alias()
        first = select(named.c.id).where(named.c.slug == given.bind("slug", Text())).order_by(named.c.id)
        return [row.id == first.limit(literal_column("1")).scalar_subquery()]
    return [row.id == id_argument(given, "id", "Location")]


@strawberry.type
class DirectoryQueries:
    node: Node | None = planned(
        AnyNode(),
        "Whatever an id names, if the viewer may see it.",
        arguments=ID,
    )
    location: Location | None = planned(
        Found(where=_located),
        "One place, by id or by slug.",
        arguments={
            **ID_OR_ELSE,
            "slug": Argument(str | None, "The slug, where no id is given."),
        },
        directives=DIRECTORY,
    )
    service: Service | None = planned(
        Found(where=lambda r, g: [r.id == id_argument(g, "id", "Service")]),
        "One service.",
        arguments=ID,
        directives=DIRECTORY,
    )
    services: ServiceConnection | None = planned(
        Page(
            order=_order,
            spine=_hits,
            to=lambda p, r: r.id == p.service_id,
            count=_count,
            beside={"facets": facets(_question)},
        ),
        "Services of the network, best first unless ordered otherwise: by words, else by distance, else by name.",
        arguments={
            "filter": Argument(ServiceFilter | None, "What to list; all where it is left out."),
            "order_by": Argument(ServiceOrder | None, "How to sort."),
            **PAGE,
        },
        directives=DIRECTORY,
    )
