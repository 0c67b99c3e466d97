"""Which numbers that a partner gives can be true? Degrees on earth, and ages of people."""

import math
import re
from typing import Any

OLDEST = 150


def coordinates(latitude: Any, longitude: Any) -> tuple[tuple[float, float] | tuple[None, None], str | None]:
    """This will read degrees, and say what is wrong where they are no place on earth. Nothing said is not wrong."""
    if latitude in (None, "") and longitude in (None, ""):
        return (None, None), None
    north, east = number(latitude), number(longitude)
    if north is None or east is None:
        return (None, None), f"Latitude “{latitude}” and longitude “{longitude}” are not two numbers."
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        return (None, None), f"Latitude {north:g} and longitude {east:g} are not on earth."
    if north == 0 and east == 0:
        return (None, None), "Latitude 0 and longitude 0 lie in the Gulf of Guinea."
    return (north, east), None


def ages(minimum: Any, maximum: Any) -> tuple[tuple[int | None, int | None], str | None]:
    """This will read whole years, and say what is wrong where nobody can be of these ages. Silence is not wrong."""
    youngest, oldest = number(minimum), number(maximum)
    read = (youngest is not None or minimum in (None, "")) and (oldest is not None or maximum in (None, ""))
    possible = all(age is None or 0 <= age <= OLDEST for age in (youngest, oldest))
    if not read or not possible or (youngest is not None and oldest is not None and youngest > oldest):
        return (None, None), f"Ages from “{minimum}” to “{maximum}” cannot be: they stay out."
    return (None if youngest is None else int(youngest), None if oldest is None else int(oldest)), None


def number(value: Any) -> float | None:
    """This will be the number that is meant, with a point or a comma; None where none is."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        read = float(re.sub(r"\s", "", str(value)).replace(",", "."))
    except ValueError:
        return None
    return read if math.isfinite(read) else None
