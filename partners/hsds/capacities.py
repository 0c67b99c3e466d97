"""Room in HSDS: so many units of something, as of a moment; and how ours, which may be a state alone, is said in it.

The standard hangs capacities on services alone and wants a number. So one of a place names it in an attribute of ours;
and one without a number is no `service_capacity` at all, but an attribute of its service.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.rules.vocabulary import CapacityState
from partners.canonical import Capacity
from partners.hsds.marks import VALUE, mark
from partners.hsds.shapes import Json, made
from partners.hsds.told import Told, moment, text, word

PLACES = "places"
"What is counted where nobody says what."
STATE, AT, WITHOUT_NUMBER = "state", "service_at_location_id", "capacity"
"Labels of our attributes."
WHOLE = ""
"Of the service as a whole, where a capacity names no place."


def read_capacities(service: Told, problems: list[str]) -> dict[str, Capacity]:
    """This will be the capacity of a service by the place it is of; of several of one place, the first is followed."""
    found: dict[str, Capacity] = {}
    for told in service.children("capacities", "service_capacity"):
        at = told.value(AT) or WHOLE
        capacity = _capacity(told)
        if capacity is None:
            problems.append(f"Capacity {told.id or '?'} has no number, or no moment at which it was so: it stays out.")
        elif at in found:
            problems.append("It has several capacities: the first is followed, the others stay out.")
        else:
            found[at] = capacity
    for label, value in service.marks.values.items():
        kind, _, at = label.partition("@")
        said, _, since = value.partition(" ")
        state, updated = word(CapacityState, said), moment(since)
        if kind == WITHOUT_NUMBER and state and updated and at not in found:
            found[at] = Capacity(state, updated)
    return found


def _capacity(told: Told) -> Capacity | None:
    available, maximum, updated = told.number("available"), told.number("maximum"), moment(told.raw.get("updated"))
    if available is None or available < 0 or updated is None:
        return None
    unit = told.child("unit", "unit")
    name = text(unit.raw.get("name")) if unit else None
    return Capacity(
        word(CapacityState, told.value(STATE)) or _state(available),
        updated,
        int(available),
        int(maximum) if maximum is not None and maximum >= 0 else None,
        name if name != PLACES else None,
    )


def said(service_id: str, room: Mapping[str, Any]) -> Json:
    """This will be a capacity with a number: `id`, `placeId`, `state`, `available`, `maximum`, `unit`, `updatedAt`."""
    state, name = CapacityState(room["state"]), room["unit"] or PLACES
    marks = [] if state is _state(room["available"]) else [mark(room["id"], VALUE, STATE, state)]
    if room["placeId"]:
        marks.append(mark(room["id"], VALUE, AT, room["placeId"]))
    return (
        {"id": room["id"], "service_id": service_id, "unit": {"id": made("unit", name), "name": name}}
        | {"available": room["available"], "updated": _written(room["updatedAt"])}
        | ({"maximum": room["maximum"]} if room["maximum"] is not None else {})
        | ({"attributes": marks} if marks else {})
    )


def said_without_number(service_id: str, room: Mapping[str, Any]) -> Json:
    """This will be the attribute of a service for a capacity that has no number: its state, and since when."""
    label = f"{WITHOUT_NUMBER}@{room['placeId']}" if room["placeId"] else WITHOUT_NUMBER
    return mark(service_id, VALUE, label, f"{room['state']} {_written(room['updatedAt'])}")


def _written(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _state(available: float) -> CapacityState:
    return CapacityState.AVAILABLE if available > 0 else CapacityState.FULL
