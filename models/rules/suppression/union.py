"""Union: everything ever released about the people of a new cube, and the cube itself, as one system (rule 4).

An unknown is an inner cell with its true count. Two releases that count the same inner cell alike share it; where a
restatement changed the count, before and after are two unknowns. So whoever guesses what a restatement left alone is
taken to have guessed right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.rules.suppression.cube import BadCube, Cube, Key
from models.rules.suppression.figures import Released
from models.rules.suppression.grid import Grid, Integers, counts_of, lay_out
from models.rules.suppression.tiers import RULES, Rule
from models.rules.vocabulary import Tier

Flags = NDArray[np.bool_]
Unknown = tuple[Key, int]


@dataclass(frozen=True)
class Network:
    """The system an attacker could write down. One row per distinct sum that was, or is to be, a figure."""

    rule: Rule
    grid: Grid
    """Of the new cube."""
    sums: sparse.csr_array
    """Rows x unknowns, 0 or 1."""
    counts: Integers
    """True count of each unknown."""
    fixed: Integers
    """What each unknown was rounded to before, in bases; -1: it is new."""
    unknowns: Integers
    """For each of the grid's inner cells, its unknown."""
    row_of: Integers
    """For each of the grid's cells, its row; -1: a structural zero."""
    was_shown: Flags
    was_hidden: Flags
    is_new: Flags
    """Whether the row is a figure of the new release."""
    worth: Integers
    """Rank of each row; the most valuable figure has the highest: fewest dimensions, then the largest count."""

    @property
    def totals(self) -> Integers:
        """True count of each row."""
        totals: Integers = self.sums @ self.counts
        return totals


def unite(cube: Cube, tier: Tier, released: Sequence[Released]) -> Network:
    """This will be the new cube with all that was released and shares an unknown with it, directly or through others.

    Raises BadCube where a release has another tier or other dimensions: figures of another population.
    """
    names = sorted(dimension.name for dimension in cube.dimensions)
    if any(one.tier is not tier or sorted(d.name for d in one.cube.dimensions) != names for one in released):
        raise BadCube("What was released has another tier or other dimensions.")
    grids = [lay_out(one) for one in (cube, *(one.cube for one in released))]
    known = [list(_unknowns(one, grid)) for one, grid in zip((cube, *(r.cube for r in released)), grids, strict=True)]
    touching = _touching([set(unknowns) for unknowns in known])
    number = {unknown: at for at, unknown in enumerate(sorted({one for part in touching for one in known[part]}))}
    columns = [np.array([number[one] for one in known[part]], dtype=np.int64) for part in touching]
    whole = sparse.csr_array(
        sparse.vstack([_on(grids[part], places, len(number)) for part, places in zip(touching, columns, strict=True)])
    )
    sizes = [len(grids[part].cells) for part in touching]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    first, row_of_all = _distinct(whole)
    rows = len(first)

    was_shown, was_hidden = np.zeros(rows, dtype=bool), np.zeros(rows, dtype=bool)
    fixed = np.full(len(number), -1, dtype=np.int64)
    for at, part in enumerate(touching[1:], start=1):
        one, grid = released[part - 1], grids[part]
        hidden = np.fromiter((cell in one.hidden for cell in grid.cells), bool, len(grid.cells))
        there = row_of_all[starts[at] : starts[at + 1]]
        was_hidden[there[hidden & (there >= 0)]] = True
        was_shown[there[~hidden & (there >= 0)]] = True
        for key, column in zip(grid.keys, columns[at], strict=True):
            fixed[column] = one.rounded.get(key, 0) // RULES[tier].base if RULES[tier].base > 1 else -1
    row_of = row_of_all[: sizes[0]]
    is_new = np.zeros(rows, dtype=bool)
    is_new[row_of[row_of >= 0]] = True
    sums = sparse.csr_array(whole[first])
    counts = np.array([count for _, count in number], dtype=np.int64)
    names_of = [tuple(sorted(cell)) for part in touching for cell in grids[part].cells]
    worth = _worth(sums @ counts, row_of_all, names_of)
    return Network(RULES[tier], grids[0], sums, counts, fixed, columns[0], row_of, was_shown, was_hidden, is_new, worth)


def _unknowns(cube: Cube, grid: Grid) -> Iterator[Unknown]:
    order = sorted(range(len(cube.dimensions)), key=lambda at: cube.dimensions[at].name)
    for key, count in zip(grid.keys, counts_of(cube, grid.keys).tolist(), strict=True):
        yield tuple(key[at] for at in order), count


def _touching(parts: list[set[Unknown]]) -> list[int]:
    """This will be 0, and each other part that shares an unknown with it or with one that does."""
    found, reached = [0], set(parts[0])
    rest = set(range(1, len(parts)))
    while joined := sorted(part for part in rest if parts[part] & reached):
        found.extend(joined)
        rest.difference_update(joined)
        reached.update(*(parts[part] for part in joined))
    return found


def _on(grid: Grid, columns: Integers, width: int) -> sparse.csr_array:
    there = grid.sums.tocoo()
    return sparse.csr_array((there.data, (there.row, columns[there.col])), shape=(len(grid.cells), width))


def _distinct(whole: sparse.csr_array) -> tuple[Integers, Integers]:
    """This will be one of each distinct row that is not empty, and for every row which of those it is (-1: empty)."""
    marks = np.random.default_rng(0).integers(1, 2**62, size=(whole.shape[1], 2), dtype=np.uint64)
    signed = whole.astype(np.uint64) @ marks
    _, first, number = np.unique(signed, axis=0, return_index=True, return_inverse=True)
    number = number.reshape(-1)
    empty = np.diff(whole.indptr) == 0
    kept = np.flatnonzero(~empty[first])
    place = np.full(len(first), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return first[kept], place[number]


def _worth(totals: Integers, row_of_all: Integers, names: list[tuple[tuple[str, str], ...]]) -> Integers:
    """This will rank the rows; equal figures by name, so that the order in which anything is given does not matter."""
    best: dict[int, tuple[int, tuple[tuple[str, str], ...]]] = {}
    for row, name in zip(row_of_all.tolist(), names, strict=True):
        if row >= 0:
            best[row] = min(best.get(row, (len(name), name)), (len(name), name))
    order = sorted(best, key=lambda row: (-best[row][0], int(totals[row]), best[row][1]))
    worth = np.empty(len(order), dtype=np.int64)
    worth[order] = np.arange(len(order))
    return worth
