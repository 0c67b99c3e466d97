"""What must be true of everything released: each check reads figures and true counts, and shares no code with rules."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from models.rules.suppression import Cell, Count, Cube, Protected, Released, protect
from models.rules.vocabulary import Tier
from tests.models.rules.suppression.attacker import THRESHOLDS, Attacker, Query, lies_in, queries
from tests.models.rules.suppression.networks import Story


def releases(told: Story) -> list[Protected]:
    """This will be each cube of the story released after those before it."""
    made: list[Protected] = []
    for cube in told.cubes:
        made.append(protect(cube, told.tier, released=_before(made)))
    return made


def _before(made: Sequence[Protected]) -> list[Released]:
    return [one.released for one in made]


def violations(tier: Tier, made: Sequence[Protected]) -> list[str]:
    """This will name each rule that something released breaks."""
    found = [rule for one in made for rule in _alone(tier, one)]
    if any(Attacker(tier, made).broken()):
        found.append("a hidden figure can be told")
    return found


def _alone(tier: Tier, one: Protected) -> Iterator[str]:
    cube, threshold = one.released.cube, THRESHOLDS[tier]
    for query, truth, shares in asked(cube):
        figure = one.figure(query)
        if not isinstance(figure, Count):
            continue
        if 0 < truth <= threshold:
            yield "a small count is shown"
        if truth == 0 and tier is Tier.T1 and not _nobody_could_be(cube, query):
            yield "0 % is shown"
        if tier is Tier.T1 and truth > threshold and _tells_a_contributor(shares, truth, threshold):
            yield "a figure tells one contributor about another"
        if tier is Tier.T2:
            if figure.value != sum(_parts(one, query)) or figure.value % 5:
                yield "a figure is not the sum of rounded cells"
            if (figure.value == 0) != (truth == 0):
                yield "zero is shown for somebody, or somebody for zero"
        elif figure.value != truth:
            yield "a figure is not what was counted"


def asked(cube: Cube) -> Iterator[tuple[Query, int, Counter[str]]]:
    """This will be every query, its true count, and what each organisation contributed to it."""
    for query in queries(cube):
        keys = [key for key in product(*(one.values for one in cube.dimensions)) if _inside(cube, key, query)]
        shares: Counter[str] = Counter()
        for key in keys:
            shares.update(cube.contributors.get(key, {}))
        yield query, sum(cube.counts.get(key, 0) for key in keys), shares


def _inside(cube: Cube, key: tuple[str, ...], query: Query) -> bool:
    return all(lies_in(one, value, query) for one, value in zip(cube.dimensions, key, strict=True))


def _nobody_could_be(cube: Cube, query: Query) -> bool:
    keys = product(*(one.values for one in cube.dimensions))
    return all(key in cube.impossible for key in keys if _inside(cube, key, query))


def _parts(one: Protected, query: Query) -> list[int]:
    return [value for key, value in one.released.rounded.items() if _inside(one.released.cube, key, query)]


def _tells_a_contributor(shares: Counter[str], truth: int, threshold: int) -> bool:
    own = sorted((count for count in shares.values() if count), reverse=True)
    left = [truth - count for count in own]
    return len(own) < 3 or sum(own[:2]) >= 0.9 * truth or any(0 < count <= threshold for count in left)


def shown(one: Protected) -> Mapping[Cell, int]:
    """This will be the figures that are shown."""
    return {cell: figure.value for cell, figure in one.figures.items() if isinstance(figure, Count)}
