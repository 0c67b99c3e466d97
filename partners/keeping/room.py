"""Whether there is room, as a partner said it: the newest word counts, whoever said it, and for 24 hours."""

from uuid import UUID

from partners import canonical
from partners.keeping import parts
from partners.keeping.desk import Desk
from partners.keeping.rows import Whose
from partners.keeping.standing import Row


def keep_capacity(
    desk: Desk, told: canonical.Capacity | None, whose: Whose, *, service: UUID, place: UUID | None
) -> None:
    """This will write what a partner says of the room, unless what stands is newer: a report by the owner, say.

    A moment that has not come yet is taken as now. None: what stands is left to expire.
    """
    standing = desk.standing.capacities[service].get(place)
    if told is None:
        if standing is not None:
            show_capacity(desk, standing, whose)
        return
    updated_at = min(told.updated_at, desk.now)
    if standing is not None and standing["updated_at"] >= updated_at:
        show_capacity(desk, standing, whose)
        return
    values = parts.capacity(told, whose, updated_at=updated_at, service=service, place=place)
    at = standing["id"] if standing is not None else None
    local, _ = desk.write("capacity", values, at=at, touches=set())
    desk.standing.capacities[service][place] = desk.standing.rows["capacity"][local]
    numbers = {"available": told.available, "maximum": told.maximum, **whose.values()}
    desk.write("capacity_count", numbers, at=local, touches=set())


def show_capacity(desk: Desk, standing: Row, whose: Whose) -> None:
    """This will leave a capacity, and its numbers, to who may see its service; its numbers, where fewer see them."""
    seen = {"visibility": whose.visibility}
    before = standing["visibility"]
    desk.write("capacity", seen, at=standing["id"], touches=set())
    numbers = desk.standing.rows["capacity_count"].get(standing["id"])
    if numbers is not None and numbers["visibility"] == before:
        desk.write("capacity_count", seen, at=standing["id"], touches=set())
