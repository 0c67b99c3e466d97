"""Which records fit? FHIR's search parameters as conditions on what the directory says.

Conditions look in the directory's own tables, where indexes are, under the asker's row policies; what is answered is
the current version, which the same policies decide on. So a parameter finds nothing that may not be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, radians
from typing import Any
from uuid import UUID

import orjson

from api.fhir.answers import OddParameter
from api.fhir.tokens import Near, Stretch, moment, near, reference, token, values
from models.rules.identifiers import is_uuid
from models.rules.vocabulary import DirectoryKind
from partners.fhir.names import CATEGORIES, LOCATION_KINDS, MCSD_TYPES, ORGANIZATION_KINDS, PCODES, SCHEMES
from partners.fhir.resources import PHYSICAL
from partners.fhir.services import GIVEN_NOW

TABLES = {
    DirectoryKind.ORGANIZATION: "organization",
    DirectoryKind.LOCATION: "location",
    DirectoryKind.SERVICE: "service",
}
KM_PER_DEGREE = 111.0
MOST_ARGUMENTS = 600
"Of one search: each may be a look through a table of its own."
COMPARED = {
    "eq": "v.at >= {start} AND v.at < {end}",
    "ne": "(v.at < {start} OR v.at >= {end})",
    "gt": "v.at >= {end}",
    "sa": "v.at >= {end}",
    "lt": "v.at < {start}",
    "eb": "v.at < {start}",
    "ge": "v.at >= {start}",
    "le": "v.at < {end}",
}


@dataclass(slots=True)
class Conditions:
    """What a record must fulfil: SQL about `v`, a row of directory_version, and its arguments."""

    kind: DirectoryKind
    base: str
    arguments: list[Any] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    near: Near | None = None

    def argument(self, value: Any, type_: str) -> str:
        if len(self.arguments) == MOST_ARGUMENTS:
            raise OddParameter("That is too much to look for at once: ask in several searches.")
        self.arguments.append(value)
        return f"${len(self.arguments)}::{type_}"

    def add(self, *either: str) -> None:
        """One of these holds; of none, nothing fits."""
        self.clauses.append(f"({' OR '.join(either)})" if either else "false")


Filter = Callable[[Conditions, str, str], None]
"""Adds what a parameter's name (with its modifier) and value ask for. Raises OddParameter."""


def _id(found: Conditions, _name: str, value: str) -> None:
    ids = [UUID(each) for each in values(value) if is_uuid(each)]
    found.add(f"v.record_id = ANY ({found.argument(ids, 'uuid[]')})")


def _last_updated(found: Conditions, name: str, value: str) -> None:
    found.add(*(_compared(found, moment(name, each)) for each in values(value)))


def _compared(found: Conditions, told: Stretch) -> str:
    ends = {"start": told.start, "end": told.end}
    template = COMPARED[told.prefix]
    named = {name: found.argument(at, "timestamptz") for name, at in ends.items() if f"{{{name}}}" in template}
    return template.format(**named)


