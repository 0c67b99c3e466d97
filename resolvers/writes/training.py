"""Planning trainings and enrolling people in them, in the graph."""

from collections.abc import Mapping
from typing import Any

import strawberry
from sqlalchemy import and_, select

from actions.enrolling import Named, enrol_participants, withdraw_enrolment
from actions.planning import plan_training
from actions.walk_ins import enrol_walk_in
from auth.scopes import Scope
from models.rules.rosters import Entrant
from models.rules.trainings import PlannedSession
from models.rules.vocabulary import AgeGroup, ParticipantKind, Sex
from models.training import Enrolment as Enrolled
from planner.fields import Many, One, planned
from planner.ids import key_of
from resolvers.problems import Problem, problems
from resolvers.scalars import DateTime
from resolvers.training import Enrolment, Training
from resolvers.writes.act import NOBODY, mutation
from resolvers.writes.inputs import KEY, optional

ENROLMENT = Enrolled.__table__


@strawberry.input(description="One session that is planned.")
class PlannedSessionInput:
    starts_at: DateTime = strawberry.field(description="When it starts.")
    ends_at: DateTime = strawberry.field(description="When it ends, within 12 hours.")
    time_zone: str = strawberry.field(description="Of its place: an IANA name, such as America/Port-au-Prince.")


@strawberry.input(description="A training that is planned.")
class PlanTrainingInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    course_id: strawberry.ID = strawberry.field(description="The Course; its version of the first day is taught.")
    code: str = strawberry.field(description="3 to 40 capitals, digits and hyphens; of no other training.")
    sessions: list[PlannedSessionInput] = strawberry.field(description="1 to 60, none at the same time as another.")
    location_id: strawberry.ID | None = optional("At which Location.")
    donor_id: strawberry.ID | None = optional("The Organization that pays for it.")
    languages: list[str] | None = optional("Languages it is given in, BCP 47.")


@strawberry.type(description="What came of planning a training.")
class PlanTrainingPayload:
    training: Training | None = planned(One(on=lambda p, r: r.id == p.key), "The training.")
    problems: list[Problem] = problems()


@strawberry.input(description="Someone to be enrolled, as on the day.")
class ParticipantInput:
    name: str = strawberry.field(description="As the person writes it, up to 200 signs.")
    sex: Sex = strawberry.field(description="As the person says.")
    kind: ParticipantKind = strawberry.field(description="For whom the person works, in kind.")
    age_group: AgeGroup | None = optional("UNKNOWN where nothing is said.")
    position: str | None = optional("What the person does there, up to 200 signs.")
    organization_name: str | None = optional("The employer; a partner of the network by its name or its slug.")
    pcode: str | None = optional("Where the person works: an Area's P-code.")
    same_as_id: strawberry.ID | None = optional(
        "An earlier Enrolment of the same person, so that figures count one person."
    )


@strawberry.input(description="Someone who walks in.")
class WalkInInput(ParticipantInput):
    token: str | None = optional(
        "The token that the recording device made for this person: what it recorded by it is then theirs."
    )


@strawberry.input(description="A list of people to be enrolled: all of them, or none.")
class EnrolParticipantsInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    training_id: strawberry.ID = strawberry.field(description="A Training of one's own.")
    participants: list[ParticipantInput] = strawberry.field(description="1 to 100. A problem names its entry, from 0.")


@strawberry.input(description="Someone to be enrolled on the day.")
class EnrolWalkInInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    training_id: strawberry.ID = strawberry.field(description="A Training of one's own.")
    participant: WalkInInput = strawberry.field(description="Who.")


def _together() -> Any:
    """Those that were enrolled in one act."""

    def on(payload: Any, enrolment: Any) -> Any:
        first = ENROLMENT.alias("first_enrolment")
        of_first = select(first.c.id).where(
            first.c.id == payload.key,
            and_(first.c.training_id == enrolment.training_id, first.c.enrolled_at == enrolment.enrolled_at),
        )
        return of_first.correlate_except(first).exists()

    return planned(
        Many(on=on, order=lambda r: [r.enrolled_at, r.id]),
        "Those enrolled, with their tokens; none where there is a problem.",
    )


@strawberry.type(description="What came of enrolling a list.")
class EnrolParticipantsPayload:
    enrolments: list[Enrolment] = _together()
    problems: list[Problem] = problems()


@strawberry.type(description="What came of enrolling someone who walked in.")
class EnrolWalkInPayload:
    enrolment: Enrolment | None = planned(One(on=lambda p, r: r.id == p.key), "The enrolment, with its token.")
    problems: list[Problem] = problems()


@strawberry.input(description="Who takes part no more.")
class WithdrawEnrolmentInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    enrolment_id: strawberry.ID = strawberry.field(description="The Enrolment; what was recorded of it stays.")


@strawberry.type(description="What came of withdrawing an enrolment.")
class WithdrawEnrolmentPayload:
    enrolment: Enrolment | None = planned(One(on=lambda p, r: r.id == p.key), "The enrolment, withdrawn.")
    problems: list[Problem] = problems()


def _named(
    name: str,
    sex: Sex,
    kind: ParticipantKind,
    age_group: AgeGroup | None = None,
    organization_name: str | None = None,
    same_as_id: str | None = None,
    token: str | None = None,
    **texts: str | None,
) -> Named:
    said = {key: _trimmed(text) for key, text in texts.items()}
    entrant = Entrant(
        name=_trimmed(name) or "",
        sex=sex,
        kind=kind,
        age_group=age_group or AgeGroup.UNKNOWN,
        employer=_trimmed(organization_name),
        **said,
    )
    return Named(entrant, None if same_as_id is None else key_of("Enrolment", same_as_id) or NOBODY, token)


def _trimmed(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


PARTS: Mapping[str, Any] = {"participants": _named, "participant": _named}


@strawberry.type
class TrainingMutations:
    plan_training: PlanTrainingPayload = mutation(
        "planTraining",
        plan_training,
        PlanTrainingInput,
        Scope.TRAINING_WRITE,
        "Plans a training of the viewer's organisation.",
        ids={"courseId": "Course", "locationId": "Location", "donorId": "Organization"},
        parts={"sessions": PlannedSession},
    )
    enrol_participants: EnrolParticipantsPayload = mutation(
        "enrolParticipants",
        enrol_participants,
        EnrolParticipantsInput,
        Scope.TRAINING_WRITE,
        "Enrols people in a training: each gets a token and a PIN to be recorded by.",
        ids={"trainingId": "Training"},
        parts=PARTS,
    )
    enrol_walk_in: EnrolWalkInPayload = mutation(
        "enrolWalkIn",
        enrol_walk_in,
        EnrolWalkInInput,
        Scope.TRAINING_WRITE,
        "Enrols someone who walks in, and matches what was recorded of them before.",
        ids={"trainingId": "Training"},
        parts=PARTS,
    )
    withdraw_enrolment: WithdrawEnrolmentPayload = mutation(
        "withdrawEnrolment",
        withdraw_enrolment,
        WithdrawEnrolmentInput,
        Scope.TRAINING_WRITE,
        "Lets someone take part in a training no more.",
        ids={"enrolmentId": "Enrolment"},
    )
