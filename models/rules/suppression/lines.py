"""Lines: a figure and the parts it is the sum of; what a line alone would tell, before any programme is solved."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.rules.suppression.cube import Cell, Cube
from models.rules.suppression.union import Flags, Network


@dataclass(frozen=True)
class Line:
    """A row, and the rows that add up to it along one dimension, structural zeros left out."""

    whole: int
    parts: frozenset[int]


def lines(cube: Cube, network: Network) -> list[Line]:
    """This will be every line of the new cube's grid."""
    row_of = dict(zip(network.grid.cells, network.row_of.tolist(), strict=True))
    parts: dict[tuple[Cell, str], set[int]] = defaultdict(set)
    for cell, row in row_of.items():
        if row >= 0:
            for line in _through(cube, cell):
                parts[line].add(row)
    return [Line(row_of[whole], frozenset(rows)) for (whole, _), rows in parts.items()]


def _through(cube: Cube, cell: Cell) -> Iterator[tuple[Cell, str]]:
    """This will be the lines that a cell is a part of: the whole's cell, and the level along which it is divided."""
    levels = {level.name: level for dimension in cube.dimensions for level in dimension.levels()}
    for at, (name, value) in enumerate(cell):
        level = levels[name]
        upward = ((level.coarser.name, level.within[value]),) if level.coarser else ()
        yield (*cell[:at], *upward, *cell[at + 1 :]), name


def balance(network: Network, along: list[Line], shown: Flags, *, public: Flags) -> Flags:
    """This will hide more until what is hidden in each line adds up to the threshold at least.

    For figures that are exact. A hidden part is at most what all hidden parts of its line add up to.
    """
    shown, totals, threshold = shown.copy(), network.totals, network.rule.threshold
    settled = False
    while not settled:
        settled = True
        for line in along:
            hidden = [part for part in line.parts if not shown[part]]
            if not shown[line.whole] or not hidden:
                continue
            missing = threshold - int(totals[hidden].sum())
            if missing <= 0:
                continue
            others = [part for part in line.parts if shown[part] and not public[part] and totals[part] > 0]
            enough = [part for part in others if totals[part] >= missing] or others
            if not public[line.whole]:
                enough.append(line.whole)
            if enough:
                shown[min(enough, key=lambda row: int(network.worth[row]))] = False
                settled = False
    return np.asarray(shown)
