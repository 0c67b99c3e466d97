"""The graph's own scalars, each in exactly one form."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal as PythonDecimal
from decimal import InvalidOperation
from typing import Any, NewType

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.scalar import ScalarDefinition

_RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")

_YEARS = range(2, 9999)
"""What lies at the ends of the calendar is infinite to the database's driver, and comes back as no moment."""

DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
Decimal = NewType("Decimal", PythonDecimal)
JSON = NewType("JSON", dict[str, Any])


def write_moment(moment: datetime) -> str:
    """RFC 3339 in UTC with six digits, as the database writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(value: object) -> datetime:
    """A moment with its offset. Raises StrawberryInputCoercionError for anything else."""
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
            if moment.year in _YEARS:
                return moment
        except (ValueError, OverflowError):
            pass
    raise StrawberryInputCoercionError("A DateTime is RFC 3339 with its offset: 2026-11-21T17:58:01Z.")


def read_day(value: object) -> date:
    """A day. Raises StrawberryInputCoercionError for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            day = date.fromisoformat(value)
            if day.year in _YEARS:
                return day
        except ValueError:
            pass
    raise StrawberryInputCoercionError("A Date is ISO 8601: 2026-11-21.")


def read_decimal(value: object) -> PythonDecimal:
    """A finite number. Raises StrawberryInputCoercionError for anything else."""
    if isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) <= 40:
        try:
            number = PythonDecimal(value)
            if number.is_finite():
                return number
        except InvalidOperation:
            pass
    raise StrawberryInputCoercionError('A Decimal is a number in quotes: "12.50".')


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339; in answers UTC, to the microsecond.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=write_moment,
        parse_value=read_moment,
    ),
    Date: strawberry.scalar(
        name="Date", description="A day, ISO 8601.", serialize=lambda day: day.isoformat(), parse_value=read_day
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Whatever JSON can say, as it is.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
    ),
    Decimal: strawberry.scalar(
        name="Decimal", description="An exact number, as a string.", serialize=str, parse_value=read_decimal
    ),
}
