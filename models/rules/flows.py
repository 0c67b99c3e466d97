"""Counts at the border: what one may say, how a total without all its parts is read, and how a count is corrected.

Observed (passers-by counted) and registered (people recorded) are two series and never added. One person stands in at
most one part of a count; what is not known of them is UNKNOWN (domain.md, Flows at the border).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models.rules.problems import Refusal
from models.rules.vocabulary import AgeGroup, FlowSeries, ProblemCode, ReturnType, Sex

MOST_AT_ONCE = 100
"""Counts that one mutation takes."""
MOST_PEOPLE = 1_000_000
"""At one crossing point on one day: more is a slip of the pen, not a crowd."""
EARLIEST = date(2000, 1, 1)
"""A count of a day before is a slip of the pen too."""
LONGEST_REASON = 500
"""Signs of the reason for a correction."""


@dataclass(frozen=True, slots=True)
class FlowPart:
    """Some of the people counted, alike in what is known of them."""

    return_type: ReturnType
    sex: Sex
    age_group: AgeGroup
    count: int

    @property
    def cell(self) -> tuple[ReturnType, Sex, AgeGroup]:
        return self.return_type, self.sex, self.age_group


@dataclass(frozen=True, slots=True)
class FlowCount:
    """What an organisation counted at one crossing point on one day, in one series."""

    crossing_point_id: UUID
    day: date
    series: FlowSeries
    total: int | None = None
    """None where nobody counted a total: it is then the sum of the parts."""
    parts: tuple[FlowPart, ...] = ()
    corrects: int | None = None
    """The version that this one takes the place of; None for a first count."""
    reason: str | None = None
    """Why it was corrected."""

    @property
    def key(self) -> tuple[UUID, date, FlowSeries]:
        """What there is one count of, in an organisation."""
        return self.crossing_point_id, self.day, self.series

    @property
    def residual(self) -> int:
        """Those in the total whom no part tells of: shown as UNKNOWN, never shared out among the parts."""
        return 0 if self.total is None else self.total - sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known where a count is to be written."""

    is_crossing_point: bool
    """False for another kind of place, for one that may not be seen, and for none at all."""
    today: date
    """At the crossing point."""
    version: int | None
    """Of the count that stands; None where the day was not counted yet."""


def check_together(counts: Sequence[FlowCount], *, most: int = MOST_AT_ONCE) -> Refusal | None:
    """This will refuse too many counts at once, and none at all."""
    if 0 < len(counts) <= most:
        return None
    return _invalid(f"Give 1 to {most:,} counts at once.", "rows")


def check_said(counts: Sequence[FlowCount]) -> Iterator[tuple[int, Refusal]]:
    """This will refuse what counts deny by themselves; each refusal with the position of its count."""
    first: dict[tuple[UUID, date, FlowSeries], int] = {}
    for position, count in enumerate(counts):
        before = first.setdefault(count.key, position)
        if before != position:
            message = f"Row {before + 1} counts the same crossing point, day and series: join the two."
            yield position, _invalid(message)
        for refusal in _of_one(count):
            yield position, refusal


def check_standing(count: FlowCount, standing: Standing) -> Refusal | None:
    """This will refuse a count elsewhere than at a crossing point, of a day that is not over, or already counted.

    A correction names the version it corrects, so that whoever was faster is not overruled.
    """
    if not standing.is_crossing_point:
        return Refusal(ProblemCode.NOT_FOUND, "There is no such crossing point.", ("crossingPointId",))
    if count.day > standing.today:
        return _invalid("This day is still to come.", "day")
    if count.day == standing.today:
        return _invalid("This day is not over at the crossing point: enter its count tomorrow.", "day")
    if count.corrects == standing.version:
        return None
    if standing.version is None:
        return Refusal(ProblemCode.STALE_VERSION, "This was not counted before: leave out what it corrects.", _CORRECTS)
    if count.corrects is None:
        message = f"This was counted before. To correct it, say that it corrects version {standing.version}, and why."
        return Refusal(ProblemCode.STALE_VERSION, message, _CORRECTS)
    message = f"Version {standing.version} stands by now: look at it before you correct it."
    return Refusal(ProblemCode.STALE_VERSION, message, _CORRECTS)


def _of_one(count: FlowCount) -> Iterator[Refusal]:
    if count.day < EARLIEST:
        yield _invalid(f"Counts begin in {EARLIEST.year}: is the year right?", "day")
    if count.total is None and not count.parts:
        yield _invalid("Give the total, or the parts, or both; a total of 0 where nobody passed.", "total")
    if count.total is not None and not 0 <= count.total <= MOST_PEOPLE:
        yield _invalid(_NUMBER, "total")
    yield from _of_parts(count)
    if count.corrects is not None and not (count.reason or "").strip():
        yield _invalid("Say why it is corrected.", "reason")
    if count.corrects is None and count.reason is not None:
        yield _invalid("A first count has no reason: say which version it corrects, or leave the reason out.", "reason")
    if count.reason is not None and len(count.reason) > LONGEST_REASON:
        yield _invalid(f"This has at most {LONGEST_REASON} signs.", "reason")


def _of_parts(count: FlowCount) -> Iterator[Refusal]:
    seen: set[tuple[ReturnType, Sex, AgeGroup]] = set()
    sound = True
    for position, part in enumerate(count.parts):
        if not 0 <= part.count <= MOST_PEOPLE:
            sound = False
            yield _invalid(_NUMBER, "parts", str(position), "count")
        if part.cell in seen:
            yield _invalid("This part is given twice: join the two.", "parts", str(position))
        seen.add(part.cell)
    if sound and count.total is not None and 0 <= count.total <= MOST_PEOPLE and count.residual < 0:
        message = f"The parts are {-count.residual} more than the total of {count.total}: nobody is in two parts."
        yield _invalid(message, "total")


_CORRECTS = ("corrects",)
_NUMBER = f"A number of people is 0 to {MOST_PEOPLE:,}."


def _invalid(message: str, *field: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, message, field or None)
