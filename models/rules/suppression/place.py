"""Place: the unknowns an attacker is left with while some rows are shown, and what follows of them by arithmetic."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.rules.suppression.grid import Integers
from models.rules.suppression.moves import NEAR, Numbers
from models.rules.suppression.tiers import Rule
from models.rules.suppression.union import Flags, Network


@dataclass(frozen=True)
class Place:
    """One choice of shown rows. Nobody is in the unknowns of a figure that is shown as zero; the others are free."""

    rule: Rule
    free: Flags
    figures: Integers
    """The shown rows above zero."""
    rows: sparse.csr_array
    """Every row, over the free unknowns."""
    shown: sparse.csr_array
    """The shown ones."""
    units: Integers
    """What the free unknowns are shown as, in bases."""
    slack: Integers
    """By how much a row may be off its rounded count, either way: less than a base for each of its unknowns."""

    @classmethod
    def of(cls, network: Network, units: Integers, shown: Flags) -> "Place":
        """This will be the place that is left while those rows are shown."""
        totals = network.totals
        free = np.ones(len(units), dtype=bool)
        free[network.sums[np.flatnonzero(shown & (totals == 0))].indices] = False
        figures = np.flatnonzero(shown & (totals > 0))
        rows = sparse.csr_array(network.sums[:, np.flatnonzero(free)])
        slack = (network.rule.base - 1) * np.diff(rows.indptr).astype(np.int64)
        return cls(network.rule, free, figures, rows, sparse.csr_array(rows[figures]), units[free], slack)

    def row(self, row: int) -> sparse.csr_array:
        """This will be one row, as a matrix."""
        return sparse.csr_array(self.rows[[row]])

    def highest(self) -> Integers:
        """This will be a count that each row may have: what no shown figure tells apart is all put into the row."""
        alike = self._alike()
        touched = sparse.csr_array((self.rows @ alike.T.tocsr() > 0).astype(np.int64))
        highest: Integers = self.rule.base * (touched @ (alike @ self.units)) + self.slack
        return highest

    def lowest(self) -> Integers:
        """This will be a count that each row may have: what no shown figure tells apart is all put outside."""
        alike = self._alike()
        mass = alike @ self.units
        size = np.asarray(alike.sum(axis=1)).reshape(-1)
        overlap = sparse.coo_array(self.rows @ alike.T.tocsr())
        inside = overlap.data == size[overlap.col]
        lowest = np.bincount(overlap.row[inside], weights=mass[overlap.col[inside]], minlength=self.rows.shape[0])
        return lowest.astype(np.int64)

    def _alike(self) -> sparse.csr_array:
        """This will be groups x unknowns: those that are in the same shown figures."""
        marks = np.random.default_rng(2).integers(1, 2**62, size=(self.shown.shape[0], 2), dtype=np.uint64)
        _, group = np.unique(self.shown.T.tocsr().astype(np.uint64) @ marks, axis=0, return_inverse=True)
        group = group.reshape(-1)
        shape = (int(group.max()) + 1 if len(group) else 0, len(group))
        return sparse.csr_array((np.ones(len(group), dtype=np.int64), (group, np.arange(len(group)))), shape=shape)

    def least(self, row: int, units: Numbers | Integers) -> float:
        """This will be a count that a row may have while the unknowns are shown as `units`.

        Inside the row each count is as far below its rounded one as can be, outside as far above; then those inside
        rise until every shown figure is a count that may be shown at all. Where nothing is rounded: what it is.
        """
        base, slack = self.rule.base, self.rule.base - 1
        inside = self.rows.indices[self.rows.indptr[row] : self.rows.indptr[row + 1]]
        counts = base * units.astype(np.float64) + slack
        counts[inside] = np.maximum(0, base * units[inside] - slack)
        for figure in np.flatnonzero(self.shown @ counts <= self.rule.threshold) if slack else ():
            columns = self.shown.indices[self.shown.indptr[figure] : self.shown.indptr[figure + 1]]
            for column in columns:
                missing = self.rule.threshold + 1 - counts[columns].sum()
                counts[column] += min(max(missing, 0), base * units[column] + slack - counts[column])
        return float(counts[inside].sum())

    def repeats(self, move: Numbers, *, most: int) -> tuple[float, float] | None:
        """This will be how often a move can be made backwards (<= 0) and forwards; None: a shown figure changes."""
        if (np.abs(self.shown @ move) > NEAR).any():
            return None
        down, up = move < -NEAR, move > NEAR
        forwards = float((self.units[down] / -move[down]).min()) if down.any() else float(most)
        backwards = -float((self.units[up] / move[up]).min()) if up.any() else -float(most)
        if (move == np.rint(move)).all():
            return np.ceil(backwards), np.floor(forwards)
        return backwards, forwards
