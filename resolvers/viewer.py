"""Who is asking, in the graph."""

import strawberry
from sqlalchemy import Text, Uuid, literal_column
from sqlalchemy.dialects.postgresql import ARRAY

from auth.policies.declare import SITE, USER
from models.accounts import Account
from models.organisations import Organization as OrganizationTable
from models.rules.roles import Role
from planner.fields import Expression, Found, Inside, One, column, entity, planned
from resolvers.locations import Location
from resolvers.nodes import Node, own_id
from resolvers.organisations import Organization

ROLES = "(SELECT array_remove(string_to_array(current_setting('konbit.roles', true), ','), ''))"


@strawberry.type(description="A person who signs in.")
@entity(Account)
class User(Node):
    id: strawberry.ID = own_id("User")
    display_name: str = column(Account.display_name, "The name others see.")


@strawberry.type(description="Who is asking.")
class Viewer:
    organization: Organization = planned(Inside(), "The organisation that the token is bound to.")
    user: User | None = planned(
        One(on=lambda _p, r: r.id == literal_column(USER, Uuid())),
        "The person that the client acts for; null where a machine acts for itself.",
    )
    scopes: list[str] = planned(
        Expression(lambda _r, g: g.context("scopes", ARRAY(Text()))), "What the token may reach."
    )
    roles: list[Role] = planned(
        Expression(lambda _r, _g: literal_column(ROLES)),
        "As what: a person by their membership, a machine by its registration. Read anew every two seconds.",
    )
    site: Location | None = planned(
        One(on=lambda _p, r: r.id == literal_column(SITE, Uuid())),
        "Where the roles hold; null: wherever the organisation works.",
    )


@strawberry.type
class ViewerQueries:
    viewer: Viewer = planned(
        Found(where=lambda r, g: [r.id == g.context("organization_id", Uuid())], table=OrganizationTable.__table__),
        "Who is asking.",
    )
