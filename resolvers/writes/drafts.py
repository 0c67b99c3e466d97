"""Making entries by hand, in the graph: drafting, approving, publishing, withdrawing."""

import strawberry

from actions.drafts import approve_draft, draft_service, publish_draft, withdraw_draft
from auth.scopes import Scope
from planner.fields import One, planned
from resolvers.drafts import Draft
from resolvers.problems import Problem, problems
from resolvers.writes.act import mutation
from resolvers.writes.imports import ImportServiceInput
from resolvers.writes.inputs import KEY, optional

DRAFT_IDS = {"draftId": "Draft"}


@strawberry.input(description="An entry to draft, or to draft anew.")
class DraftServiceInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    service: ImportServiceInput = strawberry.field(
        description="The whole entry. Its remoteId says which one it makes or changes."
    )
    draft_id: strawberry.ID | None = optional("The Draft whose text it takes the place of; an approval is then void.")


@strawberry.input(description="Which draft.")
class ApproveDraftInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    draft_id: strawberry.ID = strawberry.field(description="The Draft.")


@strawberry.input(description="Which draft.")
class PublishDraftInput(ApproveDraftInput):
    pass


@strawberry.input(description="Which draft.")
class WithdrawDraftInput(ApproveDraftInput):
    pass


@strawberry.type(description="What came of it.")
class DraftPayload:
    draft: Draft | None = planned(One(on=lambda p, r: r.id == p.key), "The draft, as it is now.")
    problems: list[Problem] = problems()


@strawberry.type
class DraftMutations:
    draft_service: DraftPayload = mutation(
        "draftService",
        draft_service,
        DraftServiceInput,
        Scope.DIRECTORY_WRITE,
        "Keeps a draft of an entry of one's own organisation, for its directory editors alone.",
        ids=DRAFT_IDS,
    )
    approve_draft: DraftPayload = mutation(
        "approveDraft",
        approve_draft,
        ApproveDraftInput,
        Scope.DIRECTORY_WRITE,
        "Says that a draft may be published: by another editor than who wrote it, or an administrator.",
        ids=DRAFT_IDS,
    )
    publish_draft: DraftPayload = mutation(
        "publishDraft",
        publish_draft,
        PublishDraftInput,
        Scope.DIRECTORY_WRITE,
        "Sends an approved draft to the directory, where it stands within seconds.",
        ids=DRAFT_IDS,
    )
    withdraw_draft: DraftPayload = mutation(
        "withdrawDraft",
        withdraw_draft,
        WithdrawDraftInput,
        Scope.DIRECTORY_WRITE,
        "Lets a draft rest for good.",
        ids=DRAFT_IDS,
    )
