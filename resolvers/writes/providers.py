"""Registering and suspending an organisation's own issuers, in the graph."""

import strawberry

from actions.providers import (
    register_identity_provider,
    resume_identity_provider,
    suspend_identity_provider,
)
from auth.scopes import Scope
from planner.fields import One, planned
from resolvers.accounts import IdentityProvider
from resolvers.problems import Problem, problems
from resolvers.writes.act import mutation
from resolvers.writes.inputs import KEY, optional

PROVIDER_IDS = {"providerId": "IdentityProvider"}


@strawberry.input(description="An issuer to register.")
class RegisterIdentityProviderInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    issuer: str = strawberry.field(
        description="Its address, https, exactly as its tokens say it; of no other organisation."
    )
    name: str = strawberry.field(description="What people call it, up to 200 signs.")
    client_id: str = strawberry.field(description="What Konbit is called there, up to 200 signs.")
    people: bool | None = optional("Whether its people may sign in here; true unless said.")
    machines: bool | None = optional("Whether its tokens count, of clients bound to it; false unless said.")


@strawberry.input(description="Which provider.")
class SuspendIdentityProviderInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    provider_id: strawberry.ID = strawberry.field(description="The IdentityProvider, of the viewer's organisation.")


@strawberry.input(description="Which provider.")
class ResumeIdentityProviderInput(SuspendIdentityProviderInput):
    pass


@strawberry.type(description="What came of changing a provider.")
class IdentityProviderPayload:
    identity_provider: IdentityProvider | None = planned(
        One(on=lambda p, r: r.id == p.key), "The provider, as it is now."
    )
    problems: list[Problem] = problems()


@strawberry.type
class ProviderMutations:
    register_identity_provider: IdentityProviderPayload = mutation(
        "registerIdentityProvider",
        register_identity_provider,
        RegisterIdentityProviderInput,
        Scope.ADMIN,
        "Lets an OpenID Connect issuer vouch for the viewer's organisation. Konbit signs in there by its own keys.",
        recently=True,
    )
    suspend_identity_provider: IdentityProviderPayload = mutation(
        "suspendIdentityProvider",
        suspend_identity_provider,
        SuspendIdentityProviderInput,
        Scope.ADMIN,
        "Lets nobody sign in by an issuer, and counts no token of it.",
        ids=PROVIDER_IDS,
        recently=True,
    )
    resume_identity_provider: IdentityProviderPayload = mutation(
        "resumeIdentityProvider",
        resume_identity_provider,
        ResumeIdentityProviderInput,
        Scope.ADMIN,
        "Lets a suspended issuer vouch again.",
        ids=PROVIDER_IDS,
        recently=True,
    )
