"""What does a FHIR Location mean here? A place; or an area, which is none of ours and tells where places lie."""

from dataclasses import dataclass, field
from typing import Any

from models.rules.identifiers import read_pcode
from models.rules.vocabulary import LocationKind, ServiceCategory
from partners import canonical
from partners.fhir.elements import chosen, codings, dicts, extension, extensions, inner, kept, untold, words
from partners.fhir.names import (
    FACILITIES,
    JURISDICTIONS,
    LOCATION_KINDS,
    MCSD_TYPES,
    TIME_ZONE,
)
from partners.fhir.references import absolute, named
from partners.fhir.resources import ACCESSIBILITY, PHYSICAL, TRANSPORTATION
from partners.fhir.telecoms import CONTACT, contacts_in
from partners.fhir.texts import Json, heard, plain_text, tag_of
from partners.reading.categories import category_of
from partners.reading.numbers import coordinates
from partners.reading.spelling import plain
from partners.settings import Settings

KNOWN = frozenset({TIME_ZONE, TRANSPORTATION, ACCESSIBILITY, CONTACT})
BUILT = frozenset({"bu", "si", "wi", "ho", "ro"})
"Physical types of what one can walk into."
OF_LOCATION = ("alias", "operationalStatus", "hoursOfOperation", "availabilityExceptions", "endpoint", "telecom")
PCODE_WORDS = ("pcode", "p code", "cod ab")
MOST_ABOVE = 6


@dataclass(frozen=True, slots=True)
class Located:
    """The Locations that came with a record, by id: places, and areas."""

    places: dict[str, Json] = field(default_factory=dict)
    areas: dict[str, Json] = field(default_factory=dict)


def is_area(resource: Json) -> bool:
    """This will tell whether a Location is a jurisdiction: an area, in which places lie."""
    told = codings([*dicts(resource, "type"), resource.get("physicalType"), resource.get("form")])
    return any(str(each.get("code")) in JURISDICTIONS for each in told)


def is_place(resource: Json) -> bool:
    """This will tell whether a Location is a place of its own: neither an area nor a kind of places."""
    return not is_area(resource) and resource.get("mode") != "kind"


def location_in(
    resource: Json, settings: Settings, base: str, problems: list[str], *, areas: dict[str, Json]
) -> canonical.Location:
    """This will map one Location. areas: those that it may be part of, by id. Problems go into the list."""
    language = tag_of(resource.get("language")) or settings.language
    names = heard(resource, "name", language)
    address, position = inner(resource, "address"), inner(resource, "position")
    (latitude, longitude), wrong = coordinates(position.get("latitude"), position.get("longitude"))
    if wrong:
        name = next(iter((names or {}).values()), resource.get("id"))
        problems.append(f"{wrong} “{name}” comes without coordinates. Ask the partner to correct them.")
    pcode, identifiers = _pcode(resource)
    kind, rest = _kind(resource)
    rest |= kept(resource, *OF_LOCATION) | ({"identifier": identifiers} if identifiers else {})
    # Where a P-code tells, the names of the areas above are its.
    told_address = kept(address, "use", "type", "text", "period", *(() if pcode else ("district", "state")))
    rest |= {"address": told_address} if told_address else {}
    rest |= {"position": kept(position, "altitude")} if position.get("altitude") is not None else {}
    others = [each for each in dicts(resource, "extension") if each.get("url") not in KNOWN]
    rest |= {"extension": others} if others else {}
    if resource.get("status") in ("suspended", "inactive"):
        rest["status"] = resource["status"]
    country = (plain_text(address.get("country")) or "").upper() or None
    lines = address.get("line")
    told_lines = tuple(filter(None, map(plain_text, lines if isinstance(lines, list) else ())))
    if not told_lines and not address.get("city") and (whole := plain_text(address.get("text"))):
        told_lines = (whole,)
    zone = plain_text(extension(resource, TIME_ZONE).get("valueCode"))
    above = named(resource.get("partOf"), "Location", base)
    if above and above not in areas:
        rest["partOf"] = inner(resource, "partOf")
    return canonical.Location(
        remote_id=str(resource.get("id")),
        kind=kind,
        names=names,
        owner_id=named(resource.get("managingOrganization"), "Organization", base),
        latitude=latitude,
        longitude=longitude,
        pcode=pcode or _above(above, areas, base),
        address_lines=told_lines,
        locality=plain_text(address.get("city")),
        postal_code=plain_text(address.get("postalCode")),
        country=country,
        time_zone=zone if zone or is_own(resource) else settings.time_zone(country),
        descriptions=heard(resource, "description", language),
        transportation=untold(resource, TRANSPORTATION, language),
        accessibility=tuple(filter(None, (_access(each, language) for each in extensions(resource, ACCESSIBILITY)))),
        contacts=tuple(contacts_in(resource, settings.country).get(None, ())),
        unmapped={"fhir": absolute(rest, base)} if rest else {},
    )


