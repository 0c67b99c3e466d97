"""Moves: ways to change inner cells that no shown figure tells apart, found by linear programming (HiGHS)."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from models.rules.suppression.grid import Integers

Numbers = NDArray[np.float64]

EFFORT = {"node_limit": 200, "mip_rel_gap": 0.5}
"""How hard a programme in whole numbers is tried: a count of branches, not a time, so that it repeats itself."""
NEAR = 1e-6
UNBOUNDED = 2**31


class Moves:
    """The linear programmes over one set of shown figures."""

    def __init__(self, shown: sparse.csr_array, units: Integers, *, whole: bool) -> None:
        """`shown`: shown figures x unknowns. `units`: the unknowns, which no move may take below zero.

        `whole`: a move is made of whole numbers, or it is none.
        """
        self._shown, self._units, self._whole = shown, units, whole
        self._width = len(units)
        self._split = sparse.csr_array(sparse.hstack([shown, -shown]))
        self._room = np.concatenate([np.full(self._width, np.inf), units])
        self.programmes = 0

    def widen(self, rows: sparse.csr_array, wanted: Integers) -> Numbers | None:
        """This will be one change that moves many rows at once, each as far as `wanted` (either sign) or less.

        As much as can be is moved in all, nothing counted beyond what is wanted of a row.
        """
        count = rows.shape[0]
        signed = sparse.csr_array(sparse.diags_array(np.sign(wanted).astype(np.float64)) @ rows)
        gained = sparse.csr_array(sparse.hstack([-signed, sparse.eye_array(count)]))
        kept = sparse.csr_array(sparse.hstack([self._shown, sparse.csr_array((self._shown.shape[0], count))]))
        values = self._shown @ self._units
        found = self._solve(
            np.concatenate([np.zeros(self._width), -np.ones(count)]),
            highest=np.concatenate([np.full(self._width, np.inf), np.abs(wanted)]),
            whole=self._width,
            constraints=[
                LinearConstraint(gained, -np.inf, -(signed @ self._units)),
                LinearConstraint(kept, values, values),
            ],
        )
        return None if found is None else self._settled(found[: self._width] - self._units)

    def find(self, row: sparse.csr_array, goal: int) -> Numbers | None:
        """This will be a change that moves a row by `goal` (either sign) or further; None: there is none.

        The smallest is asked for: small changes are found soonest.
        """
        towards = sparse.csr_array(sparse.hstack([row, -row]) * np.sign(goal))
        found = self._solve(
            np.ones(2 * self._width),
            highest=self._room,
            whole=2 * self._width,
            constraints=[LinearConstraint(self._split, 0, 0), LinearConstraint(towards, abs(goal), np.inf)],
        )
        return None if found is None else self._settled(found[: self._width] - found[self._width :])

    def farthest(self, row: sparse.csr_array, sign: int) -> tuple[int, Integers]:
        """This will be how far a row can be moved in the direction of `sign`, and which shown figures hold it there."""
        self.programmes += 1
        found = linprog(
            -sign * row.toarray()[0],
            A_eq=self._shown,
            b_eq=self._shown @ self._units,
            bounds=(0, None),
            method="highs-ds",
        )
        if found.x is None:
            return UNBOUNDED, np.zeros(0, dtype=np.int64)
        reach = sign * float((row @ (found.x - self._units))[0])
        return int(np.floor(reach + NEAR)), np.flatnonzero(np.abs(found.eqlin.marginals) > NEAR)

    def _solve(
        self, cost: Numbers, *, highest: Numbers, whole: int, constraints: list[LinearConstraint]
    ) -> Numbers | None:
        """This will be what costs least, its first `whole` in whole numbers if moves have to be; None: nothing is."""
        self.programmes += 1
        integrality = np.zeros(len(cost))
        integrality[:whole] = self._whole
        bounds = Bounds(0, highest)
        found = milp(cost, integrality=integrality, bounds=bounds, constraints=constraints, options=EFFORT).x
        return None if found is None else np.asarray(found)

    def _settled(self, move: Numbers) -> Numbers:
        """This will be the move in whole numbers, if it is as near to them as arithmetic allows."""
        near = np.rint(move)
        return near if (np.abs(move - near) < NEAR).all() else move
