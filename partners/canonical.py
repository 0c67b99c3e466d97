"""What a partner's record says in the directory's own words, before any of it is written.

Every connector maps to these, and partners/keeping writes them; neither knows the other. What has no place here stays
in the raw record, and what its standard can say again in `unmapped`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from models.rules.vocabulary import (
    CapacityState,
    LocationKind,
    OrganizationKind,
    PhoneKind,
    ServiceCategory,
    ServiceStatus,
    Sex,
)

Texts = dict[str, str]
"Text by BCP 47 language."
Unmapped = dict[str, Any]
"By standard (hsds, fhir): what the source said that has no place here, in the shape in which it is emitted again."


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    "E.164 where it could be told, else as it was given."
    description: str | None = None
    extension: str | None = None
    kind: PhoneKind = PhoneKind.VOICE
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers: by role, and by name if told."""

    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Cost:
    options: Texts | None = None
    amount: Decimal | None = None
    currency: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that whoever asks must bring."""

    documents: Texts
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class ServedArea:
    pcode: str | None = None
    names: Texts | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What makes a place reachable for people with disabilities, or does not."""

    descriptions: Texts
    details: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Capacity:
    """Whether there is room, as the partner said last; hidden 24 hours after `updated_at`."""

    state: CapacityState
    updated_at: datetime
    available: int | None = None
    maximum: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """The same hours on some days of each week, or by a rule."""

    weekdays: tuple[str, ...]
    "RFC 5545 BYDAY, in the order of the week."
    opens: time
    closes: time
    "Not after opens: closes on the next day."
    valid_from: date | None = None
    valid_to: date | None = None
    rule: str | None = None
    "An RRULE (RFC 5545) in place of weekdays, where it is not every week."
    notes: Texts | None = None


@dataclass(frozen=True, slots=True)
class DayException:
    """A day on which the hours do not hold: closed, or open at others."""

    day: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    remote_id: str
    names: Texts
    kind: OrganizationKind
    phones: tuple[Phone, ...] = ()
    parent_id: str | None = None
    "The partner's id of the parent; ignored where the partner never shows that one."
    descriptions: Texts | None = None
    website: str | None = None
    email: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    contacts: tuple[Contact, ...] = ()
    unmapped: Unmapped = field(default_factory=dict)


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
    descriptions: Texts | None = None
    transportation: Texts | None = None
    accessibility: tuple[Access, ...] = ()
    contacts: tuple[Contact, ...] = ()
    unmapped: Unmapped = field(default_factory=dict)


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
    descriptions: Texts | None = None
    contacts: tuple[Contact, ...] = ()
    exceptions: tuple[DayException, ...] = ()
    capacity: Capacity | None = None
    unmapped: Unmapped = field(default_factory=dict)


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
    status: ServiceStatus = ServiceStatus.ACTIVE
    alerts: Texts | None = None
    fees: Texts | None = None
    application: Texts | None = None
    website: str | None = None
    email: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    costs: tuple[Cost, ...] = ()
    papers: tuple[Paper, ...] = ()
    areas: tuple[ServedArea, ...] = ()
    contacts: tuple[Contact, ...] = ()
    capacity: Capacity | None = None
    verified_at: datetime | None = None
    "When the partner says that somebody checked it."
    unmapped: Unmapped = field(default_factory=dict)


Item = Organization | Location | Place | Service


@dataclass(slots=True)
class Projection:
    """One record mapped, with what did not come along: a sentence each, saying what is wrong and what to do."""

    item: Item
    problems: list[str] = field(default_factory=list)


class CannotStand(Exception):
    """The record lacks what it takes to stand in the directory."""
