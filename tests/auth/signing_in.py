"""People for tests of who is asking: an account with a membership, and a browser in which it is signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from auth.assurance import PASSKEY, Proof
from auth.people import sessions
from auth.people.sessions import SignedIn
from tests.auth.deployment import Deployment


@dataclass(frozen=True)
class Person:
    account_id: UUID
    membership_id: UUID
    "At the organisation that they were made for."
    signed_in: SignedIn


async def a_person(
    deployment: Deployment,
    organization_id: UUID,
    *,
    name: str = "Rose Test",
    roles: tuple[str, ...] = ("TRAINER",),
    proof: Proof = PASSKEY,
    now: datetime | None = None,
) -> Person:
    """This will make a person, a member there, who has just signed in."""
    account_id = uuid4()
    await deployment.sql("INSERT INTO account (id, display_name, language) VALUES ($1, $2, 'ht')", account_id, name)
    return Person(
        account_id,
        await a_membership(deployment, account_id, organization_id, roles=roles),
        await signs_in(deployment, account_id, proof=proof, now=now),
    )


async def a_membership(
    deployment: Deployment, account_id: UUID, organization_id: UUID, *, roles: tuple[str, ...] = ("TRAINER",)
) -> UUID:
    membership_id = uuid4()
    await deployment.sql(
        "INSERT INTO membership (id, account_id, organization_id, roles) VALUES ($1, $2, $3, $4)",
        *(membership_id, account_id, organization_id, list(roles)),
    )
    return membership_id


async def signs_in(
    deployment: Deployment,
    account_id: UUID,
    *,
    proof: Proof = PASSKEY,
    provider_id: UUID | None = None,
    now: datetime | None = None,
) -> SignedIn:
    """This will sign the person in, in one more browser."""
    async with deployment.engine.begin() as connection:
        _, signed_in = await sessions.begin(
            connection,
            account_id=account_id,
            proof=proof,
            provider_id=provider_id,
            user_agent=None,
            now=now or deployment.clock.now,
        )
    return signed_in
