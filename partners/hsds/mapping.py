"""What does an HSDS 3 record mean here? Pure: one record in, the directory's own words out, and what stayed behind.

What the standard says and the directory has no place for is kept in the shape in which it is said again
(partners/hsds/told.py, answers.py). Not kept so: identifiers of the partner's, since ours stand in their place, and
what is not of the type that the standard has for it; the raw record keeps that.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from models.partners import RecordKind
from models.rules.vocabulary import OrganizationKind, ServiceCategory, ServiceStatus, Sex
from partners import canonical
from partners.canonical import CannotStand, Projection
from partners.hsds import parts
from partners.hsds import terms as terms_of
from partners.hsds.capacities import WHOLE, read_capacities
from partners.hsds.locations import read_location
from partners.hsds.schedules import core, holidays, read_hours
from partners.hsds.taxonomies import CATEGORIES, ORGANIZATION_KINDS
from partners.hsds.told import Told, day, moment, text, word
from partners.reading.categories import category_of
from partners.reading.hours import NotWeekly
from partners.reading.numbers import ages
from partners.records import Remote
from partners.settings import Settings

STATUSES = {status.value.lower().replace("_", " "): status for status in ServiceStatus}
NOT_OFFERED = frozenset({ServiceStatus.INACTIVE, ServiceStatus.DEFUNCT})

Hours = tuple[tuple[canonical.Hours, ...], tuple[canonical.DayException, ...]]


def project(remote: Remote, settings: Settings) -> Projection:
    """This will map one record. Raises CannotStand, saying what it lacks."""
    reading = _Reading(settings)
    item: canonical.Item
    match remote.kind:
        case RecordKind.ORGANIZATION:
            item = reading.organization(Told(remote.raw, "organization", settings.language))
        case RecordKind.LOCATION:
            item = read_location(Told(remote.raw, "location", settings.language), settings, reading.problems)
        case RecordKind.SERVICE:
            item = reading.service(remote)
        case _:
            item = reading.place_alone(remote)
    return Projection(item, reading.problems)


class _Reading:
    """The mapping of one record, and the problems met on the way."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.country = settings.country
        self.problems: list[str] = []
        self.closed = False
        "For a time: its hours do not hold, and are kept as they came."

    def organization(self, told: Told) -> canonical.Organization:
        own = terms_of.own_words(told)
        told.take("locations", "services")
        return canonical.Organization(
            remote_id=told.id or "",
            names=self._name(told),
            kind=word(OrganizationKind, own.get(ORGANIZATION_KINDS))
            or OrganizationKind(self.settings.organization_kind),
            phones=parts.phones(told, self.country),
            parent_id=told.text("parent_organization_id"),
            descriptions=told.texts("description"),
            website=told.either("website", "website"),
            email=told.either("email", "email"),
            identifiers=parts.identifiers(told),
            contacts=parts.contacts(told, self.country),
            unmapped=told.unmapped(),
        )

    def service(self, remote: Remote) -> canonical.Service:
        told = Told(remote.raw, "service", self.settings.language)
        organization = told.child("organization", "organization")
        named = organization is not None and bool(organization.id and text(organization.raw.get("name")))
        terms, said, own = terms_of.terms(told)
        capacities = read_capacities(told, self.problems)
        minimum, maximum = self._ages(told)
        status = self._status(told)
        told.take("status", "last_modified", "organization_id")
        names = self._name(told)
        places = self._places(told, capacities)
        assured = told.date("assured_date")
        verified = moment(told.value("verified_at")) or _midnight(assured)
        modified = told.marks.values.get("modified_at")
        return canonical.Service(
            remote_id=remote.remote_id,
            names=names,
            category=word(ServiceCategory, own.get(CATEGORIES)) or category_of(said, self.settings.categories),
            organization=self.organization(organization) if named and organization else None,
            organization_id=text(remote.raw.get("organization_id")),
            descriptions=told.texts("description"),
            languages=parts.languages(told, self.problems),
            minimum_age=minimum,
            maximum_age=maximum,
            sexes=tuple(filter(None, (word(Sex, each) for each in (told.value("sexes") or "").split(",")))),
            accepts_unaccompanied_children=_truth(told.value("accepts_unaccompanied_children")),
            eligibility_notes=told.texts("eligibility_description"),
            phones=parts.phones(told, self.country),
            places=places,
            terms=terms,
            modified_at=remote.modified_at if modified is None else moment(modified),
            offered=status not in NOT_OFFERED,
            status=status,
            alerts=told.texts("alert"),
            fees=told.texts("fees_description", "fees"),
            application=told.texts("application_process"),
            website=told.either("url", "url"),
            email=told.either("email", "email"),
            valid_from=day(told.value("valid_from")),
            valid_to=day(told.value("valid_to")),
            costs=parts.costs(told, self.country),
            papers=parts.papers(told),
            areas=parts.areas(told),
            contacts=parts.contacts(told, self.country),
            capacity=capacities.get(WHOLE),
            verified_at=verified,
            unmapped=told.unmapped(),
        )

    def place_alone(self, remote: Remote) -> canonical.Place:
        told = Told(remote.raw, "service_at_location", self.settings.language)
        service = told.child("service", "service")
        service_id = service.id if service else text(remote.raw.get("service_id"))
        if service_id is None:
            raise CannotStand("It names no service. Ask the partner to give service or service_id.")
        told.language = told.marks.language or (service.language if service else told.language)
        location = told.child("location", "location")
        if location is None or location.id is None:
            raise CannotStand("It names no location. Ask the partner to give one with an id.")
        capacities = read_capacities(service, []) if service else {}
        if service:
            self._status(service)
        whole = self._hours(service, told) if service else ((), ())
        return self._place(told, remote.remote_id, location, whole, capacities.get(remote.remote_id), service_id)

    def _places(self, service: Told, capacities: Mapping[str, canonical.Capacity]) -> tuple[canonical.Place, ...]:
        places: dict[str, canonical.Place] = {}
        kept = {name: service.raw.get(name) for name in ("schedules", "holiday_schedules")}
        for told in service.children("service_at_locations", "service_at_location"):
            location = told.child("location", "location")
            if location is None or location.id is None:
                self.problems.append(f"Place {told.id or '?'} has no location with an id: it stays out. Ask for one.")
                continue
            remote_id = told.id or f"{service.id}:{location.id}"
            of_service = self._hours(Told(kept, "service", service.language), told)
            places[remote_id] = self._place(told, remote_id, location, of_service, capacities.get(remote_id), None)
        if places and not self.closed:
            service.take("schedules", "holiday_schedules")
        return tuple(places.values())

    def _place(
        self,
        told: Told,
        remote_id: str,
        location: Told,
        of_service: Hours,
        capacity: canonical.Capacity | None,
        service_id: str | None,
    ) -> canonical.Place:
        terms_of.own_words(told)
        phones = dict.fromkeys((*parts.phones(told, self.country), *parts.phones(location.again(), self.country)))
        weekly, days = self._hours(told, told)
        if not weekly and not days:
            weekly, days = of_service
        if not weekly and not days:
            weekly, days = self._hours(location.again(), location.again())
        return canonical.Place(
            remote_id=remote_id,
            location=read_location(location, self.settings, self.problems),
            phones=tuple(phones),
            hours=weekly,
            service_id=service_id,
            descriptions=told.texts("description"),
            contacts=parts.contacts(told, self.country),
            exceptions=days,
            capacity=capacity,
            unmapped=told.unmapped(),
        )

    def _hours(self, source: Told, into: Told) -> Hours:
        """What the schedules of one object say, and what of them is kept by another, or by itself."""
        if self.closed:
            return (), ()
        weekly: list[canonical.Hours] = []
        days = holidays(source.raw.get("holiday_schedules"))
        source.take("holiday_schedules")
        for told in source.children("schedules", "schedule"):
            try:
                found = read_hours(told)
            except NotWeekly as reason:
                problem = f"Hours {told.id or '?'} are kept as they came and not shown: {reason}."
                if problem not in self.problems:
                    self.problems.append(problem)
                into.keep("schedules", told.whole())
                continue
            if isinstance(found, canonical.DayException):
                days.append(found)
                continue
            if found not in weekly:
                weekly.append(found)
            into.keep("schedules", told.beside(core(found)))
        return tuple(weekly), tuple(dict.fromkeys(days))

    def _status(self, service: Told) -> ServiceStatus:
        status = STATUSES.get((text(service.raw.get("status")) or "active").lower(), ServiceStatus.ACTIVE)
        self.closed = status is ServiceStatus.TEMPORARILY_CLOSED
        return status

    def _ages(self, told: Told) -> tuple[int | None, int | None]:
        found, problem = ages(told.raw.get("minimum_age"), told.raw.get("maximum_age"))
        told.take("minimum_age", "maximum_age")
        if problem:
            self.problems.append(f"{problem} Ask the partner to correct them.")
        return found

    def _name(self, told: Told) -> canonical.Texts:
        names = told.texts("name")
        if names is None:
            raise CannotStand("It has no name. Ask the partner to name it.")
        return names


def _truth(said: str | None) -> bool | None:
    return {"true": True, "false": False}.get(said or "")


def _midnight(said: Any) -> datetime | None:
    return datetime.combine(said, time(), UTC) if said else None
