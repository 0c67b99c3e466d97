"""Audit: whether each hidden figure's feasible interval is as wide as its threshold (rule 2).

An interval is shown to be wide enough by witnesses: whole cubes, no count below zero, that show the same figures as the
true one. Linear programming finds them, or finds that there are none; arithmetic checks them.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.rules.suppression.grid import Integers
from models.rules.suppression.moves import NEAR, Moves, Numbers
from models.rules.suppression.place import Place
from models.rules.suppression.union import Flags, Network

WHOLE = 300
"""Up to how many unknowns a witness must be in whole numbers. In larger systems such programmes take minutes: there a
witness may have parts, and the interval is the linear programme's, rounded inwards, as the design asks."""
AT_ONCE = 40
"""For how many rows a programme looks for one witness, to begin with."""
SUSPECTS = 2
FARTHEST = 1000
"""Where nothing holds a move back, it is followed this many times."""


@dataclass(frozen=True)
class Narrow:
    """A hidden row that could be told, and the shown rows that tell it."""

    row: int
    told_by: frozenset[int]


class Audit:
    """What is known of the intervals of hidden rows while fewer and fewer rows are shown."""

    def __init__(self, network: Network, units: Integers) -> None:
        """`units`: each unknown as it is shown, in bases."""
        self._network = network
        self._rule = network.rule
        self._units = units
        self._small = np.array([self._rule.is_small(int(total)) for total in network.totals], dtype=bool)
        self._random = np.random.default_rng(4)
        self._moves: list[Numbers] = []
        self.lower = network.totals.astype(np.float64)
        self.upper = network.totals.astype(np.float64)
        self.programmes = 0

    def under(self, shown: Flags) -> "Audit":
        """This will be an audit of other shown rows, which takes with it what it knows that is still true."""
        other = Audit(self._network, self._units)
        everywhere = Place.of(self._network, self._units, shown)
        for move in self._moves:
            if not move[~everywhere.free].any():
                other._learn(move[everywhere.free], everywhere)
        return other

    def is_wide(self) -> Flags:
        """This will be, for each row, whether its interval is at least the threshold wide.

        A small count's interval holds all small counts besides: who takes it for small still learns nothing.
        """
        low, high = self.intervals()
        wide: Flags = (high - low >= self._rule.threshold) & (
            ~self._small | ((low <= 1) & (high >= self._rule.threshold))
        )
        return wide

    def intervals(self) -> tuple[Integers, Integers]:
        """This will be the lowest and the highest whole count known to be feasible, for each row."""
        return np.ceil(self.lower - NEAR).astype(np.int64), np.floor(self.upper + NEAR).astype(np.int64)

    def examine(self, shown: Flags, *, most: int) -> list[Narrow]:
        """This will be hidden rows whose interval is too narrow while `shown` rows are shown: at most so many."""
        place, moves = self._begin(shown)
        for downwards in (False, True):
            self._widen_many(place, moves, shown, downwards=downwards)
        narrow: list[Narrow] = []
        for row in self._pending(shown):
            if not self.is_wide()[row] and not self._widen(row, place, moves):
                told_by = np.union1d(*(moves.farthest(place.row(row), sign)[1] for sign in (1, -1)))
                narrow.append(Narrow(row, frozenset(place.figures[told_by].tolist())))
                if len(narrow) == most:
                    break
        self.programmes += moves.programmes
        return narrow

    def passes(self, shown: Flags, *, first: Flags) -> bool:
        """This will be whether every hidden row is wide enough; `first`: where one that is not is most likely."""
        place, moves = self._begin(shown)
        likely = [row for row in self._pending(shown) if first[row]][-SUSPECTS:]
        passed = all(self._widen(row, place, moves) for row in likely)
        if passed:
            for downwards in (False, True):
                self._widen_many(place, moves, shown, downwards=downwards)
            passed = all(self.is_wide()[row] or self._widen(row, place, moves) for row in self._pending(shown))
        self.programmes += moves.programmes
        return passed

    def _begin(self, shown: Flags) -> tuple[Place, Moves]:
        """This will be where the attacker stands, once all is known that needs no programme."""
        place = Place.of(self._network, self._units, shown)
        self.upper[~shown] = np.maximum(self.upper, place.highest())[~shown]
        if self._rule.base == 1:
            self.lower[~shown] = np.minimum(self.lower, place.lowest())[~shown]
        return place, Moves(place.shown, place.units, whole=len(self._units) <= WHOLE)

    def _pending(self, shown: Flags) -> list[int]:
        """This will be the hidden rows that are not known to be wide, the most valuable first."""
        pending: list[int] = np.flatnonzero(~shown & ~self.is_wide()).tolist()
        return sorted(pending, key=lambda row: -int(self._network.worth[row]))

    def _widen_many(self, place: Place, moves: Moves, shown: Flags, *, downwards: bool) -> None:
        """This will look for witnesses that serve many rows at once, for as long as they do."""
        base, threshold = self._rule.base, self._rule.threshold
        values = place.rows @ place.units
        size = AT_ONCE
        while size > 1:
            low, high = self.intervals()
            narrow = self._small & (low > 1) & (values > 1) if downwards else high < low + threshold
            pending = np.flatnonzero(narrow & ~shown)
            if len(pending) <= 1:
                return
            chosen = np.sort(self._random.permutation(pending)[:size])
            if downwards:
                wanted = 1 - values[chosen]
            else:
                wanted = -(-(low[chosen] + threshold - place.slack[chosen]) // base) - values[chosen]
            move = moves.widen(sparse.csr_array(place.rows[chosen]), wanted)
            self._learn(move, place)
            if downwards and move is not None:
                for row in chosen:
                    self.lower[row] = min(self.lower[row], place.least(int(row), place.units + move))
            low, high = self.intervals()
            served = (low[chosen] <= 1) if downwards else high[chosen] >= low[chosen] + threshold
            if served.sum() < size / 4:
                size //= 2 if served.any() else 4

    def _widen(self, row: int, place: Place, moves: Moves) -> bool:
        """This will look for witnesses for one row, and be whether there are enough of them."""
        threshold, part = self._rule.threshold, place.row(row)
        units = int((part @ place.units)[0])
        if self._small[row]:
            self._lower(row, place, moves, goal=1)
            if self.intervals()[0][row] > 1:
                return False
        wanted = int(self.intervals()[0][row]) + threshold
        goal = -(-(wanted - int(place.slack[row])) // self._rule.base) - units
        if goal > 0:
            self._learn(moves.find(part, goal), place)
        if self.is_wide()[row] or self._small[row]:
            return bool(self.is_wide()[row])
        reach = moves.farthest(part, +1)[0]
        if 0 < reach < goal:
            self._learn(moves.find(part, reach), place)
        self._lower(row, place, moves, goal=int(self.intervals()[1][row]) - threshold)
        return bool(self.is_wide()[row])

    def _lower(self, row: int, place: Place, moves: Moves, *, goal: int) -> None:
        """This will look for a witness in which the row counts `goal` or less."""
        part = place.row(row)
        units = int((part @ place.units)[0])
        self.lower[row] = min(self.lower[row], place.least(row, place.units))
        for left in (goal,) if self._rule.base == 1 else (1, 0):
            if self.intervals()[0][row] > goal and 0 <= left < units:
                move = moves.find(part, left - units)
                self._learn(move, place)
                if move is not None:
                    self.lower[row] = min(self.lower[row], place.least(row, place.units + move))

    def _learn(self, move: Numbers | None, place: Place) -> None:
        """This will take a move for what it shows of every row, as often as it can be made, either way."""
        if move is None or (often := place.repeats(move, most=FARTHEST)) is None:
            return
        whole = np.zeros(len(self._units))
        whole[place.free] = move
        self._moves.append(whole)
        change, before = place.rows @ move, place.rows @ place.units
        changed = np.abs(change) > NEAR
        for times in often:
            after = self._rule.base * (before + times * change)
            self.upper[changed] = np.maximum(self.upper, after + place.slack)[changed]
            if self._rule.base == 1:
                self.lower[changed] = np.minimum(self.lower, after)[changed]
