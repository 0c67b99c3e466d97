"""What is no moment, and no day, never reaches an action."""

from datetime import UTC, date, datetime

import pytest
from strawberry.exceptions import StrawberryInputCoercionError

from resolvers.scalars import read_day, read_moment


def test_moments_and_days_are_read_up_to_the_ends_of_the_calendar() -> None:
    assert read_moment("9998-12-31T23:59:59-00:00") == datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert read_day("0002-01-01") == date(2, 1, 1)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-23:59"])
def test_a_moment_that_the_driver_takes_for_infinite_is_none(moment: str) -> None:
    with pytest.raises(StrawberryInputCoercionError):
        read_moment(moment)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_the_driver_takes_for_infinite_is_none(day: str) -> None:
    with pytest.raises(StrawberryInputCoercionError):
        read_day(day)
