"""Suppression of small counts: which figures of a release may be shown (design: dashboards).

Give `protect` the release's canonical cube, its tier and everything that was released before of the same population:
the same indicator, each with the true cube it was made from. It will answer a figure for every cell of at most three
dimensions, or raise NotProtected. Keep `Protected.released` (inner counts, hidden cells, inner rounding) where no
viewer reads: the next release of the indicator is audited together with it. docs/decisions/suppression.md says why.

    month = Dimension("MONTH", ("2026-01", "2026-02", "2026-03"), quarter, {"2026-01": "2026-Q1", ...})
    sex = Dimension("SEX", tuple(Sex))
    protected = protect(Cube((month, sex), {("2026-01", "FEMALE"): 12, ...}), Tier.T2, released=[...])
    protected.figure({"SEX": "FEMALE"})         # Count(value=10, rounded=True) or Suppressed()
    protected.audit[(("SEX", "OTHER"),)]        # Interval(lower=0, upper=40)
    protected.signatories                       # {organisation: cells}

A monthly release has the dimension MONTH with its one value; a quarterly one has the three months within QUARTER.
"""

from models.rules.suppression.cube import BadCube, Cell, Cube, Dimension, Key
from models.rules.suppression.figures import (
    SUPPRESSED,
    Count,
    Figure,
    Interval,
    NotProtected,
    Protected,
    Released,
    Suppressed,
)  # fmt: skip
from models.rules.suppression.protect import protect
from models.rules.suppression.tiers import RULES, CutNotAllowed, Rule, check_cuts

__all__ = [
    "RULES", "SUPPRESSED", "BadCube", "Cell", "Count", "Cube", "CutNotAllowed", "Dimension", "Figure", "Interval",
    "Key", "NotProtected", "Protected", "Released", "Rule", "Suppressed", "check_cuts", "protect",
]  # fmt: skip
