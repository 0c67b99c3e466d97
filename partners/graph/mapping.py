"""What does an item of a partner's GraphQL mean here? Pure: one item and the saved map in, a service out.

Anything may be null, so everything but the service's id and name may be missing; what is there and cannot be read
stays out, and is told.
"""

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from models.rules.vocabulary import (
    CapacityState,
    LocationKind,
    OrganizationKind,
    PhoneKind,
    ServiceStatus,
    Sex,
)
from partners import canonical
from partners.canonical import CannotStand, Projection
from partners.graph.reading import Level, moment_of
from partners.reading.categories import category_of
from partners.reading.languages import language_tag
from partners.reading.numbers import ages, coordinates, number
from partners.reading.spelling import plain
from partners.reading.telephones import dialled
from partners.records import Remote
from partners.settings import Settings

W = TypeVar("W", bound=StrEnum)
D = TypeVar("D")


def project(remote: Remote, settings: Settings) -> Projection:
    """This will map one item by the saved map. Raises CannotStand, saying what it lacks."""
    if settings.graphql is None:
        raise CannotStand("No map is saved for this partner. Give one: “graphql” in its settings.")
    reading = _Reading(settings)
    return Projection(
        reading.service(remote, Level(remote.raw, settings.graphql.fields, settings.language)), reading.problems
    )


