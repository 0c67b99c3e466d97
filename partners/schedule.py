"""When is a partner read next? At its interval; after failures ever later, by chance, and as late as it asks for."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.partners import BREAKER, SyncOutcome

FIRST_WAIT = 60.0
"Seconds before a partner that failed once is tried again, or its interval where that is shorter; it doubles."
RARELY = 3600.0
"Seconds between tries of a partner whose breaker is open, or its interval where that is longer."
LONGEST_WAIT = 86_400.0
"Seconds: a server that asks to be left alone for longer (Retry-After) is tried after so many."
READ = frozenset({SyncOutcome.COMPLETE, SyncOutcome.PARTIAL, SyncOutcome.HELD})
"Outcomes of a system that is up: something was read of it."


@dataclass(frozen=True, slots=True)
class Next:
    """What a reading leaves behind."""

    at: datetime | None
    "None: when asked only."
    failures: int
    "In a row, this one among them."


def after(
    outcome: SyncOutcome,
    *,
    began: datetime,
    ended: datetime,
    poll: int | None,
    failures: int,
    left_alone_for: float | None,
) -> Next:
    """This will say when a partner is read after a reading that ended so.

    poll: seconds between readings, from one's beginning to the next one's. failures: in a row, before this one.
    left_alone_for: seconds, as its server asked.
    """
    failures = 0 if outcome in READ else failures + 1
    if poll is None:
        return Next(None, failures)
    if not failures:
        # Never later than the interval: drawn a little before it, so that partners do not keep step.
        at = max(began + timedelta(seconds=poll * _drawn(0.9)), ended + timedelta(seconds=poll / 10))
    else:
        at = ended + timedelta(seconds=wait(failures, poll) * _drawn(0.5))
    if left_alone_for is not None:
        at = max(at, ended + timedelta(seconds=min(left_alone_for, LONGEST_WAIT)))
    return Next(at, failures)


def wait(failures: int, poll: int) -> float:
    """This will be how many seconds a partner is left alone for at most, after so many failures in a row."""
    if failures >= BREAKER:
        return max(RARELY, float(poll))
    return min(FIRST_WAIT, poll) * 2.0 ** (failures - 1)


def _drawn(least: float) -> float:
    return random.uniform(least, 1)  # noqa: S311 - spreads load, guards nothing
