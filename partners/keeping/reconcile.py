"""Writes what a partner's record says into the directory, so that saying it again changes nothing.

A record of ours is found by its link and never by its name. What the partner did not bring is never changed by it: an
organisation that signs in here, a redacted service that a steward wrote. A safe house comes in for its organisation's
own eyes, with its place, and stays so until a steward says otherwise.
"""

from collections.abc import Collection
from uuid import UUID

from models.directory import Visibility
from models.partners import RecordKind
from models.rules.identifiers import read_pcode
from models.rules.vocabulary import LocationKind, ServiceCategory
from partners import canonical
from partners.keeping import parts, rows
from partners.keeping.claims import anothers, parts_of_all, settled, shared
from partners.keeping.desk import Desk
from partners.keeping.locations import keep_location
from partners.keeping.organizations import keep_organization
from partners.keeping.places import hide_places, keep_place, keep_place_alone, leave_places
from partners.keeping.room import keep_capacity
from partners.keeping.rows import Whose
from partners.keeping.standing import Row
from partners.keeping.tables import owned_by


def keep(desk: Desk, item: canonical.Item) -> tuple[bool, list[str]]:
    """This will bring what stands up to date with one record; whether anything changed, and what did not come along.

    Raises CannotStand, with nothing changed.
    """
    desk.begin()
    match item:
        case canonical.Organization():
            keep_organization(desk, item, whole=True)
        case canonical.Location():
            keep_location(desk, item)
            _keep_sheltered(desk, item)
        case canonical.Service():
            _keep_service(desk, item)
        case canonical.Place():
            keep_place_alone(desk, item)
            _keep_sheltered(desk, item.location)
    return desk.changed, desk.problems


def _keep_service(desk: Desk, told: canonical.Service) -> None:
    local = desk.holdings.local(RecordKind.SERVICE, told.remote_id)
    standing = desk.standing.rows["service"].get(local) if local else None
    if standing is not None and anothers(desk, standing) and _keep_hidden(desk, told, standing):
        return
    if standing is not None and standing["visibility"] == Visibility.REDACTED:
        desk.problems.append("A steward redacted it here: what the partner says of it is kept, and not shown.")
        return
    hidden = _is_safe_house(desk, told) or (standing is not None and standing["category"] == ServiceCategory.SAFE_HOUSE)
    if hidden:
        desk.problems.append(
            "It is a safe house: nobody but its own organisation sees it. A steward may give it an alias."
        )
    closed = standing is not None and shared(desk, standing["id"]) and standing["visibility"] == Visibility.ORGANIZATION
    whose = Whose(_giver(desk, told, hidden=hidden), Visibility.ORGANIZATION if hidden or closed else desk.visibility)
    values = rows.service(told, whose, source=desk.partner.name)
    if hidden:
        values["category"] = ServiceCategory.SAFE_HOUSE
    ended = standing["removed_at"] if standing is not None else None
    values["removed_at"] = None if told.offered else ended or desk.now
    verified = [moment for moment in (told.verified_at, standing and standing["verified_at"]) if moment]
    values["verified_at"] = max(verified, default=None)
    if standing is not None and not hidden:
        values = settled(desk, told, standing, values)
    local, _ = desk.write("service", values, at=local, touches=desk.touched.services, beside=desk.fetched())
    desk.holdings.stage(RecordKind.SERVICE, told.remote_id, local)
    _keep_parts(desk, told, local, whose)
    keep_capacity(desk, told.capacity, whose, service=local, place=None)
    places: list[UUID] = []
    for place in told.places:
        places.append(keep_place(desk, place, local, whose, others=places))
    if standing is not None:
        if hidden:
            hide_places(desk, local, whose)
        leave_places(desk, local, named=places)


def _keep_hidden(desk: Desk, told: canonical.Service, standing: Row) -> bool:
    """Whether a service that was made one with another organisation's is hidden: then nothing of it is taken any more.

    Else its source would come to own a safe house of others, or they that of the source, and each learn of it. Where
    the source says that it is one, all of it is hidden until a steward makes two of them again.
    """
    if _is_safe_house(desk, told):
        desk.problems.append(
            "It is a safe house, and was made one with another's entry: that is hidden. Have it split."
        )
        _hide(desk, standing)
    return standing["visibility"] not in (Visibility.PUBLIC, Visibility.NETWORK)


