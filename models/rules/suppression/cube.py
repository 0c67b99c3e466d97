"""Cube: the counts of one release before anything is hidden, one per tuple of its dimensions' finest values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

Key = tuple[str, ...]
"""One finest value of each dimension, in the cube's order: an inner cell, never shown itself."""
Cell = tuple[tuple[str, str], ...]
"""Pairs of a dimension's name and a value, at most one per hierarchy, in the cube's order; () is the total."""


class BadCube(ValueError):
    """The counts do not fit the dimensions."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{type(self).__doc__} {what}")


@dataclass(frozen=True)
class Dimension:
    """A dimension with the whole of its values, `unknown` among them, whether or not anybody was counted there."""

    name: str
    values: tuple[str, ...]
    coarser: "Dimension | None" = None
    """What it is a part of: a month's quarter, a commune's department."""
    within: Mapping[str, str] = field(default_factory=dict)
    """For each value, the value of `coarser` that it lies in."""

    def __post_init__(self) -> None:
        if not self.values or len(set(self.values)) != len(self.values):
            raise BadCube(f"{self.name} has no values, or one of them twice.")
        if self.coarser and any(self.within.get(value) not in self.coarser.values for value in self.values):
            raise BadCube(f"A value of {self.name} lies in no {self.coarser.name}.")

    def levels(self) -> Iterator["Dimension"]:
        """This will be the dimension and what it is a part of, finest first."""
        yield self
        if self.coarser:
            yield from self.coarser.levels()

    def ancestor(self, value: str, level: str) -> str:
        """This will be the value of the named level in which a finest value lies."""
        if self.name == level:
            return value
        if self.coarser is None:
            raise KeyError(level)
        return self.coarser.ancestor(self.within[value], level)


@dataclass(frozen=True)
class Cube:
    """Everybody whom a release counts, each once."""

    dimensions: tuple[Dimension, ...]
    """The finest level of each hierarchy. The period is one of them (MONTH), also where it has a single value: that is
    how releases of months and quarters are known to speak of the same people."""
    counts: Mapping[Key, int]
    """What is absent is 0."""
    contributors: Mapping[Key, Mapping[str, int]] = field(default_factory=dict)
    """How many of an inner cell each organisation contributed. Needed on T1, where fewer than three hide a figure."""
    impossible: frozenset[Key] = frozenset()
    """Structural zeros: nobody could be there, as everyone knows."""

    def __post_init__(self) -> None:
        names = [level.name for dimension in self.dimensions for level in dimension.levels()]
        if len(set(names)) != len(names):
            raise BadCube("A dimension is there twice.")
        values = [frozenset(dimension.values) for dimension in self.dimensions]
        for key, count in self.counts.items():
            if len(key) != len(values) or any(part not in known for part, known in zip(key, values, strict=True)):
                raise BadCube("A key has a value that its dimension has not.")
            if count < 0 or (count and key in self.impossible):
                raise BadCube("A count is below zero, or above it where nobody could be.")

    def inner(self) -> Iterator[Key]:
        """This will be every inner cell, structural zeros among them, in the order of the dimensions' values."""
        return product(*(dimension.values for dimension in self.dimensions))

    def grid(self, by: Sequence[str]) -> Iterator[Cell]:
        """This will be the whole grid of the named dimensions, each cell's pairs in the order asked for."""
        levels = {level.name: level for dimension in self.dimensions for level in dimension.levels()}
        for values in product(*(levels[name].values for name in by)):
            yield tuple(zip(by, values, strict=True))

    def above(self, cell: Cell) -> Iterator[Cell]:
        """This will be every cell that a canonical cell is a part of, itself not among them."""
        levels = {level.name: level for dimension in self.dimensions for level in dimension.levels()}
        choices: list[list[tuple[tuple[str, str], ...]]] = []
        for name, value in cell:
            reached = [(level.name, levels[name].ancestor(value, level.name)) for level in levels[name].levels()]
            choices.append([(pair,) for pair in reached] + [()])
        for parts in product(*choices):
            coarser = tuple(pair for part in parts for pair in part)
            if coarser != cell:
                yield coarser

    def canonical(self, cell: Mapping[str, str]) -> Cell | None:
        """This will be the cell in the cube's order, the finest of each hierarchy alone; None: nobody could be there.

        Raises KeyError for a dimension or value that the cube does not have.
        """
        rest, pairs = dict(cell), []
        for dimension in self.dimensions:
            asked = [(level, rest.pop(level.name)) for level in dimension.levels() if level.name in rest]
            for level, value in asked:
                if value not in level.values:
                    raise KeyError(value)
            if any(asked[0][0].ancestor(asked[0][1], level.name) != value for level, value in asked):
                return None
            if asked:
                pairs.append((asked[0][0].name, asked[0][1]))
        if rest:
            raise KeyError(next(iter(rest)))
        return tuple(pairs)
