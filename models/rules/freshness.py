"""How far may an entry of the directory be relied on, as time passes? It decays; it is never true and then false.

A person's check is worth half after half a year, a change at the source after a year: somebody looked at it then. That
it was fetched again says only that its source still answers. What its source no longer confirms is worth half of that.
"""

from datetime import timedelta

CHECKED_HALVES = timedelta(days=180)
MODIFIED_HALVES = timedelta(days=365)
STALE_WORTH = 0.5


def freshness(checked: timedelta | None, modified: timedelta | None, *, stale: bool) -> float | None:
    """This will be from 1 (just now) towards 0; None where neither is known. Ages since; a future one counts as now."""
    worth = [
        0.5 ** (max(age, timedelta()) / half)
        for age, half in ((checked, CHECKED_HALVES), (modified, MODIFIED_HALVES))
        if age is not None
    ]
    return max(worth) * (STALE_WORTH if stale else 1.0) if worth else None