def is_own(resource: Json) -> bool:
    """This will tell whether a Location says all that we would: it names its kind in our own words."""
    return any(each.get("system") == LOCATION_KINDS for each in codings(dicts(resource, "type")))


def pcode_of(area: Json) -> str | None:
    """This will be the P-code of an area; None where it names none."""
    return _pcode(area)[0] or next(
        (code for each in dicts(area, "identifier") if (code := read_pcode(plain_text(each.get("value")) or ""))), None
    )


def _pcode(resource: Json) -> tuple[str | None, list[Json]]:
    """The P-code among the identifiers, and the others."""
    pcode, others = None, []
    for each in dicts(resource, "identifier"):
        told = [each.get("system"), *words([each.get("type")])]
        spelled = [plain(plain_text(word) or "") for word in told]
        if pcode is None and any(word in one for one in spelled for word in PCODE_WORDS):
            pcode = plain_text(each.get("value"))
        else:
            others.append(each)
    return pcode, others


def _above(start: str | None, areas: dict[str, Json], base: str) -> str | None:
    """The P-code of the nearest area that has one."""
    for _ in range(MOST_ABOVE):
        area = areas.get(start or "")
        if area is None:
            return None
        if code := pcode_of(area):
            return code
        start = named(area.get("partOf"), "Location", base)
    return None


def _kind(resource: Json) -> tuple[LocationKind, dict[str, Any]]:
    """What kind of place it is, and those of its types that say more than that."""
    types, physical = dicts(resource, "type"), inner(resource, "physicalType") or inner(resource, "form")
    told = codings(types)
    ours = (chosen(LocationKind, each.get("code")) for each in told if each.get("system") == LOCATION_KINDS)
    kind = next(filter(None, ours), None)
    if category_of(words([*types, physical])) is ServiceCategory.SAFE_HOUSE:
        kind = LocationKind.SAFE_HOUSE
    codes = {str(each.get("code")) for each in codings([physical])}
    if kind is None and (codes & {"vi"} or any(plain(word) == "virtual" for word in words([*types, physical]))):
        kind = LocationKind.VIRTUAL
    if kind is None and (codes & BUILT or any(str(each.get("code")) in FACILITIES for each in told)):
        kind = LocationKind.FACILITY
    kind = kind or LocationKind.OTHER
    others = [each for each in types if not _said_by_kind(each, kind)]
    rest: dict[str, Any] = {"type": others} if others else {}
    emitted = {PHYSICAL[kind]} if kind in PHYSICAL else set()
    if "physicalType" in resource and codes != emitted:
        rest["physicalType"] = physical
    return kind, rest


def _said_by_kind(concept: Json, kind: LocationKind) -> bool:
    told = {(each.get("system"), each.get("code")) for each in dicts(concept, "coding")}
    ours = {(LOCATION_KINDS, kind.value), *([(MCSD_TYPES, "facility")] if kind in PHYSICAL else [])}
    return bool(told) and told <= ours


def _access(way: Json, language: str) -> canonical.Access | None:
    descriptions = untold(way, "description", language)
    if descriptions is None:
        return None
    details = plain_text(extension(way, "details").get("valueString"))
    return canonical.Access(descriptions, details, plain_text(extension(way, "website").get("valueUri")))
