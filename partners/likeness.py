"""How alike are two services of different sources? Pure: by name, telephone, distance and P-code, 0 to 1 each.

What is not known of both counts neither for nor against. A shared telephone weighs nearly as much as a like name; where
both have one and they differ, that speaks against.
"""

from dataclasses import dataclass
from typing import Any

from models.rules.identifiers import distance_km
from partners.reading.spelling import plain

WEIGHTS = {"name": 0.5, "phone": 0.25, "distance": 0.2, "pcode": 0.05}
FAR_KM = 1.0
"So far apart, distance speaks fully against."
LEAST_NAME = 0.75
"Of names less alike nothing is proposed, whatever else they share: a building has many services."
LEAST = 0.7


@dataclass(frozen=True, slots=True)
class Described:
    """What of a service every partner may see, and what it is compared by."""

    names: tuple[str, ...]
    phones: frozenset[str] = frozenset()
    points: tuple[tuple[float, float], ...] = ()
    "Latitude, longitude."
    pcodes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    score: float
    reasons: dict[str, float]
    "By what was compared."

    @property
    def proposed(self) -> bool:
        """Whether a person should look at it."""
        return self.score >= LEAST and self.reasons["name"] >= LEAST_NAME


def likeness(one: Described, other: Described) -> Likeness:
    """This will compare two services; it makes no difference which comes first."""
    reasons: dict[str, float] = {"name": _names(one.names, other.names)}
    if one.phones and other.phones:
        reasons["phone"] = float(bool(one.phones & other.phones))
    if one.points and other.points:
        nearest = min(distance_km(here, there) for here in one.points for there in other.points)
        reasons["distance"] = max(0.0, 1.0 - nearest / FAR_KM)
    if one.pcodes and other.pcodes:
        reasons["pcode"] = float(bool(one.pcodes & other.pcodes))
    weight = sum(WEIGHTS[reason] for reason in reasons)
    score = sum(WEIGHTS[reason] * value for reason, value in reasons.items()) / weight
    return Likeness(round(score, 4), {reason: round(value, 4) for reason, value in reasons.items()})


def described(row: dict[str, Any]) -> Described:
    """This will be a service as statements of partners/duplicates.py read it."""
    return Described(
        tuple(plain(name) for name in row["names"]),
        frozenset(row["phones"]),
        tuple(zip(row["latitudes"], row["longitudes"], strict=True)),
        frozenset(row["pcodes"]),
    )


def _names(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    # It takes longer to import than the program may take to start.
    from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

    pairs = [(here, there) for here in one for there in other]
    alike = (max(token_sort_ratio(*pair), 0.9 * token_set_ratio(*pair)) for pair in pairs)
    return max(alike, default=0.0) / 100
