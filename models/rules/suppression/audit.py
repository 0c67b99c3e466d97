"""Audit: whether each hidden figure's feasible interval is as wide as its threshold (rule 2).

An interval is shown to be wide enough by witnesses: whole cubes of integers, none below zero, that show the same
figures as the true one. Linear programming finds them, or finds that there are none; arithmetic checks them.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.rules.suppression.grid import Integers
from models.rules.suppression.moves import Moves
from models.rules.suppression.union import Flags, Network

FARTHEST = 1000
"""Where nothing holds a move back, it is followed this many times."""


@dataclass(frozen=True)
class Narrow:
    """A hidden row that could be told, and the shown rows that tell it."""

    row: int
    told_by: frozenset[int]


class Audit:
    """What is known of the intervals of hidden rows, while fewer and fewer rows are shown."""

    def __init__(self, network: Network, units: Integers) -> None:
        """`units`: each unknown as it is shown, in bases."""
        self._network = network
        self._rule = network.rule
        self._units = units
        self._small = np.array([self._rule.is_small(int(total)) for total in network.totals])
        self.lower = network.totals.copy()
        self.upper = network.totals.copy()
        self.moves: list[Integers] = []

    def under(self, shown: Flags) -> "Audit":
        """This will be an audit of other shown rows, which takes with it what it knows that is still true."""
        other = Audit(self._network, self._units)
        figures = sparse.csr_array(self._network.sums[np.flatnonzero(shown)])
        everywhere = _Place(np.ones(len(self._units), dtype=bool), self._network.sums, figures, self._units)
        for move in self.moves:
            other._learn(move, everywhere)
        return other

    def is_wide(self) -> Flags:
        """This will be, for each row, whether its interval is at least the threshold wide.

        A small count's interval holds all small counts besides: who takes it for small still learns nothing.
        """
        threshold = self._rule.threshold
        wide: Flags = self.upper - self.lower >= threshold
        return wide & (~self._small | ((self.lower <= 1) & (self.upper >= threshold)))

    def examine(self, shown: Flags, *, first: Flags | None = None, stop: bool = False) -> list[Narrow]:
        """This will be the hidden rows whose interval is too narrow while `shown` rows are shown.

        `first` names rows to look at before others; `stop`: one is enough.
        """
        sums, totals = self._network.sums, self._network.totals
        free = np.ones(sums.shape[1], dtype=bool)
        free[sparse.csr_array(sums[np.flatnonzero(shown & (totals == 0))]).indices] = False
        figures = np.flatnonzero(shown & (totals > 0))
        inside = sparse.csr_array(sums[:, np.flatnonzero(free)])
        place = _Place(free, inside, sparse.csr_array(inside[figures]), self._units[free])
        self._start(place, shown)
        moves = Moves(place.shown, place.units)
        pending = np.flatnonzero(~shown & ~self.is_wide())
        order = sorted(pending, key=lambda row: (first is not None and not first[row], -self._network.worth[row]))
        narrow = []
        for row in order:
            if self.is_wide()[row]:
                continue
            told_by = self._widen(int(row), place, moves)
            if told_by is not None:
                narrow.append(Narrow(int(row), frozenset(figures[told_by].tolist())))
                if stop:
                    break
        return narrow

    def _start(self, place: "_Place", shown: Flags) -> None:
        """What needs no programme: rounding, and unknowns that no shown figure tells apart."""
        slack = (self._rule.base - 1) * np.diff(place.rows.indptr)
        hidden = ~shown
        alike = place.alike()
        mass = alike @ place.units
        touched = sparse.csr_array((place.rows @ alike.T.tocsr() > 0).astype(np.int64))
        most = self._rule.base * (touched @ mass) + slack
        self.upper[hidden] = np.maximum(self.upper, most)[hidden]
        if self._rule.base == 1:
            size = np.asarray(alike.sum(axis=1)).ravel()
            overlap = sparse.coo_array(place.rows @ alike.T.tocsr())
            whole = overlap.data == size[overlap.col]
            least = np.bincount(overlap.row[whole], weights=mass[overlap.col[whole]], minlength=len(hidden))
            self.lower[hidden] = np.minimum(self.lower, least.astype(np.int64))[hidden]

    def _widen(self, row: int, place: "_Place", moves: Moves) -> Integers | None:
        """This will look for witnesses for one row: None, or which of the place's shown figures hold it too narrow."""
        base, threshold = self._rule.base, self._rule.threshold
        part = sparse.csr_array(place.rows[[row]])
        units = int((part @ place.units)[0])
        slack = (base - 1) * part.nnz
        held: list[Integers] = []
        if self._small[row] and self.lower[row] > 1:
            self._lower(row, place, moves, units, goal=1)
            if self.lower[row] > 1:
                held.append(moves.farthest(part, -1)[1])
                return np.concatenate(held)
        wanted = int(self.lower[row]) + threshold
        goal = -(-(wanted - slack) // base) - units
        if self.upper[row] < wanted:
            self._learn(moves.find(part, goal), place)
        if self.upper[row] < wanted:
            reach, holding = moves.farthest(part, +1)
            held.append(holding)
            if 0 < reach < goal:
                self._learn(moves.find(part, reach), place)
            if not self._small[row]:
                self._lower(row, place, moves, units, goal=int(self.upper[row]) - threshold)
        if self.is_wide()[row]:
            return None
        held.append(moves.farthest(part, -1)[1])
        return np.concatenate(held)

    def _lower(self, row: int, place: "_Place", moves: Moves, units: int, *, goal: int) -> None:
        """This will look for a witness in which the row counts `goal` or less."""
        part = sparse.csr_array(place.rows[[row]])
        if self._rule.base == 1:
            if 0 <= goal < units:
                self._learn(moves.find(part, goal - units), place)
            return
        self.lower[row] = min(self.lower[row], self._least(part, place, place.units))
        for left in (1, 0):
            if self.lower[row] > goal and units > left:
                move = moves.find(part, left - units)
                if move is None:
                    return
                self._learn(move, place)
                self.lower[row] = min(self.lower[row], self._least(part, place, place.units + move))

    def _least(self, part: sparse.csr_array, place: "_Place", units: Integers) -> int:
        """This will be a count the row may have while the inner cells are rounded to `units`.

        Inside the row each count is as far below its rounded one as can be, outside as far above; then inside ones rise
        until every shown figure is a count that may be shown at all.
        """
        base, slack = self._rule.base, self._rule.base - 1
        counts = base * units + slack
        inside = part.indices
        counts[inside] = np.maximum(0, base * units[inside] - slack)
        for figure in np.flatnonzero(place.shown @ counts <= self._rule.threshold):
            for column in place.shown.indices[place.shown.indptr[figure] : place.shown.indptr[figure + 1]]:
                missing = self._rule.threshold + 1 - int((place.shown[[figure]] @ counts)[0])
                if missing <= 0:
                    break
                counts[column] += min(missing, base * units[column] + slack - counts[column])
        return int(counts[inside].sum())

    def _learn(self, move: Integers | None, place: "_Place") -> None:
        """This will take a move for what it shows of every row, as often as it can be made, either way."""
        if move is None or (place.shown @ move).any():
            return
        down, up = move < 0, move > 0
        most = int((place.units[down] // -move[down]).min()) if down.any() else FARTHEST
        least = -int((place.units[up] // move[up]).min()) if up.any() else -FARTHEST
        if most < 1:
            return
        whole = np.zeros(len(self._units), dtype=np.int64)
        whole[place.free] = move
        self.moves.append(whole)
        change = place.rows @ move
        before = place.rows @ place.units
        slack = (self._rule.base - 1) * np.diff(place.rows.indptr)
        for times in (most, least):
            after = self._rule.base * (before + times * change)
            changed = change != 0
            self.upper[changed] = np.maximum(self.upper, after + slack)[changed]
            if self._rule.base == 1:
                self.lower[changed] = np.minimum(self.lower, after)[changed]


@dataclass(frozen=True)
class _Place:
    """The unknowns that are not known to be zero, and the rows over them."""

    free: Flags
    rows: sparse.csr_array
    shown: sparse.csr_array
    units: Integers

    def alike(self) -> sparse.csr_array:
        """This will be groups x unknowns: those that no shown figure tells apart."""
        marks = np.random.default_rng(2).integers(1, 2**62, size=(self.shown.shape[0], 2), dtype=np.uint64)
        signed = self.shown.T.tocsr().astype(np.uint64) @ marks
        _, group = np.unique(signed, axis=0, return_inverse=True)
        group = group.reshape(-1)
        ones = np.ones(len(group), dtype=np.int64)
        shape = (int(group.max()) + 1 if len(group) else 0, len(group))
        return sparse.csr_array((ones, (group, np.arange(len(group)))), shape=shape)
