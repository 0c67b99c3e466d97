"""Rounding: each inner cell goes to a multiple beside it, chosen so that the sums people read stay near the truth.

Rounding each to the nearest would do for a table of large cells. In a cube of many dimensions most inner cells are
ones and twos, and all of them would go the same way: totals, being sums of rounded cells, would be far off.
"""

import numpy as np
from scipy import sparse

from models.rules.suppression.grid import Integers

MOST_PASSES = 30


def rounded(counts: Integers, sums: sparse.csr_array, weights: Integers, *, base: int, fixed: Integers) -> Integers:
    """This will be each inner cell's count as a number of `base`s: a neighbour of the true count, itself if a multiple.

    `sums` (cells x inner) and `weights` (cells) say which sums should stay near. `fixed` holds what an inner cell was
    rounded to in an earlier release, or -1: that never changes. Deterministic; no noise (rule 5).
    """
    below = counts // base
    free = np.flatnonzero((fixed < 0) & (counts % base > 0))
    result = np.where(fixed < 0, below, fixed)
    # The remainder is carried from cell to cell: the total ends within half a base before anything is improved.
    carried = np.rint(np.cumsum((counts % base)[free]) / base).astype(np.int64)
    result[free] += np.diff(carried, prepend=0)
    away = sums @ (result * base - counts)
    columns = sums.tocsc()
    for _ in range(MOST_PASSES):
        changed = False
        for cell in free:
            rows = columns.indices[columns.indptr[cell] : columns.indptr[cell + 1]]
            step = base if result[cell] == below[cell] else -base
            if (weights[rows] * (2 * step * away[rows] + step * step)).sum() < 0:
                result[cell] += step // base
                away[rows] += step
                changed = True
        if not changed:
            break
    return result
