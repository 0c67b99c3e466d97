"""What do the values of FHIR's search parameters mean? Tokens, references, moments and distances (FHIR R4, 3.1.1.4)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from api.fhir.answers import OddParameter
from models.rules.identifiers import is_point, is_uuid

MOST_VALUES = 200
"Of one parameter."
KILOMETRES = {"": 1.0, "km": 1.0, "m": 0.001, "[mi_i]": 1.609344, "mi": 1.609344}
NEAR = 25.0
"Kilometres, where no distance is asked for."
FARTHEST = 1_000.0
_DATE = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?(\d{4})(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A code, and the system it is of."""

    code: str | None
    "None: any code of the system."
    system: str | None
    "None: of any system; empty: of none."


@dataclass(frozen=True, slots=True)
class Stretch:
    """A moment as it was written: from when to before when; and how it is compared."""

    prefix: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Near:
    """A circle."""

    latitude: float
    longitude: float
    km: float


def values(text: str) -> list[str]:
    """This will be the alternatives of a value: divided by commas, save those after a backslash.

    Raises OddParameter for too many, and for what no text holds.
    """
    if "\0" in text:
        raise OddParameter("A value holds a sign that no text has.")
    parts = [re.sub(r"\\([,\\])", r"\1", part) for part in re.findall(r"(?:\\.|[^,\\])+", text)]
    if len(parts) > MOST_VALUES:
        raise OddParameter(f"At most {MOST_VALUES} alternatives are looked for at once.")
    return [part.strip() for part in parts if part.strip()]


def token(text: str) -> Token:
    system, bar, code = text.rpartition("|")
    return Token(code or None, system if bar else None)


def reference(text: str, kind: str, base: str) -> UUID | None:
    """This will be the id that a reference to a type names; None where that can be none of ours."""
    record = text.removeprefix(f"{base}/").removeprefix(f"{kind}/")
    return UUID(record) if is_uuid(record) else None


def moment(name: str, text: str) -> Stretch:
    """This will read a date or a time with a prefix; without a zone it is UTC. Raises OddParameter."""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        prefix, year, month, day, clock = match.groups()
        if clock:
            return Stretch(prefix or "eq", *_clock(f"{year}-{month}-{day}{clock}"))
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        if day:
            length = 1
        else:
            length = (
                monthrange(start.year, start.month)[1] if month else 366 if monthrange(start.year, 2)[1] == 29 else 365
            )
        return Stretch(prefix or "eq", start, start + timedelta(days=length))
    except (ValueError, OverflowError):
        raise OddParameter(f"{name}={text[:40]} is no moment such as ge2026-01-31T08:00:00Z.") from None


def near(text: str) -> Near:
    """This will read `latitude|longitude|distance|unit`. Raises OddParameter."""
    parts = text.split("|")
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
        distance = float(parts[2]) if len(parts) > 2 and parts[2] else None
        unit = KILOMETRES[parts[3].strip() if len(parts) > 3 else ""]
    except (ValueError, IndexError, KeyError):
        raise OddParameter("near is latitude|longitude|distance|unit, the unit km, m or [mi_i].") from None
    km = NEAR if distance is None else distance * unit
    if not is_point(latitude=latitude, longitude=longitude) or not 0 <= km <= FARTHEST:
        raise OddParameter(f"near is a point on earth and a distance of up to {FARTHEST:.0f} km.")
    return Near(latitude, longitude, km)


def _clock(text: str) -> tuple[datetime, datetime]:
    # A plus that came unescaped in an address reads as a space.
    read = datetime.fromisoformat(text.replace(" ", "+"))
    start = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    lasts = (
        timedelta(microseconds=1)
        if "." in text
        else timedelta(seconds=1)
        if text.count(":") > 1
        else timedelta(minutes=1)
    )
    return start, start + lasts
