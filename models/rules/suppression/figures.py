"""Figures: what a protected release shows, what it hides, and how little an attacker can tell of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.rules.suppression.cube import Cell, Cube, Key
from models.rules.vocabulary import Tier

MOST_DIMENSIONS = 3
"""By how many dimensions a release may be asked at once (core.graphql, IndicatorRelease.cells)."""


@dataclass(frozen=True, slots=True)
class Count:
    """A figure that is shown."""

    value: int
    rounded: bool


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A figure that is not shown. It does not say why: that alone would narrow it."""


Figure = Count | Suppressed
SUPPRESSED = Suppressed()


class NotProtected(Exception):
    """Some hidden figures could be told from what is shown or was released before."""

    def __init__(self, cells: tuple[Cell, ...]) -> None:
        super().__init__(f"{type(self).__doc__} {len(cells)} of them.")
        self.cells = cells


@dataclass(frozen=True, slots=True)
class Interval:
    """What an attacker cannot get below: two of the counts that a hidden cell may have, as all that is public allows.

    For each of the two there is a whole cube of integers that shows the same figures. The cell's true interval is at
    least this wide.
    """

    lower: int
    upper: int


@dataclass(frozen=True)
class Released:
    """What was released once, with what lies behind it: kept for the audit of every later release, shown to nobody."""

    cube: Cube
    tier: Tier
    hidden: frozenset[Cell]
    rounded: Mapping[Key, int] = field(default_factory=dict)
    """What each inner cell was rounded to, where the tier rounds: kept for good, or averaging would tell the count."""


@dataclass(frozen=True)
class Protected:
    """A release that may be approved."""

    released: Released
    figures: Mapping[Cell, Figure]
    """Every cell of at most three dimensions, at every level of their hierarchies, and the total."""
    audit: Mapping[Cell, Interval]
    """One entry for each hidden cell."""
    signatories: Mapping[str, frozenset[Cell]]
    """Below T1: who stands alone behind which shown figures, and signs before they are approved (rule 3)."""

    def figure(self, cell: Mapping[str, str]) -> Figure:
        """This will be the figure of a cell named by dimension and value; KeyError where the cube has no such cell."""
        canonical = self.released.cube.canonical(cell)
        return Count(0, rounded=False) if canonical is None else self.figures[canonical]
