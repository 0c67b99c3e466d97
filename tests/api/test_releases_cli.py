"""Periods as an operator writes them."""

import pytest

from api.releases_cli import WrongPeriod, read_period
from models.rules.vocabulary import ReleaseEvery


@pytest.mark.parametrize(
    ("text", "days", "every"),
    [
        ("2026-02", "2026-02-01 to 2026-02-28", ReleaseEvery.MONTH),
        ("2028-02", "2028-02-01 to 2028-02-29", ReleaseEvery.MONTH),
        ("2026-12", "2026-12-01 to 2026-12-31", ReleaseEvery.MONTH),
        ("2026-Q1", "2026-01-01 to 2026-03-31", ReleaseEvery.QUARTER),
        ("2026-Q4", "2026-10-01 to 2026-12-31", ReleaseEvery.QUARTER),
    ],
)
def test_a_month_or_a_quarter(text: str, days: str, every: ReleaseEvery) -> None:
    period = read_period(text)
    assert (str(period), period.every) == (days, every)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "26-10", "2026-10-01", "Q3"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(WrongPeriod):
        read_period(text)
