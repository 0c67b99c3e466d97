"""Where are the offices of a civil registry read? The paths of its gateway that may be asked for, and no other.

An OpenCRVS gateway also answers for births, deaths and who registered them. None of that is ours to read: a path that
does not end in the list of locations, or of areas, is refused before anything is asked.
"""

import re
from dataclasses import dataclass, field
from typing import Any

LOCATIONS = "events/locations"
ENDS = {"locations": ("locations",), "areas": ("administrative-areas", "administrativeAreas", "locations")}
"By setting: how its path may end."
SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")


class WrongOffices(Exception):
    """What is said of a civil registry cannot be followed."""


@dataclass(frozen=True, slots=True)
class Offices:
    """How one country's OpenCRVS is read."""

    locations: str = LOCATIONS
    "Path below the gateway; the prefix differs by version."
    areas: str | None = None
    "Path of its administrative areas, where they are not among the locations."
    pcodes: dict[str, str] = field(default_factory=dict)
    "Its id of an area, or of an office, to the P-code; needed only where it does not keep P-codes itself."


def read_offices(said: Any) -> Offices:
    """This will check what a partner's settings say of its registry. Raises WrongOffices."""
    if not isinstance(said, dict) or not set(said) <= {"locations", "areas", "pcodes"}:
        raise WrongOffices("It is an object that may have locations, areas and pcodes.")
    for name, ends in ENDS.items():
        path = said.get(name)
        if path is not None and not _is_list(path, ends):
            raise WrongOffices(
                f"“{name}” must be a path that ends in {' or '.join(ends)}, such as {LOCATIONS}: "
                "nothing else of a civil registry is read."
            )
    pcodes = said.get("pcodes", {})
    if not isinstance(pcodes, dict) or not all(isinstance(code, str) for code in pcodes.values()):
        raise WrongOffices("“pcodes” must be a mapping of their id to the P-code.")
    return Offices(said.get("locations") or LOCATIONS, said.get("areas"), pcodes)


def _is_list(path: Any, ends: tuple[str, ...]) -> bool:
    """Plain segments, none of them . or .., and the last one of those that list places."""
    segments = path.split("/") if isinstance(path, str) else []
    plain = all(SEGMENT.fullmatch(each) and each.strip(".") for each in segments)
    return bool(segments) and plain and segments[-1] in ends
