"""Rules: one to five of the design's page on dashboards, applied to one release in their order."""

from collections.abc import Sequence

import numpy as np

from models.rules.suppression.audit import Audit
from models.rules.suppression.complementary import Untenable, conceal, eliminate, give_back
from models.rules.suppression.contributors import contributions, is_exposed, signatories
from models.rules.suppression.cube import Cell, Cube
from models.rules.suppression.figures import SUPPRESSED, Count, Figure, Interval, NotProtected, Protected, Released
from models.rules.suppression.grid import Integers
from models.rules.suppression.lines import balance, lines
from models.rules.suppression.rounding import rounded
from models.rules.suppression.union import Flags, Network, unite
from models.rules.vocabulary import Tier


def apply(cube: Cube, tier: Tier, released: Sequence[Released]) -> Protected:
    """This will be `protect`, with numpy and scipy at hand."""
    network = unite(cube, tier, released)
    grid, rule = network.grid, network.rule
    names, own = contributions(cube, grid)
    units = _units(network)
    public = _public(network)
    hidden = _primary(network, cube, units, own) & ~public | network.was_hidden
    audit = Audit(network, units)
    if rule.threshold == 0:
        shown = network.was_shown | network.is_new
    else:
        try:
            shown, audit = _choose(network, cube, audit, hidden=hidden, public=public)
        except Untenable as told:
            raise NotProtected(_cells(network, told.rows)) from told

    there = network.row_of >= 0
    # A structural zero is row -1: shown, as zero.
    visible = np.append(shown, True)[network.row_of]
    values = np.append(network.sums @ units * rule.base, 0)[network.row_of].tolist()
    figures: dict[Cell, Figure] = {
        cell: Count(value, rounded=rule.base > 1 and bool(known)) if seen else SUPPRESSED
        for cell, value, known, seen in zip(grid.cells, values, there, visible, strict=True)
    }
    low, high = audit.intervals()
    intervals = {
        cell: Interval(int(low[row]), int(high[row]))
        for cell, row, seen in zip(grid.cells, network.row_of, visible, strict=True)
        if not seen
    }
    inner = dict(zip(grid.keys, (units[network.unknowns] * rule.base).tolist(), strict=True)) if rule.base > 1 else {}
    return Protected(
        Released(cube, tier, frozenset(intervals), inner),
        figures,
        intervals,
        {} if rule.needs_contributors else signatories(names, own, grid.cells, visible),
    )


def _choose(network: Network, cube: Cube, audit: Audit, *, hidden: Flags, public: Flags) -> tuple[Flags, Audit]:
    """This will be the rows to show, and their audit (2 and 4). From rounded figures nothing is derived exactly."""
    if network.rule.base > 1:
        shown = ~hidden
    else:
        shown = eliminate(network, hidden=hidden, public=public)
        shown = balance(network, lines(cube, network), shown, public=public)
    shown, audit = conceal(network, audit, shown, hidden=hidden, public=public)
    return give_back(network, audit, shown, hidden=hidden)


def _public(network: Network) -> Flags:
    """This will be the rows that everyone knows already: shown before, or a part of what was shown to be nobody."""
    totals = network.totals
    nobody = network.sums[np.flatnonzero(network.was_shown & (totals == 0))].indices
    others = np.ones(network.sums.shape[1], dtype=np.int64)
    others[nobody] = 0
    public: Flags = (network.was_shown | ((network.sums @ others) == 0)) & ~network.was_hidden
    return public


def _primary(network: Network, cube: Cube, units: Integers, own: Integers) -> Flags:
    """This will be the rows that are hidden for what they are (rules 1 and 3), the new release's and earlier ones'."""
    rule, totals = network.rule, network.totals
    small = (totals <= rule.threshold) & ((totals > 0) | rule.hides_zero)
    small |= (network.sums @ units == 0) & (totals > 0)
    hidden: Flags = small & network.is_new
    if rule.needs_contributors:
        there = np.flatnonzero(network.row_of >= 0)
        exposed = is_exposed(own[:, there], totals[network.row_of[there]], rule)
        hidden[network.row_of[there][exposed]] = True
    else:
        hidden[_under_small(network, cube, small)] = True
    return hidden


def _under_small(network: Network, cube: Cube, small: Flags) -> Integers:
    """This will be the rows of zeros in a breakdown of a hidden small count: all of its parts are hidden, or the zeros
    would tell how few of them share it."""
    rows = dict(zip(network.grid.cells, network.row_of.tolist(), strict=True))
    totals = network.totals
    found = {
        row
        for cell, row in rows.items()
        if row >= 0 and totals[row] == 0 and any(small[rows[above]] for above in cube.above(cell))
    }
    return np.array(sorted(found), dtype=np.int64)


def _units(network: Network) -> Integers:
    rule = network.rule
    if rule.base == 1:
        return network.counts
    shown = np.flatnonzero(network.is_new & (network.totals > rule.threshold))
    weights = np.ones(len(shown), dtype=np.int64)
    return rounded(network.counts, network.sums[shown], weights, base=rule.base, fixed=network.fixed)


def _cells(network: Network, rows: tuple[int, ...]) -> tuple[Cell, ...]:
    return tuple(cell for cell, row in zip(network.grid.cells, network.row_of, strict=True) if row in rows)
