"""In the graph: services of different sources that may be one, for stewards to decide on."""

from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Text, and_, any_
from sqlalchemy.dialects.postgresql import ARRAY

from models import stewardship
from models.stewardship import DuplicateState
from planner.fields import Argument, One, Order, Page, Row, column, entity, planned
from planner.given import Given
from resolvers.directory import Service
from resolvers.nodes import PAGE, Connection, Node, own_id
from resolvers.organisations import DIRECTORY
from resolvers.scalars import JSON, DateTime

Pair = stewardship.Duplicate
LIKEST = Order("SCORE", lambda r: [r.score, r.id], (float, UUID), descending=True)


@strawberry.type(description="Two services of different sources that may be one.", directives=DIRECTORY)
@entity(Pair)
class Duplicate(Node):
    id: strawberry.ID = own_id("Duplicate")
    first: Service | None = planned(
        One(on=lambda p, r: and_(r.id == p.first_id, r.removed_at.is_(None))),
        "The one; null once it is merged or gone.",
    )
    second: Service | None = planned(
        One(on=lambda p, r: and_(r.id == p.second_id, r.removed_at.is_(None))), "The other."
    )
    score: float = column(Pair.score, "How alike they are, 0 to 1.")
    reasons: JSON = column(Pair.reasons, "By what was compared (name, distance, phone, pcode): how alike, 0 to 1.")
    state: DuplicateState = column(Pair.state, "What was decided.")
    found_at: DateTime = column(Pair.found_at, "When they were found to be alike.")
    decided_at: DateTime | None = column(Pair.decided_at, "When that was decided.")


@strawberry.input(description="Narrows the list of pairs. What is left out or null does not filter.")
class DuplicateFilter:
    states: list[DuplicateState] | None = strawberry.field(
        default=strawberry.UNSET, description="In any of these states."
    )


def _in_states(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    return [row.state == any_(asked.bind("states", ARRAY(Text())))] if asked and asked.has("states") else []


@strawberry.type
class DuplicateQueries:
    duplicates: Connection[Duplicate] | None = planned(
        Page(order=lambda _g: LIKEST, where=_in_states),
        "Services of different sources that look alike, the likest first: to the network's stewards.",
        arguments={"filter": Argument(DuplicateFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=DIRECTORY,
    )
