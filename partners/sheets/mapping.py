"""What do the rows of a sheet mean here? Pure: one service's rows in, the directory's words out, and what stays.

The first row tells of the service, each row of a place it is given at. A row that contradicts an earlier one is named
and not followed.
"""

from collections.abc import Callable
from typing import TypeVar

from models.rules.languages import LANGUAGES
from models.rules.vocabulary import LocationKind, OrganizationKind, ServiceStatus, Sex
from partners import canonical
from partners.canonical import CannotStand, Projection
from partners.reading.categories import category_of
from partners.reading.hours import NotWeekly
from partners.reading.languages import language_tag
from partners.reading.numbers import ages, coordinates
from partners.reading.spelling import plain
from partners.records import Remote
from partners.settings import Settings
from partners.sheets import details, hours, words
from partners.sheets.details import Unread
from partners.sheets.feed import Row, by_column, identified
from partners.sheets.hxl import PCODES

OF_SERVICE = (
    *("organization_kind", "description", "category", "eligibility", "languages", "minimum_age", "maximum_age"),
    *("sexes", "unaccompanied_children", "status", "alert", "fees", "costs", "application", "documents", "areas"),
    *("website", "email", "valid_from", "valid_to", "service_phone", *details.CONTACT),
)
OF_PLACE = ("place", "address", *PCODES, "latitude", "longitude", "place_id")
"Columns of which one must hold something for a row to name a place."


COUNTRIES = {
    **dict.fromkeys(("ht", "hti", "haiti", "ayiti"), "HT"),
    **dict.fromkeys(("do", "dom", "republique dominicaine", "dominican republic", "republica dominicana"), "DO"),
}
"Plainly spelled, to ISO 3166-1 alpha-2."


def project(remote: Remote, settings: Settings) -> Projection:
    """This will map the rows of one service. Raises CannotStand, saying what they lack."""
    columns: dict[str, str] = remote.raw["columns"]
    rows = [by_column(row, columns) for row in remote.raw["rows"]]
    reading = _Reading(settings)
    for number, row in zip(remote.rows, rows, strict=True):
        reading.at(number).strangers(row, rows[0], first=remote.rows[0])
    return Projection(reading.service(remote, rows), reading.problems)


Found = TypeVar("Found")


