"""How much is lost to complementary suppression, beside the least that could have been."""

from collections.abc import Iterator
from itertools import combinations
from math import prod

from models.rules.suppression import SUPPRESSED, Cell, Cube, Protected, Released, protect
from models.rules.vocabulary import Tier
from tests.models.rules.suppression.attacker import THRESHOLDS, Attacker
from tests.models.rules.suppression.checks import asked, shown
from tests.models.rules.suppression.networks import Story, story

TASTE, PROOF = 3, 40
LARGEST = 16
"""Figures: all choices among them are tried."""


def small_stories(count: int) -> Iterator[Story]:
    """This will be stories of one small exact cube, in which something is hidden and something could be shown."""
    seed = 10_000
    while count:
        told = story(seed, tier=Tier.T3)
        [cube, *others] = told.cubes
        if not others and len(cube.dimensions) > 1 and _figures(cube) <= LARGEST:
            counts = [truth for _, truth, _ in asked(cube)]
            if any(0 < truth <= THRESHOLDS[Tier.T3] < sum(cube.counts.values()) for truth in counts):
                count -= 1
                yield told
        seed += 1


def _figures(cube: Cube) -> int:
    return prod(1 + sum(len(level.values) for level in one.levels()) for one in cube.dimensions)


def least(made: Protected, small: set[Cell]) -> int:
    """This will be the fewest figures beside the small ones that have to be hidden, by trying every choice."""
    everything = protect(made.released.cube, Tier.EXACT)
    candidates = [cell for cell in everything.figures if cell not in small]
    ours = len(made.audit) - len(small)
    for size in range(ours):
        for others in combinations(candidates, size):
            hidden = frozenset({*small, *others})
            figures = {cell: SUPPRESSED if cell in hidden else figure for cell, figure in everything.figures.items()}
            tried = Protected(Released(made.released.cube, Tier.T3, hidden), figures, {}, {})
            if not any(Attacker(Tier.T3, [tried]).broken()):
                return size
    return ours


def test_little_more_is_hidden_than_the_least_possible(prove: bool) -> None:
    cells = ours = fewest = 0
    for told in small_stories(PROOF if prove else TASTE):
        made = protect(told.cubes[0], told.tier)
        cube = made.released.cube
        truths = {cell: truth for query, truth, _ in asked(cube) if (cell := cube.canonical(query)) is not None}
        small = {cell for cell, truth in truths.items() if 0 < truth <= THRESHOLDS[told.tier]}
        # Zeros under a hidden small count are hidden by rule, which this attacker does not need.
        small |= {cell for cell in made.audit if truths[cell] == 0 and small & set(cube.above(cell))}
        assert not small & set(shown(made))
        cells += len(made.figures)
        ours += len(made.audit) - len(small)
        fewest += least(made, small)
    ratios = f"{ours / cells:.1%} of figures, the least possible {fewest / cells:.1%}"
    print(f"complementary: {ours} of {cells}, least {fewest}: {ratios}")
    assert fewest <= ours <= 1.3 * fewest + 1
