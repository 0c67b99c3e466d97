"""By which addresses does FHIR know what is said? Code systems, identifier systems and extensions, ours and others'."""

from models.rules.vocabulary import CapacityState

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
LANGUAGE = "http://hl7.org/fhir/StructureDefinition/language"
"The language of one text, where it is not that of its resource."
TIME_ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
EXTENSION_NUMBER = "http://hl7.org/fhir/StructureDefinition/contactpoint-extension"
PHONE_COMMENT = "http://hl7.org/fhir/StructureDefinition/contactpoint-comment"
ORGANIZATION_DESCRIPTION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Organization.description"
"What R5 made an element of its own, as R4 says it."

SDOHCC = "http://hl7.org/fhir/us/sdoh-clinicalcare"
CAPACITY_STATUS = f"{SDOHCC}/StructureDefinition/SDOHCC-ExtensionHealthcareServiceCapacityStatus"
CAPACITY_CODES = f"{SDOHCC}/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
CAPACITY_BY_STATE = {
    CapacityState.AVAILABLE: "capacity",
    CapacityState.FULL: "no-capacity",
    CapacityState.WAITLIST: "waitlist",
    CapacityState.ASSESSMENT_REQUIRED: "additional-assessment-required",
}

MCSD = "https://profiles.ihe.net/ITI/mCSD"
MCSD_TYPES = f"{MCSD}/CodeSystem/IHE.mCSD.Organization.Location.Types"
JURISDICTIONS = frozenset({"jurisdiction", "urn:ihe:iti:mcsd:2019:jurisdiction", "jdn"})
"Codes of areas: mCSD's, its older URN, and FHIR's physical type."
FACILITIES = frozenset({"facility", "urn:ihe:iti:mcsd:2019:facility"})
PHYSICAL_TYPES = "http://terminology.hl7.org/CodeSystem/location-physical-type"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
GENDERS = "http://hl7.org/fhir/administrative-gender"
UCUM = "http://unitsofmeasure.org"
BCP_47 = "urn:ietf:bcp:47"
PCODES = "https://data.humdata.org/dataset/cod-ab-hti"
"The common operational dataset of Haiti's areas, whose codes P-codes are."


def own(name: str) -> str:
    """This will be the address of a code system or an extension of ours; docs/fhir.md lists them."""
    return f"urn:konbit:fhir:{name}"


CATEGORIES = own("service-category")
ORGANIZATION_KINDS = own("organization-kind")
LOCATION_KINDS = own("location-kind")
ELIGIBILITY = own("eligibility")
SCHEMES = own("scheme:")
"Goes before a taxonomy's name that is no address."
