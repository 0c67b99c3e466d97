"""What lies behind a release? Its cube as it was counted, kept where no viewer reads, and read again for each audit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from uuid import UUID

from jobs.indicators.counting import Fact
from jobs.indicators.members import cube_of
from jobs.indicators.words import UNKNOWN
from models.rules.indicators import MOST_DIMENSIONS
from models.rules.suppression import Cell, Count, Cube, Dimension, Key, Protected, Released
from models.rules.vocabulary import Tier
from models.session import Connection

SEPARATOR = "\x1f"
"Between the values of a key while it travels: arrays of arrays do not."
EARLIER = """
SELECT r.id, r.cube, v.dimensions FROM indicator_release r
JOIN indicator_version v ON v.code = r.code AND v.version = r.definition
WHERE r.code = $1 AND r.definition = $2 AND r.origin = 'COMPUTED' AND r.state <> 'DRAFT' ORDER BY r.as_of, r.id"""
VALUES = "SELECT dimension, value FROM release_member WHERE release_id = $1 ORDER BY dimension, position"
COUNTS = "SELECT organization_id, key, value FROM release_count WHERE release_id = $1"
ROUNDINGS = "SELECT key, value FROM release_rounding WHERE release_id = $1"
SHOWN = "SELECT breakdown, members FROM release_cell WHERE release_id = $1"
ADD_COUNTS = f"""
INSERT INTO release_count (release_id, organization_id, key, value)
SELECT $1, o, string_to_array(k, E'{SEPARATOR}'), v FROM unnest($2::uuid[], $3::text[], $4::int[]) AS t (o, k, v)"""
ADD_ROUNDINGS = f"""
INSERT INTO release_rounding (release_id, key, value)
SELECT $1, string_to_array(k, E'{SEPARATOR}'), v FROM unnest($2::text[], $3::int[]) AS t (k, v)"""
ADD_CELLS = f"""
INSERT INTO release_cell (release_id, breakdown, members, value, rounded)
SELECT $1, b, string_to_array(m, E'{SEPARATOR}'), v, r
FROM unnest($2::text[], $3::text[], $4::int[], $5::boolean[]) AS t (b, m, v, r)"""


def fitted(facts: Iterable[Fact], values: Sequence[Collection[str]]) -> list[Fact]:
    """This will be the facts with what a dimension has no value for read as unknown: a place abroad, one not listed.

    values: of each dimension, in the order of the keys.
    """
    totals: dict[tuple[UUID, Key], int] = defaultdict(int)
    for fact in facts:
        parts = zip(fact.key, values, strict=True)
        key = tuple(part if part in known or UNKNOWN not in known else UNKNOWN for part, known in parts)
        totals[fact.organization_id, key] += fact.value
    return [Fact(organization_id, key, value) for (organization_id, key), value in sorted(totals.items())]


def cube(dimensions: tuple[Dimension, ...], facts: Iterable[Fact]) -> Cube:
    """This will be the cube that the facts make."""
    counts: dict[Key, int] = defaultdict(int)
    contributors: dict[Key, dict[str, int]] = defaultdict(dict)
    for fact in facts:
        counts[fact.key] += fact.value
        contributors[fact.key][str(fact.organization_id)] = fact.value
    return Cube(dimensions, dict(counts), dict(contributors))


def breakdowns(dimensions: Sequence[Dimension]) -> Iterator[tuple[Dimension, ...]]:
    """This will be every set of at most three dimensions, at each level of their hierarchies."""
    for width in range(min(MOST_DIMENSIONS, len(dimensions)) + 1):
        for chosen in combinations(dimensions, width):
            yield from product(*(tuple(dimension.levels()) for dimension in chosen))


def cells(levels: Sequence[Dimension]) -> Iterator[Cell]:
    """This will be the grid of one breakdown."""
    names = [level.name for level in levels]
    return (tuple(zip(names, values, strict=True)) for values in product(*(level.values for level in levels)))


async def earlier(connection: Connection, code: str, definition: int, tier: Tier) -> dict[UUID, Released]:
    """This will be everything that was ever released of an indicator, or waits to be, with what lies behind it."""
    found = await connection.fetch(EARLIER, code, definition)
    return {row["id"]: await _released(connection, row["id"], row["dimensions"], tier) for row in found}


async def _released(connection: Connection, release_id: UUID, named: Sequence[str], tier: Tier) -> Released:
    values: dict[str, list[str]] = defaultdict(list)
    for row in await connection.fetch(VALUES, release_id):
        values[row["dimension"]].append(row["value"])
    dimensions = cube_of(named, values)
    facts = [
        Fact(row["organization_id"], tuple(row["key"]), row["value"])
        for row in await connection.fetch(COUNTS, release_id)
    ]
    shown = {(row["breakdown"], tuple(row["members"])) for row in await connection.fetch(SHOWN, release_id)}
    every = (cell for levels in breakdowns(dimensions) for cell in cells(levels))
    hidden = frozenset(cell for cell in every if _placed(cell) not in shown)
    rounded = {tuple(row["key"]): row["value"] for row in await connection.fetch(ROUNDINGS, release_id)}
    return Released(cube(dimensions, facts), tier, hidden, rounded)


async def keep(connection: Connection, release_id: UUID, facts: Sequence[Fact], protected: Protected) -> None:
    """This will write what was counted, what it was rounded to, and what may be seen of it."""
    await connection.execute(
        ADD_COUNTS,
        release_id,
        [fact.organization_id for fact in facts],
        [SEPARATOR.join(fact.key) for fact in facts],
        [fact.value for fact in facts],
    )
    rounded: Mapping[Key, int] = protected.released.rounded
    await connection.execute(
        ADD_ROUNDINGS, release_id, [SEPARATOR.join(key) for key in rounded], [int(value) for value in rounded.values()]
    )
    shown = [(*_placed(cell), figure) for cell, figure in protected.figures.items() if isinstance(figure, Count)]
    await connection.execute(
        ADD_CELLS,
        release_id,
        [breakdown for breakdown, _, _ in shown],
        [SEPARATOR.join(members) for _, members, _ in shown],
        [int(figure.value) for *_, figure in shown],
        [figure.rounded for *_, figure in shown],
    )


def _placed(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """The cell's breakdown and members, as `release_cell` has them: a cube is in the enumeration's order too."""
    return " ".join(name for name, _ in cell), tuple(value for _, value in cell)
