"""Moves: ways to change inner cells that no shown figure tells apart, found by linear programming (HiGHS)."""

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from models.rules.suppression.grid import Integers

RETRIES = 2
NODES = 200
"""Branches that an integer programme may open before it gives up: a count, not a time, so that it repeats itself."""
NEAR = 1e-6


class Moves:
    """The linear programmes over one set of shown figures."""

    def __init__(self, shown: sparse.csr_array, units: Integers) -> None:
        """`shown`: rows x unknowns of the shown figures. `units`: the unknowns, which a move must leave at zero or above."""
        self._shown = shown
        self._split = sparse.csr_array(sparse.hstack([shown, -shown]))
        self._width = len(units)
        self._units = units
        self._bounds = np.column_stack(
            [np.zeros(2 * self._width), np.concatenate([np.full(self._width, np.inf), units])]
        )
        self._random = np.random.default_rng(1)

    def find(self, row: sparse.csr_array, goal: int) -> Integers | None:
        """This will be a change of the unknowns that moves `row` by `goal` (either sign) or further; None: none is there.

        The smallest change is asked for: small changes are nearly always whole numbers, and serve other rows too.
        """
        towards = sparse.csr_array(sparse.hstack([row, -row])) * (1 if goal > 0 else -1)
        for attempt in range(1 + RETRIES):
            cost = np.ones(2 * self._width) if attempt == 0 else 1 + self._random.random(2 * self._width)
            found = linprog(
                cost, A_ub=-towards, b_ub=[-abs(goal)], A_eq=self._split, b_eq=np.zeros(self._shown.shape[0]),
                bounds=self._bounds, method="highs-ds",
            )  # fmt: skip
            if found.x is None:
                return None
            if (np.abs(found.x - np.rint(found.x)) < NEAR).all():
                return self._joined(found.x)
        whole = milp(
            np.ones(2 * self._width), integrality=np.ones(2 * self._width), bounds=Bounds(*self._bounds.T),
            constraints=[LinearConstraint(self._split, 0, 0), LinearConstraint(towards, abs(goal), np.inf)],
            options={"node_limit": NODES, "mip_rel_gap": 1.0},
        )  # fmt: skip
        return None if whole.x is None else self._joined(whole.x)

    def farthest(self, row: sparse.csr_array, sign: int) -> tuple[int, Integers]:
        """This will be how far `row` could move in the direction of `sign`, and which shown figures hold it there."""
        found = linprog(
            -sign * row.toarray()[0], A_eq=self._shown, b_eq=self._shown @ self._units,
            bounds=(0, None), method="highs-ds",
        )  # fmt: skip
        if found.x is None:
            return 2**31, np.zeros(0, dtype=np.int64)
        holding = np.flatnonzero(np.abs(found.eqlin.marginals) > NEAR)
        return int(np.floor(sign * (row @ found.x - row @ self._units)[0] + NEAR)), holding

    def _joined(self, split: "np.typing.NDArray[np.float64]") -> Integers:
        whole = np.rint(split).astype(np.int64)
        return whole[: self._width] - whole[self._width :]
