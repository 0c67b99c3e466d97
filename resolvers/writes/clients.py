"""Registering programs, their secrets and their scopes, in the graph."""

import strawberry

from actions.client_standing import (
    grant_client_scopes,
    request_client_scopes,
    resume_client,
    rotate_client_secret,
    suspend_client,
)
from actions.clients import bind_client_to_issuer, register_client, update_client
from auth.scopes import Scope
from models.oauth import ClientGrant
from models.rules.roles import Role
from planner.fields import One, planned
from resolvers.clients import Client
from resolvers.problems import Problem, problems
from resolvers.writes.act import mutation, told_once
from resolvers.writes.inputs import KEY, optional

CLIENT = "The `id` of a Client of the viewer's organisation."
CLIENT_IDS = {"clientId": "Client"}
NAME = "What it is, for people, up to 200 signs: they read it where they are asked to agree."
KEYS = "Its public keys, a JWK set as JSON: EC P-256 or RSA of 2048 bits, 1 to 10. It signs assertions (RFC 7523)."
KEYS_URL = "Where it publishes them instead: https, without redirects."
REDIRECTS = (
    "Where people are sent back to, compared as texts: https, http on loopback, or an app's own scheme. Up to 20."
)
AFTER_LOGOUT = "Where people may be sent back to after they signed out. Up to 20."
LOGOUT = "What is told that a person signed out (OpenID Connect Back-Channel Logout); empty: nothing is."
DPOP = "True: its tokens are always bound to a key (RFC 9449)."
PAR = "True: it must push its requests (RFC 9126)."
ROLES = "As what it acts for itself; a person who signs in to it acts as what they are."
SCOPES = "The words of scopes, such as directory:read."
TOLD = "The secret, in this answer alone: null to who asks again with the same key, and where it has none."


@strawberry.input(description="A program to register.")
class RegisterClientInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    name: str = strawberry.field(description=NAME)
    grants: list[ClientGrant] = strawberry.field(description="How it comes by tokens, at least one.")
    public: bool | None = optional("True: an app or a page, which can keep no secret. Else it gets one, or has keys.")
    public_keys: str | None = optional(KEYS)
    public_keys_url: str | None = optional(KEYS_URL)
    redirect_uris: list[str] | None = optional(REDIRECTS)
    post_logout_redirect_uris: list[str] | None = optional(AFTER_LOGOUT)
    backchannel_logout_uri: str | None = optional(LOGOUT)
    dpop_bound: bool | None = optional(DPOP)
    requires_par: bool | None = optional(PAR)
    roles: list[Role] | None = optional(ROLES)
    scopes: list[str] | None = optional(f"What the steward is asked for. {SCOPES}")


@strawberry.type(description="What came of registering a program.")
class RegisterClientPayload:
    client: Client | None = planned(One(on=lambda p, r: r.id == p.key), "The client, without any scope yet.")
    secret: str | None = told_once(TOLD)
    problems: list[Problem] = problems()


@strawberry.input(description="What to say anew of a client; what is left out stays.")
class UpdateClientInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    client_id: strawberry.ID = strawberry.field(description=CLIENT)
    name: str | None = optional(NAME)
    public_keys: str | None = optional(f"{KEYS} In place of those before.")
    public_keys_url: str | None = optional(KEYS_URL)
    redirect_uris: list[str] | None = optional(REDIRECTS)
    post_logout_redirect_uris: list[str] | None = optional(AFTER_LOGOUT)
    backchannel_logout_uri: str | None = optional(LOGOUT)
    dpop_bound: bool | None = optional(DPOP)
    requires_par: bool | None = optional(PAR)
    roles: list[Role] | None = optional(ROLES)


@strawberry.input(description="Which client is bound to whom.")
class BindClientToIssuerInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    client_id: strawberry.ID = strawberry.field(description="The `id` of a Client: a machine that acts for itself.")
    provider_id: strawberry.ID = strawberry.field(description="The IdentityProvider, of those for machines.")
    subject: str = strawberry.field(description="What that issuer's tokens call it (`sub`), up to 200 signs.")


