"""What does a FHIR HealthcareService mean here? A service, and a place for each of its locations that is one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from models.rules.vocabulary import ServiceCategory, ServiceStatus
from partners import canonical
from partners.canonical import CannotStand
from partners.fhir import services as out
from partners.fhir.capacity import CAPACITY, capacities_in
from partners.fhir.conditions_in import cost_in, eligibility_in, papers_in
from partners.fhir.elements import (
    chosen,
    codings,
    days,
    dicts,
    extension,
    extensions,
    inner,
    instant,
    kept,
    untold,
    words,
)
from partners.fhir.locations import Located, is_place, location_in, pcode_of
from partners.fhir.names import BCP_47, CAPACITY_STATUS, CATEGORIES, PCODES, SCHEMES
from partners.fhir.references import absolute, named
from partners.fhir.telecoms import CONTACT, Telecoms, contacts_in, telecoms_in
from partners.fhir.texts import Json, heard, plain_text, tag_of
from partners.fhir.times import NotTold, exceptions_in, hours_in, place_of
from partners.reading.categories import category_of
from partners.settings import Settings

KNOWN = frozenset(
    {
        out.STATUS, out.MODIFIED, out.VERIFIED, out.GIVEN, out.ALERT, out.FEES, out.APPLICATION, out.COST, out.PAPER,
        CONTACT, CAPACITY, CAPACITY_STATUS,
    }
)  # fmt: skip
OF_SERVICE = (
    "identifier", "specialty", "extraDetails", "photo", "serviceProvisionCode", "program", "characteristic",
    "referralMethod", "appointmentRequired", "availabilityExceptions", "endpoint",
)  # fmt: skip
Times = dict[str | None, list[Any]]


class ServiceReading:
    """The mapping of one HealthcareService, and the problems met on the way."""

    def __init__(self, resource: Json, settings: Settings, language: str, base: str, located: Located) -> None:
        self.resource, self.settings, self.language, self.base = resource, settings, language, base
        self.located = located
        self.problems: list[str] = []
        self.rest: dict[str, Any] = kept(resource, *OF_SERVICE)

    def service(self, modified_at: datetime | None) -> canonical.Service:
        """This will map it. Raises CannotStand, saying what it lacks."""
        resource, language = self.resource, self.language
        names = heard(resource, "name", language)
        if names is None:
            raise CannotStand("It has no name. Ask the partner to name it.")
        telecoms = self._telecoms()
        rooms = capacities_in(resource, modified_at)
        whom = eligibility_in(dicts(resource, "eligibility"), language)
        self.problems += whom.problems
        self._keep("eligibility", whom.others)
        status = self._status()
        contacts = contacts_in(resource, self.settings.country)
        first, last = days(inner(extension(resource, out.GIVEN), "valuePeriod"))
        places = self._places(telecoms, rooms, contacts)
        service = canonical.Service(
            remote_id=str(resource.get("id")),
            names=names,
            category=self._category(),
            organization_id=named(resource.get("providedBy"), "Organization", self.base),
            descriptions=heard(resource, "comment", language),
            languages=self._languages(),
            minimum_age=whom.minimum_age,
            maximum_age=whom.maximum_age,
            sexes=tuple(dict.fromkeys(whom.sexes)),
            accepts_unaccompanied_children=whom.unaccompanied_children,
            eligibility_notes=whom.notes or None,
            phones=tuple(telecoms.phones),
            places=places,
            terms=self._terms(),
            modified_at=instant(extension(resource, out.MODIFIED).get("valueInstant")) or modified_at,
            offered=status in out.GIVEN_NOW,
            status=status,
            alerts=untold(resource, out.ALERT, language),
            fees=untold(resource, out.FEES, language) or self._provision(),
            application=untold(resource, out.APPLICATION, language),
            website=telecoms.website,
            email=telecoms.email,
            valid_from=first,
            valid_to=last,
            costs=tuple(cost_in(each, language) for each in extensions(resource, out.COST)),
            papers=papers_in(resource, language),
            areas=self._areas(),
            contacts=tuple(contacts.get(None, ())),
            capacity=rooms.get(None),
            verified_at=instant(extension(resource, out.VERIFIED).get("valueInstant")),
        )
        self._keep("extension", [each for each in dicts(resource, "extension") if each.get("url") not in KNOWN])
        if self.rest:
            service.unmapped["fhir"] = absolute(self.rest, self.base)
        return service

    def _keep(self, key: str, rest: list[Json]) -> None:
        if rest:
            self.rest[key] = rest

    def _telecoms(self) -> Telecoms:
        newer = [point for contact in dicts(self.resource, "contact") for point in dicts(contact, "telecom")]
        found = telecoms_in([*dicts(self.resource, "telecom"), *newer], self.settings.country)
        self._keep("telecom", found.rest)
        return found

    def _status(self) -> ServiceStatus:
        told = chosen(ServiceStatus, extension(self.resource, out.STATUS).get("valueCode"))
        return told or (ServiceStatus.INACTIVE if self.resource.get("active") is False else ServiceStatus.ACTIVE)

    def _category(self) -> ServiceCategory:
        told = dicts(self.resource, "category")
        ours = (chosen(ServiceCategory, each.get("code")) for each in codings(told) if each.get("system") == CATEGORIES)
        found = next(filter(None, ours), None)
        self._keep("category", [each for each in told if not _all_of(each, CATEGORIES)])
        concepts = [*told, *dicts(self.resource, "type"), *dicts(self.resource, "specialty")]
        return found or category_of(words(concepts), self.settings.categories)

    def _terms(self) -> tuple[canonical.Term, ...]:
        found: dict[tuple[str, str], canonical.Term] = {}
        types = dicts(self.resource, "type")
        for one in types:
            for coding in dicts(one, "coding"):
                code, system = plain_text(coding.get("code")), plain_text(coding.get("system"))
                labels = heard(coding, "display", self.language)
                labels = labels or {self.language: plain_text(one.get("text")) or code or ""}
                if code:
                    scheme = unquote(system.removeprefix(SCHEMES)) if system else "terms"
                    found.setdefault((scheme, code), canonical.Term(scheme, code, labels))
        self._keep("type", [one for one in types if not any(each.get("code") for each in dicts(one, "coding"))])
        return tuple(found.values())

    def _languages(self) -> tuple[str, ...]:
        found: list[str] = []
        unknown = []
        for one in dicts(self.resource, "communication"):
            codes = [plain_text(each.get("code")) for each in dicts(one, "coding") if each.get("system") == BCP_47]
            tag = next(filter(None, map(tag_of, [*codes, *words([one])])), None)
            if tag:
                found.append(tag)
            else:
                unknown.append(one)
                self.problems.append(f"Language {' '.join(words([one])) or '?'} is not known: it stays out.")
        self._keep("communication", unknown)
        return tuple(dict.fromkeys(found))

    def _provision(self) -> canonical.Texts | None:
        told = words(dicts(self.resource, "serviceProvisionCode"))
        return {self.language: told[0]} if told else None

    def _areas(self) -> tuple[canonical.ServedArea, ...]:
        found, others = [], []
        for one in dicts(self.resource, "coverageArea"):
            area = self.located.areas.get(named(one, "Location", self.base) or "", {})
            identifier = inner(one, "identifier")
            told = plain_text(identifier.get("value")) if identifier.get("system") == PCODES else None
            names = heard(one, "display", self.language) or heard(area, "name", self.language)
            served = canonical.ServedArea(told or pcode_of(area), names)
            if served == canonical.ServedArea():
                others.append(one)
            else:
                found.append(served)
        self._keep("coverageArea", others)
        return tuple(found)

    def _places(
        self,
        telecoms: Telecoms,
        rooms: dict[str | None, canonical.Capacity],
        contacts: dict[str | None, list[canonical.Contact]],
    ) -> tuple[canonical.Place, ...]:
        hours, exceptions = self._hours(), self._exceptions()
        found: dict[str, canonical.Place] = {}
        for reference in dicts(self.resource, "location"):
            location_id = named(reference, "Location", self.base) or ""
            resource = self.located.places.get(location_id.removeprefix("#"))
            if resource is None or not is_place(resource) or resource.get("status") == "inactive":
                self._not_placed(reference, location_id, resource)
                continue
            told_at = extension(reference, out.AT_LOCATION)
            remote_id = (
                plain_text(extension(told_at, "id").get("valueId")) or f"{self.resource.get('id')}:{location_id}"
            )
            key = str(reference.get("reference"))
            location = location_in(resource, self.settings, self.base, self.problems, areas=self.located.areas)
            of_location = telecoms_in(dicts(resource, "telecom"), self.settings.country)
            mine = hours[None] if not hours.get(key) else hours[key]
            rest = [each for each in dicts(reference, "extension") if each.get("url") != out.AT_LOCATION]
            found[remote_id] = canonical.Place(
                remote_id,
                location,
                tuple(dict.fromkeys((*telecoms.by_place.get(key, ()), *of_location.phones))),
                () if resource.get("status") == "suspended" else tuple(mine or self._usual(resource)),
                descriptions=untold(told_at, "description", self.language),
                contacts=tuple(contacts.get(key, ())),
                exceptions=(*exceptions.get(None, ()), *exceptions.get(key, ())),
                capacity=rooms.get(key),
                unmapped={"fhir": {"extension": absolute(rest, self.base)}} if rest else {},
            )
        if not found:
            self.rest |= kept(self.resource, "availableTime", "notAvailable")
        return tuple(found.values())

    def _not_placed(self, reference: Json, location_id: str, resource: Json | None) -> None:
        if location_id not in self.located.areas:
            name = reference.get("display") or reference.get("reference") or "?"
            self.problems.append(f"Location {name} is not shown: the service comes without that place. Ask for it.")

    def _hours(self) -> Times:
        listed = [*dicts(self.resource, "availableTime"), *self._newer("availableTime")]
        found, others = self._read(listed, lambda each: [hours_in(each, self.language)])
        self._keep("availableTime", others)
        return found

    def _exceptions(self) -> Times:
        listed = [*dicts(self.resource, "notAvailable"), *self._newer("notAvailableTime")]
        found, others = self._read(listed, exceptions_in)
        self._keep("notAvailable", others)
        return found

    def _newer(self, part: str) -> list[Json]:
        """R5 has them within `availability`."""
        return [each for one in dicts(self.resource, "availability") for each in dicts(one, part)]

    def _usual(self, location: Json) -> Iterable[canonical.Hours]:
        """When the place itself is open, where nothing says when the service is."""
        return self._read(dicts(location, "hoursOfOperation"), lambda each: [hours_in(each, self.language)])[0][None]

    def _read(self, listed: list[Json], read: Any) -> tuple[Times, list[Json]]:
        """What can be told, by the place it is of; and what cannot."""
        found: Times = {None: []}
        others = []
        for each in listed:
            try:
                of = found.setdefault(place_of(each), [])
                of += [one for one in read(each) if one not in of]
            except NotTold as reason:
                others.append(each)
                self.problems.append(f"Hours are kept as they came and not shown: {reason}.")
        return found, others


def _all_of(concept: Json, system: str) -> bool:
    told = dicts(concept, "coding")
    return bool(told) and all(each.get("system") == system for each in told)
