"""Approving a release of figures, and signing for what one contributed, in the graph."""

import strawberry

from actions.indicators import approve_release, sign_release
from auth.scopes import Scope
from planner.fields import One, planned
from resolvers.indicators import IndicatorRelease
from resolvers.problems import Problem, problems
from resolvers.writes.act import mutation
from resolvers.writes.inputs import KEY

IDS = {"releaseId": "IndicatorRelease"}


@strawberry.input(description="Approves a release for good.")
class ApproveReleaseInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    release_id: strawberry.ID = strawberry.field(description="The IndicatorRelease, which the viewer's own publishes.")


@strawberry.type(description="What came of approving a release.")
class ApproveReleasePayload:
    release: IndicatorRelease | None = planned(One(on=lambda p, r: r.id == p.key), "The release, as it now stands.")
    problems: list[Problem] = problems()


@strawberry.input(description="Agrees to the figures that the viewer's organisation stands alone behind.")
class SignReleaseInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    release_id: strawberry.ID = strawberry.field(description="The IndicatorRelease that waits for the signature.")


@strawberry.type(description="What came of signing for a release.")
class SignReleasePayload:
    release: IndicatorRelease | None = planned(One(on=lambda p, r: r.id == p.key), "The release that was signed for.")
    problems: list[Problem] = problems()


@strawberry.type
class IndicatorMutations:
    approve_release: ApproveReleasePayload = mutation(
        "approveRelease",
        approve_release,
        ApproveReleaseInput,
        Scope.INDICATORS_WRITE,
        "Makes a release immutable and its figures everyone's; by an analyst or a steward of its publisher.",
        ids=IDS,
    )
    sign_release: SignReleasePayload = mutation(
        "signRelease",
        sign_release,
        SignReleaseInput,
        Scope.INDICATORS_WRITE,
        "Agrees, for a contributor that stands alone behind a figure, to its being published.",
        ids=IDS,
    )
