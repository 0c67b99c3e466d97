"""What does a FHIR resource mean here? Pure: one record in, the directory's own words out, and what stayed behind.

A record is a resource as it came, or a Bundle of it (first) and the Locations that it points to. What the directory
has no place for is `unmapped["fhir"]`: parts of the resource, as they came, that partners/fhir/resources.py emits.
"""

from typing import Any

from models.partners import RecordKind
from models.rules.vocabulary import OrganizationKind
from partners import canonical
from partners.canonical import CannotStand, Projection
from partners.fhir.elements import chosen, codings, dicts, inner, kept, untold
from partners.fhir.locations import Located, is_area, location_in
from partners.fhir.names import CONFIDENTIALITY, ORGANIZATION_DESCRIPTION, ORGANIZATION_KINDS
from partners.fhir.references import absolute, is_confidential, named
from partners.fhir.resources import VERIFIED
from partners.fhir.services_in import ServiceReading
from partners.fhir.sound import sound
from partners.fhir.telecoms import organization_contacts_in, telecoms_in
from partners.fhir.texts import Json, heard, plain_text, tag_of
from partners.records import Remote
from partners.settings import Settings

KINDS_BY_TYPE = {"edu": OrganizationKind.SCHOOL, "prov": OrganizationKind.MEDICAL_CENTER}
"What HL7's organization-type tells for sure."
OF_ORGANIZATION = ("alias", "address", "endpoint", "qualification")


def project(remote: Remote, settings: Settings) -> Projection:
    """This will map one record. Raises CannotStand, saying what it lacks."""
    resource, *near = map(sound, resources_of(remote.raw))
    base = remote.where.rsplit("/", 2)[0]
    if strange := dicts(resource, "modifierExtension"):
        raise CannotStand(
            f"The modifier extension {strange[0].get('url')} changes what it means, and is not known here. "
            "Ask the partner for the record without it."
        )
    if is_confidential(resource, CONFIDENTIALITY):
        raise CannotStand("Its server marks it as restricted (meta.security): it is kept out. Ask the partner.")
    problems: list[str] = []
    language = tag_of(resource.get("language")) or settings.language
    match remote.kind:
        case RecordKind.ORGANIZATION:
            return Projection(_organization(resource, settings, language, base), problems)
        case RecordKind.LOCATION:
            located = _locations(near, settings, base)
            return Projection(location_in(resource, settings, base, problems, areas=located.areas), problems)
        case RecordKind.SERVICE:
            located = _locations([*near, *dicts(resource, "contained")], settings, base)
            reading = ServiceReading(resource, settings, language, base, located)
            item = reading.service(remote.modified_at)
            return Projection(item, [*problems, *dict.fromkeys(reading.problems)])
        case _:
            raise CannotStand("Such a record is kept as it came, and tells of no service.")


def resources_of(raw: Json) -> list[Json]:
    """This will be the resource that a record is, and those that came with it."""
    if raw.get("resourceType") != "Bundle":
        return [raw]
    return [inner(entry, "resource") for entry in dicts(raw, "entry")] or [{}]


def _locations(near: list[Json], settings: Settings, base: str) -> Located:
    places = [each for each in near if each.get("resourceType") == "Location"]
    areas = {str(each.get("id")): each for each in places if is_area(each)}
    return Located({str(each.get("id")): each for each in places if not is_area(each)}, areas)


def _organization(resource: Json, settings: Settings, language: str, base: str) -> canonical.Organization:
    names = heard(resource, "name", language)
    if names is None:
        raise CannotStand("It has no name. Ask the partner to name it.")
    telecoms = telecoms_in([*dicts(resource, "telecom")], settings.country)
    kind, types = _kind(resource, settings)
    identifiers = [
        canonical.Identifier(plain_text(each.get("system")) or "", value)
        for each in dicts(resource, "identifier")
        if (value := plain_text(each.get("value")))
    ]
    rest: dict[str, Any] = kept(resource, *OF_ORGANIZATION)
    rest |= {"telecom": telecoms.rest} if telecoms.rest else {}
    rest |= {"type": types} if types else {}
    rest |= {"active": False} if resource.get("active") is False else {}
    known = (ORGANIZATION_DESCRIPTION, VERIFIED)
    others = [each for each in dicts(resource, "extension") if each.get("url") not in known]
    rest |= {"extension": others} if others else {}
    return canonical.Organization(
        remote_id=str(resource.get("id")),
        names=names,
        kind=kind,
        phones=tuple(telecoms.phones),
        parent_id=named(resource.get("partOf"), "Organization", base),
        descriptions=untold(resource, ORGANIZATION_DESCRIPTION, language) or heard(resource, "description", language),
        website=telecoms.website,
        email=telecoms.email,
        identifiers=tuple(dict.fromkeys(identifiers)),
        contacts=organization_contacts_in(resource, settings.country),
        unmapped={"fhir": absolute(rest, base)} if rest else {},
    )


def _kind(resource: Json, settings: Settings) -> tuple[OrganizationKind, list[Json]]:
    """The kind that its types tell, and the types that are not ours."""
    types = dicts(resource, "type")
    ours = (
        chosen(OrganizationKind, each.get("code"))
        for each in codings(types)
        if each.get("system") == ORGANIZATION_KINDS
    )
    others = [each for each in types if not any(code.get("system") == ORGANIZATION_KINDS for code in codings([each]))]
    if kind := next(filter(None, ours), None):
        return kind, others
    told = next(
        (KINDS_BY_TYPE[code] for each in codings(types) if (code := str(each.get("code"))) in KINDS_BY_TYPE), None
    )
    return told or OrganizationKind(settings.organization_kind), others
