"""When a training counts as completed: enough of its sessions attended, and the post-test passed where there is one.

Attended, completed and unique people are three figures (design: training); none stands for another.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from models.rules.vocabulary import AttendanceStatus

WAS_THERE = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY})
"""Someone who was seen there, for however long."""
COUNTS = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.LATE})
"""A session that counts towards completion: who left early missed its end; an excuse explains an absence, no more."""
WHOLE = 100

Session = TypeVar("Session", bound=Hashable)
Person = TypeVar("Person", bound=Hashable)


class NoSuchRule(ValueError):
    """A share and a mark are whole percents from 0 to 100, and the share is not 0."""


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """What a course asks for. Raises NoSuchRule."""

    share: int = 80
    """Of the training's sessions, in percent, 1 to 100."""
    pass_mark: int | None = None
    """Of the post-test, in percent of its maximum, 0 to 100; None: the course has no test."""

    def __post_init__(self) -> None:
        if not 0 < self.share <= WHOLE or not (self.pass_mark is None or 0 <= self.pass_mark <= WHOLE):
            raise NoSuchRule

    def required(self, sessions: int) -> int:
        """How many of so many sessions are asked for: the share, rounded up."""
        return -(-self.share * sessions // WHOLE)


@dataclass(frozen=True, slots=True)
class Completion:
    """What one person did of one training, against its rule."""

    sessions: int
    """Of the training."""
    counted: int
    """Of these, those that count."""
    attended: bool
    """Was seen at one session at least."""
    enough: bool
    """Reaches the share of sessions."""
    passed: bool | None
    """The post-test; None where the course has none, or the person has not sat it."""
    completed: bool
    """Reaches everything the rule asks for."""


def completion(
    rule: CompletionRule,
    sessions: Collection[Session],
    attended: Mapping[Session, AttendanceStatus],
    *,
    post_test: Fraction | None = None,
) -> Completion:
    """This will judge one person's attendance. `post_test`: the share of the maximum reached, 0 to 1; None: not sat.

    Attendance of a session that is not of the training counts for nothing, and a training without sessions is completed
    by nobody. Nothing is rounded: four sessions of five are exactly 80 percent.
    """
    statuses = [attended[session] for session in set(sessions) if session in attended]
    held, counted = len(set(sessions)), sum(status in COUNTS for status in statuses)
    enough = held > 0 and counted >= rule.required(held)
    passed = None if rule.pass_mark is None or post_test is None else post_test * WHOLE >= rule.pass_mark
    return Completion(
        sessions=held,
        counted=counted,
        attended=any(status in WAS_THERE for status in statuses),
        enough=enough,
        passed=passed,
        completed=enough and (rule.pass_mark is None or passed is True),
    )


@dataclass(frozen=True, slots=True)
class TrainedFigures(Generic[Person]):
    """The three figures of one or more trainings. Someone trained twice attended twice and is one person."""

    attended: int
    """Times that someone was there for any part of a training."""
    completed: int
    """Times that someone completed one."""
    people: frozenset[Person]
    """Who attended at least one."""

    @property
    def unique_people(self) -> int:
        return len(self.people)


def trained_figures(outcomes: Iterable[tuple[Person, Completion]]) -> TrainedFigures[Person]:
    """This will count outcomes, one for each person and training; whoever never came is in no figure."""
    there = [(person, outcome) for person, outcome in outcomes if outcome.attended]
    return TrainedFigures(
        attended=len(there),
        completed=sum(outcome.completed for _, outcome in there),
        people=frozenset(person for person, _ in there),
    )
