"""Sending, accepting, declining, completing and withdrawing referrals, in the graph."""

import strawberry

from actions.referrals import accept_referral, complete_referral, decline_referral, withdraw_referral
from actions.sending import send_referral
from auth.scopes import Scope
from models.rules.vocabulary import (
    DeclinedBy,
    DeclineReason,
    NotServedReason,
    OutcomeResult,
    ReferralKind,
    ReferralPriority,
    ServiceCategory,
    WithdrawReason,
)
from planner.fields import One, planned
from resolvers.problems import Problem, problems
from resolvers.referrals import Referral
from resolvers.writes.act import mutation
from resolvers.writes.inputs import KEY, NOTE, VERSION, optional

WHICH = "The Referral."
REFERRAL = {"referralId": "Referral"}


@strawberry.input(description="A referral to send.")
class SendReferralInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    person_id: strawberry.ID | None = optional("Who is referred: a Person. Null for SIGNPOST alone.")
    service_id: strawberry.ID = strawberry.field(description="To which Service, of another organisation.")
    place_id: strawberry.ID | None = optional("At which of its places: a ServiceAtLocation.")
    kind: ReferralKind = strawberry.field(
        description="A SIGNPOST carries nothing of anyone, a REDIRECTION name and contact; a TRANSFER moves custody."
    )
    priority: ReferralPriority = strawberry.field(description="How soon help is needed: it sets the due time.")
    need: ServiceCategory = strawberry.field(description="What is needed.")
    summary: str | None = optional("What is asked for, up to 4,000 signs. Not with SIGNPOST or REDIRECTION.")
    narrative: str | None = optional("The protection narrative, up to 20,000 signs. Not with SIGNPOST or REDIRECTION.")


@strawberry.type(description="What came of sending a referral.")
class SendReferralPayload:
    referral: Referral | None = planned(One(on=lambda p, r: r.id == p.key), "The referral, sent.")
    problems: list[Problem] = problems()


@strawberry.input(description="A referral to accept.")
class AcceptReferralInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    referral_id: strawberry.ID = strawberry.field(description=WHICH)
    expected_version: int | None = optional(VERSION)
    note: str | None = optional(NOTE)


@strawberry.type(description="What came of accepting a referral.")
class AcceptReferralPayload:
    referral: Referral | None = planned(
        One(on=lambda p, r: r.id == p.key), "The referral, now with what consent reaches."
    )
    problems: list[Problem] = problems()


@strawberry.input(description="A referral to decline.")
class DeclineReferralInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    referral_id: strawberry.ID = strawberry.field(description=WHICH)
    expected_version: int | None = optional(VERSION)
    reason: DeclineReason = strawberry.field(description="Why.")
    declined_by: DeclinedBy = strawberry.field(description="Who declined: the provider or the person.")
    note: str | None = optional(NOTE)


@strawberry.type(description="What came of declining a referral.")
class DeclineReferralPayload:
    referral: Referral | None = planned(One(on=lambda p, r: r.id == p.key), "The referral, declined.")
    problems: list[Problem] = problems()


@strawberry.input(description="A referral to complete.")
class CompleteReferralInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    referral_id: strawberry.ID = strawberry.field(description=WHICH)
    expected_version: int | None = optional(VERSION)
    result: OutcomeResult = strawberry.field(description="Whether the person was served.")
    reason: NotServedReason | None = optional("Why not: asked for with NOT_SERVED, never with SERVED.")
    note: str | None = optional(NOTE)


@strawberry.type(description="What came of completing a referral.")
class CompleteReferralPayload:
    referral: Referral | None = planned(One(on=lambda p, r: r.id == p.key), "The referral, completed.")
    problems: list[Problem] = problems()


@strawberry.input(description="A referral to withdraw.")
class WithdrawReferralInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    referral_id: strawberry.ID = strawberry.field(description=WHICH)
    expected_version: int | None = optional(VERSION)
    reason: WithdrawReason = strawberry.field(description="Why. CONSENT_WITHDRAWN is the system's alone.")
    note: str | None = optional(NOTE)


@strawberry.type(description="What came of withdrawing a referral.")
class WithdrawReferralPayload:
    referral: Referral | None = planned(One(on=lambda p, r: r.id == p.key), "The referral, withdrawn.")
    problems: list[Problem] = problems()


@strawberry.type
class ReferralMutations:
    send_referral: SendReferralPayload = mutation(
        "sendReferral",
        send_referral,
        SendReferralInput,
        Scope.REFERRALS_WRITE,
        "Refers a person to a service of another organisation, as far as consent reaches.",
        ids={"personId": "Person", "serviceId": "Service", "placeId": "ServiceAtLocation"},
    )
    accept_referral: AcceptReferralPayload = mutation(
        "acceptReferral",
        accept_referral,
        AcceptReferralInput,
        Scope.REFERRALS_WRITE,
        "Accepts a referral: the receiver's to do.",
        ids=REFERRAL,
    )
    decline_referral: DeclineReferralPayload = mutation(
        "declineReferral",
        decline_referral,
        DeclineReferralInput,
        Scope.REFERRALS_WRITE,
        "Declines a referral, before or after it was accepted: the receiver's to do.",
        ids=REFERRAL,
    )
    complete_referral: CompleteReferralPayload = mutation(
        "completeReferral",
        complete_referral,
        CompleteReferralInput,
        Scope.REFERRALS_WRITE,
        "Ends the work on a referral and says what came of it: the receiver's to do.",
        ids=REFERRAL,
    )
    withdraw_referral: WithdrawReferralPayload = mutation(
        "withdrawReferral",
        withdraw_referral,
        WithdrawReferralInput,
        Scope.REFERRALS_WRITE,
        "Takes back a referral that was not yet accepted: the sender's to do.",
        ids=REFERRAL,
    )
