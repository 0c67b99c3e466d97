"""Counts at the border in the graph: what the viewer's organisation counted, by crossing point and day."""

from datetime import date
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Date, Integer, Select, Text, Uuid, and_, any_, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from auth.scopes import Scope
from models import flows as tables
from models.rules.vocabulary import AgeGroup, FlowSeries, ReturnType, Sex
from planner.fields import Argument, Expression, Found, Many, One, Order, Page, Row, column, entity, planned
from planner.given import Given
from planner.ids import key_of
from resolvers.locations import Location
from resolvers.nodes import ID, PAGE, Connection, Node, id_argument, own_id, requires
from resolvers.organisations import Organization
from resolvers.scalars import Date as DateScalar
from resolvers.scalars import DateTime

FLOWS = requires(Scope.FLOWS_READ)
FLOW = tables.BorderFlow.__table__
PART = tables.BorderFlowPart.__table__
BY_VERSION = Order("VERSION", lambda r: [r.version, r.id], (int, UUID))
NEWEST_DAY = Order("DAY", lambda r: [r.day, r.id], (date, UUID), descending=True)


def _total(row: Row, _given: Given) -> ColumnElement[Any]:
    summed = select(func.sum(PART.c.people)).where(PART.c.flow_id == row.id).correlate_except(PART)
    return cast(func.coalesce(summed.scalar_subquery(), literal_column("0")), Integer)


def _same(earlier: Row, later: Row) -> list[ColumnElement[bool]]:
    """Both are versions of one count."""
    return [getattr(later, name) == getattr(earlier, name) for name in tables.COUNTED]


def _stands(row: Row) -> ColumnElement[bool]:
    """No newer version corrects it."""
    newer = FLOW.alias()
    found: Select[Any] = (
        select(literal_column("1"))
        .select_from(newer)
        .where(*_same(row, newer.c), newer.c.version > row.version)
        .correlate_except(newer)
    )
    return ~found.exists()


@strawberry.type(description="Those of a count who are alike in what is known of them. One person is in one part.")
class BorderFlowPart:
    return_type: ReturnType = column(tables.BorderFlowPart.return_type, "How they came back.")
    sex: Sex = column(tables.BorderFlowPart.sex, "Their sex.")
    age_group: AgeGroup = column(tables.BorderFlowPart.age_group, "Their age group.")
    count: int = column(tables.BorderFlowPart.people, "How many people.")
    residual: bool = planned(
        Expression(lambda r, _g: ~r.stated),
        "True for those whom a total holds and no part tells of: unknown, and not shared out among the parts.",
    )


@strawberry.type(
    description="What an organisation counted at one crossing point on one day, in one series.", directives=FLOWS
)
@entity(tables.BorderFlow)
class BorderFlow(Node):
    id: strawberry.ID = own_id("BorderFlow")
    crossing_point: Location | None = planned(One(on=lambda p, r: r.id == p.location_id), "Where.")
    organization: Organization | None = planned(One(on=lambda p, r: r.id == p.organization_id), "Who counted.")
    day: DateScalar = column(tables.BorderFlow.day, "By the clock of the crossing point.")
    series: FlowSeries = column(tables.BorderFlow.series, "Passers-by counted, or people recorded: never to be added.")
    total: int = planned(Expression(_total), "All who were counted: the sum of the parts.")
    parts: list[BorderFlowPart] = planned(
        Many(
            on=lambda p, r: r.flow_id == p.id,
            order=lambda r: [r.return_type, r.sex, r.age_group, r.stated.desc()],
            table=PART,
        ),
        "The parts of the total, and what is left of it as UNKNOWN.",
    )
    version: int = column(tables.BorderFlow.version, "1 for the first count; one more for each correction.")
    stands: bool = planned(Expression(lambda r, _g: _stands(r)), "Whether no newer version corrects it.")
    reason: str | None = column(tables.BorderFlow.reason, "Why it corrects the version before; null for a first count.")
    recorded_at: DateTime = column(tables.BorderFlow.recorded_at, "When this version was entered.")
    versions: Connection["BorderFlow"] | None = planned(
        Page(order=lambda _g: BY_VERSION, on=lambda p, r: and_(*_same(p, r))),
        "All versions of this count, the first one first: what was counted before stays readable.",
        arguments=PAGE,
    )


@strawberry.input(description="Narrows a list of counts. What is left out or null does not filter.")
class BorderFlowFilter:
    crossing_point_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="At any of these Locations."
    )
    series: list[FlowSeries] | None = strawberry.field(default=strawberry.UNSET, description="Of any of these series.")
    from_: DateScalar | None = strawberry.field(
        name="from", default=strawberry.UNSET, description="On this day or later."
    )
    before: DateScalar | None = strawberry.field(default=strawberry.UNSET, description="Before this day.")
    superseded: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True: versions that were corrected too; unless asked, those that stand."
    )


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    if asked is None:
        return [_stands(row)]
    conditions: list[ColumnElement[bool]] = []
    if not (asked.has("superseded") and asked.value("superseded")):
        conditions.append(_stands(row))
    if asked.has("crossingPointIds"):
        conditions.append(row.location_id == any_(asked.bind("crossingPointIds", ARRAY(Uuid()), _locations)))
    if asked.has("series"):
        conditions.append(row.series == any_(asked.bind("series", ARRAY(Text()))))
    if asked.has("from"):
        conditions.append(row.day >= asked.bind("from", Date()))
    if asked.has("before"):
        conditions.append(row.day < asked.bind("before", Date()))
    return conditions


def _locations(ids: list[str]) -> list[UUID]:
    return [key for id_ in ids if (key := key_of("Location", id_)) is not None]


@strawberry.type
class FlowQueries:
    border_flow: BorderFlow | None = planned(
        Found(where=lambda r, g: [r.id == id_argument(g, "id", "BorderFlow")]),
        "One count of the viewer's organisation.",
        arguments=ID,
        directives=FLOWS,
    )
    border_flows: Connection[BorderFlow] | None = planned(
        Page(order=lambda _g: NEWEST_DAY, where=_asked),
        "What the viewer's organisation counted at the border, the newest day first. Nobody reads another's counts.",
        arguments={"filter": Argument(BorderFlowFilter | None, "What to list; all that stands, if left out."), **PAGE},
        directives=FLOWS,
    )
