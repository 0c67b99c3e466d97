"""Complementary: what else is hidden, so that sums do not tell what is hidden already (rule 2)."""

import numpy as np
from scipy import sparse

from models.rules.suppression.audit import Audit, Narrow
from models.rules.suppression.union import Flags, Network

NEAR = 1e-7
AT_ONCE = 25
"""How many rows that could be told are looked for before more is hidden: what is hidden for one often serves others."""
MOST_PROGRAMMES = 200
"""How many programmes are spent on showing again what need not have been hidden."""


class Untenable(Exception):
    """Hidden figures can be told from what was released before."""

    def __init__(self, rows: tuple[int, ...]) -> None:
        super().__init__(type(self).__doc__)
        self.rows = rows


def eliminate(network: Network, *, hidden: Flags, public: Flags) -> Flags:
    """This will choose what to show: the most valuable first, but nothing that makes a hidden row derivable.

    Derivable: a linear combination of shown rows, found by elimination (Gram-Schmidt, which keeps one vector that no
    shown row sees; a hidden row is derivable once it does not see that vector either). Zeros are shown to begin with.
    """
    shown: Flags = public | (~hidden & (network.totals == 0))
    known = np.unique(network.sums[np.flatnonzero(shown & (network.totals == 0))].indices)
    free = np.setdiff1d(np.arange(network.sums.shape[1]), known)
    rows = sparse.csr_array(network.sums[:, free].astype(np.float64))
    basis = np.zeros((min(rows.shape), len(free)))
    rank = 0
    unseen = np.random.default_rng(3).standard_normal(len(free))
    watched = sparse.csr_array(rows[np.flatnonzero(hidden & (np.diff(rows.indptr) > 0))])
    candidates = np.flatnonzero(~hidden & (network.totals > 0))
    order = sorted(candidates, key=lambda row: (not public[row], -network.worth[row]))
    for row in order:
        own = rows[[row]].toarray()[0]
        rest = own - basis[:rank].T @ (basis[:rank] @ own)
        rest -= basis[:rank].T @ (basis[:rank] @ rest)
        length = np.linalg.norm(rest)
        if length > NEAR:
            rest /= length
            next_unseen = unseen - (rest @ unseen) * rest
            seen = np.abs(watched @ next_unseen) > NEAR
            if public[row]:
                watched = sparse.csr_array(watched[np.flatnonzero(seen)])
            elif not seen.all():
                continue
            basis[rank], rank, unseen = rest, rank + 1, next_unseen
        shown[row] = True
    return shown


def conceal(network: Network, audit: Audit, shown: Flags, *, hidden: Flags, public: Flags) -> tuple[Flags, Audit]:
    """This will hide more until every hidden row passes the audit, and give the rows to show with their audit.

    A row that was to cover for another, and that `public` rows tell already, covers for nothing: it is shown after all.
    Raises Untenable where public rows tell what must be hidden.
    """
    shown, public = shown.copy(), public.copy()
    while narrow := audit.examine(shown, most=AT_ONCE):
        chosen: set[int] = set()
        useless: set[int] = set()
        for one in narrow:
            told_by = {row for row in one.told_by if not public[row]}
            if told_by & chosen:
                continue
            beside = told_by or _beside(network, one, shown & ~public)
            if not hidden[one.row] and not told_by and (one.told_by or not beside):
                useless.add(one.row)
            elif beside:
                chosen.add(_least_valuable(network, beside))
            else:
                raise Untenable((one.row,))
        shown[list(chosen)] = False
        if useless:
            shown[list(useless)] = public[list(useless)] = True
            audit = audit.under(shown)
    return shown, audit


def _least_valuable(network: Network, rows: set[int]) -> int:
    return min(rows, key=lambda row: int(network.worth[row]))


def _beside(network: Network, one: Narrow, candidates: Flags) -> set[int]:
    """This will be shown rows that share an unknown with a row, or failing that any."""
    sharing = (network.sums @ network.sums[[one.row]].T).toarray().reshape(-1) > 0
    rows = np.flatnonzero(candidates & sharing)
    return set((rows if len(rows) else np.flatnonzero(candidates)).tolist())


def give_back(network: Network, audit: Audit, shown: Flags, *, hidden: Flags) -> tuple[Flags, Audit]:
    """This will show again what need not have been hidden, the most valuable first, as far as the audit allows."""
    shown = shown.copy()
    spare = sorted(np.flatnonzero(~shown & ~hidden), key=lambda row: -network.worth[row])
    spent = 0
    for row in spare:
        tried = shown.copy()
        tried[row] = True
        again = audit.under(tried)
        beside = (network.sums @ network.sums[[row]].T).toarray().reshape(-1) > 0
        if again.passes(tried, first=beside):
            shown, audit = tried, again
        spent += again.programmes
        if spent > MOST_PROGRAMMES:
            break
    return shown, audit
