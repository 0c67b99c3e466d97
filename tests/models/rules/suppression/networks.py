"""Generated networks: small cubes of every shape, and the stories of releases in which they come out."""

from dataclasses import dataclass
from itertools import product
from math import prod
from random import Random

from models.rules.suppression import Cube, Dimension, Key
from models.rules.vocabulary import Tier

ORGANIZATIONS = ("abri", "klinik", "lekol", "timoun", "wout")
MONTHS = ("2026-01", "2026-02", "2026-03")


@dataclass(frozen=True)
class Story:
    """The cubes of one indicator in the order in which they are released."""

    seed: int
    tier: Tier
    cubes: tuple[Cube, ...]


def story(seed: int, *, tier: Tier | None = None) -> Story:
    """This will be a release alone, or months and their quarter, or a release and its restatement; one per seed."""
    random = Random(seed)
    tier = tier or random.choice([Tier.T1, Tier.T2, Tier.T3])
    most = random.choice([8, 8, 12, 12, 18, 27])
    dimensions = _dimensions(random)
    while prod(len(one.values) for one in dimensions) > most:
        dimensions = _dimensions(random)
    whole = _filled(random, tier, dimensions)
    plot = random.choice(["alone", "alone", "months", "restated"])
    if plot == "restated":
        return Story(seed, tier, (whole, _restated(random, tier, whole)))
    if plot == "months" and len(dimensions) < 4:
        month = _months(random)
        quarter = _filled(random, tier, (month, *dimensions))
        return Story(seed, tier, (*(_month_of(quarter, value) for value in month.values), quarter))
    return Story(seed, tier, (whole,))


def _dimensions(random: Random) -> tuple[Dimension, ...]:
    sex = Dimension("SEX", ("FEMALE", "MALE", "UNKNOWN")[: random.randint(2, 3)])
    age = Dimension("AGE_GROUP", ("AGE_0_4", "AGE_5_11", "UNKNOWN")[: random.randint(1, 3)])
    departments = Dimension("DEPARTMENT", ("HT01", "HT02", "UNKNOWN")[: random.randint(1, 3)])
    communes = tuple(f"{one}-{number}" for one in departments.values for number in range(random.randint(1, 2)))
    place = (
        Dimension("COMMUNE", communes, departments, {one: one.partition("-")[0] for one in communes})
        if random.random() < 0.5
        else departments
    )
    need = Dimension("NEED", ("SHELTER", "HEALTH"))
    picked = [one for one in (sex, age, place, need) if random.random() < 0.65] or [place]
    random.shuffle(picked)
    return tuple(picked)


def _months(random: Random) -> Dimension:
    values = MONTHS[: random.randint(2, 3)]
    quarter = Dimension("QUARTER", ("2026-Q1",))
    return Dimension("MONTH", values, quarter, dict.fromkeys(values, "2026-Q1"))


def _filled(random: Random, tier: Tier, dimensions: tuple[Dimension, ...]) -> Cube:
    keys = list(product(*(one.values for one in dimensions)))
    impossible = frozenset(key for key in keys if random.random() < 0.08) if random.random() < 0.3 else frozenset()
    usual = random.choice([1, 4, 12, 40])
    empty = random.choice([0.0, 0.2, 0.6])
    counts = {
        key: 0 if random.random() < empty else int(random.expovariate(1 / usual)) + random.choice([0, 0, usual])
        for key in keys
        if key not in impossible
    }
    return _cube(random, tier, dimensions, counts, impossible)


def _cube(
    random: Random, tier: Tier, dimensions: tuple[Dimension, ...], counts: dict[Key, int], impossible: frozenset[Key]
) -> Cube:
    generous = random.random() < 0.8
    shares = (
        {key: _shared(random, count, generous=generous) for key, count in counts.items()} if tier is Tier.T1 else {}
    )
    return Cube(dimensions, counts, shares, impossible)


def _shared(random: Random, count: int, *, generous: bool) -> dict[str, int]:
    names = ORGANIZATIONS if generous else random.sample(ORGANIZATIONS, 2)
    shares = dict.fromkeys(names, count // len(names))
    for _ in range(count % len(names)):
        shares[random.choice(names)] += 1
    return shares


def _month_of(quarter: Cube, value: str) -> Cube:
    month, *others = quarter.dimensions
    return Cube(
        (Dimension(month.name, (value,)), *others),
        {key: count for key, count in quarter.counts.items() if key[0] == value},
        {key: shares for key, shares in quarter.contributors.items() if key[0] == value},
        frozenset(key for key in quarter.impossible if key[0] == value),
    )


def _restated(random: Random, tier: Tier, cube: Cube) -> Cube:
    counts = {key: max(0, count + random.choice([0, 0, 0, 1, 2, -1, 9])) for key, count in cube.counts.items()}
    new = _cube(random, tier, cube.dimensions, counts, cube.impossible)
    same = {key: shares for key, shares in cube.contributors.items() if counts[key] == cube.counts[key]}
    return Cube(new.dimensions, new.counts, {**new.contributors, **same}, new.impossible)
