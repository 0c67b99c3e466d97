"""An attacker: reads every figure that may be asked for, writes down what follows, and solves for the hidden ones.

It shares no line with what it attacks. It knows the tiers, the structural zeros, that nobody is counted less than once,
and (more than anyone outside does) which inner counts a restatement left as they were. Its programmes are in whole
numbers, so its intervals are the true ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from models.rules.suppression import Count, Cube, Dimension, Protected
from models.rules.vocabulary import Tier

THRESHOLDS = {Tier.T1: 10, Tier.T2: 7, Tier.T3: 4}
ENOUGH = 10_000
"""As far as the attacker looks."""

Query = Mapping[str, str]


@dataclass(frozen=True)
class Broken:
    """A hidden figure that the attacker tells too well."""

    release: int
    query: Query
    truth: int
    lower: int
    upper: int


def queries(cube: Cube) -> Iterator[Query]:
    """This will be every cell that can be asked for: at most three dimensions, of any levels, in any values."""
    levels = [level for dimension in cube.dimensions for level in dimension.levels()]
    for width in range(4):
        for chosen in combinations(levels, width):
            for values in product(*(level.values for level in chosen)):
                yield dict(zip((level.name for level in chosen), values, strict=True))


def lies_in(dimension: Dimension, value: str, query: Query) -> bool:
    level: Dimension | None = dimension
    while level is not None:
        if query.get(level.name, value) != value:
            return False
        value, level = level.within.get(value, ""), level.coarser
    return True


class Attacker:
    """What follows from some releases of one indicator."""

    def __init__(self, tier: Tier, releases: Sequence[Protected]) -> None:
        self.tier, self.releases = tier, releases
        self.threshold = THRESHOLDS[tier]
        self._number: dict[object, int] = {}
        self._rows: list[tuple[list[int], float, float]] = []
        self._rounded: list[tuple[list[int], float]] = []
        self.hidden: dict[tuple[int, ...], list[tuple[int, Query, int]]] = {}
        for at, release in enumerate(releases):
            self._read(at, release)

    def _unknown(self, cube: Cube, key: tuple[str, ...]) -> int:
        name = frozenset(zip((one.name for one in cube.dimensions), key, strict=True))
        return self._number.setdefault((name, cube.counts.get(key, 0)), len(self._number))

    def _read(self, at: int, release: Protected) -> None:
        cube = release.released.cube
        keys = [key for key in product(*(one.values for one in cube.dimensions)) if key not in cube.impossible]
        for query in queries(cube):
            inside = [
                key for key in keys
                if all(lies_in(one, value, query) for one, value in zip(cube.dimensions, key, strict=True))
            ]  # fmt: skip
            unknowns = sorted(self._unknown(cube, key) for key in inside)
            figure = release.figure(query)
            if not isinstance(figure, Count):
                truth = sum(cube.counts.get(key, 0) for key in inside)
                self.hidden.setdefault(tuple(unknowns), []).append((at, query, truth))
            elif figure.value == 0:
                self._rows.append((unknowns, 0, 0))
            elif self.tier is Tier.T2:
                self._rows.append((unknowns, self.threshold + 1, np.inf))
                self._rounded.append((unknowns, figure.value / 5))
            else:
                self._rows.append((unknowns, figure.value, figure.value))

    def broken(self) -> Iterator[Broken]:
        """This will be the hidden figures whose interval is narrower than the threshold.

        Or, where the count is small, whose interval leaves out some small count: whoever guesses that a hidden figure
        is hidden for being small would learn more than that.
        """
        constraint, width = self._system()
        for unknowns, cells in self.hidden.items():
            lower, upper = (self._extreme(unknowns, sign, constraint, width) for sign in (1, -1))
            at, query, truth = cells[0]
            narrow = upper - lower < self.threshold
            if 0 < truth <= self.threshold:
                narrow |= lower > 1 or upper < self.threshold
            if narrow:
                yield Broken(at, query, truth, lower, upper)

    def _system(self) -> tuple[list[LinearConstraint], int]:
        """Unknown counts, and behind them on T2 the number of fives that each was rounded to."""
        count = len(self._number)
        rounds = self.tier is Tier.T2
        width = 2 * count if rounds else count
        matrix, lows, highs = [], [], []

        def add(terms: dict[int, float], low: float, high: float) -> None:
            row = np.zeros(width)
            for column, factor in terms.items():
                row[column] = factor
            matrix.append(row)
            lows.append(low)
            highs.append(high)

        for unknowns, low, high in self._rows:
            add(dict.fromkeys(unknowns, 1.0), low, high)
        for unknowns, fives in self._rounded:
            add({count + one: 1.0 for one in unknowns}, fives, fives)
        for one in range(count if rounds else 0):
            add({one: 1.0, count + one: -5.0}, -4, 4)
        return [LinearConstraint(np.array(matrix), lows, highs)] if matrix else [], width

    def _extreme(self, unknowns: Sequence[int], sign: int, system: list[LinearConstraint], width: int) -> int:
        cost = np.zeros(width)
        cost[list(unknowns)] = sign
        solved = milp(
            cost, integrality=np.ones(width), bounds=Bounds(0, ENOUGH), constraints=system, options={"mip_rel_gap": 0}
        )
        assert solved.x is not None, solved.message
        return round(sign * solved.fun)
