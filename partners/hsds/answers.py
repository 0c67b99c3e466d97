"""A record of the directory as HSDS 3.1 says it. Pure: a document (partners/documents.py) in, an object out.

Three forms, as the standard's API has them: minimal, of a list (fields of one value alone), and full. `at` is when the
record became so, here; when it was modified at its source is an attribute of ours, since the two are never merged.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.rules.vocabulary import LocationKind, OrganizationKind, ServiceCategory
from partners.hsds import capacities, said_parts
from partners.hsds.marks import CATEGORY
from partners.hsds.parts import PCODE
from partners.hsds.said import Said
from partners.hsds.shapes import Json, made
from partners.hsds.taxonomies import CATEGORIES, LOCATION_KINDS, ORGANIZATION_KINDS, languages, own_term, term

Document = Mapping[str, Any]
LISTS = frozenset(
    """additional_urls phones schedules service_areas service_at_locations languages funding cost_options
    required_documents contacts capacities attributes metadata locations programs organization_identifiers
    additional_websites addresses accessibility services""".split()  # noqa: SIM905
)
"Fields of several values: none of them is in the form of a list."
TYPES = {LocationKind.VIRTUAL: "virtual", LocationKind.FACILITY: "physical"}
"Kinds of place that the standard's own types tell."


def service(
    told: Document, *, at: str, organization: Json | None = None, room: Sequence[Document] = (), places: bool = True
) -> Json:
    """This will be a whole service, within its organisation as that is given, or as the service itself names it.

    room: its capacities, as partners/hsds/capacities.py takes them. places: with those it is given at.
    """
    said = _service(told, at)
    id, language = told["id"], told["language"]
    counted = [each for each in room if each["available"] is not None]
    said.put(
        organization=organization or organization_in_passing(told["organization"]),
        languages=said_parts.languages(id, told["languages"]),
        phones=[said_parts.phone(each, language) for each in told["phones"]],
        contacts=[said_parts.contact(each, language) for each in told["contacts"]],
        cost_options=[said_parts.cost(each, language) for each in told["costs"]],
        required_documents=[said_parts.paper(each, language) for each in told["requiredDocuments"]],
        service_areas=[said_parts.area(each, language) for each in told["serviceAreas"]],
        capacities=[capacities.said(id, each) for each in counted],
    )
    said.original()
    said.attribute(CATEGORY, own_term(CATEGORIES, ServiceCategory(told["category"])))
    for each in told["terms"]:
        for tag in languages(each):
            said.attribute(None, term(each, tag))
    said.attributes(capacities.said_without_number(id, each) for each in room if each["available"] is None)
    said.value("sexes", ",".join(told["sexes"]) or None)
    accepts = told["acceptsUnaccompaniedChildren"]
    said.value("accepts_unaccompanied_children", None if accepts is None else str(accepts).lower())
    said.value("valid_from", told["validFrom"]).value("valid_to", told["validTo"])
    said.value("verified_at", told["verifiedAt"])
    if told["modifiedAt"] != at:
        said.value("modified_at", told["modifiedAt"] or "")
    given_at = {"service_at_locations": [place(each, language) for each in told["places"]]} if places else {}
    return given_at | said.done(told["unmapped"].get("hsds"))


def service_in_list(told: Document, *, at: str) -> Json:
    """This will be a service in its fields of one value, with those of its organisation."""
    said = _service(told, at).put(organization=organization_in_passing(told["organization"]))
    return _plain(said.done(told["unmapped"].get("hsds")))


def service_minimal(told: Document, *, at: str) -> Json:
    """This will be a service's identifier and when it changed, with what the standard's schema wants beside."""
    names, language = told["names"], told["language"]
    return {
        "id": told["id"],
        "name": names.get(language) or names[min(names)],
        "status": _status(told["status"]),
        "last_modified": at,
        "modified_date": at,
    }


def _service(told: Document, at: str) -> Said:
    return (
        Said(told["id"], told["language"])
        .texts(name=told["names"], description=told["descriptions"], alert=told["alerts"])
        .texts(eligibility_description=told["eligibilityNotes"], fees_description=told["fees"])
        .texts(application_process=told["application"])
        .put(organization_id=told["organization"]["id"], status=_status(told["status"]), last_modified=at)
        .put(minimum_age=told["minimumAge"], maximum_age=told["maximumAge"])
        .put(assured_date=told["verifiedAt"] and told["verifiedAt"][:10])
        .fitting("uri", url=told["website"])
        .fitting("email", email=told["email"])
    )


def organization(told: Document, *, locations: Iterable[Document] = (), services: Iterable[Json] | None = None) -> Json:
    """This will be a whole organisation, with its locations, and with its services where they are given."""
    language = told["language"]
    said = _organization(told).put(
        phones=[said_parts.phone(each, language) for each in told["phones"]],
        contacts=[said_parts.contact(each, language) for each in told["contacts"]],
        organization_identifiers=[said_parts.identifier(each, language) for each in told["identifiers"]],
        locations=[location(each) for each in locations],
        services=None if services is None else list(services),
    )
    said.original().attribute(CATEGORY, own_term(ORGANIZATION_KINDS, OrganizationKind(told["kind"])))
    return said.done(told["unmapped"].get("hsds"), description="")


def organization_in_list(told: Document) -> Json:
    """This will be an organisation in its fields of one value."""
    return _plain(_organization(told).done(told["unmapped"].get("hsds"), description=""))


def organization_in_passing(told: Document) -> Json:
    """This will be an organisation as far as a record that it owns tells it."""
    return _plain(Said(told["id"], told["language"]).texts(name=told["names"]).done(description=""))


def _organization(told: Document) -> Said:
    return (
        Said(told["id"], told["language"])
        .texts(name=told["names"], description=told["descriptions"])
        .put(parent_organization_id=told["parentId"])
        .fitting("uri", website=told["website"])
        .fitting("email", email=told["email"])
    )


def place(told: Document, language: str, *, service: Json | None = None) -> Json:
    """This will be a whole service at a location, with its service where that is given.

    language: that of its service, in which its texts are.
    """
    said = Said(told["id"], language).texts(description=told["descriptions"])
    hours = [said_parts.schedule(each, language) for each in told["schedules"]]
    said.put(
        location_id=told["location"]["id"],
        service_id=None if service is None else service["id"],
        phones=[said_parts.phone(each, language) for each in told["phones"]],
        contacts=[said_parts.contact(each, language) for each in told["contacts"]],
        schedules=[*hours, *(said_parts.exception(each, language) for each in told["exceptions"])],
        location=location(told["location"]),
        service=service,
    )
    return said.done(told["unmapped"].get("hsds"))


def place_in_list(told: Document, language: str, *, service: Json) -> Json:
    """This will be a service at a location in its fields of one value, with those of its service and location."""
    said = Said(told["id"], language).texts(description=told["descriptions"])
    said.put(service_id=service["id"], location_id=told["location"]["id"])
    where = _plain(location(told["location"]))
    return _plain(said.put(location=where, service=service).done(told["unmapped"].get("hsds")))


def location(told: Document) -> Json:
    """This will be a whole location."""
    kind, kept = LocationKind(told["kind"]), told["unmapped"].get("hsds") or {}
    language = told["language"]
    said = Said(told["id"], language).texts(name=told["names"], description=told["descriptions"])
    said.texts(transportation=told["transportation"]).original()
    said.put(latitude=told["latitude"], longitude=told["longitude"], organization_id=told["organizationId"])
    if "external_identifier" in kept:
        said.value("pcode", told["pcode"])
    elif told["pcode"]:
        said.put(external_identifier=told["pcode"], external_identifier_type=PCODE)
    said.put(
        addresses=_addresses(told, kept.get("addresses", ())),
        accessibility=[said_parts.way_in(each, language) for each in told["accessibility"]],
        contacts=[said_parts.contact(each, language) for each in told["contacts"]],
    )
    if kind in TYPES:
        said.put(location_type=TYPES[kind])
    elif kind is not LocationKind.OTHER or "location_type" not in kept:
        said.attribute(CATEGORY, own_term(LOCATION_KINDS, kind))
    return said.value("time_zone", told["timeZone"] or "").done(kept, location_type="physical")


def _addresses(told: Document, kept: Iterable[Json]) -> list[Json]:
    first, *others = told["addressLines"] or [None]
    if not any((first, told["locality"], told["postalCode"], told["country"])):
        return []
    said = Said(made(told["id"], "address"), told["language"]).put(
        address_1=first,
        address_2="\n".join(others),
        city=told["locality"],
        postal_code=told["postalCode"],
        country=told["country"],
    )
    more: Json = next((each for each in kept if "id" not in each), {})
    department = next((area["names"] for area in told["areas"] if area["level"] == 1), None)
    if department and "state_province" not in more:
        name = department.get(told["language"]) or department[min(department)]
        said.put(state_province=name).value("derived", "state_province")
    said.done(more, address_1="", city="", state_province="", postal_code="", country="", address_type="physical")
    return [said.done()]


def _status(status: str) -> str:
    return status.lower().replace("_", " ")


def _plain(said: Json) -> Json:
    return {name: value for name, value in said.items() if name not in LISTS}
