"""Test scores, and certificates issued and taken back, in the graph."""

from decimal import Decimal as Number

import strawberry

from actions.certificates import issue_certificates, revoke_certificate
from actions.scores import Reached, record_scores
from auth.scopes import Scope
from models.rules.vocabulary import RevocationReason, ScoreOccasion
from planner.fields import One, planned
from planner.ids import key_of
from resolvers.certificates import Certificate
from resolvers.problems import Problem, problems
from resolvers.scalars import Decimal
from resolvers.training import Training
from resolvers.writes.act import NOBODY, mutation
from resolvers.writes.inputs import KEY, optional


@strawberry.input(description="To whom certificates are issued.")
class IssueCertificatesInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    training_id: strawberry.ID = strawberry.field(description="A Training of one's own whose last session is over.")
    enrolment_ids: list[strawberry.ID] | None = optional(
        "Just these Enrolments, up to 100, all of them or none; left out: everyone who completed it and has none."
    )
    language: str | None = optional("Of the course's title and the organiser's name, BCP 47; else the course's own.")


@strawberry.type(description="What came of issuing certificates.")
class IssueCertificatesPayload:
    training: Training | None = planned(
        One(on=lambda p, r: r.id == p.key), "The training, whose enrolments show their certificates."
    )
    problems: list[Problem] = problems()


@strawberry.input(description="Which certificate counts no more, and why.")
class RevokeCertificateInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    certificate_id: strawberry.ID = strawberry.field(description="The Certificate.")
    reason: RevocationReason = strawberry.field(description="Why; whoever checks it is not told.")


@strawberry.type(description="What came of revoking a certificate.")
class RevokeCertificatePayload:
    certificate: Certificate | None = planned(One(on=lambda p, r: r.id == p.key), "The certificate, revoked.")
    problems: list[Problem] = problems()


@strawberry.input(description="What one person reached in a test.")
class ScoreInput:
    enrolment_id: strawberry.ID = strawberry.field(description="Whose: an Enrolment of the training.")
    points: Decimal = strawberry.field(description="0 to `maximum`, with at most two decimals.")


@strawberry.input(description="Scores of one test.")
class RecordScoresInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    training_id: strawberry.ID = strawberry.field(description="The Training.")
    occasion: ScoreOccasion = strawberry.field(description="The test before the training, or the one after it.")
    maximum: Decimal = strawberry.field(description="The most that can be reached, up to 1000.")
    scores: list[ScoreInput] = strawberry.field(description="1 to 100; in place of what was entered before.")


@strawberry.type(description="What came of entering scores.")
class RecordScoresPayload:
    training: Training | None = planned(
        One(on=lambda p, r: r.id == p.key), "The training, whose enrolments show what was reached."
    )
    problems: list[Problem] = problems()


def _reached(enrolment_id: str, points: Number) -> Reached:
    return Reached(key_of("Enrolment", enrolment_id) or NOBODY, points)


@strawberry.type
class CertificateMutations:
    record_scores: RecordScoresPayload = mutation(
        "recordScores",
        record_scores,
        RecordScoresInput,
        Scope.TRAINING_WRITE,
        "Enters what people reached in the test before or after a training.",
        ids={"trainingId": "Training"},
        parts={"scores": _reached},
    )
    issue_certificates: IssueCertificatesPayload = mutation(
        "issueCertificates",
        issue_certificates,
        IssueCertificatesInput,
        Scope.TRAINING_WRITE,
        "Issues certificates to those who completed a training. Whoever has a conflict that is not settled gets none.",
        ids={"trainingId": "Training", "enrolmentIds": "Enrolment"},
    )
    revoke_certificate: RevokeCertificatePayload = mutation(
        "revokeCertificate",
        revoke_certificate,
        RevokeCertificateInput,
        Scope.TRAINING_WRITE,
        "Takes a certificate back: everyone who checks it is told so from then on.",
        ids={"certificateId": "Certificate"},
    )
