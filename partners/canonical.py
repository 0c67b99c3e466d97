"""What a partner's record says in the directory's own words, before any of it is written.

Every connector maps to these, and partners/reconcile.py writes them; neither knows the other. What has no place here
stays in the raw record.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from models.rules.vocabulary import LocationKind, OrganizationKind, ServiceCategory, Sex

Texts = dict[str, str]
"Text by BCP 47 language."


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    "E.164 where it could be told, else as it was given."
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """The same hours on some days of each week."""

    weekdays: tuple[str, ...]
    "RFC 5545 BYDAY, in the order of the week."
    opens: time
    closes: time
    "Not after opens: closes on the next day."
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    remote_id: str
    names: Texts
    kind: OrganizationKind
    phones: tuple[Phone, ...] = ()
    parent_id: str | None = None
    "The partner's id of the parent; ignored where the partner never shows that one."


@dataclass(frozen=True, slots=True)
class Location:
    remote_id: str
    kind: LocationKind
    names: Texts | None = None
    owner_id: str | None = None
    "The partner's id of the organisation it belongs to."
    latitude: float | None = None
    longitude: float | None = None
    pcode: str | None = None
    address_lines: tuple[str, ...] = ()
    locality: str | None = None
    postal_code: str | None = None
    country: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A service as given at one location."""

    remote_id: str
    location: Location
    phones: tuple[Phone, ...] = ()
    hours: tuple[Hours, ...] = ()
    service_id: str | None = None
    "The partner's id of the service; None where a service carries this place."
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the partner's own taxonomy."""

    scheme: str
    code: str
    labels: Texts


@dataclass(frozen=True, slots=True)
class Service:
    remote_id: str
    names: Texts
    category: ServiceCategory
    organization: Organization | None = None
    "As far as the service tells; None where it names none, and the partner's own organisation gives it."
    organization_id: str | None = None
    "The partner's id of the organisation, where that alone is told."
    descriptions: Texts | None = None
    languages: tuple[str, ...] = ()
    "Languages spoken, BCP 47."
    minimum_age: int | None = None
    maximum_age: int | None = None
    sexes: tuple[Sex, ...] = ()
    accepts_unaccompanied_children: bool | None = None
    eligibility_notes: Texts | None = None
    phones: tuple[Phone, ...] = ()
    places: tuple[Place, ...] = ()
    terms: tuple[Term, ...] = ()
    modified_at: datetime | None = None
    offered: bool = True
    "False where the partner says that it is no longer given."


Item = Organization | Place | Service


@dataclass(slots=True)
class Projection:
    """One record mapped, with what did not come along: a sentence each, saying what is wrong and what to do."""

    item: Item
    problems: list[str] = field(default_factory=list)


class CannotStand(Exception):
    """The record lacks what it takes to stand in the directory."""
