"""How does FHIR R4 say what a document of the directory says? Pure: one document in, one resource out.

An organisation becomes an Organization, a location a Location, a service a HealthcareService (IHE mCSD). What the
resource has no element for stands in extensions that docs/fhir.md lists; what a FHIR partner said that the directory
has no place for is emitted as it came.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.rules.vocabulary import DirectoryKind, LocationKind
from partners.documents import AccessibilityDocument, LocationDocument, OrganizationDocument
from partners.fhir.capacity import Room
from partners.fhir.elements import concept, extended, filled, moment, told
from partners.fhir.names import (
    LOCATION_KINDS,
    MCSD_TYPES,
    ORGANIZATION_DESCRIPTION,
    ORGANIZATION_KINDS,
    PCODES,
    PHYSICAL_TYPES,
    TIME_ZONE,
    own,
)
from partners.fhir.services import service_resource
from partners.fhir.telecoms import contact_out, organization_contact_out, phone_out, web_out
from partners.fhir.texts import Json, clean, said

TYPES = {
    DirectoryKind.ORGANIZATION: "Organization",
    DirectoryKind.LOCATION: "Location",
    DirectoryKind.SERVICE: "HealthcareService",
}
KINDS = {name: kind for kind, name in TYPES.items()}
ACCESSIBILITY, TRANSPORTATION, VERIFIED = own("accessibility"), own("transportation"), own("verified")
PHYSICAL = {LocationKind.BORDER_RESOURCE_CENTER: "bu", LocationKind.FACILITY: "bu", LocationKind.OFFICE: "bu"}
STATE, DISTRICT = 1, 2
"Levels of the areas that an address names: department and commune."


def resource(kind: DirectoryKind, document: Any, *, version: int, at: datetime, rooms: Sequence[Room] = ()) -> Json:
    """This will be the resource that a version of a record is.

    document: in the shape of partners/documents.py. at: from when on it is told. rooms: of a service, live.
    """
    if kind is DirectoryKind.ORGANIZATION:
        told_of = _organization(document)
    elif kind is DirectoryKind.LOCATION:
        told_of = _location(document)
    else:
        told_of = service_resource(document, rooms)
    rest = document["unmapped"].get("fhir") or {}
    head = {"resourceType": TYPES[kind], "id": document["id"]}
    meta = {"versionId": str(version), "lastUpdated": moment(at)}
    if source := document.get("source"):
        meta["source"] = f"urn:konbit:source:{source}"
    return {**head, "meta": meta, "language": document["language"], **merged(told_of, rest)}


def merged(ours: Json, rest: Json) -> Json:
    """This will add what a source said besides: lists grow, objects are filled, single values are the source's."""
    both = dict(ours)
    for key, theirs in rest.items():
        mine = both.get(key)
        if isinstance(mine, list) and isinstance(theirs, list):
            both[key] = [*mine, *(each for each in theirs if each not in mine)]
        elif isinstance(mine, dict) and isinstance(theirs, dict):
            both[key] = merged(mine, theirs)
        else:
            both[key] = theirs
    return both


def _organization(document: OrganizationDocument) -> Json:
    language = document["language"]
    verified = moment(document["verifiedAt"])
    return {
        **extended(
            told(ORGANIZATION_DESCRIPTION, document["descriptions"], language),
            {"url": VERIFIED, "valueInstant": verified} if verified else None,
        ),
        **filled(identifier=[_identifier(each["scheme"], each["value"]) for each in document["identifiers"]]),
        "active": True,
        "type": [concept(ORGANIZATION_KINDS, document["kind"])],
        **said("name", document["names"], language),
        **filled(
            telecom=[
                *map(phone_out, document["phones"]),
                *web_out(website=document["website"], email=document["email"]),
            ],
            partOf={"reference": f"Organization/{document['parentId']}"} if document["parentId"] else None,
            contact=[organization_contact_out(each) for each in document["contacts"]],
        ),
    }


def _location(document: LocationDocument) -> Json:
    language, kind = document["language"], LocationKind(document["kind"])
    zone = document["timeZone"]
    types = [concept(LOCATION_KINDS, kind.value)]
    if kind in PHYSICAL:
        types.append(concept(MCSD_TYPES, "facility"))
    return {
        **extended(
            {"url": TIME_ZONE, "valueCode": zone} if zone else None,
            told(TRANSPORTATION, document["transportation"], language),
            *(_accessibility(each, language) for each in document["accessibility"]),
            *map(contact_out, document["contacts"]),
        ),
        **filled(identifier=[_identifier(PCODES, document["pcode"])] if document["pcode"] else None),
        "status": "active",
        **said("name", document["names"], language),
        **said("description", document["descriptions"], language),
        "mode": "instance",
        "type": types,
        **filled(
            address=_address(document),
            physicalType=concept(PHYSICAL_TYPES, PHYSICAL[kind]) if kind in PHYSICAL else None,
            position=_position(document),
        ),
        "managingOrganization": {"reference": f"Organization/{document['organizationId']}"},
    }


def _address(document: LocationDocument) -> Json:
    given = {
        "line": [line for each in document["addressLines"] if (line := clean(each))],
        "city": clean(document["locality"]),
        "postalCode": clean(document["postalCode"]),
        "country": clean(document["country"]),
    }
    areas = {
        area["level"]: clean(area["names"].get("fr") or next(iter(area["names"].values())))
        for area in document["areas"]
    }
    return filled(**given, district=areas.get(DISTRICT), state=areas.get(STATE))


def _position(document: LocationDocument) -> Json:
    latitude, longitude = document["latitude"], document["longitude"]
    return {} if latitude is None or longitude is None else {"longitude": longitude, "latitude": latitude}


def _accessibility(way: AccessibilityDocument, language: str) -> Json:
    given = (("details", "valueString", clean(way["details"])), ("website", "valueUri", clean(way["website"])))
    description = told("description", way["descriptions"], language)
    parts = [{"url": url, key: value} for url, key, value in given if value]
    return {"url": ACCESSIBILITY, "extension": [*([description] if description else []), *parts]}


def _identifier(scheme: str, value: str) -> Json:
    return filled(system="".join((clean(scheme) or "").split()), value=clean(value))
