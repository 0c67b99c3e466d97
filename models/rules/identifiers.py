"""Identifiers: P-codes of places, slugs, and how far apart two points are."""

import math
import re
import unicodedata

EARTH_RADIUS_KM = 6371.0088
"""The mean radius (IUGG). PostgreSQL's earthdistance takes the equator's 6378.168 unless told: 0.11 % farther."""

COUNTRY, DEPARTMENT, COMMUNE, SECTION = range(4)
"""Levels of an area, the country being 0."""

_PCODE = re.compile(r"(HT)(?:((?:0[1-9]|10))(?:([0-9]{2})(?:-([0-9]{2}))?)?)?", re.ASCII)
MAX_SLUG = 80
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def read_pcode(text: str) -> str | None:
    """This will be a Haitian P-code in its canonical form: `HT`, `HT06`, `HT0632` or `HT0632-01`.

    None for anything else, other countries' codes included: an unknown code warns and never fails (directory.md).
    """
    code = text.strip()[:16].upper()
    return code if _PCODE.fullmatch(code) else None


def pcode_level(code: str) -> int:
    """This will be 0 for the country, 1 for a department, 2 for a commune, 3 for a section, of a canonical code."""
    match = _PCODE.fullmatch(code)
    if match is None:
        raise ValueError(code)
    return sum(part is not None for part in match.groups()) - 1


def pcode_ancestors(code: str) -> tuple[str, ...]:
    """This will be the areas that hold this one, nearest first: `HT0632-01` lies in `HT0632`, `HT06` and `HT`."""
    return tuple(code[:length] for length in (6, 4, 2) if length < len(code))


def department_of(code: str) -> str | None:
    """This will be the department's code; None for the country's own."""
    return code[:4] if pcode_level(code) >= DEPARTMENT else None


def slug(text: str) -> str | None:
    """This will be a name as it stands in an address: small letters and digits, joined by hyphens, at most 80 signs.

    None where no Latin letter or digit is left of it.
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", "".join(sign for sign in letters if not unicodedata.combining(sign)))
    return "-".join(words)[:MAX_SLUG].rstrip("-") or None


def is_slug(text: str) -> bool:
    """This will tell whether the text could be a slug, before anyone looks for it."""
    return len(text) <= MAX_SLUG and _SLUG.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """This will tell whether the text is a UUID as RFC 9562 writes it, in letters of either size."""
    return _UUID.fullmatch(text) is not None


def is_point(*, latitude: float, longitude: float) -> bool:
    """This will be True for degrees on the globe, and False for what is not a number."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """This will be the distance along the surface, in km, between two points of (latitude, longitude) in degrees.

    By the haversine formula on a sphere of the mean radius: at most 0.6 % from the distance on the ellipsoid.
    """
    (lat_1, lon_1), (lat_2, lon_2) = (tuple(map(math.radians, point)) for point in (here, there))
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))