def _keep_sheltered(desk: Desk, told: canonical.Location) -> None:
    """Makes safe houses of what is given at one: those services' own records may come a day later, or never."""
    if told.kind is not LocationKind.SAFE_HOUSE:
        return
    location = desk.holdings.local(RecordKind.LOCATION, told.remote_id)
    given = [row for row in desk.standing.rows["service_at_location"].values() if row["location_id"] == location]
    for standing in (desk.standing.rows["service"].get(row["service_id"]) for row in given):
        if standing is not None and standing["visibility"] != Visibility.REDACTED:
            if not anothers(desk, standing):
                kind = {"category": ServiceCategory.SAFE_HOUSE}
                desk.write("service", kind, at=standing["id"], touches=desk.touched.services)
            _hide(desk, standing)


def _hide(desk: Desk, standing: Row) -> None:
    """Leaves a service, with all that belongs to it, to its organisation's eyes; what a steward redacted stays so."""
    if standing["visibility"] == Visibility.REDACTED:
        return
    service, whose = standing["id"], Whose(standing["organization_id"], Visibility.ORGANIZATION)
    desk.write("service", {"visibility": whose.visibility}, at=service, touches=desk.touched.services)
    for table, column in owned_by("service"):
        desk.show_parts(table, column, service, whose.visibility)
    keep_capacity(desk, None, whose, service=service, place=None)
    hide_places(desk, service, whose)


def _keep_parts(desk: Desk, told: canonical.Service, local: UUID, whose: Whose) -> None:
    terms = [_keep_term(desk, term) for term in told.terms]
    wanted = {
        "phone": parts.phones(told.phones, whose),
        "contact": parts.contacts(told.contacts, whose),
        "cost_option": parts.costs(told.costs, whose),
        "required_document": parts.papers(told.papers, whose),
        "service_area": parts.areas(_known(desk, told.areas), whose),
        "service_term": [{"term_id": term, **whose.values()} for term in dict.fromkeys(terms)],
        "unmapped": parts.unmapped(told.unmapped, whose),
    }
    if shared(desk, local) and whose.visibility is not Visibility.ORGANIZATION:
        wanted = parts_of_all(desk, desk.standing.rows["service"][local], wanted)
    for table, rows_of in wanted.items():
        column = "record_id" if table == "unmapped" else "service_id"
        if desk.write_parts(table, column, local, rows_of) and table == "service_term":
            desk.touched.services.add(local)


def _known(desk: Desk, told: Collection[canonical.ServedArea]) -> list[canonical.ServedArea]:
    """The areas by codes of ours; one whose code is not known is told in its words, or in its code."""
    found = []
    for area in told:
        code = read_pcode(area.pcode) if area.pcode else None
        if code in desk.holdings.pcodes or area.pcode is None:
            found.append(canonical.ServedArea(code, area.names))
            continue
        desk.problems.append(f"P-code {area.pcode} of an area it serves is not known: its words stand. Correct it.")
        found.append(canonical.ServedArea(None, area.names or {desk.partner.settings.language: area.pcode}))
    return found


def _keep_term(desk: Desk, told: canonical.Term) -> UUID:
    key = f"{desk.partner.name}:{told.scheme}", told.code
    row = desk.standing.terms.get(key)
    labels = {"labels": told.labels, "language": next(iter(told.labels))}
    values = labels if row is not None else {"scheme": key[0], "code": key[1], **labels}
    at = row["id"] if row is not None else None
    local, _ = desk.write("term", values, at=at, touches=desk.touched.terms)
    desk.standing.terms[key] = desk.standing.rows["term"][local]
    return local


def _giver(desk: Desk, told: canonical.Service, *, hidden: bool) -> UUID:
    """The organisation that gives a service. A safe house's is not made known by it."""
    own = desk.partner.organization_id
    if told.organization is not None:
        known = desk.holdings.local(RecordKind.ORGANIZATION, told.organization.remote_id)
        return own if known is None and hidden else keep_organization(desk, told.organization, whole=False)
    if told.organization_id is not None:
        known = desk.holdings.local(RecordKind.ORGANIZATION, told.organization_id)
        if known is not None:
            return known
        desk.problems.append(f"Organisation {told.organization_id} is not shown: {desk.partner.name} stands for it.")
    return own


def _is_safe_house(desk: Desk, told: canonical.Service) -> bool:
    if told.category is ServiceCategory.SAFE_HOUSE:
        return True
    known = (desk.holdings.local(RecordKind.LOCATION, place.location.remote_id) for place in told.places)
    standing = (desk.standing.rows["location"].get(local) for local in known if local is not None)
    return any(place.location.kind is LocationKind.SAFE_HOUSE for place in told.places) or any(
        row is not None and row["kind"] == LocationKind.SAFE_HOUSE for row in standing
    )
