"""Searching the directory: services by words, place, time, eligibility and room; one hit per service."""

import strawberry
from sqlalchemy import ColumnElement, Float, Text, cast, literal_column, null, select

from models import directory as tables
from planner.fields import AnyNode, Argument, Expression, Found, One, Page, Row, planned
from planner.given import Given
from resolvers.directory import Location, Service, ServiceAtLocation
from resolvers.nodes import PAGE, Node, PageInfo, id_argument
from resolvers.organisations import BY_RECORD, DIRECTORY


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


@strawberry.type(description="A page of services: one hit per service.")
class ServiceConnection:
    nodes: list[Service] = strawberry.field(description="The services of the page.")
    edges: list[ServiceEdge] = strawberry.field(description="The services of the page, each with how it was found.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    total_count: int | None = strawberry.field(description="How many were found: exact up to 10,000, null beyond.")


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
        AnyNode(), "Whatever an id names, if the viewer may see it.", arguments={"id": Argument(strawberry.ID)}
    )
    location: Location | None = planned(
        Found(where=_located),
        "One place, by id or by slug.",
        arguments={"id": Argument(strawberry.ID | None), "slug": Argument(str | None)},
        directives=DIRECTORY,
    )
    service: Service | None = planned(
        Found(where=lambda r, g: [r.id == id_argument(g, "id", "Service")]),
        "One service.",
        arguments={"id": Argument(strawberry.ID)},
        directives=DIRECTORY,
    )
    services: ServiceConnection | None = planned(
        Page(order=lambda _g: BY_RECORD), "Services of the network.", arguments=PAGE, directives=DIRECTORY
    )
