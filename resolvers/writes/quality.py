"""Saying otherwise of a service than its sources do, making one of two, and two of one, in the graph."""

import strawberry

from actions.directory_merging import keep_apart, merge_records, split_records
from actions.directory_overrides import lift_override, override_service
from auth.scopes import Scope
from models.rules.vocabulary import ServiceCategory, ServiceStatus
from planner.fields import One, planned
from resolvers.directory import Service
from resolvers.duplicates import Duplicate
from resolvers.problems import Problem, problems
from resolvers.scalars import Date
from resolvers.writes.act import mutation
from resolvers.writes.imports import TextInput
from resolvers.writes.inputs import KEY, optional

EMPTY = " An empty list says that there is nothing."


@strawberry.input(
    description="What is to stand of a service, whatever its sources say. What is left out or null is theirs to say."
)
class OverrideServiceInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    service_id: strawberry.ID = strawberry.field(description="The Service.")
    reason: str = strawberry.field(description="Why, up to 4,000 signs.")
    names: list[TextInput] | None = optional("Its name, in each of some languages; in others it stays as it is.")
    descriptions: list[TextInput] | None = optional("What it does." + EMPTY)
    eligibility_notes: list[TextInput] | None = optional("Whom it is for, in words." + EMPTY)
    alerts: list[TextInput] | None = optional("What whoever comes must know first." + EMPTY)
    fees: list[TextInput] | None = optional("What it costs, in words." + EMPTY)
    application: list[TextInput] | None = optional("How one comes to be served." + EMPTY)
    category: ServiceCategory | None = optional("The coarse kind of service; never SAFE_HOUSE.")
    languages: list[str] | None = optional("Languages spoken, BCP 47.")
    minimum_age: int | None = optional("Years, inclusive.")
    maximum_age: int | None = optional("Years, inclusive.")
    status: ServiceStatus | None = optional("Whether it is given.")
    website: str | None = optional("Its address on the web; empty: none.")
    email: str | None = optional("Its e-mail address; empty: none.")
    valid_from: Date | None = optional("The first day on which it is given.")
    valid_to: Date | None = optional("The last.")


@strawberry.input(description="Of what a service's sources are to speak again.")
class LiftOverrideInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    service_id: strawberry.ID = strawberry.field(description="The Service.")
    fields: list[str] | None = optional("By their names in OverrideServiceInput, such as minimumAge; null: all.")


@strawberry.input(description="Which two services are one.")
class MergeRecordsInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    kept_id: strawberry.ID = strawberry.field(description="The Service that stays.")
    merged_id: strawberry.ID = strawberry.field(description="The Service that is joined to it and answers null after.")


@strawberry.input(description="Which service is to stand by itself again.")
class SplitRecordsInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    merged_id: strawberry.ID = strawberry.field(description="The id of the Service that was merged into another.")


@strawberry.input(description="Which two are two.")
class KeepApartInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    duplicate_id: strawberry.ID = strawberry.field(description="The Duplicate.")


@strawberry.type(description="What came of a decision on a service.")
class ServiceDecisionPayload:
    service: Service | None = planned(One(on=lambda p, r: r.id == p.key), "The service, as it is now.")
    problems: list[Problem] = problems()


@strawberry.type(description="What came of keeping two apart.")
class KeepApartPayload:
    duplicate: Duplicate | None = planned(One(on=lambda p, r: r.id == p.key), "The pair, as it is now.")
    problems: list[Problem] = problems()


@strawberry.type
class QualityMutations:
    override_service: ServiceDecisionPayload = mutation(
        "overrideService",
        override_service,
        OverrideServiceInput,
        Scope.DIRECTORY_WRITE,
        "Says otherwise of a service than its sources do, until lifted; no reading of a source undoes it. By stewards,"
        " and by its organisation's directory editors.",
        ids={"serviceId": "Service"},
    )
    lift_override: ServiceDecisionPayload = mutation(
        "liftOverride",
        lift_override,
        LiftOverrideInput,
        Scope.DIRECTORY_WRITE,
        "Lets a service's sources speak again. By stewards, and by its organisation's directory editors.",
        ids={"serviceId": "Service"},
    )
    merge_records: ServiceDecisionPayload = mutation(
        "mergeRecords",
        merge_records,
        MergeRecordsInput,
        Scope.DIRECTORY_WRITE,
        "Makes one of two services of different sources, by stewards. Both sources tell of the kept one from then on;"
        " the feed says that the other was merged into it.",
        ids={"keptId": "Service", "mergedId": "Service"},
    )
    split_records: ServiceDecisionPayload = mutation(
        "splitRecords",
        split_records,
        SplitRecordsInput,
        Scope.DIRECTORY_WRITE,
        "Makes two again of a service and the one merged into it, by stewards; answers with that one.",
        ids={"mergedId": "Service"},
    )
    keep_apart: KeepApartPayload = mutation(
        "keepApart",
        keep_apart,
        KeepApartInput,
        Scope.DIRECTORY_WRITE,
        "Says that two services that look alike are two, by stewards: they are not proposed again.",
        ids={"duplicateId": "Duplicate"},
    )
