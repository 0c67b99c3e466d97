"""Entering and correcting counts at the border, in the graph."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import strawberry

from actions.flows import record_border_flow
from auth.scopes import Scope
from models.rules.flows import FlowCount, FlowPart
from models.rules.vocabulary import AgeGroup, FlowSeries, ReturnType, Sex
from planner.fields import Many, planned
from planner.ids import key_of
from resolvers.flows import BorderFlow
from resolvers.problems import Problem, problems
from resolvers.scalars import Date
from resolvers.writes.act import NOBODY, mutation, spelled
from resolvers.writes.inputs import KEY, optional


@strawberry.input(description="Some of the people counted, alike in what is known of them. One person is in one part.")
class BorderFlowPartInput:
    return_type: ReturnType | None = optional("How they came back; UNKNOWN where nothing is said.")
    sex: Sex | None = optional("Their sex; UNKNOWN where nothing is said.")
    age_group: AgeGroup | None = optional("Their age group; UNKNOWN where nothing is said.")
    count: int = strawberry.field(description="How many people, 0 to 1,000,000.")


@strawberry.input(description="What was counted at one crossing point on one day, in one series.")
class BorderFlowInput:
    crossing_point_id: strawberry.ID = strawberry.field(description="Where: a Location of kind CROSSING_POINT.")
    day: Date = strawberry.field(description="A day that is over at the crossing point.")
    series: FlowSeries = strawberry.field(description="Passers-by counted, or people recorded: never to be added.")
    total: int | None = optional("All who were counted. What the parts leave of it is kept as UNKNOWN.")
    parts: list[BorderFlowPartInput] | None = optional("Up to 100 parts; each combination once. Without them, a total.")
    corrects: int | None = optional("The version that stands, where this day was counted before; else left out.")
    reason: str | None = optional("Why it is corrected, up to 500 signs; asked for with `corrects`, and only then.")


@strawberry.input(description="Counts to enter or correct: all of them are kept, or none.")
class RecordBorderFlowInput:
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    rows: list[BorderFlowInput] = strawberry.field(description="1 to 100 counts. A problem names its row, from 0.")


@strawberry.type(description="What came of entering counts.")
class RecordBorderFlowPayload:
    flows: list[BorderFlow] = planned(
        Many(on=lambda p, r: r.sheet_id == p.key, order=lambda r: [r.day, r.location_id, r.series]),
        "The counts as they are kept; none where there is a problem.",
    )
    problems: list[Problem] = problems()


def _count(
    crossing_point_id: str, day: date, series: FlowSeries, parts: Sequence[Mapping[str, Any]] | None = None, **said: Any
) -> FlowCount:
    key = key_of("Location", crossing_point_id) or NOBODY
    return FlowCount(key, day, series, parts=tuple(_part(**spelled(part)) for part in parts or ()), **said)


def _part(
    count: int,
    return_type: ReturnType | None = None,
    sex: Sex | None = None,
    age_group: AgeGroup | None = None,
) -> FlowPart:
    return FlowPart(return_type or ReturnType.UNKNOWN, sex or Sex.UNKNOWN, age_group or AgeGroup.UNKNOWN, count)


@strawberry.type
class FlowMutations:
    record_border_flow: RecordBorderFlowPayload = mutation(
        "recordBorderFlow",
        record_border_flow,
        RecordBorderFlowInput,
        Scope.FLOWS_WRITE,
        "Enters counts at the border, or corrects them: a newer version takes the place of the one that stands.",
        parts={"rows": _count},
    )
