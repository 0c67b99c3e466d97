"""A FHIR R4 server for the tests, over real HTTP: keeps versions, pages opaquely and forgets searches, as HAPI does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from partners.fhir.elements import moment
from tests.partners.servers import answer

Json = dict[str, Any]
TYPES = ("Organization", "Location", "HealthcareService", "OrganizationAffiliation", "Endpoint")
INTERACTIONS = ("read", "search-type", "history-type")
BEGAN = datetime(2026, 11, 20, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """What a record was from a moment on; no resource: it was deleted."""

    type: str
    id: str
    number: int
    at: datetime
    resource: Json | None


@dataclass
class FhirServer:
    """Records and their versions; a test may make it lie."""

    base: str = ""
    "Its own address, set when it is served."
    fhir: str = "4.0.1"
    interactions: tuple[str, ...] = INTERACTIONS
    types: tuple[str, ...] = TYPES
    page: int = 2
    "At most so many entries on a page, whatever is asked."
    shifting: bool = False
    "A search's pages are cut out of what stands then, last changed first, and not of what stood when it began."
    total: Callable[[int], int] = lambda found: found
    onward: Callable[[str], str] = lambda link: link
    "What becomes of each next link."
    before: Callable[[Request], Response | None] = lambda _: None
    "Answers instead, where it answers at all."
    between: Callable[[], None] = lambda: None
    "Happens after each page."
    asked: list[str] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    now: datetime = BEGAN
    searches: dict[str, list[Json]] = field(default_factory=dict)

    def put(self, resource: Json) -> None:
        self._write(resource["resourceType"], resource["id"], resource)

    def delete(self, type_: str, record: str) -> None:
        self._write(type_, record, None)

    def _write(self, type_: str, record: str, resource: Json | None) -> None:
        self.now += timedelta(seconds=1)
        number = 1 + sum((each.type, each.id) == (type_, record) for each in self.versions)
        if resource is not None:
            resource = {**resource, "meta": {"versionId": str(number), "lastUpdated": moment(self.now)}}
        self.versions.append(Version(type_, record, number, self.now, resource))

    def standing(self, type_: str) -> list[Version]:
        latest = {each.id: each for each in self.versions if each.type == type_}
        return [each for each in latest.values() if each.resource is not None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        query = request.url.query
        self.asked.append(request.url.path + (f"?{query}" if query else ""))
        said = self.before(request) or self.say(request)
        await said(scope, receive, send)

    def say(self, request: Request) -> Response:
        if token := request.query_params.get("_getpages"):
            return self.cut(token, int(request.query_params["_getpagesoffset"]))
        match request.url.path.strip("/").split("/"):
            case ["metadata"]:
                return answer(self.statement())
            case [type_, "_history"] if type_ in self.types and "history-type" in self.interactions:
                return self.history(type_, request)
            case [type_] if type_ in self.types and "search-type" in self.interactions:
                return self.search(type_, request)
            case [type_, record]:
                found = next((each for each in self.standing(type_) if each.id == record), None)
                return answer(found.resource) if found else refused("HAPI-2001: Resource is not known", 404)
            case _:
                return refused("HAPI-0302: Unknown operation", 400)

    def statement(self) -> Json:
        codes = [{"code": each} for each in self.interactions]
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": self.fhir,
            "software": {"name": "HAPI-like", "version": "1"},
            "instantiates": ["https://profiles.ihe.net/ITI/mCSD/CapabilityStatement/IHE.mCSD.Directory"],
            "rest": [{"mode": "server", "resource": [{"type": each, "interaction": codes} for each in self.types]}],
        }

    def search(self, type_: str, request: Request) -> Response:
        said = request.query_params
        found = sorted(self.standing(type_), key=lambda each: each.at, reverse=True)
        if ids := said.get("_id"):
            found = [each for each in found if each.id in ids.split(",")]
        if since := said.get("_lastUpdated"):
            found = [each for each in found if each.at >= datetime.fromisoformat(since.removeprefix("ge"))]
        if said.get("_summary") == "count":
            return answer({"resourceType": "Bundle", "type": "searchset", "total": len(found)})
        entries = [
            {"fullUrl": f"{self.base}/{type_}/{each.id}", "resource": each.resource, "search": {"mode": "match"}}
            for each in found
        ]
        return self.begin(f"s-{type_}-{len(self.searches)}" if not self.shifting or said.get("_id") else type_, entries)

    def history(self, type_: str, request: Request) -> Response:
        since = request.query_params.get("_since")
        found = [each for each in reversed(self.versions) if each.type == type_]
        if since:
            found = [each for each in found if each.at >= datetime.fromisoformat(since)]
        return self.begin(f"h-{type_}-{len(self.searches)}", [self.changed(each) for each in found])

    def changed(self, version: Version) -> Json:
        named = f"{version.type}/{version.id}"
        method = "DELETE" if version.resource is None else "POST" if version.number == 1 else "PUT"
        entry: Json = {
            "fullUrl": f"{self.base}/{named}",
            "request": {"method": method, "url": f"{named}/_history/{version.number}" if method == "DELETE" else named},
            "response": {"status": "200 OK", "lastModified": moment(version.at), "etag": f'W/"{version.number}"'},
        }
        return entry if version.resource is None else {**entry, "resource": version.resource}

    def begin(self, token: str, entries: list[Json]) -> Response:
        self.searches[token] = entries
        return self.cut(token, 0)

    def cut(self, token: str, start: int) -> Response:
        if token in TYPES:
            live = sorted(self.standing(token), key=lambda each: each.at, reverse=True)
            self.searches[token] = [{"resource": each.resource, "search": {"mode": "match"}} for each in live]
        if token not in self.searches:
            return refused("HAPI-0306: Search ID does not exist and may have expired", 410)
        entries = self.searches[token]
        bundle: Json = {
            "resourceType": "Bundle",
            "type": "history" if token.startswith("h-") else "searchset",
            "meta": {"lastUpdated": moment(self.now)},
            "total": self.total(len(entries)),
            "link": [{"relation": "self", "url": f"{self.base}/x"}],
        }
        if here := entries[start : start + self.page]:
            bundle["entry"] = here
        if start + self.page < len(entries):
            query = urlencode({"_getpages": token, "_getpagesoffset": start + self.page})
            bundle["link"].append({"relation": "next", "url": self.onward(f"{self.base}?{query}")})
        self.between()
        return answer(bundle)


def refused(text: str, status: int) -> Response:
    issue = {"severity": "error", "code": "processing", "diagnostics": text}
    return answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)


def small_network() -> FhirServer:
    """Two organisations, an area, three places and three services, as a ministry's registry may tell them."""
    server = FhirServer()
    for each in RECORDS:
        server.put(each)
    return server