class _Reading:
    """The mapping of one item, and the problems met on the way."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.problems: list[str] = []

    def service(self, remote: Remote, said: Level) -> canonical.Service:
        names = said.texts("name")
        if not names:
            raise CannotStand("It has no name. Ask the partner to name it.")
        (youngest, oldest), problem = ages(said.value("minimum_age"), said.value("maximum_age"))
        self._told(problem and f"{problem} Ask the partner to correct them.")
        status = self._word("status", said.value("status"), ServiceStatus, ServiceStatus.ACTIVE)
        alone = said.value("unaccompanied_children")
        return canonical.Service(
            remote_id=remote.remote_id,
            names=names,
            category=category_of([str(word) for word in said.values("category")], self.settings.categories),
            organization=self._organization(said.one("organization")),
            organization_id=said.text("organization_id"),
            descriptions=said.texts("description"),
            languages=self._languages(said),
            minimum_age=youngest,
            maximum_age=oldest,
            sexes=tuple(sorted({sex for word in said.values("sexes") if (sex := self._word("sex", word, Sex, None))})),
            accepts_unaccompanied_children=alone if isinstance(alone, bool) else None,
            eligibility_notes=said.texts("eligibility"),
            phones=self._phones(said),
            places=self._places(said),
            terms=self._terms(said),
            modified_at=remote.modified_at,
            offered=status not in (ServiceStatus.INACTIVE, ServiceStatus.DEFUNCT),
            status=status,
            alerts=said.texts("alert"),
            fees=said.texts("fees"),
            application=said.texts("application"),
            website=said.text("website"),
            email=said.text("email"),
            valid_from=self._date(said, "valid_from"),
            valid_to=self._date(said, "valid_to"),
            contacts=self._contacts(said),
            capacity=self._capacity(said.one("capacity")),
            verified_at=moment_of(said.value("verified_at")),
        )

    def _organization(self, said: Level | None) -> canonical.Organization | None:
        remote_id, names = (said.text("id"), said.texts("name")) if said else (None, None)
        if said is None or remote_id is None or not names:
            return None
        kind = OrganizationKind(self.settings.organization_kind)
        return canonical.Organization(
            remote_id=remote_id,
            names=names,
            kind=self._word("kind of organisation", said.value("kind"), OrganizationKind, kind),
            phones=self._phones(said),
            descriptions=said.texts("description"),
            website=said.text("website"),
            email=said.text("email"),
            contacts=self._contacts(said),
        )

    def _places(self, said: Level) -> tuple[canonical.Place, ...]:
        found: dict[str, canonical.Place] = {}
        for each in said.each("places"):
            remote_id = each.text("id")
            if remote_id is None:
                self.problems.append("A place has no id: it stays out. Ask the partner to give it one.")
                continue
            found.setdefault(remote_id, self._place(remote_id, each))
        return tuple(found.values())

    def _place(self, remote_id: str, said: Level) -> canonical.Place:
        (latitude, longitude), problem = coordinates(said.value("latitude"), said.value("longitude"))
        self._told(
            problem and f"{problem} Place {remote_id} comes without coordinates. Ask the partner to correct them."
        )
        country = (said.text("country") or "").upper()
        country = country if len(country) == 2 and country.isalpha() else ""
        location = canonical.Location(
            remote_id=said.text("location_id") or remote_id,
            kind=self._word("kind of place", said.value("kind"), LocationKind, LocationKind.OTHER),
            names=said.texts("name"),
            latitude=latitude,
            longitude=longitude,
            pcode=said.text("pcode"),
            address_lines=tuple(str(line).strip() for line in said.values("address") if str(line).strip()),
            locality=said.text("locality"),
            postal_code=said.text("postal_code"),
            country=country or None,
            time_zone=said.text("time_zone") or self.settings.time_zone(country or None),
            transportation=said.texts("transportation"),
        )
        hours, odd = said.hours("hours")
        self.problems += [f"Hours of place {remote_id} are not shown: {reason}." for reason in odd]
        return canonical.Place(
            remote_id=remote_id,
            location=location,
            phones=self._phones(said),
            hours=hours,
            descriptions=said.texts("description"),
            contacts=self._contacts(said),
            capacity=self._capacity(said.one("capacity")),
        )

    def _phones(self, said: Level) -> tuple[canonical.Phone, ...]:
        found = (self._phone(each.text("number"), each) for each in said.each("phones"))
        return tuple(dict.fromkeys(filter(None, found)))

    def _phone(self, spoken: str | None, said: Level) -> canonical.Phone | None:
        kind = self._word("kind of phone", said.value("kind"), PhoneKind, PhoneKind.VOICE)
        number, told = dialled(spoken or "", self.settings.country), said.text("description")
        return canonical.Phone(number, told, said.text("extension"), kind, self._languages(said)) if number else None

    def _contacts(self, said: Level) -> tuple[canonical.Contact, ...]:
        found = (
            canonical.Contact(**{name: each.text(name) for name in ("name", "title", "department", "email", "number")})
            for each in said.each("contacts")
        )
        return tuple(each for each in dict.fromkeys(found) if each != canonical.Contact())

    def _terms(self, said: Level) -> tuple[canonical.Term, ...]:
        found: dict[tuple[str, str], canonical.Term] = {}
        for each in said.each("terms"):
            code = each.text("code")
            labels = each.texts("label") or ({self.settings.language: code} if code else None)
            if code and labels:
                scheme = each.text("scheme") or "terms"
                found[scheme, code] = canonical.Term(scheme, code, labels)
        return tuple(found.values())

    def _capacity(self, said: Level | None) -> canonical.Capacity | None:
        """None where nothing is told, or not when: what is not dated is not known to be true now."""
        told_at = moment_of(said.value("updated_at")) if said else None
        if said is None or told_at is None:
            return None
        state = self._word("state of capacity", said.value("state"), CapacityState, CapacityState.UNKNOWN)
        counts = {name: number(said.value(name)) for name in ("available", "maximum")}
        whole = {name: int(count) if count is not None and count >= 0 else None for name, count in counts.items()}
        return canonical.Capacity(state, told_at, **whole, unit=said.text("unit"))

    def _languages(self, said: Level) -> tuple[str, ...]:
        tags = {str(word): language_tag(str(word)) for word in said.values("languages")}
        self.problems += [f"Language {word[:40]} is not known: it stays out." for word, tag in tags.items() if not tag]
        return tuple(sorted({tag for tag in tags.values() if tag}))

    def _date(self, said: Level, name: str) -> date | None:
        value = said.text(name)
        try:
            return date.fromisoformat(value[:10]) if value else None
        except ValueError:
            self.problems.append(f"{name} “{value and value[:40]}” is no date, such as 2026-11-21: it stays out.")
            return None

    def _word(self, what: str, said: Any, words: type[W], otherwise: D) -> W | D:
        """The word of ours that is meant; compared without case and punctuation."""
        if said is None:
            return otherwise
        found = next((word for word in words if plain(word.value) == plain(str(said))), None)
        if found is None:
            self._told(f"The {what} “{str(said)[:40]}” is not known here: it stays out.")
            return otherwise
        return found

    def _told(self, problem: str | None) -> None:
        if problem and problem not in self.problems:
            self.problems.append(problem)
