"""What may be asked here? The CapabilityStatement: IHE mCSD's directory, read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.fhir.answers import MEDIA
from api.fhir.asked import INCLUDES, REVERSED
from api.fhir.filters import FILTERS
from partners.fhir.elements import concept
from partners.fhir.names import MCSD
from partners.fhir.resources import TYPES

if TYPE_CHECKING:
    from models.rules.vocabulary import DirectoryKind
    from partners.fhir.texts import Json

DATED = "2026-11-22"
INTERACTIONS = ("read", "vread", "search-type", "history-type", "history-instance")
ACTORS = ("IHE.mCSD.Directory", "IHE.mCSD.Directory.Update", "IHE.mCSD.Directory.LocationDistance")
KINDS = {
    "_id": "token", "_lastUpdated": "date", "active": "token", "coverage-area:identifier": "token",
    "identifier": "token", "location": "reference", "name": "string", "near": "special", "organization": "reference",
    "partof": "reference", "service-category": "token", "service-type": "token", "specialty": "token",
    "status": "token", "type": "token",
}  # fmt: skip
SECURITY = (
    "An OAuth 2.0 access token with the scope directory:read, as Bearer or DPoP. What a token's organisation may not "
    "see is in no answer."
)


def statement(base: str, *, token_endpoint: str) -> Json:
    """This will be the CapabilityStatement of the server at an address."""
    service = concept("http://terminology.hl7.org/CodeSystem/restful-security-service", "OAuth")
    uris = {
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [{"url": "token", "valueUri": token_endpoint}],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATED,
        "publisher": "Konbit",
        "kind": "instance",
        "instantiates": [f"{MCSD}/CapabilityStatement/{actor}" for actor in ACTORS],
        "software": {"name": "Konbit"},
        "implementation": {"description": "The service directory of a partner network", "url": base},
        "fhirVersion": "4.0.1",
        "format": [MEDIA, "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"extension": [uris], "service": [service], "description": SECURITY},
                "resource": [_resource(kind) for kind in TYPES],
            }
        ],
    }


def _resource(kind: DirectoryKind) -> Json:
    parameters = [{"name": name, "type": KINDS[name]} for name in FILTERS[kind]]
    return {
        "type": TYPES[kind],
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned",
        "readHistory": True,
        "searchInclude": list(INCLUDES[kind]),
        "searchParam": parameters,
    } | ({"searchRevInclude": list(REVERSED[kind])} if REVERSED[kind] else {})
