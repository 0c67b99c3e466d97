"""Records of the directory as hypothesis draws them, and the documents they become (partners/documents.py)."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from models.rules.vocabulary import (
    CapacityState,
    LocationKind,
    OrganizationKind,
    PhoneKind,
    ServiceCategory,
    ServiceStatus,
    Sex,
)
from partners import canonical
from partners.fhir.capacity import Room
from partners.reading.hours import WEEK

AREAS = {"HT0632": ("Belladère", "HT06", "Centre"), "HT0421": ("Ouanaminthe", "HT04", "Nord-Est")}
LETTERS = "abcdefghijklmnopqrstuvwxyzéèòàçñÀÉ0123456789'«»&<>\"/\\|,.;:!?()-–"
word = st.text(LETTERS, min_size=1, max_size=8)
line = st.lists(word, min_size=1, max_size=4).map(" ".join)
languages = st.sampled_from(["fr", "ht", "es", "en", "fr-HT", "zh-Hant-TW"])
numbers = st.integers(0, 99_999_999).map(lambda each: f"+509{each:08d}")
codes = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=12)
webs = codes.map(lambda each: f"https://example.org/{each}")
emails = codes.map(lambda each: f"{each}@example.org")
ids = st.uuids(version=4).map(str)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))  # noqa: DTZ001
dates = st.dates(date(2020, 1, 1), date(2030, 1, 1))
clocks = st.times().map(lambda each: each.replace(second=0, microsecond=0))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most, unique_by=repr).map(tuple)


def between(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    def ordered(ends: tuple[Any, Any]) -> tuple[Any, Any]:
        return (min(ends), max(ends)) if None not in ends else ends

    return st.tuples(maybe(strategy), maybe(strategy)).map(ordered)


texts = st.dictionaries(languages, line, min_size=1, max_size=3)
phones = st.builds(canonical.Phone, numbers, maybe(line), maybe(codes), st.sampled_from(PhoneKind), some(languages))
contacts = st.builds(canonical.Contact, maybe(line), maybe(line), maybe(line), maybe(emails), maybe(numbers)).filter(
    lambda each: each != canonical.Contact()
)
identifiers = st.builds(canonical.Identifier, webs, line)
accesses = st.builds(canonical.Access, texts, maybe(line), maybe(webs))
exceptions = st.tuples(dates, maybe(st.tuples(clocks, clocks))).map(
    lambda drawn: canonical.DayException(drawn[0], *(drawn[1] or (None, None)))
)
weekdays = st.sets(st.sampled_from(WEEK), min_size=1).map(lambda each: tuple(day for day in WEEK if day in each))


@st.composite
def hours(draw: st.DrawFn) -> canonical.Hours:
    rule = draw(maybe(st.sampled_from(["FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"])))
    first, last = draw(between(dates))
    days = () if rule else draw(weekdays)
    return canonical.Hours(days, draw(clocks), draw(clocks), first, last, rule, draw(maybe(texts)))


@st.composite
def costs(draw: st.DrawFn) -> canonical.Cost:
    priced = draw(maybe(st.decimals(0, 100_000, places=2)))
    first, last = draw(between(dates))
    return canonical.Cost(draw(texts), priced, None if priced is None else "HTG", first, last)


capacities = st.builds(
    canonical.Capacity,
    st.sampled_from(CapacityState),
    moments,
    maybe(st.integers(0, 500)),
    maybe(st.integers(0, 500)),
    maybe(line),
)
organizations = st.builds(
    canonical.Organization,
    remote_id=ids,
    names=texts,
    kind=st.sampled_from(OrganizationKind),
    phones=some(phones),
    parent_id=maybe(ids),
    descriptions=maybe(texts),
    website=maybe(webs),
    email=maybe(emails),
    identifiers=some(identifiers),
    contacts=some(contacts),
)


@st.composite
def locations(draw: st.DrawFn) -> canonical.Location:
    at = draw(maybe(st.tuples(st.floats(-89, 89), st.floats(1, 179))))
    return canonical.Location(
        remote_id=draw(ids),
        kind=draw(st.sampled_from(sorted(set(LocationKind) - {LocationKind.SAFE_HOUSE}))),
        names=draw(maybe(texts)),
        owner_id=draw(ids),
        latitude=at[0] if at else None,
        longitude=at[1] if at else None,
        pcode=draw(maybe(st.sampled_from(sorted(AREAS)))),
        address_lines=draw(some(line)),
        locality=draw(maybe(line)),
        postal_code=draw(maybe(codes)),
        country=draw(maybe(st.sampled_from(["HT", "DO"]))),
        time_zone=draw(maybe(st.sampled_from(["America/Port-au-Prince", "America/Santo_Domingo"]))),
        descriptions=draw(maybe(texts)),
        transportation=draw(maybe(texts)),
        accessibility=draw(some(accesses)),
        contacts=draw(some(contacts)),
    )


@st.composite
def places(draw: st.DrawFn) -> canonical.Place:
    return canonical.Place(
        draw(ids),
        draw(locations()),
        draw(some(phones)),
        draw(some(hours())),
        descriptions=draw(maybe(texts)),
        contacts=draw(some(contacts)),
        exceptions=draw(some(exceptions)),
        capacity=draw(maybe(capacities)),
    )


@st.composite
def services(draw: st.DrawFn) -> canonical.Service:
    minimum, maximum = draw(between(st.integers(0, 120)))
    first, last = draw(between(dates))
    status = draw(st.sampled_from(ServiceStatus))
    terms = st.builds(canonical.Term, line | webs, codes, texts)
    areas = st.builds(canonical.ServedArea, maybe(st.sampled_from(sorted(AREAS))), texts)
    return canonical.Service(
        remote_id=draw(ids),
        names=draw(texts),
        category=draw(st.sampled_from(sorted(set(ServiceCategory) - {ServiceCategory.SAFE_HOUSE}))),
        organization_id=draw(ids),
        descriptions=draw(maybe(texts)),
        languages=draw(some(languages)),
        minimum_age=minimum,
        maximum_age=maximum,
        sexes=draw(some(st.sampled_from(Sex))),
        accepts_unaccompanied_children=draw(maybe(st.booleans())),
        eligibility_notes=draw(maybe(texts)),
        phones=draw(some(phones)),
        places=draw(some(places(), 3)),
        terms=draw(st.lists(terms, max_size=2, unique_by=lambda each: (each.scheme, each.code)).map(tuple)),
        modified_at=draw(moments),
        offered=status in (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED),
        status=status,
        alerts=draw(maybe(texts)),
        fees=draw(maybe(texts)),
        application=draw(maybe(texts)),
        website=draw(maybe(webs)),
        email=draw(maybe(emails)),
        valid_from=first,
        valid_to=last,
        costs=draw(some(costs())),
        papers=draw(some(st.builds(canonical.Paper, texts, maybe(webs)))),
        areas=draw(some(areas)),
        contacts=draw(some(contacts)),
        capacity=draw(maybe(capacities)),
        verified_at=draw(maybe(moments)),
    )


def rooms_of(service: canonical.Service) -> list[Room]:
    """What the database would tell of the capacity of a service and its places."""
    told = [(None, service.capacity), *((place.remote_id, place.capacity) for place in service.places)]
    return [
        Room(each.state, each.updated_at, place, each.unit, each.available, each.maximum)
        for place, each in told
        if each
    ]


def document(item: canonical.Item) -> dict[str, Any]:
    """The document that SQL makes of a record once it is kept (auth/policies/keeper/documents.sql)."""
    match item:
        case canonical.Organization():
            return _organization(item)
        case canonical.Location():
            return _location(item)
        case canonical.Service():
            return _service(item)
        case _:
            raise TypeError(item)


def _organization(item: canonical.Organization) -> dict[str, Any]:
    return {
        **_name(item.remote_id, item.names, item.kind),
        "parentId": item.parent_id,
        "pcode": None,
        "descriptions": item.descriptions,
        "website": item.website,
        "email": item.email,
        "identifiers": [{"id": "x", "scheme": each.scheme, "value": each.value} for each in item.identifiers],
        "phones": list(map(_phone, item.phones)),
        "contacts": list(map(_contact, item.contacts)),
        "verifiedAt": None,
        "unmapped": item.unmapped,
    }


def _name(record: str | None, names: canonical.Texts, kind: str) -> dict[str, Any]:
    return {"id": record, "slug": "x", "names": names, "language": next(iter(names)), "kind": kind}


def _location(item: canonical.Location) -> dict[str, Any]:
    areas = []
    if item.pcode in AREAS:
        name, above, of = AREAS[item.pcode]
        areas = [
            {"pcode": item.pcode, "names": {"fr": name}, "level": 2, "parentPcode": above},
            {"pcode": above, "names": {"fr": of}, "level": 1, "parentPcode": "HT"},
        ]
    return {
        "id": item.remote_id,
        "organizationId": item.owner_id,
        "slug": None,
        "kind": item.kind,
        "names": item.names,
        "language": next(iter(item.names or {}), "fr"),
        "descriptions": item.descriptions,
        "transportation": item.transportation,
        "latitude": item.latitude,
        "longitude": item.longitude,
        "pcode": item.pcode,
        "areas": areas,
        "addressLines": list(item.address_lines),
        "locality": item.locality,
        "postalCode": item.postal_code,
        "country": item.country,
        "timeZone": item.time_zone,
        "accessibility": [
            {"id": "x", "descriptions": each.descriptions, "details": each.details, "website": each.website}
            for each in item.accessibility
        ],
        "contacts": list(map(_contact, item.contacts)),
        "unmapped": item.unmapped,
    }


def _service(item: canonical.Service) -> dict[str, Any]:
    return {
        "id": item.remote_id,
        "organization": _name(item.organization_id, {"fr": "Organisation"}, "NGO"),
        "names": item.names,
        "language": next(iter(item.names)),
        "descriptions": item.descriptions,
        "category": item.category,
        "status": item.status,
        "languages": list(item.languages),
        "minimumAge": item.minimum_age,
        "maximumAge": item.maximum_age,
        "sexes": list(item.sexes),
        "acceptsUnaccompaniedChildren": item.accepts_unaccompanied_children,
        "eligibilityNotes": item.eligibility_notes,
        "alerts": item.alerts,
        "fees": item.fees,
        "application": item.application,
        "website": item.website,
        "email": item.email,
        "validFrom": _written(item.valid_from),
        "validTo": _written(item.valid_to),
        "terms": [
            {
                "id": "x",
                "scheme": f"partner:{each.scheme}",
                "code": each.code,
                "labels": each.labels,
                "language": next(iter(each.labels)),
                "parentId": None,
                "mappings": [],
            }
            for each in item.terms
        ],
        "phones": list(map(_phone, item.phones)),
        "contacts": list(map(_contact, item.contacts)),
        "costs": [
            {
                "id": "x",
                "options": each.options,
                "amount": None if each.amount is None else str(each.amount),
                "currency": each.currency,
                "validFrom": _written(each.valid_from),
                "validTo": _written(each.valid_to),
            }
            for each in item.costs
        ],
        "requiredDocuments": [{"id": "x", "documents": each.documents, "uri": each.uri} for each in item.papers],
        "serviceAreas": [{"id": "x", "pcode": each.pcode, "names": each.names} for each in item.areas],
        "places": list(map(_place, item.places)),
        "source": "partner",
        "modifiedAt": _written(item.modified_at),
        "verifiedAt": _written(item.verified_at),
        "unmapped": item.unmapped,
    }


def _place(place: canonical.Place) -> dict[str, Any]:
    return {
        "id": place.remote_id,
        "location": _location(place.location),
        "descriptions": place.descriptions,
        "phones": list(map(_phone, place.phones)),
        "contacts": list(map(_contact, place.contacts)),
        "schedules": [
            {
                "id": "x",
                "weekdays": list(each.weekdays),
                "rule": each.rule,
                "opens": _written(each.opens),
                "closes": _written(each.closes),
                "validFrom": _written(each.valid_from),
                "validTo": _written(each.valid_to),
                "notes": each.notes,
            }
            for each in place.hours
        ],
        "exceptions": [
            {"id": "x", "day": _written(each.day), "opens": _written(each.opens), "closes": _written(each.closes)}
            for each in place.exceptions
        ],
        "verifiedAt": None,
        "unmapped": place.unmapped,
    }


def _phone(phone: canonical.Phone) -> dict[str, Any]:
    return {
        "id": "x",
        "number": phone.number,
        "extension": phone.extension,
        "kind": phone.kind,
        "description": phone.description,
        "languages": list(phone.languages),
    }


def _contact(contact: canonical.Contact) -> dict[str, Any]:
    return {
        "id": "x",
        "name": contact.name,
        "title": contact.title,
        "department": contact.department,
        "email": contact.email,
        "number": contact.number,
    }


def _written(value: date | datetime | time | Decimal | UUID | None) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date | time) else str(value)