def _name(found: Conditions, name: str, value: str) -> None:
    table, modifier = TABLES[found.kind], name.partition(":")[2]
    if modifier == "exact":
        fits = f"n.value = ANY ({found.argument(values(value), 'text[]')})"
    else:
        patterns = [each.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") for each in values(value)]
        start = "'%' || " if modifier == "contains" else ""
        asked = f"unnest({found.argument(patterns, 'text[]')}) AS each"
        # One look at each name, however many are looked for: to fold it is what takes long.
        fits = f"folded(n.value) LIKE ANY (ARRAY(SELECT {start}folded(each) || '%' FROM {asked}))"
    named = f"EXISTS (SELECT FROM jsonb_each_text(r.names) n WHERE {fits})"
    found.add(f"v.record_id IN (SELECT r.id FROM {table} r WHERE {named})")


def _organization(found: Conditions, _name: str, value: str) -> None:
    ids = [one for each in values(value) if (one := reference(each, "Organization", found.base))]
    owned = found.argument(ids, "uuid[]")
    table = TABLES[found.kind]
    found.add(
        f"v.organization_id = ANY ({owned}) "
        f"AND v.record_id IN (SELECT r.id FROM {table} r WHERE r.organization_id = ANY ({owned}))"
    )


def _location(found: Conditions, _name: str, value: str) -> None:
    either = []
    for each in values(value):
        if one := reference(each, "Location", found.base):
            held = found.argument(orjson.dumps([{"location": {"id": str(one)}}]).decode(), "jsonb")
            at = found.argument(one, "uuid")
            either.append(
                f"v.record_id IN (SELECT a.service_id FROM service_at_location a WHERE a.location_id = {at}) "
                f"AND v.document -> 'places' @> {held}"
            )
    found.add(*either)


def _partof(found: Conditions, _name: str, value: str) -> None:
    ids = [one for each in values(value) if (one := reference(each, "Organization", found.base))]
    above = found.argument(ids, "uuid[]")
    found.add(f"v.record_id IN (SELECT r.id FROM organization r WHERE r.parent_id = ANY ({above}))")


def _active(found: Conditions, _name: str, value: str) -> None:
    wanted = [token(each).code for each in values(value)]
    if not set(wanted) <= {"true", "false"}:
        raise OddParameter("active is true or false.")
    if found.kind is DirectoryKind.SERVICE:
        given = found.argument(list(GIVEN_NOW), "text[]")
        holds = f"v.document ->> 'status' = ANY ({given})"
    else:
        holds = "coalesce((v.document #>> '{unmapped,fhir,active}')::boolean, true)"
    found.add(*(holds if each == "true" else f"NOT {holds}" for each in wanted))


def _status(found: Conditions, _name: str, value: str) -> None:
    wanted = [each for one in values(value) if (each := token(one).code)]
    told = found.argument(wanted, "text[]")
    found.add(f"coalesce(v.document #>> '{{unmapped,fhir,status}}', 'active') = ANY ({told})")


def _kind(found: Conditions, _name: str, value: str) -> None:
    system = LOCATION_KINDS if found.kind is DirectoryKind.LOCATION else ORGANIZATION_KINDS
    kinds: list[str] = []
    either = []
    for each in values(value):
        told = token(each)
        if told.system in (None, system):
            kinds += [told.code] if told.code else []
        if found.kind is DirectoryKind.LOCATION and told.system in (None, MCSD_TYPES) and told.code == "facility":
            kinds += PHYSICAL
        either.append(_besides(found, "type", each))
    held = found.argument(kinds, "text[]")
    found.add(f"v.record_id IN (SELECT r.id FROM {TABLES[found.kind]} r WHERE r.kind = ANY ({held}))", *either)


def _category(found: Conditions, _name: str, value: str) -> None:
    told = [token(each) for each in values(value)]
    codes = found.argument([each.code for each in told if each.code and each.system in (None, CATEGORIES)], "text[]")
    besides = [_besides(found, "category", each) for each in values(value)]
    found.add(f"v.record_id IN (SELECT r.id FROM service r WHERE r.category = ANY ({codes}))", *besides)


def _service_type(found: Conditions, _name: str, value: str) -> None:
    either = []
    for each in values(value):
        told = token(each)
        fits = [f"t.code = {found.argument(told.code, 'text')}"] if told.code else []
        if told.system:
            scheme = found.argument(told.system.removeprefix(SCHEMES), "text")
            fits.append(f"(t.scheme = {scheme} OR right(t.scheme, length({scheme}) + 1) = ':' || {scheme})")
        either.append(
            "v.record_id IN (SELECT st.service_id FROM service_term st JOIN term t ON t.id = st.term_id "
            f"WHERE {' AND '.join(fits) or 'false'})"
        )
    found.add(*either)


def _specialty(found: Conditions, _name: str, value: str) -> None:
    found.add(*(_besides(found, "specialty", each) for each in values(value)))


def _besides(found: Conditions, part: str, value: str) -> str:
    """What a partner said that the directory has no place for: concepts with this coding."""
    told = token(value)
    coding = {key: each for key, each in (("code", told.code), ("system", told.system)) if each}
    held = found.argument(orjson.dumps({part: [{"coding": [coding]}]}).decode(), "jsonb")
    return f"v.record_id IN (SELECT u.record_id FROM unmapped u WHERE u.standard = 'fhir' AND u.content @> {held})"


def _identifier(found: Conditions, _name: str, value: str) -> None:
    either = []
    for each in values(value):
        told = token(each)
        if told.code is None:
            raise OddParameter("identifier is a value, or system|value.")
        parts = {key: one for key, one in (("value", told.code), ("system", told.system)) if one}
        held = found.argument(orjson.dumps({"identifier": [parts]}).decode(), "jsonb")
        either.append(
            f"v.record_id IN (SELECT u.record_id FROM unmapped u WHERE u.standard = 'fhir' AND u.content @> {held})"
        )
        if found.kind is DirectoryKind.ORGANIZATION:
            code = found.argument(told.code, "text")
            scheme = "" if told.system is None else f" AND i.scheme = {found.argument(told.system, 'text')}"
            either.append(
                "v.record_id IN (SELECT i.organization_id FROM organization_identifier i "
                f"WHERE i.value = {code}{scheme})"
            )
        if found.kind is DirectoryKind.LOCATION and told.system in (None, PCODES):
            code = found.argument(told.code, "text")
            either.append(f"v.record_id IN (SELECT r.id FROM location r WHERE r.pcode = {code})")
    found.add(*either)


def _coverage(found: Conditions, _name: str, value: str) -> None:
    told = [token(each) for each in values(value)]
    codes = found.argument([each.code for each in told if each.code and each.system in (None, PCODES)], "text[]")
    found.add(f"v.record_id IN (SELECT a.service_id FROM service_area a WHERE a.pcode = ANY ({codes}))")


def _near(found: Conditions, _name: str, value: str) -> None:
    asked = near(value)
    found.near = asked
    latitude, longitude = (found.argument(each, "float8") for each in (asked.latitude, asked.longitude))
    km = found.argument(asked.km, "float8")
    high = asked.km / KM_PER_DEGREE
    north, south = (found.argument(asked.latitude + each, "float8") for each in (high, -high))
    wide = high / max(0.01, cos(radians(min(89.0, abs(asked.latitude) + high))))
    box = ""
    # Past the antimeridian a box is two; there the distance alone decides.
    if abs(asked.longitude) + wide < 180:
        east, west = (found.argument(asked.longitude + each, "float8") for each in (wide, -wide))
        box = f" AND r.longitude BETWEEN {west} AND {east}"
    here = f"(v.document ->> 'latitude')::float8, (v.document ->> 'longitude')::float8, {latitude}, {longitude}"
    found.add(
        f"v.record_id IN (SELECT r.id FROM location r WHERE r.latitude BETWEEN {south} AND {north}{box}) "
        f"AND great_circle_km({here}) <= {km}"
    )


EVERY: dict[str, Filter] = {"_id": _id, "_lastUpdated": _last_updated}
FILTERS: dict[DirectoryKind, dict[str, Filter]] = {
    DirectoryKind.ORGANIZATION: EVERY
    | {"active": _active, "identifier": _identifier, "name": _name, "partof": _partof, "type": _kind},
    DirectoryKind.LOCATION: EVERY
    | {
        "identifier": _identifier,
        "name": _name,
        "near": _near,
        "organization": _organization,
        "status": _status,
        "type": _kind,
    },
    DirectoryKind.SERVICE: EVERY
    | {
        "active": _active,
        "coverage-area:identifier": _coverage,
        "identifier": _identifier,
        "location": _location,
        "name": _name,
        "organization": _organization,
        "service-category": _category,
        "service-type": _service_type,
        "specialty": _specialty,
    },
}
MODIFIERS = {"name": ("name:contains", "name:exact")}


def filter_of(kind: DirectoryKind, name: str) -> Filter | None:
    """This will be what a parameter asks for, by its name with its modifier; None where it is not known."""
    known = FILTERS[kind]
    return known.get(name) or next((known[each] for each, more in MODIFIERS.items() if name in more), None)
