"""How is a service at a location kept that a partner tells of, and when does it go?"""

from collections.abc import Collection
from uuid import UUID

from models.directory import Visibility
from models.partners import RecordKind, RecordStatus
from models.rules.vocabulary import ServiceCategory
from partners import canonical
from partners.canonical import CannotStand
from partners.keeping import parts, rows
from partners.keeping.claims import anothers
from partners.keeping.desk import Desk
from partners.keeping.locations import hide_location, keep_location
from partners.keeping.room import keep_capacity
from partners.keeping.rows import Whose
from partners.keeping.standing import Written

PARTS = ("phone", "contact", "schedule", "schedule_exception")


def keep_place_alone(desk: Desk, told: canonical.Place) -> None:
    """This will write a service at a location that a record of its own tells of. Raises CannotStand."""
    service = desk.holdings.local(RecordKind.SERVICE, told.service_id or "")
    standing = desk.standing.rows["service"].get(service) if service else None
    if service is None or standing is None:
        raise CannotStand(f"Its service {told.service_id} is not in the directory. Correct that one first.")
    if standing["visibility"] not in (Visibility.PUBLIC, Visibility.NETWORK) and anothers(desk, standing):
        return
    if standing["visibility"] == Visibility.REDACTED:
        desk.problems.append("A steward redacted its service here: it is kept, and not shown.")
        return
    keep_place(desk, told, service, Whose(standing["organization_id"], Visibility(standing["visibility"])))


def keep_place(
    desk: Desk, told: canonical.Place, service: UUID, whose: Whose, *, others: Collection[UUID] = ()
) -> UUID:
    """This will write a service at a location; others: those that the same record told of before it."""
    location = keep_location(desk, told.location, whose.visibility)
    if desk.standing.rows["service"][service]["category"] == ServiceCategory.SAFE_HOUSE:
        desk.standing.sheltering.add(location)
    key = RecordKind.SERVICE_AT_LOCATION, told.remote_id
    local = desk.holdings.local(*key)
    if local is None:
        same = (row["id"] for row in desk.standing.places_of(service) if row["location_id"] == location)
        local = next(same, None)
    if local is not None and local in others:
        desk.problems.append(f"Place {told.remote_id} is told of twice: the first is followed. Remove one.")
        desk.holdings.stage(*key, local)
        return local
    values = rows.place(told, whose, service_id=service, location_id=location, source=desk.partner.name)
    local, written = desk.standing.write("service_at_location", local, values, beside=desk.fetched())
    desk.note(written is not Written.SAME, desk.touched.services, service)
    desk.holdings.stage(*key, local)
    owner = "service_at_location_id", local
    desk.write_parts("phone", *owner, parts.phones(told.phones, whose))
    desk.write_parts("contact", *owner, parts.contacts(told.contacts, whose))
    desk.write_parts("unmapped", "record_id", local, parts.unmapped(told.unmapped, whose))
    hours = desk.write_parts("schedule", *owner, parts.schedules(told.hours, whose))
    exceptions = desk.write_parts("schedule_exception", *owner, parts.exceptions(told.exceptions, whose))
    if hours or exceptions or written is Written.CHANGED:
        desk.touched.hours.add(local)
    keep_capacity(desk, told.capacity, whose, service=service, place=local)
    return local


def leave_places(desk: Desk, service: UUID, *, named: Collection[UUID]) -> None:
    """This will take away the places of a service that the partner brought and no longer names.

    Those stay that a record of their own brings, and those that another source brought.
    """
    for row in desk.standing.places_of(service):
        names = desk.standing.place_links.get(row["id"], set())
        own = (desk.holdings.records.get((RecordKind.SERVICE_AT_LOCATION, name)) for name in names)
        if row["id"] in named or not names or any(held and held.status is RecordStatus.CURRENT for held in own):
            continue
        desk.standing.remove_place(row["id"])
        desk.holdings.dropped |= {(RecordKind.SERVICE_AT_LOCATION, name) for name in names}
        desk.note(True, desk.touched.services, service)


def hide_places(desk: Desk, service: UUID, whose: Whose) -> None:
    """This will leave every place of a safe house to its organisation's eyes, also those that it was not told with."""
    seen = {"visibility": whose.visibility}
    for row in desk.standing.places_of(service):
        place = row["id"]
        desk.write("service_at_location", seen, at=place, touches=desk.touched.hours)
        for table, column in (*((part, "service_at_location_id") for part in PARTS), ("unmapped", "record_id")):
            desk.show_parts(table, column, place, whose.visibility)
        hide_location(desk, row["location_id"])
        keep_capacity(desk, None, whose, service=service, place=place)
