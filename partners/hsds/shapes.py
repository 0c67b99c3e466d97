"""Which fields does HSDS 3.1 know, and of what shape? As much as it takes to answer in it and to keep what it says.

Source: Open Referral HSDS 3.1, schema reference.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

Json = dict[str, Any]
NAMESPACE: Final = UUID("6f3c3a52-6b6f-5c0e-9b53-2f1d3c7a9e41")
"Of identifiers that are made of what they identify."
BACK: Final = frozenset(
    f"{name}_id"
    for name in (
        *("service", "location", "organization", "contact", "service_at_location", "phone", "program", "unit"),
        *("taxonomy", "taxonomy_term", "link", "resource", "parent"),
    )
) | {"link_entity"}
"Fields that only say where an object stands: they hold the sender's identifiers, and are written anew."


@dataclass(frozen=True, slots=True)
class Shape:
    """One object of the standard."""

    path: str
    "Its table, in the tabular form."
    fields: Mapping[str, str]
    "By name: text, date, time, uri, email, moment, number or a codelist's words; none of them is an object."
    lists: Mapping[str, str]
    "By name, the object that the list holds."
    objects: Mapping[str, str]
    required: frozenset[str]


def _shape(path: str, fields: str, lists: str = "", objects: str = "", required: str = "") -> Shape:
    own = _OWN.get(path, "attributes:attribute metadata:metadata ")
    return Shape(path, _pairs(fields), _pairs(own + lists), _pairs(objects), frozenset(("id", *required.split())))


def _pairs(words: str) -> dict[str, str]:
    return {name: kind or "text" for name, _, kind in (word.partition(":") for word in words.split())}


_OWN = {"metadata": ""} | dict.fromkeys(("attributes", "taxonomies", "taxonomy_terms"), "metadata:metadata ")
"What an object may carry beside its own fields, where it is less than others may."
DAYS = "MO|TU|WE|TH|FR|SA|SU"
STATUSES = "active|inactive|defunct|temporarily_closed"
KINDS_OF_PLACE = "physical|postal|virtual"

SHAPES: Final[Mapping[str, Shape]] = {
    "service": _shape(
        "services",
        f"""id organization_id program_id name alternate_name description url:uri email:email status:{STATUSES}
        interpretation_services application_process fees_description wait_time fees accreditations
        eligibility_description minimum_age:number maximum_age:number assured_date:date assurer_email:email licenses
        alert last_modified:moment""",
        """additional_urls:url phones:phone schedules:schedule service_areas:service_area
        service_at_locations:service_at_location languages:language funding:funding cost_options:cost_option
        required_documents:required_document contacts:contact capacities:service_capacity""",
        "organization:organization program:program",
        "name status",
    ),
    "organization": _shape(
        "organizations",
        """id name alternate_name description email:email website:uri tax_status tax_id year_incorporated:number
        legal_status logo uri:uri parent_organization_id""",
        """additional_websites:url funding:funding contacts:contact phones:phone locations:location programs:program
        organization_identifiers:organization_identifier""",
        required="name description",
    ),
    "location": _shape(
        "locations",
        f"""id location_type:{KINDS_OF_PLACE} url:uri organization_id name alternate_name description transportation
        latitude:number longitude:number external_identifier external_identifier_type""",
        """languages:language addresses:address contacts:contact accessibility:accessibility phones:phone
        schedules:schedule""",
        required="location_type",
    ),
    "service_at_location": _shape(
        "service_at_location",
        "id service_id location_id description",
        "service_areas:service_area contacts:contact phones:phone schedules:schedule",
        "location:location service:service",
    ),
    "address": _shape(
        "addresses",
        f"""id location_id attention address_1 address_2 city region state_province postal_code country
        address_type:{KINDS_OF_PLACE}""",
        required="address_1 city state_province postal_code country address_type",
    ),
    "phone": _shape(
        "phones",
        """id location_id service_id organization_id contact_id service_at_location_id number extension:number type
        description""",
        "languages:language",
        required="number",
    ),
    "contact": _shape(
        "contacts",
        "id organization_id service_id service_at_location_id location_id name title department email:email",
        "phones:phone",
    ),
    "schedule": _shape(
        "schedules",
        f"""id service_id location_id service_at_location_id valid_from:date valid_to:date dtstart:date
        timezone:number until:date count:number wkst:{DAYS} freq:WEEKLY|MONTHLY interval:number byday byweekno
        bymonthday byyearday description opens_at:time closes_at:time schedule_link:uri attending_type notes""",
    ),
    "service_area": _shape(
        "service_areas", "id service_id service_at_location_id name description extent extent_type uri"
    ),
    "service_capacity": _shape(
        "service_capacity",
        "id service_id unit_id available:number maximum:number description updated:moment",
        objects="unit:unit",
        required="unit available updated",
    ),
    "unit": _shape("units", "id name scheme identifier uri:uri", required="name"),
    "required_document": _shape("required_documents", "id service_id document uri:uri"),
    "cost_option": _shape(
        "cost_options", "id service_id valid_from:date valid_to:date option currency amount:number amount_description"
    ),
    "language": _shape("languages", "id service_id location_id phone_id name code note"),
    "accessibility": _shape("accessibility", "id location_id description details url:uri"),
    "organization_identifier": _shape(
        "organization_identifiers",
        "id organization_id identifier_scheme identifier_type identifier",
        required="identifier_type identifier",
    ),
    "url": _shape("url", "id label url:uri organization_id service_id", required="url"),
    "funding": _shape("funding", "id organization_id service_id source"),
    "program": _shape("programs", "id organization_id name alternate_name description", required="name description"),
    "attribute": _shape(
        "attributes",
        "id link_id taxonomy_term_id link_type link_entity value label",
        objects="taxonomy_term:taxonomy_term",
    ),
    "taxonomy": _shape("taxonomies", "id name description uri:uri version", required="name description"),
    "taxonomy_term": _shape(
        "taxonomy_terms",
        "id code name description parent_id taxonomy language taxonomy_id term_uri:uri",
        objects="taxonomy_detail:taxonomy",
        required="name description",
    ),
    "metadata": _shape(
        "metadata",
        """id resource_id resource_type last_action_date:date last_action_type field_name previous_value
        replacement_value updated_by""",
        required="last_action_date last_action_type field_name previous_value replacement_value updated_by",
    ),
}

URI = re.compile(
    r"(?:https?://(?![:/?#])|(?!https?:)[a-zA-Z][a-zA-Z0-9+.-]*:(?!//))(?:[\w.~:/?#!$&'()*+,;=@-]|%[0-9a-fA-F]{2})+",
    re.ASCII,
)
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
EMAIL = re.compile(
    rf"{_ATOM}(?:\.{_ATOM})*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*",
    re.ASCII | re.IGNORECASE,
)
"As their formats have them (RFC 3986, RFC 5321), and a little narrower: what is odd goes by attribute."
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")
_FORMS: Mapping[str, Callable[[str], Any]] = {
    "text": bool,
    "date": bool,
    "time": bool,
    "uri": URI.fullmatch,
    "email": EMAIL.fullmatch,
    "moment": _MOMENT.fullmatch,
}


def fits(value: Any, kind: str) -> bool:
    """This will tell whether a value is what the standard takes for a field; nothing said is no value."""
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    form = _FORMS.get(kind)
    return bool(form(value)) if form else value in kind.replace("_", " ").split("|")


def cleaned(raw: Json, shape: str) -> Json:
    """This will be what of an object may be said again: known fields where they fit, unknown ones as they came."""
    known, told = SHAPES[shape], {}
    for name, value in raw.items():
        if name in BACK or value in (None, "", [], {}):
            continue
        if name in known.fields:
            said = value.strip() if isinstance(value, str) else value
            if name != "id" and fits(said, known.fields[name]):
                told[name] = said
        elif name in known.lists:
            items = value if isinstance(value, list) else []
            found = [each for each in (whole(item, known.lists[name]) for item in items) if each]
            if found:
                told[name] = found
        elif name in known.objects:
            if kept := whole(value, known.objects[name]):
                told[name] = kept
        else:
            told[name] = value
    return told


def whole(raw: Any, shape: str) -> Json | None:
    """This will be an object that can be said again by itself: with an identifier, and whatever it must have.

    A text it must have and has not is empty; None where it lacks what cannot be left empty, or is no object.
    """
    if not isinstance(raw, dict):
        return None
    told = cleaned(raw, shape)
    if not told:
        return None
    known = SHAPES[shape]
    for name in known.required - told.keys() - {"id"}:
        if known.fields.get(name, "none") not in ("text", "date"):
            return None
        told[name] = ""
    return {"id": identifier(raw.get("id")) or made(shape, told), **told}


def identifier(said: Any) -> str | None:
    """This will be a UUID: the one that is given, or one made of an identifier that is none; None without any."""
    if isinstance(said, bool) or not isinstance(said, str | int) or not str(said).strip():
        return None
    try:
        return str(UUID(str(said).strip()))
    except ValueError:
        return str(uuid5(NAMESPACE, str(said).strip()))


def made(*parts: Any) -> str:
    """This will be the same UUID for the same parts, each of them JSON."""
    return str(uuid5(NAMESPACE, json.dumps(parts, sort_keys=True, ensure_ascii=False)))
