"""Tiers: how small a count may be shown, by whom it is about (design: dashboards, "Small counts")."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.rules.vocabulary import IndicatorDimension, Tier


class CutNotAllowed(ValueError):
    """Survivors of violence are never cut by site or by organisation."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one tier asks of a figure."""

    threshold: int
    """The largest count that is hidden, and how wide a hidden figure's interval is at the least. 0: all is shown."""
    base: int = 1
    """What is shown is a multiple of this."""
    hides_zero: bool = False
    """Whether 0 is hidden too, being 0 %. 100 % follows: the other parts are 0 then, and what says so is hidden."""
    needs_contributors: bool = False
    """Whether a figure needs several organisations behind it (rule 3)."""

    def is_small(self, count: int) -> bool:
        """This will be whether a count is hidden for what it is, whatever stands beside it."""
        return count <= self.threshold and (count > 0 or self.hides_zero)


RULES: dict[Tier, Rule] = {
    Tier.T1: Rule(threshold=10, hides_zero=True, needs_contributors=True),
    Tier.T2: Rule(threshold=7, base=5),
    Tier.T3: Rule(threshold=4),
    Tier.EXACT: Rule(threshold=0),
}

SITES = frozenset({IndicatorDimension.CROSSING_POINT, IndicatorDimension.ORGANIZATION_KIND})
"""Dimensions that lead to a door: which site, or what kind of organisation."""


def check_cuts(dimensions: Iterable[str], *, is_sgbv: bool) -> None:
    """This will raise CutNotAllowed where figures on violence would be cut by a site (rule 3)."""
    if is_sgbv and SITES.intersection(dimensions):
        raise CutNotAllowed
