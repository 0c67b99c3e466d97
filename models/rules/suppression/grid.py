"""Grid: which inner cells each published cell is the sum of, across all margins and hierarchies."""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.rules.suppression.cube import Cell, Cube, Dimension, Key
from models.rules.suppression.figures import MOST_DIMENSIONS

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """The published cells of one cube, and the inner cells that they are made of."""

    keys: tuple[Key, ...]
    """Inner cells where somebody could be."""
    cells: tuple[Cell, ...]
    """Every cell of at most three dimensions, at each level of their hierarchies, and the total."""
    sums: sparse.csr_array
    """Cells x keys, 1 where the key is a part of the cell. A structural zero has an empty row."""


def lay_out(cube: Cube) -> Grid:
    """This will be the cube's grid: rows in the order of dimensions and values."""
    keys = tuple(key for key in cube.inner() if key not in cube.impossible)
    cells: list[Cell] = []
    rows: list[Integers] = []
    for width in range(min(MOST_DIMENSIONS, len(cube.dimensions)) + 1):
        for positions in combinations(range(len(cube.dimensions)), width):
            for levels in product(*(tuple(cube.dimensions[position].levels()) for position in positions)):
                rows.append(_placed(keys, cube, positions, levels) + len(cells))
                cells.extend(
                    tuple(zip((level.name for level in levels), values, strict=True))
                    for values in product(*(level.values for level in levels))
                )
    at = np.concatenate(rows)
    columns = np.tile(np.arange(len(keys)), len(rows))
    ones = np.ones(len(at), dtype=np.int64)
    return Grid(keys, tuple(cells), sparse.csr_array((ones, (at, columns)), shape=(len(cells), len(keys))))


def _placed(keys: tuple[Key, ...], cube: Cube, positions: tuple[int, ...], levels: tuple[Dimension, ...]) -> Integers:
    """This will be, for each inner cell, which cell of one breakdown it is a part of."""
    place = np.zeros(len(keys), dtype=np.int64)
    for position, level in zip(positions, levels, strict=True):
        finest = cube.dimensions[position]
        number = {value: at for at, value in enumerate(level.values)}
        part = {value: number[finest.ancestor(value, level.name)] for value in finest.values}
        place = place * len(level.values) + np.fromiter((part[key[position]] for key in keys), np.int64, len(keys))
    return place


def counts_of(cube: Cube, keys: tuple[Key, ...]) -> Integers:
    """This will be the true count of each key."""
    return np.fromiter((cube.counts.get(key, 0) for key in keys), np.int64, len(keys))
