"""Programs in the graph: an organisation's own, and to the network's steward every organisation's. Never a secret."""

import strawberry
from sqlalchemy import ColumnElement, Text, cast, func, literal_column

from auth.policies.oauth import SHOWN
from models.oauth import ClientGrant, ClientProof, ClientStatus, OAuthClient
from models.rules.roles import Role
from planner.fields import Argument, Expression, One, Page, Row, column, entity, planned
from planner.given import Given
from resolvers.accounts import ADMIN, NEWEST_FIRST, IdentityProvider, shown
from resolvers.nodes import PAGE, Connection, Node, own_id
from resolvers.organisations import Organization
from resolvers.scalars import DateTime

CLIENT = shown(OAuthClient, SHOWN)


@strawberry.type(description="A program that may ask for tokens.", directives=ADMIN)
@entity(CLIENT)
class Client(Node):
    id: strawberry.ID = own_id("Client")
    client_id: str = column(OAuthClient.client_id, "What it calls itself to the authorization server.")
    organization: Organization | None = planned(
        One(on=lambda p, r: r.id == p.organization_id), "The one organisation that it acts for."
    )
    name: str = column(OAuthClient.name, "What it is, for people.")
    grants: list[ClientGrant] = column(OAuthClient.grants, "How it comes by tokens.")
    proof: ClientProof = column(OAuthClient.proof, "How it proves who it is.")
    public_keys: str | None = planned(
        Expression(lambda r, _g: cast(r.jwks, Text), nullable=True), "Its public keys, a JWK set as JSON."
    )
    public_keys_url: str | None = column(OAuthClient.jwks_uri, "Where it publishes them instead.")
    provider: IdentityProvider | None = planned(
        One(on=lambda p, r: r.id == p.provider_id), "The issuer that it has its tokens of; null: it has ours."
    )
    subject: str | None = column(OAuthClient.subject, "What that issuer calls it.")
    redirect_uris: list[str] = column(OAuthClient.redirect_uris, "Where people may be sent back to.")
    post_logout_redirect_uris: list[str] = column(
        OAuthClient.post_logout_redirect_uris, "Where people may be sent back to after they signed out."
    )
    backchannel_logout_uri: str | None = column(
        OAuthClient.backchannel_logout_uri, "What is told that a person signed out."
    )
    dpop_bound: bool = column(OAuthClient.dpop_bound, "Whether its tokens are always bound to a key (RFC 9449).")
    requires_par: bool = column(OAuthClient.requires_par, "Whether it must push its requests (RFC 9126).")
    scopes: list[str] = column(OAuthClient.scopes, "The most that it may ask for, as the network's steward granted.")
    wanted_scopes: list[str] = column(OAuthClient.wanted_scopes, "What its organisation asks the steward for.")
    roles: list[Role] = column(OAuthClient.roles, "As what it acts for itself.")
    status: ClientStatus = column(OAuthClient.status, "Whether it counts.")
    previous_secret_until: DateTime | None = column(
        OAuthClient.previous_secret_until, "Until when the secret before its last counts too."
    )
    created_at: DateTime = column(OAuthClient.created_at, "When it was registered.")


@strawberry.input(description="Narrows a list of clients. What is left out or null does not filter.")
class ClientFilter:
    asking: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether its organisation waits for scopes."
    )


def _asked(row: Row, given: Given) -> list[ColumnElement[bool]]:
    asked = given.inside("filter")
    if asked is None or not asked.has("asking"):
        return []
    waits = func.cardinality(row.wanted_scopes) > literal_column("0")
    return [waits == asked.value("asking")]


@strawberry.type
class ClientQueries:
    clients: Connection[Client] | None = planned(
        Page(order=lambda _g: NEWEST_FIRST, where=_asked),
        "The programs of the viewer's organisation, the newest first; to the network's steward every organisation's.",
        arguments={"filter": Argument(ClientFilter | None, "What to list; all where it is left out."), **PAGE},
        directives=ADMIN,
    )
