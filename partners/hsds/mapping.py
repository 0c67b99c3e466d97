"""What does an HSDS 3 record mean here? Pure: one record in, the directory's own words out, and what stayed behind.

Not mapped, and kept in the raw record alone: contacts (they are people), fees, documents, areas served as words or
shapes, capacities (their units are the partner's own), accessibility, metadata, hours that are not plainly weekly.
"""

from typing import Any

from models.partners import RecordKind
from models.rules.vocabulary import LocationKind, OrganizationKind
from partners import canonical
from partners.canonical import CannotStand, Projection
from partners.reading import hours
from partners.reading.categories import category_of
from partners.reading.languages import language_tag
from partners.reading.numbers import ages, coordinates
from partners.reading.spelling import plain
from partners.reading.telephones import dialled
from partners.records import Remote
from partners.settings import Settings

PCODE_TYPES = frozenset({"p code", "pcode", "cod", "cod ab", "ocha p code", "ocha pcode", "admin pcode"})
KINDS = {"physical": LocationKind.FACILITY, "virtual": LocationKind.VIRTUAL}

Json = dict[str, Any]


def project(remote: Remote, settings: Settings) -> Projection:
    """This will map one record. Raises CannotStand, saying what it lacks."""
    reading = _Reading(settings)
    item: canonical.Item
    match remote.kind:
        case RecordKind.ORGANIZATION:
            item = reading.organization(remote.raw)
        case RecordKind.SERVICE:
            item = reading.service(remote)
        case _:
            item = reading.place_alone(remote)
    return Projection(item, reading.problems)


