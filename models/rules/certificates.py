"""To whom a certificate is due, and why to others it is not."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from models.rules.completion import Completion, CompletionRule, completion
from models.rules.problems import Refusal
from models.rules.vocabulary import AttendanceStatus, ProblemCode

Key = TypeVar("Key", bound=Hashable)
NOT_COMPLETED = "This person has not completed the training."
NOT_SETTLED = "What was recorded of this person is in conflict: settle it first."


@dataclass(frozen=True, slots=True)
class Standing:
    """How someone stands before a certificate."""

    completion: Completion
    unsettled: bool
    """A conflict waits for a person to settle it: until then nobody knows what was completed."""
    certified: bool
    """There is a certificate that was not revoked."""

    @property
    def due(self) -> bool:
        return self.completion.completed and not self.unsettled and not self.certified


def judged(
    rule: CompletionRule,
    sessions: Collection[Key],
    attended: Mapping[Key, AttendanceStatus],
    *,
    post_test: Fraction | None,
    unsettled: bool,
    certified: bool,
) -> Standing:
    """This will say how someone stands. `post_test`: as for `completion`."""
    return Standing(completion(rule, sessions, attended, post_test=post_test), unsettled, certified)


def check_over(ends_at: datetime | None, *, now: datetime) -> Refusal | None:
    """A training is judged once its last session has ended. `ends_at`: when; None where it has no session."""
    if ends_at is None:
        return Refusal(ProblemCode.NOT_ELIGIBLE, "The training has no session that one could attend.", ("trainingId",))
    if now < ends_at:
        until = ends_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return Refusal(ProblemCode.NOT_ELIGIBLE, f"The training goes on until {until}.", ("trainingId",))
    return None


def check_some(standings: Iterable[Standing]) -> Refusal | None:
    """Where nobody is named, a certificate must be due to someone; or everyone who completed it has one."""
    found = list(standings)
    if any(standing.due or standing.certified for standing in found):
        return None
    if any(standing.completion.completed for standing in found):
        return Refusal(ProblemCode.NOT_ELIGIBLE, NOT_SETTLED, ("trainingId",))
    return Refusal(ProblemCode.NOT_ELIGIBLE, "Nobody has completed the training.", ("trainingId",))


def check_each(wanted: Sequence[Key], standings: Mapping[Key, Standing]) -> list[Refusal]:
    """Where people are named, a certificate must be due to each, or have been issued. One refusal for each other."""
    refusals = []
    for position, key in enumerate(wanted):
        field, standing = ("enrolmentIds", str(position)), standings.get(key)
        if standing is None:
            refusals.append(Refusal(ProblemCode.NOT_FOUND, "There is no such enrolment in the training.", field))
        elif not standing.due and not standing.certified:
            message = NOT_SETTLED if standing.unsettled else NOT_COMPLETED
            refusals.append(Refusal(ProblemCode.NOT_ELIGIBLE, message, field))
    return refusals


class Validity(StrEnum):
    """What someone who checks a certificate is told, the gravest first."""

    REVOKED = "REVOKED"
    NOT_PROVED = "NOT_PROVED"
    "It was signed, and the signature is not right."
    UNSIGNED = "UNSIGNED"
    "It was issued seconds ago."
    EXPIRED = "EXPIRED"
    VALID = "VALID"


def validity(
    *, proved: bool | None, revoked_at: datetime | None, valid_until: datetime | None, now: datetime
) -> Validity:
    """This will say what a certificate is worth at `now`. `proved`: whether its signature is right; None: unsigned."""
    if revoked_at is not None:
        return Validity.REVOKED
    if proved is None:
        return Validity.UNSIGNED
    if not proved:
        return Validity.NOT_PROVED
    return Validity.EXPIRED if valid_until is not None and valid_until <= now else Validity.VALID
