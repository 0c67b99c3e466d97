"""How fresh is a record of the demo's directory, and has the service room? Some are stale, full or expired."""

import random
from datetime import datetime, timedelta

from jobs.demo.ids import time_ordered_id
from jobs.demo.organisations import PERSONAS, Partner
from models.directory import Capacity, CapacityCount, Service, Visibility
from models.rules.vocabulary import CapacityState as State

SHARED_DIRECTORY = "annuaire-departemental"
"The partner system that a third of the records come from."
LASTS = timedelta(days=365)
"How long the demo believes a report: nobody is there to renew it."


def provenance(partner: Partner, chance: random.Random, now: datetime) -> dict[str, str | datetime | None]:
    """This will be the columns of Sourced: entered by the partner itself, or pulled; about one in eight is stale."""
    days = chance.uniform(1, 110)
    pulled = chance.random() < 0.33
    stale = chance.random() < 0.12
    if partner.slug in PERSONAS.values():
        pulled = stale = False
    modified = now - timedelta(days=days)
    checked = now - timedelta(days=days * chance.random())
    return {
        "source": SHARED_DIRECTORY if pulled else partner.slug,
        "modified_at": modified,
        "fetched_at": checked if pulled else None,
        "verified_at": None if pulled else checked,
        "fresh_until": now - timedelta(days=days * 0.1) if stale else now + LASTS,
    }


def capacity_rows(
    service: Service,
    room: int,
    state: Visibility,
    numbers: Visibility,
    chance: random.Random,
    now: datetime,
    *,
    steady: bool,
) -> tuple[Capacity, CapacityCount]:
    """This will be a report of room and its numbers; `steady`: three quarters free, so that it stays open."""
    word, available = _drawn(room, chance)
    expired = chance.random() < 0.1
    if steady:
        word, available, expired = State.AVAILABLE, room * 3 // 4, False
    hours = chance.uniform(1, 20)
    updated = now - (timedelta(days=3) if expired else timedelta(hours=hours))
    capacity = Capacity(
        id=time_ordered_id(chance, service.created_at),
        organization_id=service.organization_id,
        visibility=state,
        service_id=service.id,
        service_at_location_id=None,
        state=word,
        updated_at=updated,
        expires_at=updated + (timedelta(days=1) if expired else LASTS),
    )
    count = CapacityCount(
        organization_id=service.organization_id,
        visibility=numbers,
        capacity_id=capacity.id,
        available=available,
        maximum=room,
    )
    return capacity, count


def _drawn(room: int, chance: random.Random) -> tuple[State, int | None]:
    share = chance.uniform(0.3, 0.9)
    drawn = chance.random()
    if drawn < 0.72:
        return State.AVAILABLE, max(1, int(room * share))
    if drawn < 0.82:
        return State.FULL, 0
    if drawn < 0.9:
        return State.WAITLIST, 0
    return (State.ASSESSMENT_REQUIRED if drawn < 0.96 else State.UNKNOWN), None
