"""A record of the directory as one document, with all that belongs to it: what feeds, exports and the past tell.

SQL writes them (auth/policies/keeper/documents.sql), as open as their visibility says: what fewer may see is not in
them. Every key is there; what is not known is null. Dates and times are ISO 8601, UTC.
Capacity is not in them: it expires (see models.directory.Capacity), so whoever tells of it asks for it anew.
"""

from typing import Any, TypedDict

Texts = dict[str, str]
"Text by BCP 47 language; `language` of its record says which is the original."


class PhoneDocument(TypedDict):
    id: str
    number: str
    extension: str | None
    kind: str
    description: str | None
    languages: list[str]


class ContactDocument(TypedDict):
    id: str
    name: str | None
    title: str | None
    department: str | None
    email: str | None
    number: str | None


class ScheduleDocument(TypedDict):
    id: str
    weekdays: list[str]
    rule: str | None
    opens: str
    closes: str
    validFrom: str | None
    validTo: str | None
    notes: Texts | None


class ExceptionDocument(TypedDict):
    id: str
    day: str
    opens: str | None
    closes: str | None


class AreaDocument(TypedDict):
    pcode: str
    names: Texts
    level: int
    parentPcode: str | None


class AccessibilityDocument(TypedDict):
    id: str
    descriptions: Texts
    details: str | None
    website: str | None


class IdentifierDocument(TypedDict):
    id: str
    scheme: str
    value: str


class OrganizationName(TypedDict):
    """As much of an organisation as a record that it owns tells."""

    id: str
    slug: str
    names: Texts
    language: str
    kind: str


class OrganizationDocument(OrganizationName):
    parentId: str | None
    pcode: str | None
    descriptions: Texts | None
    website: str | None
    email: str | None
    identifiers: list[IdentifierDocument]
    phones: list[PhoneDocument]
    contacts: list[ContactDocument]
    verifiedAt: str | None
    unmapped: dict[str, Any]
    "By standard: hsds, fhir."


class LocationDocument(TypedDict):
    id: str
    organizationId: str
    slug: str | None
    kind: str
    names: Texts | None
    language: str
    descriptions: Texts | None
    transportation: Texts | None
    latitude: float | None
    longitude: float | None
    pcode: str | None
    areas: list[AreaDocument]
    "Its area and those above it, smallest first."
    addressLines: list[str]
    locality: str | None
    postalCode: str | None
    country: str | None
    timeZone: str | None
    accessibility: list[AccessibilityDocument]
    contacts: list[ContactDocument]
    unmapped: dict[str, Any]


class PlaceDocument(TypedDict):
    """A service as given at one location; its id is that of the service at the location."""

    id: str
    location: LocationDocument
    descriptions: Texts | None
    phones: list[PhoneDocument]
    contacts: list[ContactDocument]
    schedules: list[ScheduleDocument]
    exceptions: list[ExceptionDocument]
    verifiedAt: str | None
    unmapped: dict[str, Any]


class TermDocument(TypedDict):
    id: str
    scheme: str
    code: str
    labels: Texts
    language: str
    parentId: str | None
    mappings: list[dict[str, str]]
    "scheme, code, equivalence."


class CostDocument(TypedDict):
    id: str
    options: Texts | None
    amount: str | None
    "Decimal, as text."
    currency: str | None
    validFrom: str | None
    validTo: str | None


class PaperDocument(TypedDict):
    id: str
    documents: Texts
    uri: str | None


class ServiceAreaDocument(TypedDict):
    id: str
    pcode: str | None
    names: Texts | None


class ServiceDocument(TypedDict):
    id: str
    organization: OrganizationName
    names: Texts
    language: str
    descriptions: Texts | None
    category: str
    status: str
    languages: list[str]
    minimumAge: int | None
    maximumAge: int | None
    sexes: list[str]
    acceptsUnaccompaniedChildren: bool | None
    eligibilityNotes: Texts | None
    alerts: Texts | None
    fees: Texts | None
    application: Texts | None
    website: str | None
    email: str | None
    validFrom: str | None
    validTo: str | None
    terms: list[TermDocument]
    phones: list[PhoneDocument]
    contacts: list[ContactDocument]
    costs: list[CostDocument]
    requiredDocuments: list[PaperDocument]
    serviceAreas: list[ServiceAreaDocument]
    places: list[PlaceDocument]
    source: str
    modifiedAt: str | None
    verifiedAt: str | None
    unmapped: dict[str, Any]
