"""Members, invitations and providers of the viewer's organisation in the graph, for those who administer it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, TableClause, Text, Uuid, any_, column, func, literal_column, table
from sqlalchemy.dialects.postgresql import ARRAY

from auth.policies.accounts import SHOWN
from auth.providers.registration import CALLBACK
from auth.scopes import Scope
from models import accounts
from models.accounts import MembershipStatus
from models.base import Base
from models.rules.roles import Role
from planner.fields import Argument, Expression, One, Order, Page, Row, entity, planned
from planner.fields import column as field
from planner.given import Given
from resolvers.locations import Location
from resolvers.nodes import PAGE, Connection, Node, own_id, requires
from resolvers.scalars import DateTime
from resolvers.viewer import User

ADMIN = requires(Scope.ADMIN)
BEFORE, AFTER = (literal_column(f"'{part}'", Text()) for part in CALLBACK.split("{}"))
NEWEST_FIRST = Order("CREATED_AT", lambda r: [r.created_at, r.id], (datetime, UUID), descending=True)


def shown(model: type[Base], columns: Sequence[str]) -> TableClause:
    """A model's table with the columns that a request may read, and no other: a list is selected whole."""
    whole = model.__table__
    return table(model.__tablename__, *(column(name, whole.c[name].type) for name in columns))


INVITATION = shown(accounts.Invitation, SHOWN["invitation"])
PROVIDER = shown(accounts.IdentityProvider, SHOWN["identity_provider"])


def one_user(key: str, description: str) -> Any:
    """A field that is the person whom a column names."""
    return planned(One(on=lambda p, r: r.id == p[key]), description)


@strawberry.type(description="A person at the organisation: as what, where, and whether still.", directives=ADMIN)
@entity(accounts.Membership)
class Membership(Node):
    id: strawberry.ID = own_id("Membership")
    user: User | None = one_user("account_id", "Who.")
    roles: list[Role] = field(accounts.Membership.roles, "As what.")
    site: Location | None = planned(
        One(on=lambda p, r: r.id == p.site_id),
        "Where the roles hold; null: wherever the organisation works, or at a place that the viewer may not see.",
    )
    status: MembershipStatus = field(accounts.Membership.status, "Whether the person may act for the organisation.")
    created_at: DateTime = field(accounts.Membership.created_at, "Since when.")
    left_at: DateTime | None = field(accounts.Membership.left_at, "Until when; null while it lasts.")


@strawberry.type(
    description="An OpenID Connect issuer of the organisation's own, which vouches for it.", directives=ADMIN
)
@entity(PROVIDER)
class IdentityProvider(Node):
    id: strawberry.ID = own_id("IdentityProvider")
    issuer: str = field(accounts.IdentityProvider.issuer, "Its address, exactly as its tokens say it.")
    name: str = field(accounts.IdentityProvider.name, "What people call it.")
    client_id: str = field(accounts.IdentityProvider.client_id, "What Konbit is called there.")
    people: bool = field(accounts.IdentityProvider.people, "Whether its people may sign in here.")
    machines: bool = field(accounts.IdentityProvider.machines, "Whether its tokens count, of clients bound to it.")
    redirect_path: str = planned(
        Expression(lambda r, _g: func.concat(BEFORE, r.id, AFTER)),
        "Where it sends people back to, at this server's address: register it there as the redirect address.",
    )
    suspended_at: DateTime | None = field(accounts.IdentityProvider.suspended_at, "Since when it counts no more.")
    created_at: DateTime = field(accounts.IdentityProvider.created_at, "When it was registered.")


@strawberry.type(description="What a person is handed to become a member. It is good once.", directives=ADMIN)
@entity(INVITATION)
class Invitation(Node):
    id: strawberry.ID = own_id("Invitation")
    name: str = field(accounts.Invitation.name, "Whom it is for, in the inviter's words.")
    roles: list[Role] = field(accounts.Invitation.roles, "As what.")
    site: Location | None = planned(
        One(on=lambda p, r: r.id == p.site_id), "Where the roles will hold; null as in a Membership."
    )
    provider: IdentityProvider | None = planned(
        One(on=lambda p, r: r.id == p.provider_id), "Where the person must sign in to accept; null: here."
    )
    invited_by: User | None = one_user("invited_by", "Who invites; null where a program or a command does.")
    created_at: DateTime = field(accounts.Invitation.created_at, "When it was made.")
    expires_at: DateTime = field(accounts.Invitation.expires_at, "Until when it is good.")
    accepted_at: DateTime | None = field(accounts.Invitation.accepted_at, "When it was accepted.")
    accepted_by: User | None = one_user("accepted_by", "Who accepted it.")
    revoked_at: DateTime | None = field(accounts.Invitation.revoked_at, "When it was taken back.")


@strawberry.input(description="Narrows a list of members. What is left out or null does not filter.")
class MembershipFilter:
    statuses: list[MembershipStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In any of these states."
    )
    roles: list[Role] | None = strawberry.field(default=strawberry.UNSET, description="With any of these roles.")


def _own(row: Row, given: Given) -> list[ColumnElement[bool]]:
    return [row.organization_id == given.context("organization_id", Uuid())]


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    conditions, asked = _own(row, given), given.inside("filter")
    if asked is not None and asked.has("statuses"):
        conditions.append(row.status == any_(asked.bind("statuses", ARRAY(Text()))))
    if asked is not None and asked.has("roles"):
        conditions.append(row.roles.op("&&")(asked.bind("roles", ARRAY(Text()))))
    return conditions


@strawberry.type
class AccountQueries:
    memberships: Connection[Membership] | None = planned(
        Page(order=lambda _g: NEWEST_FIRST, where=_asked),
        "The members of the viewer's organisation, the newest first; to who administers none, just their own.",
        arguments={"filter": Argument(MembershipFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=ADMIN,
    )
    invitations: Connection[Invitation] | None = planned(
        Page(order=lambda _g: NEWEST_FIRST, where=_own),
        "The invitations of the viewer's organisation, the newest first. None shows its link.",
        arguments=PAGE,
        directives=ADMIN,
    )
    identity_providers: Connection[IdentityProvider] | None = planned(
        Page(order=lambda _g: NEWEST_FIRST, where=_own),
        "The issuers that vouch for the viewer's organisation, the newest first.",
        arguments=PAGE,
        directives=ADMIN,
    )
