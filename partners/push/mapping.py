"""What does a service mean here that a partner sent? Pure. Its shape: docs/push.md, ImportServiceInput in the graph.

Names of fields are the graph's. What is not as it should be is named and left out; a service without remoteId, names
or category does not come in.
"""

from typing import Any

from models.rules.vocabulary import (
    CapacityState,
    LocationKind,
    OrganizationKind,
    PhoneKind,
    ServiceCategory,
    ServiceStatus,
    Sex,
)
from partners import canonical
from partners.canonical import CannotStand, Projection
from partners.push.said import Said
from partners.reading.hours import WEEK, NotWeekly
from partners.reading.languages import language_tag
from partners.reading.numbers import ages, coordinates
from partners.reading.telephones import dialled
from partners.records import Remote
from partners.settings import Settings
from partners.sheets import hours
from partners.sheets import mapping as sheets
from partners.sheets.feed import identified


def project(remote: Remote, settings: Settings) -> Projection:
    """This will map one service. Raises CannotStand, saying what it lacks."""
    if "rows" in remote.raw:
        return sheets.project(remote, settings)
    reading = _Reading(settings)
    return Projection(reading.service(remote.remote_id, remote.raw["service"]), reading.problems)


class _Reading:
    """The mapping of one service, and the problems met on the way, each with its path in the service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.problems: list[str] = []
        self.original = settings.language

    def service(self, remote_id: str, raw: dict[str, Any]) -> canonical.Service:
        said = Said(raw, self.problems)
        self.original = language_tag(said.text("language") or "") or self.settings.language
        names, category = said.texts("names", self.original), said.word("category", ServiceCategory)
        if names is None:
            raise CannotStand("It has no names. Send at least one.")
        if category is None:
            raise CannotStand(f"It has no category. Send one of {', '.join(ServiceCategory)}.")
        (youngest, oldest), problem = ages(said.value.get("minimumAge"), said.value.get("maximumAge"))
        self.problems += [problem] if problem else []
        status = said.word("status", ServiceStatus) or ServiceStatus.ACTIVE
        return canonical.Service(
            remote_id=remote_id,
            names=names,
            category=category,
            organization=self._organization(said.object("organization")),
            descriptions=said.texts("descriptions", self.original),
            languages=said.languages("languages"),
            minimum_age=youngest,
            maximum_age=oldest,
            sexes=said.words("sexes", Sex),
            accepts_unaccompanied_children=said.flag("acceptsUnaccompaniedChildren"),
            eligibility_notes=said.texts("eligibilityNotes", self.original),
            phones=self._phones(said),
            places=tuple(self._place(remote_id, each) for each in said.objects("places")),
            terms=tuple(filter(None, map(self._term, said.objects("terms")))),
            modified_at=said.moment("modifiedAt"),
            status=status,
            alerts=said.texts("alerts", self.original),
            fees=said.texts("fees", self.original),
            application=said.texts("application", self.original),
            website=said.text("website", most=1_000),
            email=said.text("email", most=320),
            valid_from=said.day("validFrom"),
            valid_to=said.day("validTo"),
            costs=tuple(map(self._cost, said.objects("costs"))),
            papers=tuple(filter(None, map(self._paper, said.objects("requiredDocuments")))),
            areas=tuple(filter(None, map(self._area, said.objects("serviceAreas")))),
            contacts=self._contacts(said),
            capacity=self._capacity(said.object("capacity")),
            verified_at=said.moment("verifiedAt"),
        )

    def _organization(self, said: Said | None) -> canonical.Organization | None:
        """Another one that gives the service; without it, whoever sends does."""
        names = said.texts("names", self.original) if said else None
        if said is None or names is None:
            return None
        return canonical.Organization(
            remote_id=said.text("remoteId", most=200) or identified("organization", next(iter(names.values()))),
            names=names,
            kind=said.word("kind", OrganizationKind) or OrganizationKind(self.settings.organization_kind),
            phones=self._phones(said),
            descriptions=said.texts("descriptions", self.original),
            website=said.text("website", most=1_000),
            email=said.text("email", most=320),
        )

    def _place(self, service_id: str, said: Said) -> canonical.Place:
        at = said.object("location") or Said({}, self.problems, said.path)
        location = self._location(at)
        return canonical.Place(
            f"{service_id}:{location.remote_id}",
            location,
            phones=self._phones(said),
            hours=self._hours(said),
            modified_at=said.moment("modifiedAt"),
            descriptions=said.texts("descriptions", self.original),
            contacts=self._contacts(said),
            exceptions=tuple(filter(None, map(self._exception, said.objects("exceptions")))),
            capacity=self._capacity(said.object("capacity")),
        )

    def _location(self, said: Said) -> canonical.Location:
        degrees, problem = coordinates(said.value.get("latitude"), said.value.get("longitude"))
        if problem:
            self.problems.append(f"{said.path}: {problem} The place comes without coordinates. Correct them.")
        names, lines = said.texts("names", self.original), said.strings("addressLines")
        told = (next(iter((names or {}).values()), ""), "|".join(lines), said.text("pcode") or "")
        country = (said.text("country", most=2) or self.settings.country).upper()
        return canonical.Location(
            remote_id=said.text("remoteId", most=200) or identified("place", *told),
            kind=said.word("kind", LocationKind) or LocationKind.FACILITY,
            names=names,
            latitude=degrees[0],
            longitude=degrees[1],
            pcode=said.text("pcode", most=40),
            address_lines=lines,
            locality=said.text("locality", most=200),
            postal_code=said.text("postalCode", most=40),
            country=country,
            time_zone=self.settings.time_zone(country),
            descriptions=said.texts("descriptions", self.original),
            transportation=said.texts("transportation", self.original),
            accessibility=tuple(filter(None, map(self._access, said.objects("accessibility")))),
        )

    def _hours(self, said: Said) -> tuple[canonical.Hours, ...]:
        found: list[canonical.Hours] = []
        for each in said.objects("hours"):
            days, rule = each.strings("weekdays"), each.text("rule", most=500)
            opens, closes = each.clock("opens"), each.clock("closes")
            if opens is None or closes is None or not set(days) <= set(WEEK) or bool(days) is bool(rule):
                each.complain("", "needs opens, closes, and either weekdays (MO, TU, ...) or a rule")
                continue
            dates = each.day("validFrom"), each.day("validTo")
            notes = each.texts("notes", self.original)
            found.append(
                canonical.Hours(
                    tuple(day for day in WEEK if day in days), opens, closes, *dates, rule=rule, notes=notes
                )
            )
        try:
            found += hours.read(said.text("hoursText") or "")
        except NotWeekly as reason:
            said.complain("hoursText", f"is not read, for {reason}")
        return tuple(found)

    def _exception(self, said: Said) -> canonical.DayException | None:
        day = said.day("day")
        return canonical.DayException(day, said.clock("opens"), said.clock("closes")) if day else None

    def _phones(self, said: Said) -> tuple[canonical.Phone, ...]:
        found = []
        for each in said.objects("phones"):
            number = each.text("number", most=60)
            if number:
                kind = each.word("kind", PhoneKind) or PhoneKind.VOICE
                told = each.text("description"), each.text("extension", most=20), kind, each.languages("languages")
                found.append(canonical.Phone(dialled(number, self.settings.country), *told))
        return tuple(dict.fromkeys(found))

    def _contacts(self, said: Said) -> tuple[canonical.Contact, ...]:
        found = []
        for each in said.objects("contacts"):
            number = each.text("number", most=60)
            name, title, department, email = (
                each.text(field, most=320) for field in ("name", "title", "department", "email")
            )
            if number or name or title or department or email:
                reached = dialled(number, self.settings.country) if number else None
                found.append(canonical.Contact(name, title, department, email, reached))
        return tuple(found)

    def _capacity(self, said: Said | None) -> canonical.Capacity | None:
        state = said.word("state", CapacityState) if said else None
        updated = said.moment("updatedAt") if said else None
        if said is None or state is None or updated is None:
            return None
        available, maximum = said.whole("available"), said.whole("maximum")
        if available is not None and maximum is not None and available > maximum:
            said.complain("", f"says that {available} of {maximum} places are free")
            return None
        return canonical.Capacity(state, updated, available, maximum, said.text("unit", most=60))

    def _cost(self, said: Said) -> canonical.Cost:
        amount, currency = said.money("amount"), said.text("currency", most=3)
        if (amount is None) is not (currency is None):
            said.complain("amount", "and its currency go together")
            amount = currency = None
        dates = said.day("validFrom"), said.day("validTo")
        return canonical.Cost(said.texts("options", self.original), amount, currency, *dates)

    def _paper(self, said: Said) -> canonical.Paper | None:
        names = said.texts("names", self.original)
        return canonical.Paper(names, said.text("uri", most=1_000)) if names else None

    def _area(self, said: Said) -> canonical.ServedArea | None:
        pcode, names = said.text("pcode", most=40), said.texts("names", self.original)
        return canonical.ServedArea(pcode, names) if pcode or names else None

    def _access(self, said: Said) -> canonical.Access | None:
        told = said.texts("descriptions", self.original)
        return canonical.Access(told, said.text("details"), said.text("website", most=1_000)) if told else None

    def _term(self, said: Said) -> canonical.Term | None:
        scheme, code, labels = (
            said.text("scheme", most=200),
            said.text("code", most=200),
            said.texts("labels", self.original),
        )
        return canonical.Term(scheme, code, labels) if scheme and code and labels else None
