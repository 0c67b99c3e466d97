"""How is a place kept that a partner tells of? Hidden where there is a safe house, or may yet turn out to be one.

A location that is told of by itself is its owner's alone until a service that may be seen is given there: the record
that makes it a safe house may come after it.
"""

from uuid import UUID

from models.directory import Visibility
from models.partners import RecordKind
from models.rules.identifiers import read_pcode
from models.rules.vocabulary import LocationKind
from partners import canonical
from partners.keeping import parts, rows
from partners.keeping.desk import Desk
from partners.keeping.rows import Whose
from partners.keeping.standing import Row


def keep_location(desk: Desk, told: canonical.Location, visibility: Visibility | None = None) -> UUID:
    """This will write a location.

    visibility: who may see the service that names it in passing; ORGANIZATION of a safe house. None: it is told by a
    record of its own.
    """
    key, whole = (RecordKind.LOCATION, told.remote_id), visibility is None
    local = desk.holdings.local(*key)
    standing = desk.standing.rows["location"].get(local) if local else None
    if standing is not None and standing["visibility"] == Visibility.REDACTED:
        desk.problems.append(f"A steward redacted location {told.remote_id} here: what is said of it is not shown.")
        return standing["id"]  # type: ignore[no-any-return]
    shown = _shown(desk, told, standing, visibility)
    if standing is not None and not whole and (key in desk.told or desk.has_own_record(key)):
        if key in desk.told and desk.told_otherwise(key, told):
            desk.problems.append(f"Location {_called(told)} is told of in two ways: the first is followed.")
        _show(desk, standing, shown)
        return standing["id"]  # type: ignore[no-any-return]
    desk.tell(key, told, whole=whole)
    owner = desk.holdings.local(RecordKind.ORGANIZATION, told.owner_id) if told.owner_id else None
    whose = Whose(owner or desk.partner.organization_id, shown)
    values = rows.location(told, desk.partner.settings.language) | whose.values() | {"pcode": _pcode(desk, told)}
    local, _ = desk.write("location", values, at=local, touches=desk.touched.locations)
    desk.holdings.stage(*key, local)
    desk.write_parts("accessibility", "location_id", local, parts.accessibility(told.accessibility, whose))
    desk.write_parts("contact", "location_id", local, parts.contacts(told.contacts, whose))
    desk.write_parts("unmapped", "record_id", local, parts.unmapped(told.unmapped, whose))
    return local


def _shown(desk: Desk, told: canonical.Location, standing: Row | None, wanted: Visibility | None) -> Visibility:
    """Who may see it from now on."""
    if Visibility.ORGANIZATION in (wanted, desk.visibility) or told.kind is LocationKind.SAFE_HOUSE:
        return Visibility.ORGANIZATION
    if standing is None:
        return wanted or Visibility.ORGANIZATION
    if wanted is None or standing["id"] in desk.standing.sheltering or standing["kind"] == LocationKind.SAFE_HOUSE:
        return Visibility(standing["visibility"])
    return wanted


def hide_location(desk: Desk, location: UUID) -> None:
    """This will leave a location to its owner's eyes; one that a steward redacted stays so."""
    standing = desk.standing.rows["location"].get(location)
    if standing is not None and standing["visibility"] != Visibility.REDACTED:
        _show(desk, standing, Visibility.ORGANIZATION)


def _show(desk: Desk, standing: Row, visibility: Visibility) -> None:
    local = standing["id"]
    desk.write("location", {"visibility": visibility}, at=local, touches=desk.touched.locations)
    for table, column in (("accessibility", "location_id"), ("contact", "location_id"), ("unmapped", "record_id")):
        desk.show_parts(table, column, local, visibility)


def _pcode(desk: Desk, told: canonical.Location) -> str | None:
    if told.pcode is None:
        return None
    code = read_pcode(told.pcode)
    if code in desk.holdings.pcodes:
        return code
    desk.problems.append(
        f"P-code {told.pcode} of {_called(told)} is not known: the place comes without it. Correct it."
    )
    return None


def _called(told: canonical.Location) -> str:
    name = next(iter((told.names or {}).values()), None)
    return told.remote_id if name is None else f"“{name}”"