class _Reading:
    """The mapping of one record, and the problems met on the way."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.problems: list[str] = []

    def organization(self, raw: Json) -> canonical.Organization:
        return canonical.Organization(
            remote_id=_id(raw) or "",
            names=self._required_name(raw),
            kind=OrganizationKind(self.settings.organization_kind),
            phones=self._phones(raw),
            parent_id=_text(raw.get("parent_organization_id")),
        )

    def service(self, remote: Remote) -> canonical.Service:
        raw = remote.raw
        organization = raw.get("organization")
        named = isinstance(organization, dict) and bool(_id(organization) and _text(organization.get("name")))
        minimum, maximum = self._ages(raw)
        status = _text(raw.get("status")) or "active"
        weekly = self._hours(raw, closed=status == "temporarily closed")
        if status == "temporarily closed":
            self.problems.append("It is temporarily closed at the source: it is shown without opening hours.")
        said = [term for attribute in _dicts(raw, "attributes") for term in _said(attribute)]
        return canonical.Service(
            remote_id=remote.remote_id,
            names=self._required_name(raw),
            category=category_of(said, self.settings.categories),
            organization=self.organization(organization) if named and isinstance(organization, dict) else None,
            organization_id=_text(raw.get("organization_id")),
            descriptions=self._texts(raw.get("description")),
            languages=self._languages(raw),
            minimum_age=minimum,
            maximum_age=maximum,
            eligibility_notes=self._texts(raw.get("eligibility_description")),
            phones=self._phones(raw),
            places=self._places(raw, weekly, closed=status == "temporarily closed"),
            terms=self._terms(raw),
            modified_at=remote.modified_at,
            offered=status not in ("inactive", "defunct"),
        )

    def place_alone(self, remote: Remote) -> canonical.Place:
        service = remote.raw.get("service")
        service_id = _id(service) if isinstance(service, dict) else _text(remote.raw.get("service_id"))
        if service_id is None:
            raise CannotStand("It names no service. Ask the partner to give service or service_id.")
        location = remote.raw.get("location")
        if not isinstance(location, dict) or _id(location) is None:
            raise CannotStand("It names no location. Ask the partner to give one with an id.")
        whole = self._hours(service, closed=False) if isinstance(service, dict) else ()
        return self._place(remote.raw, remote.remote_id, location, whole, service_id)

    def _places(
        self, service: Json, weekly: tuple[canonical.Hours, ...], *, closed: bool
    ) -> tuple[canonical.Place, ...]:
        places: dict[str, canonical.Place] = {}
        for raw in _dicts(service, "service_at_locations"):
            location = raw.get("location")
            if not isinstance(location, dict) or _id(location) is None:
                self.problems.append(f"Place {_id(raw) or '?'} has no location with an id: it stays out. Ask for one.")
                continue
            remote_id = _id(raw) or f"{_id(service)}:{_id(location)}"
            places[remote_id] = self._place(raw, remote_id, location, () if closed else weekly, None, closed=closed)
        return tuple(places.values())

    def _place(
        self,
        raw: Json,
        remote_id: str,
        location: Json,
        of_service: tuple[canonical.Hours, ...],
        service_id: str | None,
        *,
        closed: bool = False,
    ) -> canonical.Place:
        phones = dict.fromkeys((*self._phones(raw), *self._phones(location)))
        own = self._hours(raw, closed=closed)
        return canonical.Place(remote_id, self._location(location), tuple(phones), own or of_service, service_id)

    def _location(self, raw: Json) -> canonical.Location:
        addresses = _dicts(raw, "addresses")
        physical = (address for address in addresses if address.get("address_type") == "physical")
        address: Json = next(physical, addresses[0] if addresses else {})
        country = (_text(address.get("country")) or "").upper() or None
        latitude, longitude = self._coordinates(raw)
        identifier_type = plain(_text(raw.get("external_identifier_type")) or "")
        return canonical.Location(
            remote_id=_id(raw) or "",
            kind=KINDS.get(_text(raw.get("location_type")) or "", LocationKind.OTHER),
            names=self._texts(raw.get("name")),
            owner_id=_text(raw.get("organization_id")),
            latitude=latitude,
            longitude=longitude,
            pcode=_text(raw.get("external_identifier")) if identifier_type in PCODE_TYPES else None,
            address_lines=tuple(filter(None, (_text(address.get("address_1")), _text(address.get("address_2"))))),
            locality=_text(address.get("city")),
            postal_code=_text(address.get("postal_code")),
            country=country,
            time_zone=self.settings.time_zone(country),
        )

    def _coordinates(self, raw: Json) -> tuple[float, float] | tuple[None, None]:
        found, problem = coordinates(raw.get("latitude"), raw.get("longitude"))
        if problem:
            name = _text(raw.get("name")) or _id(raw)
            self.problems.append(f"{problem} “{name}” comes without coordinates. Ask the partner to correct them.")
        return found

    def _hours(self, raw: Json, *, closed: bool) -> tuple[canonical.Hours, ...]:
        found = []
        for schedule in () if closed else _dicts(raw, "schedules"):
            try:
                found.append(hours.of_schedule(schedule))
            except hours.NotWeekly as reason:
                problem = f"Hours {_id(schedule) or '?'} are kept as they came and not shown: {reason}."
                if problem not in self.problems:
                    self.problems.append(problem)
        return tuple(dict.fromkeys(found))

    def _phones(self, raw: Json) -> tuple[canonical.Phone, ...]:
        found = []
        for phone in _dicts(raw, "phones"):
            number = _text(phone.get("number"))
            if number:
                extension = _text(phone.get("extension"))
                said = (_text(phone.get("description")), f"ext. {extension}" if extension else None)
                description = "; ".join(filter(None, said)) or None
                found.append(canonical.Phone(dialled(number, self.settings.country), description))
        return tuple(dict.fromkeys(found))

    def _languages(self, raw: Json) -> tuple[str, ...]:
        found = []
        for language in _dicts(raw, "languages"):
            said = [word for word in map(_text, (language.get("code"), language.get("name"))) if word]
            tag = next(filter(None, map(language_tag, said)), None)
            if tag:
                found.append(tag)
            else:
                self.problems.append(f"Language {' '.join(said) or _id(language) or '?'} is not known: it stays out.")
        return tuple(sorted(set(found)))

    def _ages(self, raw: Json) -> tuple[int | None, int | None]:
        found, problem = ages(raw.get("minimum_age"), raw.get("maximum_age"))
        if problem:
            self.problems.append(f"{problem} Ask the partner to correct them.")
        return found

    def _terms(self, raw: Json) -> tuple[canonical.Term, ...]:
        found: dict[tuple[str, str], canonical.Term] = {}
        for attribute in _dicts(raw, "attributes"):
            term = attribute.get("taxonomy_term")
            name = _text(term.get("name")) if isinstance(term, dict) else None
            code = (_text(term.get("code")) or _id(term)) if isinstance(term, dict) else None
            if isinstance(term, dict) and name and code:
                detail = term.get("taxonomy_detail")
                scheme = _text(detail.get("name")) if isinstance(detail, dict) else None
                scheme = scheme or _text(term.get("taxonomy")) or "terms"
                language = language_tag(_text(term.get("language")) or "") or self.settings.language
                found[scheme, code] = canonical.Term(scheme, code, {language: name})
        return tuple(found.values())

    def _required_name(self, raw: Json) -> canonical.Texts:
        name = _text(raw.get("name"))
        if name is None:
            raise CannotStand("It has no name. Ask the partner to name it.")
        return {self.settings.language: name}

    def _texts(self, value: Any) -> canonical.Texts | None:
        text = _text(value)
        return {self.settings.language: text} if text else None


def _said(attribute: Json) -> list[str]:
    """What an attribute may be recognised by: its term's name and code, then its own label and value."""
    term = attribute.get("taxonomy_term")
    words = [term.get("name"), term.get("code"), term.get("term")] if isinstance(term, dict) else []
    return [word for word in map(_text, (*words, attribute.get("value"), attribute.get("label"))) if word]


def _dicts(raw: Json, key: str) -> list[Json]:
    value = raw.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _id(raw: Json) -> str | None:
    return _text(raw.get("id"))