class _Reading:
    """The mapping of one service, and the problems met on the way, each with the number of its row."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.original = settings.language
        "Of the entry's texts."
        self.problems: list[str] = []
        self.row = 0

    def at(self, row: int) -> "_Reading":
        self.row = row
        return self

    def service(self, remote: Remote, rows: list[Row]) -> canonical.Service:
        first = self.at(remote.rows[0])
        row, country = rows[0], self.settings.country
        self.original = language_tag(row.get("language", "")) or self.settings.language
        names = first._texts("service", row)
        if names is None:
            raise CannotStand("It names no service. Name it, or remove the row.")
        minimum, maximum = first._ages(row)
        said = words.several(row.get("category", "")) if "category" in row else []
        category = category_of([row.get("category", ""), *said], self.settings.categories)
        if said and category.value == "OTHER" and plain(row["category"]) not in ("other", "autre", "autres", "lot"):
            first._say(f"category “{row['category']}” is not known: it is OTHER. Name it in the partner's settings.")
        placed = any(map(_names_place, rows))
        return canonical.Service(
            remote_id=remote.remote_id,
            names=names,
            category=category,
            organization=first._organization(row),
            descriptions=first._texts("description", row),
            languages=first._languages(row),
            minimum_age=minimum,
            maximum_age=maximum,
            sexes=first._sexes(row),
            accepts_unaccompanied_children=details.answer(row.get("unaccompanied_children")),
            eligibility_notes=first._texts("eligibility", row),
            status=first._status(row),
            alerts=first._texts("alert", row),
            fees=first._texts("fees", row),
            application=first._texts("application", row),
            website=row.get("website"),
            email=row.get("email"),
            valid_from=first._try(lambda: details.day(row.get("valid_from"))),
            valid_to=first._try(lambda: details.day(row.get("valid_to"))),
            costs=first._try(lambda: details.costs(row.get("costs", ""), language=self.original)) or (),
            papers=details.papers(row, original=self.original),
            areas=details.areas(row.get("areas", ""), language=self.original),
            contacts=details.contacts(row, country=country),
            capacity=first._capacity(row, of_place=False, placed=placed),
            phones=details.phones(row.get("service_phone", "") if placed else _both(row), country=country),
            modified_at=max(filter(None, (details.moment(row.get("modified")) for row in rows)), default=None),
            verified_at=details.moment(row.get("verified")),
            places=self._places(remote, rows),
        )

    def strangers(self, row: Row, first_row: Row, *, first: int) -> None:
        """Names what a later row says otherwise of the service than the first one did."""
        for column in OF_SERVICE:
            if column in row and row[column] != first_row.get(column):
                self._say(f"{column} is not what row {first} says of the same service, which is followed.")

    def _places(self, remote: Remote, rows: list[Row]) -> tuple[canonical.Place, ...]:
        places: dict[str, tuple[int, Row, canonical.Place]] = {}
        for number, row in zip(remote.rows, rows, strict=True):
            if not _names_place(row):
                continue
            place = self.at(number)._place(remote.remote_id, row)
            known = places.get(place.remote_id)
            if known is None:
                places[place.remote_id] = (number, row, place)
            elif known[1] == row:
                self._say(f"it repeats row {known[0]}. Remove one of them.")
            else:
                self._say(f"it tells of the same place as row {known[0]}, which is followed. Correct one of them.")
        return tuple(place for _, _, place in places.values())

    def _place(self, service_id: str, row: Row) -> canonical.Place:
        degrees, problem = coordinates(row.get("latitude"), row.get("longitude"))
        if problem:
            self._say(f"{problem} The place comes without coordinates. Correct them.")
        told = row.get("place_id") or (
            row.get("place") or row.get("address", ""),
            row.get("pcode"),
            row.get("locality"),
        )
        location_id = told if isinstance(told, str) else identified("place", *(plain(each or "") for each in told))
        country = COUNTRIES.get(plain(row.get("country", "")), self.settings.country)
        location = canonical.Location(
            remote_id=location_id,
            kind=self._place_kind(row),
            names=self._texts("place", row),
            latitude=degrees[0],
            longitude=degrees[1],
            pcode=next((row[column] for column in PCODES if column in row), None),
            address_lines=tuple(filter(None, map(str.strip, row.get("address", "").splitlines()))),
            locality=row.get("locality"),
            postal_code=row.get("postal_code"),
            country=country,
            time_zone=self.settings.time_zone(country),
            transportation=self._texts("transportation", row),
            accessibility=self._accessibility(row),
        )
        return canonical.Place(
            f"{service_id}:{location_id}",
            location,
            phones=details.phones(row.get("phone", ""), country=self.settings.country),
            hours=self._hours(row),
            descriptions=self._texts("place_description", row),
            exceptions=self._exceptions(row),
            capacity=self._capacity(row, of_place=True, placed=True),
        )

    def _organization(self, row: Row) -> canonical.Organization | None:
        name = row.get("organization")
        if name is None:
            return None
        said = row.get("organization_kind")
        kind = words.organization_kind(said) if said else None
        if said and kind is None:
            self._say(f"kind of organisation “{said}” is not known: it is {self.settings.organization_kind}.")
        return canonical.Organization(
            remote_id=identified("organization", plain(name)),
            names={self.settings.language: name},
            kind=kind or OrganizationKind(self.settings.organization_kind),
        )

    def _place_kind(self, row: Row) -> LocationKind:
        said = row.get("place_kind")
        kind = words.place_kind(said) if said else LocationKind.FACILITY
        if kind is None:
            self._say(f"kind of place “{said}” is not known: it is OTHER.")
        return kind or LocationKind.OTHER

    def _hours(self, row: Row) -> tuple[canonical.Hours, ...]:
        try:
            return hours.read(row.get("hours", ""))
        except NotWeekly as reason:
            self._say(f"hours are kept as they came and not shown: {reason}.")
            return ()

    def _exceptions(self, row: Row) -> tuple[canonical.DayException, ...]:
        try:
            return hours.read_exceptions(row.get("exceptions", ""))
        except NotWeekly as reason:
            self._say(f"exceptions stay out: {reason}.")
            return ()

    def _accessibility(self, row: Row) -> tuple[canonical.Access, ...]:
        told = self._texts("accessibility", row)
        return (canonical.Access(told),) if told else ()

    def _capacity(self, row: Row, *, of_place: bool, placed: bool) -> canonical.Capacity | None:
        """A row that names a place tells of the room there, unless it says that it tells of the whole service."""
        said = plain(row.get("capacity_of", ""))
        if (placed and said != "service") is not of_place:
            return None
        return self._try(lambda: details.capacity(row))

    def _status(self, row: Row) -> ServiceStatus:
        said = row.get("status")
        status = words.service_status(said) if said else ServiceStatus.ACTIVE
        if status is None:
            self._say(f"status “{said}” is not known: it is ACTIVE. Write {', '.join(ServiceStatus)}.")
        return status or ServiceStatus.ACTIVE

    def _try(self, read: Callable[[], Found]) -> Found | None:
        try:
            return read()
        except Unread as reason:
            self._say(f"{reason}.")
            return None

    def _languages(self, row: Row) -> tuple[str, ...]:
        found = {said: language_tag(said) for said in words.several(row.get("languages", ""))}
        for said in (said for said, tag in found.items() if tag is None):
            self._say(f"language “{said}” is not known: it stays out. Write its BCP 47 tag.")
        return tuple(sorted({tag for tag in found.values() if tag}))

    def _ages(self, row: Row) -> tuple[int | None, int | None]:
        found, problem = ages(row.get("minimum_age"), row.get("maximum_age"))
        if problem:
            self._say(f"{problem} Correct them.")
        return found

    def _sexes(self, row: Row) -> tuple[Sex, ...]:
        said = row.get("sexes", "")
        if plain(said) in words.ANYONE:
            return ()
        found = {word: words.SEXES.get(plain(word)) for word in words.several(said)}
        if None in found.values():
            self._say(f"sexes “{said}” are not known: nobody is left out. Write F, M or both.")
            return ()
        return () if len(set(found.values())) > 1 else tuple(sex for sex in set(found.values()) if sex)

    def _texts(self, column: str, row: Row) -> canonical.Texts | None:
        return details.texts(column, row, original=self.original)

    def _say(self, problem: str) -> None:
        said = f"row {self.row}: {problem}"
        if said not in self.problems:
            self.problems.append(said)


def _names_place(row: Row) -> bool:
    return any(column in row or f"{column}_{language}" in row for column in OF_PLACE for language in LANGUAGES)


def _both(row: Row) -> str:
    """The numbers of a service without a place, under whichever heading they stand."""
    return "; ".join(filter(None, (row.get("service_phone"), row.get("phone"))))