FACILITY = {
    "coding": [
        {
            "system": "https://profiles.ihe.net/ITI/mCSD/CodeSystem/IHE.mCSD.Organization.Location.Types",
            "code": "facility",
        }
    ]
}
JURISDICTION = {"coding": [{**FACILITY["coding"][0], "code": "jurisdiction"}]}
RECORDS: list[Json] = [
    {"resourceType": "Organization", "id": "mspp", "name": "Ministère de la Santé", "active": True},
    {
        "resourceType": "Organization",
        "id": "clinic",
        "name": "Clinique Bon Repos",
        "identifier": [{"system": "https://example.org/facilities", "value": "F-17"}],
        "partOf": {"reference": "Organization/mspp"},
        "telecom": [
            {"system": "phone", "value": "5000-0101"},
            {"system": "url", "value": "https://clinique.example.org"},
        ],
        "contact": [{"purpose": {"text": "Accueil"}, "name": {"family": "Jean", "given": ["Marie"]}}],
    },
    {
        "resourceType": "Location",
        "id": "belladere",
        "name": "Belladère",
        "type": [JURISDICTION],
        "identifier": [{"system": "https://example.org/pcode", "value": "HT0632"}],
    },
    {
        "resourceType": "Location",
        "id": "site",
        "language": "fr",
        "name": "Centre de Belladère",
        "_name": {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/translation",
                    "extension": [
                        {"url": "lang", "valueCode": "ht"},
                        {"url": "content", "valueString": "Sant Beladè"},
                    ],
                }
            ]
        },
        "status": "active",
        "type": [FACILITY],
        "physicalType": {"coding": [{"code": "bu"}]},
        "address": {"line": ["1 rue de l'Exemple"], "city": "Belladère", "country": "HT"},
        "position": {"latitude": 18.8556, "longitude": -71.7823},
        "managingOrganization": {"reference": "Organization/clinic"},
        "partOf": {"reference": "Location/belladere"},
        "telecom": [{"system": "phone", "value": "+509 5000 0102"}],
        "hoursOfOperation": [{"daysOfWeek": ["sat"], "openingTime": "09:00:00", "closingTime": "12:00:00"}],
    },
    {"resourceType": "Location", "id": "annex", "name": "Annexe", "status": "active", "mode": "instance"},
    {"resourceType": "Location", "id": "wards", "name": "Une salle", "mode": "kind"},
    {
        "resourceType": "HealthcareService",
        "id": "care",
        "active": True,
        "providedBy": {"reference": "Organization/clinic"},
        "name": "Consultation médicale",
        "comment": "Sans rendez-vous.",
        "category": [{"coding": [{"code": "17", "display": "General Practice"}], "text": "Health care"}],
        "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "11429006", "display": "Consultation"}]}],
        "specialty": [{"coding": [{"system": "http://snomed.info/sct", "code": "394814009"}]}],
        "location": [{"reference": "Location/site"}, {"reference": "Location/annex"}],
        "coverageArea": [{"reference": "Location/belladere"}],
        "telecom": [{"system": "phone", "value": "50000103", "extension": []}],
        "serviceProvisionCode": [{"coding": [{"code": "free", "display": "Free"}]}],
        "communication": [{"coding": [{"system": "urn:ietf:bcp:47", "code": "ht"}]}, {"text": "Français"}],
        "eligibility": [{"comment": "Toute personne."}],
        "characteristic": [{"text": "Wheelchair access"}],
        "availableTime": [
            {"daysOfWeek": ["mon", "fri"], "availableStartTime": "08:00:00", "availableEndTime": "16:00:00"}
        ],
        "notAvailable": [{"description": "Fête", "during": {"start": "2027-01-01", "end": "2027-01-02"}}],
        "extension": [
            {
                "url": "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-ExtensionHealthcareServiceCapacityStatus",
                "extension": [{"url": "capacityStatus", "valueCodeableConcept": {"coding": [{"code": "no-capacity"}]}}],
            }
        ],
    },
    {
        "resourceType": "HealthcareService",
        "id": "birth",
        "providedBy": {"reference": "Organization/clinic"},
        "name": "Maternité",
        "category": [{"text": "Maternity"}],
        "location": [{"reference": "Location/site"}],
    },
    {
        "resourceType": "HealthcareService",
        "id": "legal",
        "providedBy": {"reference": "Organization/mspp"},
        "name": "Aide juridique",
        "type": [{"text": "Aide juridique"}],
        "location": [{"reference": "Location/unknown"}],
    },
    {
        "resourceType": "OrganizationAffiliation",
        "id": "works-with",
        "organization": {"reference": "Organization/mspp"},
        "participatingOrganization": {"reference": "Organization/clinic"},
    },
    {"resourceType": "Endpoint", "id": "api", "status": "active", "address": "https://api.example.org"},
]
