"""Who is asking, in the graph."""

import strawberry
from sqlalchemy import Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from models.organisations import Organization as OrganizationTable
from planner.fields import Expression, Found, Inside, planned
from resolvers.nodes import Node
from resolvers.organisations import Organization


@strawberry.type(description="A person who signs in.")
class User(Node):
    display_name: str = strawberry.field(description="The name others see.")


@strawberry.type(description="Who is asking.")
class Viewer:
    organization: Organization = planned(Inside(), "The organisation that the token is bound to.")
    scopes: list[str] = planned(
        Expression(lambda _r, g: g.context("scopes", ARRAY(Text()))), "What the token may reach."
    )


@strawberry.type
class ViewerQueries:
    viewer: Viewer = planned(
        Found(where=lambda r, g: [r.id == g.context("organization_id", Uuid())], table=OrganizationTable.__table__),
        "Who is asking.",
    )
