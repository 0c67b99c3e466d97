"""Saying whether one's own services have room, in the graph."""

import strawberry

from actions.directory import report_capacity
from auth.scopes import Scope
from models.rules.vocabulary import CapacityState
from planner.fields import One, planned
from resolvers.directory import Service
from resolvers.problems import Problem, problems
from resolvers.writes.act import mutation
from resolvers.writes.inputs import KEY, optional


@strawberry.input(description="Whether a service has room; believed for 24 hours.")
class ReportCapacityInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    service_id: strawberry.ID = strawberry.field(description="The Service, of the viewer's organisation.")
    location_id: strawberry.ID | None = optional("At which Location; null for all its places together.")
    state: CapacityState = strawberry.field(description="Whether there is room.")
    available: int | None = optional("Places free, 0 or more; at least one where AVAILABLE, none where FULL.")
    maximum: int | None = optional("Places in all, 0 or more.")


@strawberry.type(description="What came of reporting a capacity.")
class ReportCapacityPayload:
    service: Service | None = planned(One(on=lambda p, r: r.id == p.key), "The service, with its capacity.")
    problems: list[Problem] = problems()


@strawberry.type
class DirectoryMutations:
    report_capacity: ReportCapacityPayload = mutation(
        "reportCapacity",
        report_capacity,
        ReportCapacityInput,
        Scope.DIRECTORY_WRITE,
        "Says whether a service of one's own has room.",
        ids={"serviceId": "Service", "locationId": "Location"},
    )
