"""The reference's directory: organisations, services, places, hours and room."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.rules.freshness import freshness
from models.rules.identifiers import read_pcode
from models.rules.schedules import DayException, Interval, Opening, is_open, openings
from models.rules.words import MAX_LENGTH, MAX_WORDS, folded
from tests.planner.paged import Sorted, page
from tests.planner.reference_details import any_text, listed
from tests.planner.reference_values import (
    Fields,
    Resolve,
    column,
    day,
    itself,
    key_of,
    moment,
    own_id,
    seen,
    text,
)
from tests.planner.reference_versions import versions
from tests.planner.seen import Info, Row, Seen

HOME = "America/Port-au-Prince"
BY_RECORD = Sorted("RECORD", lambda row: (row["id"],), (UUID,))


def one(table: str, key: str, name: str = "id") -> Resolve:
    """The row of a table that a column of this row names."""
    return lambda row, info: None if row[key] is None else seen(info).one(table, **{name: row[key]})


def phones(owner: str) -> Resolve:
    return lambda row, info: _by_id(seen(info).all("phone", lambda phone: phone[owner] == row["id"]))


def _by_id(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["id"])


def _services_of(row: Row, info: Info, **arguments: Any) -> dict[str, Any]:
    kept = seen(info).all("service", lambda s: s["organization_id"] == row["id"] and s["removed_at"] is None)
    return page(kept, BY_RECORD, info, arguments)


def _terms(row: Row, info: Info) -> list[Row]:
    named = {link["term_id"] for link in seen(info).having("service_term", service_id=row["id"])}
    return sorted(seen(info).all("term", lambda t: t["id"] in named), key=lambda t: (t["scheme"], t["code"]))


def _places(row: Row, info: Info) -> list[Row]:
    return _by_id(seen(info).having("service_at_location", service_id=row["id"]))


def _open(view: Seen, places: list[Row]) -> bool | None:
    """By the weekly hours and their exceptions, not by the openings that are written out from them."""
    told = [place for place in places if view.having("schedule", service_at_location_id=place["id"])]
    return any(is_open(openings_around(view, place, view.now), view.now) for place in told) if told else None


def openings_around(view: Seen, place: Row, at: datetime) -> list[Interval]:
    """When the place is open, from a day before a moment to two days after, by its schedule and its exceptions."""
    location = view.one("location", id=place["location_id"])
    rules = [
        Opening(
            row["rule"] or f"FREQ=WEEKLY;BYDAY={','.join(row['weekdays'])}",
            row["opens"],
            row["closes"],
            row["valid_from"],
            row["valid_to"],
        )
        for row in view.having("schedule", service_at_location_id=place["id"])
    ]
    exceptions = [
        DayException(row["day"], None if row["opens"] is None else (row["opens"], row["closes"]))
        for row in view.having("schedule_exception", service_at_location_id=place["id"])
    ]
    zone = ZoneInfo((location and location["time_zone"]) or HOME)
    return openings(rules, exceptions, zone=zone, start=at - timedelta(days=1), days=3)


def _capacity(row: Row, info: Info, *, service_id: Any, place_id: Any) -> Row | None:
    found = seen(info).one("capacity", service_id=service_id, service_at_location_id=place_id)
    return found if found and found["expires_at"] > seen(info).now else None


def _count(name: str) -> Resolve:
    def resolve(row: Row, info: Info) -> int | None:
        counted = seen(info).one("capacity_count", capacity_id=row["id"])
        return counted[name] if counted else None

    return resolve


def _address(row: Row, info: Info) -> Row | None:
    return row if row["locality"] is not None or row["country"] is not None or row["address_lines"] else None


def _address_text(row: Row, info: Info) -> str:
    lines = ", ".join(row["address_lines"]) or None
    return ", ".join(p for p in (lines, row["postal_code"], row["locality"], row["country"]) if p is not None)


def _stale(row: Row, info: Info) -> bool:
    return row["fresh_until"] is not None and row["fresh_until"] < seen(info).now


def _freshness(row: Row, info: Info) -> float | None:
    ages = (seen(info).now - row[name] if row[name] else None for name in ("verified_at", "modified_at"))
    worth = freshness(*ages, stale=_stale(row, info))
    return None if worth is None else round(worth, 3)


def standing(row: Row | None) -> Row | None:
    """The row, unless it is a tombstone, which no id finds."""
    return None if row is None or row.get("removed_at") is not None else row


def organization(_root: Any, info: Info, id: str | None = None, slug: str | None = None) -> Row | None:
    if id is not None:
        return standing(seen(info).one("organization", id=key_of("Organization", id)))
    return standing(seen(info).one("organization", slug=slug))


def organizations(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    asked = arguments.pop("filter", None) or {}
    words, kinds, pcode = (asked.get(name) for name in ("text", "kinds", "pcode"))

    def keep(row: Row) -> bool:
        if standing(row) is None:
            return False
        names = [folded(name) for name in row["names"].values()]
        if words is not None and not all(any(word in name for name in names) for word in _words(words)):
            return False
        if kinds is not None and row["kind"] not in kinds:
            return False
        return pcode is None or read_pcode(pcode) in areas_above(seen(info), row["pcode"])

    return page(seen(info).all("organization", keep), BY_RECORD, info, arguments)


def _words(text: str) -> list[str]:
    return folded(text[:MAX_LENGTH]).split()[:MAX_WORDS]


def areas_above(view: Seen, pcode: str | None) -> set[str]:
    """The area and all that hold it."""
    found: set[str] = set()
    while pcode is not None:
        found.add(pcode)
        area = view.one("area", pcode=pcode)
        pcode = area["parent_pcode"] if area else None
    return found


def location(_root: Any, info: Info, id: str | None = None, slug: str | None = None) -> Row | None:
    if id is not None:
        return standing(seen(info).one("location", id=key_of("Location", id)))
    named = _by_id(seen(info).all("location", lambda row: slug is not None and row["slug"] == slug))
    return standing(named[0]) if named else None


def service(_root: Any, info: Info, id: str) -> Row | None:
    return standing(seen(info).one("service", id=key_of("Service", id)))


TYPES: dict[str, Fields] = {
    "Organization": {
        "id": own_id("Organization"),
        "slug": column("slug"),
        "name": text("names"),
        "kind": column("kind"),
        "parent": one("organization", "parent_id"),
        "phones": phones("answers_for_id"),
        "services": _services_of,
        "verifiedAt": moment("verified_at"),
        "description": text("descriptions"),
        "website": column("website"),
        "email": column("email"),
        "contacts": listed("contact", "answers_for_id"),
        "identifiers": listed("organization_identifier", "organization_id", "scheme", "value"),
        "versions": versions,
    },
    "Area": {
        "pcode": column("pcode"),
        "name": text("names"),
        "level": column("level"),
        "parent": one("area", "parent_pcode", "pcode"),
    },
    "Service": {
        "id": own_id("Service"),
        "name": text("names"),
        "description": text("descriptions"),
        "category": column("category"),
        "terms": _terms,
        "organization": one("organization", "organization_id"),
        "places": _places,
        "languages": column("languages"),
        "eligibility": itself,
        "phones": phones("service_id"),
        "openNow": lambda row, info: _open(seen(info), _places(row, info)),
        "capacity": lambda row, info: _capacity(row, info, service_id=row["id"], place_id=None),
        "provenance": itself,
        "status": column("status"),
        "alert": text("alerts"),
        "fees": text("fees"),
        "costs": listed("cost_option", "service_id"),
        "application": text("application"),
        "requiredDocuments": listed("required_document", "service_id"),
        "serviceAreas": listed("service_area", "service_id"),
        "website": column("website"),
        "email": column("email"),
        "validFrom": day("valid_from"),
        "validTo": day("valid_to"),
        "contacts": listed("contact", "service_id"),
        "versions": versions,
    },
    "ServiceAtLocation": {
        "id": own_id("ServiceAtLocation"),
        "service": one("service", "service_id"),
        "location": one("location", "location_id"),
        "phones": phones("service_at_location_id"),
        "openNow": lambda row, info: _open(seen(info), [row]),
        "capacity": lambda row, info: _capacity(row, info, service_id=row["service_id"], place_id=row["id"]),
        "provenance": itself,
        "description": any_text("descriptions"),
        "contacts": listed("contact", "service_at_location_id"),
        "schedules": listed("schedule", "service_at_location_id"),
        "exceptions": listed("schedule_exception", "service_at_location_id", "day"),
    },
    "Location": {
        "id": own_id("Location"),
        "slug": column("slug"),
        "kind": column("kind"),
        "name": text("names"),
        "latitude": column("latitude"),
        "longitude": column("longitude"),
        "area": one("area", "pcode", "pcode"),
        "address": _address,
        "timeZone": column("time_zone"),
        "description": text("descriptions"),
        "transportation": text("transportation"),
        "accessibility": listed("accessibility", "location_id"),
        "contacts": listed("contact", "location_id"),
        "versions": versions,
    },
    "Address": {
        "text": _address_text,
        "lines": column("address_lines"),
        "locality": column("locality"),
        "postalCode": column("postal_code"),
        "country": column("country"),
    },
    "Term": {
        "id": own_id("Term"),
        "scheme": column("scheme"),
        "code": column("code"),
        "label": text("labels"),
        "parent": one("term", "parent_id"),
        "mappings": listed("term_mapping", "term_id", "scheme", "code"),
    },
    "Eligibility": {
        "minimumAge": column("minimum_age"),
        "maximumAge": column("maximum_age"),
        "sexes": column("sexes"),
        "acceptsUnaccompaniedChildren": lambda row, info: row["accepts_unaccompanied_children"] is True,
        "note": text("eligibility_notes"),
    },
    "Capacity": {
        "state": column("state"),
        "available": _count("available"),
        "maximum": _count("maximum"),
        "unit": column("unit"),
        "updatedAt": moment("updated_at"),
        "expiresAt": moment("expires_at"),
    },
    "Provenance": {
        "source": column("source"),
        "modifiedAt": moment("modified_at"),
        "fetchedAt": moment("fetched_at"),
        "verifiedAt": moment("verified_at"),
        "stale": _stale,
        "freshness": _freshness,
    },
}
