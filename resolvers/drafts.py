"""Entries that an organisation's editors make by hand, in the graph: to them and nobody else."""

from datetime import datetime
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Text, any_
from sqlalchemy.dialects.postgresql import ARRAY

from models import stewardship
from models.stewardship import DraftState
from planner.fields import Argument, One, Order, Page, Row, column, entity, planned
from planner.given import Given
from resolvers.accounts import one_user
from resolvers.imports import WRITERS, DirectoryImport
from resolvers.nodes import PAGE, Connection, Node, own_id
from resolvers.scalars import JSON, DateTime
from resolvers.viewer import User

Entry = stewardship.Draft
NEWEST = Order("DRAFTED_AT", lambda r: [r.drafted_at, r.id], (datetime, UUID), descending=True)


@strawberry.type(description="An entry of the organisation's own, made by hand.", directives=WRITERS)
@entity(Entry)
class Draft(Node):
    id: strawberry.ID = own_id("Draft")
    service: JSON = column(Entry.content, "What it says, in the shape of ImportServiceInput.")
    state: DraftState = column(Entry.state, "How far it has come.")
    drafted_at: DateTime = column(Entry.drafted_at, "When it was last written.")
    drafted_by: User | None = one_user(
        "drafted_by", "By whom; null: by a program, or by somebody the viewer may not see."
    )
    approved_at: DateTime | None = column(Entry.approved_at, "When it was approved.")
    approved_by: User | None = one_user("approved_by", "By whom.")
    published_at: DateTime | None = column(Entry.published_at, "When it was sent to the directory.")
    directory_import: DirectoryImport | None = planned(
        One(on=lambda p, r: r.id == p.import_id), "What came of that; null before it is published."
    )


@strawberry.input(description="Narrows a list of drafts. What is left out or null does not filter.")
class DraftFilter:
    states: list[DraftState] | None = strawberry.field(default=strawberry.UNSET, description="In any of these states.")


def _in_states(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    return [row.state == any_(asked.bind("states", ARRAY(Text())))] if asked and asked.has("states") else []


@strawberry.type
class DraftQueries:
    drafts: Connection[Draft] | None = planned(
        Page(order=lambda _g: NEWEST, where=_in_states),
        "The organisation's entries made by hand, those written last first: to its directory editors.",
        arguments={"filter": Argument(DraftFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=WRITERS,
    )
