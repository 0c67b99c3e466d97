"""Capacity: what a report of room may say, and how long it is believed."""

from datetime import timedelta

from models.rules.problems import Refusal
from models.rules.vocabulary import CapacityState, ProblemCode

LASTS = timedelta(hours=24)
"""Without news for this long a report is shown to nobody (directory.md, a partner that is down, slow or wrong)."""


def check_report(*, state: CapacityState, available: int | None, maximum: int | None) -> Refusal | None:
    """This will refuse numbers below zero, more places free than there are, and numbers that deny the state."""
    for field, number in (("available", available), ("maximum", maximum)):
        if number is not None and number < 0:
            return _invalid("A number of places is zero or more.", field)
    if available is None:
        return None
    if maximum is not None and available > maximum:
        return _invalid("No more places are free than there are.", "available")
    if state is CapacityState.AVAILABLE and available == 0:
        return _invalid("Nothing is available where no place is free: report FULL or WAITLIST.", "state")
    if state is CapacityState.FULL and available > 0:
        return _invalid("A full service has no free place.", "available")
    return None


def _invalid(message: str, field: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, message, (field,))
