"""How far an entry may be relied on as time passes."""

from datetime import timedelta

import pytest

from models.rules.freshness import freshness

YEAR, HALF_A_YEAR, NOW = timedelta(days=365), timedelta(days=180), timedelta()


@pytest.mark.parametrize(
    ("checked", "modified", "stale", "worth"),
    [
        (None, None, False, None),
        (NOW, None, False, 1.0),
        (HALF_A_YEAR, None, False, 0.5),
        (None, YEAR, False, 0.5),
        (HALF_A_YEAR, NOW, False, 1.0),
        (2 * HALF_A_YEAR, 2 * YEAR, False, 0.25),
        (NOW, None, True, 0.5),
        (timedelta(days=-1), None, False, 1.0),
    ],
)
def test_it_decays(checked: timedelta | None, modified: timedelta | None, stale: bool, worth: float | None) -> None:
    assert freshness(checked, modified, stale=stale) == worth
