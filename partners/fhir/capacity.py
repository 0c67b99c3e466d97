"""Is there room? The SDOHCC capacity status, and beside it our own extension with what that has no place for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.rules.vocabulary import CapacityState
from partners import canonical
from partners.fhir.elements import chosen, codings, concept, extension, extensions, inner, instant, moment
from partners.fhir.names import CAPACITY_BY_STATE, CAPACITY_CODES, CAPACITY_STATUS, own
from partners.fhir.texts import Json, clean, plain_text

CAPACITY = own("capacity")
STATES = {code: state for state, code in CAPACITY_BY_STATE.items()}


@dataclass(frozen=True, slots=True)
class Room:
    """A capacity as it stands now, of a service as a whole or at one place."""

    state: str
    updated_at: datetime
    place_id: str | None = None
    "Of the service at the location; None: of the service as a whole."
    unit: str | None = None
    available: int | None = None
    maximum: int | None = None


def capacities_out(rooms: Iterable[Room], places: Mapping[str, str]) -> list[Json]:
    """This will be the extensions that tell of room.

    places: the reference to the location, by the id of the service at it; room at other places is left out.
    """
    told: list[Json] = []
    for room in rooms:
        if room.place_id is None and room.state in CAPACITY_BY_STATE:
            told.append(_status(CapacityState(room.state)))
        if room.place_id is None or room.place_id in places:
            told.append(_own(room, places.get(room.place_id or "")))
    return told


def capacities_in(resource: Json, modified_at: datetime | None) -> dict[str | None, canonical.Capacity]:
    """This will read what a HealthcareService tells of room, by the reference to the place; None: as a whole.

    modified_at: when it was said, where only SDOHCC's extension is there, which has no time of its own.
    """
    found: dict[str | None, canonical.Capacity] = {}
    for each in extensions(resource, CAPACITY):
        state = chosen(CapacityState, extension(each, "state").get("valueCode"))
        updated = instant(extension(each, "updated").get("valueInstant"))
        if state and updated:
            place = plain_text(inner(extension(each, "place"), "valueReference").get("reference"))
            found[place] = canonical.Capacity(
                state,
                updated,
                _count(extension(each, "available").get("valueUnsignedInt")),
                _count(extension(each, "maximum").get("valueUnsignedInt")),
                plain_text(extension(each, "unit").get("valueString")),
            )
    status = extension(extension(resource, CAPACITY_STATUS), "capacityStatus")
    codes = [coding.get("code") for coding in codings([status.get("valueCodeableConcept")])]
    status_told = next((STATES[code] for code in codes if code in STATES), None)
    if status_told and modified_at and None not in found:
        found[None] = canonical.Capacity(status_told, modified_at)
    return found


def _status(state: CapacityState) -> Json:
    status = {"url": "capacityStatus", "valueCodeableConcept": concept(CAPACITY_CODES, CAPACITY_BY_STATE[state])}
    return {"url": CAPACITY_STATUS, "extension": [status]}


def _own(room: Room, place: str | None) -> Json:
    parts: list[Json] = [
        {"url": "state", "valueCode": room.state},
        {"url": "updated", "valueInstant": moment(room.updated_at)},
    ]
    parts += [{"url": "place", "valueReference": {"reference": place}}] if place else []
    parts += [{"url": "unit", "valueString": unit}] if (unit := clean(room.unit)) else []
    for url, count in (("available", room.available), ("maximum", room.maximum)):
        parts += [{"url": url, "valueUnsignedInt": count}] if count is not None else []
    return {"url": CAPACITY, "extension": parts}


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
