"""Asking whether an entry is still right, proposing a change and deciding on one, in the graph."""

import strawberry

from actions.suggestions import decide_suggestion, suggest_change
from actions.verification import cancel_verification, request_verification
from auth.scopes import Scope
from planner.fields import One, planned
from resolvers.problems import Problem, problems
from resolvers.verification import Suggestion, VerificationRequest
from resolvers.writes.act import mutation, told_once
from resolvers.writes.inputs import KEY, optional


@strawberry.input(description="Which entry to ask about, and of whom.")
class RequestVerificationInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    service_id: strawberry.ID = strawberry.field(description="The Service; one that the whole network may see.")
    email: str | None = optional("Of whom; the entry's own address, or its organisation's, unless said.")
    language: str | None = optional("Of the letter: fr, ht, es or en; the entry's own unless said.")
    by_link: bool | None = optional("True: no letter is sent; the link is told here, to be handed over.")


@strawberry.input(description="Which request to close.")
class CancelVerificationInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    request_id: strawberry.ID = strawberry.field(description="The VerificationRequest.")


@strawberry.input(description="What is not right about an entry.")
class SuggestChangeInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    service_id: strawberry.ID = strawberry.field(description="The Service.")
    note: str | None = optional("What is not right and how it should be, up to 4,000 signs. Name no person served.")
    closed: bool = strawberry.field(default=False, description="Whether the service is no longer given.")


@strawberry.input(description="What becomes of a suggestion.")
class DecideSuggestionInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    suggestion_id: strawberry.ID = strawberry.field(description="The Suggestion.")
    accepted: bool = strawberry.field(description="Whether the entry is changed: at its source, or by an override.")
    note: str | None = optional("Why, up to 4,000 signs; whoever suggested it reads it.")


@strawberry.type(description="What came of asking for a verification.")
class RequestVerificationPayload:
    verification_request: VerificationRequest | None = planned(
        One(on=lambda p, r: r.id == p.key), "The request, as it is now."
    )
    token: str | None = told_once(
        "Where it was asked for by link: what /verify/ of this server's pages opens with. Told once, good for 30 days."
    )
    problems: list[Problem] = problems()


@strawberry.type(description="What came of closing a verification.")
class CancelVerificationPayload:
    verification_request: VerificationRequest | None = planned(
        One(on=lambda p, r: r.id == p.key), "The request, as it is now."
    )
    problems: list[Problem] = problems()


@strawberry.type(description="What came of a suggestion.")
class SuggestionPayload:
    suggestion: Suggestion | None = planned(One(on=lambda p, r: r.id == p.key), "The suggestion, as it is now.")
    problems: list[Problem] = problems()


@strawberry.type
class VerificationMutations:
    request_verification: RequestVerificationPayload = mutation(
        "requestVerification",
        request_verification,
        RequestVerificationInput,
        Scope.DIRECTORY_WRITE,
        "Asks whoever gives a service whether its entry is still right. By stewards, and by its own directory editors.",
        ids={"serviceId": "Service"},
        tells=True,
    )
    cancel_verification: CancelVerificationPayload = mutation(
        "cancelVerification",
        cancel_verification,
        CancelVerificationInput,
        Scope.DIRECTORY_WRITE,
        "Closes a request: its link opens nothing any more.",
        ids={"requestId": "VerificationRequest"},
    )
    suggest_change: SuggestionPayload = mutation(
        "suggestChange",
        suggest_change,
        SuggestChangeInput,
        Scope.DIRECTORY_WRITE,
        "Tells whoever gives a service what is not right about its entry.",
        ids={"serviceId": "Service"},
    )
    decide_suggestion: SuggestionPayload = mutation(
        "decideSuggestion",
        decide_suggestion,
        DecideSuggestionInput,
        Scope.DIRECTORY_WRITE,
        "Says what becomes of a suggestion. By stewards, and by the service's own directory editors.",
        ids={"suggestionId": "Suggestion"},
    )
