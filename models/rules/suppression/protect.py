"""Protect: the five rules in order, from the true counts of one release to the figures that may be shown."""

from collections.abc import Sequence

from models.rules.suppression.cube import Cube
from models.rules.suppression.figures import Protected, Released
from models.rules.vocabulary import Tier


def protect(cube: Cube, tier: Tier, *, released: Sequence[Released] = ()) -> Protected:
    """This will decide every figure of a release, so that no hidden one can be told from all that was ever released.

    `released` is everything released before of the same population, on the same dimensions and tier, in any order;
    a restatement takes nothing out of it. Loads numpy and scipy when first called, and takes seconds for a large cube
    (docs/decisions/suppression.md). Raises NotProtected; BadCube where a release is of another population.
    """
    from models.rules.suppression.rules import apply

    return apply(cube, tier, released)
