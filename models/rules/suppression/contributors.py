"""Contributors: a figure that several organisations stand behind tells none of them about the others (rule 3)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.rules.suppression.cube import Cell, Cube
from models.rules.suppression.grid import Grid, Integers
from models.rules.suppression.tiers import Rule

FEWEST = 3
"""Organisations behind a figure."""
DOMINANT = 0.9
"""The share that the two largest stay under."""


def contributions(cube: Cube, grid: Grid) -> tuple[tuple[str, ...], Integers]:
    """This will be the organisations, and what each contributed to each cell (organisations x cells)."""
    names = tuple(sorted({name for shares in cube.contributors.values() for name in shares}))
    number = {name: at for at, name in enumerate(names)}
    inner = np.zeros((len(names), len(grid.keys)), dtype=np.int64)
    for column, key in enumerate(grid.keys):
        for name, count in cube.contributors.get(key, {}).items():
            inner[number[name], column] = count
    return names, (grid.sums @ inner.T).T


def is_exposed(own: Integers, totals: Integers, rule: Rule) -> NDArray[np.bool_]:
    """This will be which cells would tell one contributor about another: one flag per cell.

    Too few organisations; two of them nearly all of it; or what is left after one of them takes away its own records
    is a small count.
    """
    largest = np.sort(np.vstack([own, np.zeros((2, own.shape[1]), dtype=np.int64)]), axis=0)[-2:].sum(axis=0)
    left = totals - own
    told = ((own > 0) & (left > 0) & (left <= rule.threshold)).any(axis=0)
    few = (own > 0).sum(axis=0) < FEWEST
    exposed: NDArray[np.bool_] = (totals > 0) & (few | (largest >= DOMINANT * totals) | told)
    return exposed


def signatories(
    names: tuple[str, ...], own: Integers, cells: tuple[Cell, ...], shown: NDArray[np.bool_]
) -> Mapping[str, frozenset[Cell]]:
    """This will be the organisations that stand alone behind a shown figure, each with those cells: they sign first."""
    alone = ((own > 0).sum(axis=0) == 1) & shown
    result = {}
    for at, name in enumerate(names):
        mine = np.flatnonzero(alone & (own[at] > 0))
        if len(mine):
            result[name] = frozenset(cells[cell] for cell in mine)
    return result