@strawberry.input(description="Whose secret to follow.")
class RotateClientSecretInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    client_id: strawberry.ID = strawberry.field(description=CLIENT)
    overlap_hours: int | None = optional(
        "How long the secret before counts beside it: 0 to 168 hours, else 24. 0 is for one that was stolen."
    )


@strawberry.type(description="What came of following a secret by another.")
class RotateClientSecretPayload:
    client: Client | None = planned(One(on=lambda p, r: r.id == p.key), "The client.")
    secret: str | None = told_once(TOLD)
    problems: list[Problem] = problems()


@strawberry.input(description="Which client.")
class SuspendClientInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    client_id: strawberry.ID = strawberry.field(description=CLIENT)


@strawberry.input(description="Which client.")
class ResumeClientInput(SuspendClientInput):
    pass


@strawberry.input(description="Which scopes to ask the network's steward for.")
class RequestClientScopesInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    client_id: strawberry.ID = strawberry.field(description=CLIENT)
    scopes: list[str] = strawberry.field(description=f"{SCOPES} In place of what was asked before; empty: nothing.")


@strawberry.input(description="Which scopes a client may ask for.")
class GrantClientScopesInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    client_id: strawberry.ID = strawberry.field(description="The `id` of a Client of any organisation.")
    scopes: list[str] = strawberry.field(description=f"{SCOPES} In place of those before; empty: none.")


@strawberry.type(description="What came of changing a client.")
class ClientPayload:
    client: Client | None = planned(One(on=lambda p, r: r.id == p.key), "The client, as it is now.")
    problems: list[Problem] = problems()


@strawberry.type
class ClientMutations:
    register_client: RegisterClientPayload = mutation(
        "registerClient",
        register_client,
        RegisterClientInput,
        Scope.ADMIN,
        "Registers a program. Its secret is told once; its scopes are the steward's to grant.",
        recently=True,
        tells=True,
    )
    update_client: ClientPayload = mutation(
        "updateClient",
        update_client,
        UpdateClientInput,
        Scope.ADMIN,
        "Says anew what a client is, and by which keys it proves itself.",
        ids=CLIENT_IDS,
        recently=True,
    )
    rotate_client_secret: RotateClientSecretPayload = mutation(
        "rotateClientSecret",
        rotate_client_secret,
        RotateClientSecretInput,
        Scope.ADMIN,
        "Gives a client another secret, told once, beside which the one before counts for a while.",
        ids=CLIENT_IDS,
        recently=True,
        tells=True,
    )
    suspend_client: ClientPayload = mutation(
        "suspendClient",
        suspend_client,
        SuspendClientInput,
        Scope.ADMIN,
        "Refuses a client and all its tokens, within two seconds.",
        ids=CLIENT_IDS,
        recently=True,
    )
    resume_client: ClientPayload = mutation(
        "resumeClient",
        resume_client,
        ResumeClientInput,
        Scope.ADMIN,
        "Lets a suspended client go on.",
        ids=CLIENT_IDS,
        recently=True,
    )
    request_client_scopes: ClientPayload = mutation(
        "requestClientScopes",
        request_client_scopes,
        RequestClientScopesInput,
        Scope.ADMIN,
        "Asks the network's steward for scopes.",
        ids=CLIENT_IDS,
        recently=True,
    )
    grant_client_scopes: ClientPayload = mutation(
        "grantClientScopes",
        grant_client_scopes,
        GrantClientScopesInput,
        Scope.ADMIN,
        "Says which scopes a client may ask for: the network's steward, and nobody else.",
        ids=CLIENT_IDS,
        recently=True,
    )
    bind_client_to_issuer: ClientPayload = mutation(
        "bindClientToIssuer",
        bind_client_to_issuer,
        BindClientToIssuerInput,
        Scope.ADMIN,
        "Lets a machine come with tokens of the organisation's own issuer, and with ours no more.",
        ids=CLIENT_IDS | {"providerId": "IdentityProvider"},
        recently=True,
    )
