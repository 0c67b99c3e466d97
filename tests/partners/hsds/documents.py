"""A canonical record as the document that the directory has of it: what auth/policies/keeper/documents.sql writes.

Its identifiers are those of the source, so that what is read again can be compared.
"""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from partners import canonical

Document = dict[str, Any]


def service(told: canonical.Service) -> Document:
    assert told.organization is not None
    of = told.remote_id
    return {
        "id": told.remote_id,
        "organization": _name(told.organization),
        "names": told.names,
        "language": next(iter(told.names)),
        "descriptions": told.descriptions,
        "category": told.category.value,
        "status": told.status.value,
        "languages": list(told.languages),
        "minimumAge": told.minimum_age,
        "maximumAge": told.maximum_age,
        "sexes": [sex.value for sex in told.sexes],
        "acceptsUnaccompaniedChildren": told.accepts_unaccompanied_children,
        "eligibilityNotes": told.eligibility_notes,
        "alerts": told.alerts,
        "fees": told.fees,
        "application": told.application,
        "website": told.website,
        "email": told.email,
        "validFrom": _iso(told.valid_from),
        "validTo": _iso(told.valid_to),
        "terms": [_term(each) for each in told.terms],
        "phones": _phones(of, told.phones),
        "contacts": _contacts(of, told.contacts),
        "costs": [
            {
                "id": _id(of, "cost", number),
                "options": each.options,
                "amount": None if each.amount is None else str(each.amount),
                "currency": each.currency,
                "validFrom": _iso(each.valid_from),
                "validTo": _iso(each.valid_to),
            }
            for number, each in enumerate(told.costs)
        ],
        "requiredDocuments": [
            {"id": _id(of, "paper", number), "documents": each.documents, "uri": each.uri}
            for number, each in enumerate(told.papers)
        ],
        "serviceAreas": [
            {"id": _id(of, "area", number), "pcode": each.pcode, "names": each.names}
            for number, each in enumerate(told.areas)
        ],
        "places": [_place(each) for each in told.places],
        "source": "partner",
        "modifiedAt": _moment(told.modified_at),
        "verifiedAt": _moment(told.verified_at),
        "unmapped": told.unmapped,
    }


def rooms(told: canonical.Service) -> list[Document]:
    """What is known of its room, as it is read beside its document."""
    of = [(None, told.capacity), *((each.remote_id, each.capacity) for each in told.places)]
    return [
        {
            "id": _id(told.remote_id, "capacity", place),
            "placeId": place,
            "state": each.state.value,
            "available": each.available,
            "maximum": each.maximum,
            "unit": each.unit,
            "updatedAt": each.updated_at,
        }
        for place, each in of
        if each is not None
    ]


def organization(told: canonical.Organization) -> Document:
    return _name(told) | {
        "parentId": told.parent_id,
        "pcode": None,
        "descriptions": told.descriptions,
        "website": told.website,
        "email": told.email,
        "identifiers": [
            {"id": _id(told.remote_id, "identifier", number), "scheme": each.scheme, "value": each.value}
            for number, each in enumerate(told.identifiers)
        ],
        "phones": _phones(told.remote_id, told.phones),
        "contacts": _contacts(told.remote_id, told.contacts),
        "verifiedAt": None,
        "unmapped": told.unmapped,
    }


def location(told: canonical.Location) -> Document:
    return {
        "id": told.remote_id,
        "organizationId": told.owner_id,
        "slug": None,
        "kind": told.kind.value,
        "names": told.names,
        "language": next(iter(told.names or {"fr": ""})),
        "descriptions": told.descriptions,
        "transportation": told.transportation,
        "latitude": told.latitude,
        "longitude": told.longitude,
        "pcode": told.pcode,
        "areas": [
            {"pcode": told.pcode, "names": {"fr": "Commune"}, "level": 2, "parentPcode": "HT06"},
            {"pcode": "HT06", "names": {"fr": "Centre", "ht": "Sant"}, "level": 1, "parentPcode": "HT"},
        ]
        if told.pcode
        else [],
        "addressLines": list(told.address_lines),
        "locality": told.locality,
        "postalCode": told.postal_code,
        "country": told.country,
        "timeZone": told.time_zone,
        "accessibility": [
            {
                "id": _id(told.remote_id, "way", number),
                "descriptions": each.descriptions,
                "details": each.details,
                "website": each.website,
            }
            for number, each in enumerate(told.accessibility)
        ],
        "contacts": _contacts(told.remote_id, told.contacts),
        "unmapped": told.unmapped,
    }


def _place(told: canonical.Place) -> Document:
    return {
        "id": told.remote_id,
        "location": location(told.location),
        "descriptions": told.descriptions,
        "phones": _phones(told.remote_id, told.phones),
        "contacts": _contacts(told.remote_id, told.contacts),
        "schedules": [
            {
                "id": _id(told.remote_id, "hours", number),
                "weekdays": list(each.weekdays),
                "rule": each.rule,
                "opens": each.opens.isoformat(),
                "closes": each.closes.isoformat(),
                "validFrom": _iso(each.valid_from),
                "validTo": _iso(each.valid_to),
                "notes": each.notes,
            }
            for number, each in enumerate(told.hours)
        ],
        "exceptions": [
            {
                "id": _id(told.remote_id, "day", number),
                "day": each.day.isoformat(),
                "opens": _iso(each.opens),
                "closes": _iso(each.closes),
            }
            for number, each in enumerate(told.exceptions)
        ],
        "verifiedAt": None,
        "unmapped": told.unmapped,
    }


def _name(told: canonical.Organization) -> Document:
    language = next(iter(told.names))
    return {"id": told.remote_id, "slug": "a", "names": told.names, "language": language, "kind": told.kind.value}


def _phones(of: str, told: tuple[canonical.Phone, ...]) -> list[Document]:
    return [
        {
            "id": _id(of, "phone", number),
            "number": each.number,
            "extension": each.extension,
            "kind": each.kind.value,
            "description": each.description,
            "languages": list(each.languages),
        }
        for number, each in enumerate(told)
    ]


def _contacts(of: str, told: tuple[canonical.Contact, ...]) -> list[Document]:
    return [
        {
            "id": _id(of, "contact", number),
            "name": each.name,
            "title": each.title,
            "department": each.department,
            "email": each.email,
            "number": each.number,
        }
        for number, each in enumerate(told)
    ]


def _term(told: canonical.Term) -> Document:
    return {
        "id": _id(told.scheme, "term", told.code),
        "scheme": told.scheme,
        "code": told.code,
        "labels": told.labels,
        "language": next(iter(told.labels)),
        "parentId": None,
        "mappings": [],
    }


def _id(*parts: Any) -> str:
    return str(uuid5(NAMESPACE_URL, repr(parts)))


def _iso(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
