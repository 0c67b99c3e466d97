"""Which columns of the directory does a partner's record fill, and with what?"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.directory import Visibility
from partners import canonical

Values = dict[str, Any]
"By column."


@dataclass(frozen=True, slots=True)
class Whose:
    """Who owns a record and all that belongs to it, and who may see it."""

    organization_id: UUID
    visibility: Visibility

    def values(self) -> Values:
        return {"organization_id": self.organization_id, "visibility": self.visibility}


def service(told: canonical.Service, whose: Whose, *, source: str) -> Values:
    """This will be a service's row, without its times of fetching and removal."""
    return whose.values() | {
        "names": told.names,
        "descriptions": told.descriptions,
        "language": next(iter(told.names)),
        "category": told.category,
        "languages": list(told.languages),
        "minimum_age": told.minimum_age,
        "maximum_age": told.maximum_age,
        "sexes": list(told.sexes),
        "accepts_unaccompanied_children": told.accepts_unaccompanied_children,
        "eligibility_notes": told.eligibility_notes,
        "status": told.status,
        "alerts": told.alerts,
        "fees": told.fees,
        "application": told.application,
        "website": told.website,
        "email": told.email,
        "valid_from": told.valid_from,
        "valid_to": told.valid_to,
        "source": source,
        "modified_at": told.modified_at,
    }


def place(told: canonical.Place, whose: Whose, *, service_id: UUID, location_id: UUID, source: str) -> Values:
    """This will be the row of a service at a location, without its time of fetching."""
    return whose.values() | {
        "service_id": service_id,
        "location_id": location_id,
        "descriptions": told.descriptions,
        "source": source,
        "modified_at": told.modified_at,
    }


def location(told: canonical.Location, language: str) -> Values:
    """This will be a location's row, without its owner, its audience and its P-code."""
    return {
        "kind": told.kind,
        "names": told.names,
        "language": next(iter(told.names or {}), language),
        "latitude": told.latitude,
        "longitude": told.longitude,
        "address_lines": list(told.address_lines),
        "locality": told.locality,
        "postal_code": told.postal_code,
        "country": told.country,
        "time_zone": told.time_zone,
        "descriptions": told.descriptions,
        "transportation": told.transportation,
    }


def organization(told: canonical.Organization) -> Values:
    """This will be an organisation's row, without its slug, and its parent."""
    return {
        "names": told.names,
        "language": next(iter(told.names)),
        "kind": told.kind,
        "descriptions": told.descriptions,
        "website": told.website,
        "email": told.email,
    }
