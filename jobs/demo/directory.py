"""What does the directory of the demo hold? Rows for each partner: its places, services, hours, phones and room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from jobs.demo import places
from jobs.demo.ids import source, time_ordered_id
from jobs.demo.offers import OFFERS, Hours, Offer
from jobs.demo.organisations import NETWORK, PERSONAS, Partner
from jobs.demo.provision import capacity_rows, provenance
from jobs.demo.terms import ALIASES, SCHEME, TERMS
from models.base import Base
from models.directory import (
    Location,
    Phone,
    Schedule,
    ScheduleException,
    Service,
    ServiceAtLocation,
    ServiceTerm,
    Term,
    Visibility,
)
from models.organisations import Area, Organization
from models.rules.eligibility import Criteria
from models.rules.vocabulary import LocationKind, OrganizationKind, ServiceCategory

FOUNDED = datetime(2026, 1, 5, 13, tzinfo=UTC)
"When every record of the directory was made: its id tells the time, and must not change with the clock."


@dataclass(frozen=True, slots=True)
class Target:
    """A service as a referral sees it: whose it is, where, for whom, and the room that may be held."""

    service_id: UUID
    place_id: UUID
    category: ServiceCategory
    criteria: Criteria
    organization_id: UUID
    kind: OrganizationKind
    pcode: str
    capacity_id: UUID | None
    taken: int
    "How many of its places open referrals may hold."


@dataclass(slots=True)
class Directory:
    """Rows in an order in which each finds what it refers to, and what referrals need to know of them."""

    rows: list[Base] = field(default_factory=list)
    organizations: dict[str, UUID] = field(default_factory=dict)
    "By slug."
    sites: dict[str, UUID] = field(default_factory=dict)
    "Places by slug."
    services: list[UUID] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    "The services that referrals may go to."


def build(partners: Sequence[Partner], now: datetime) -> Directory:
    """This will make the whole directory."""
    directory = Directory()
    directory.rows += _areas()
    for partner in partners:
        directory.organizations[partner.slug] = time_ordered_id(source("organisation", partner.slug), FOUNDED)
    for partner in partners:
        directory.rows.append(_organization(partner, directory, now))
    directory.rows += _terms()
    directory.rows += _spots(directory)
    for number, partner in enumerate(partners):
        _Entry(partner, number, directory, now).write()
    return directory


def _areas() -> Iterator[Area]:
    yield Area(
        pcode=places.COUNTRY,
        names={"fr": "Haïti", "ht": "Ayiti"},
        level=0,
        parent_pcode=None,
        latitude=18.97,
        longitude=-72.68,
    )
    for department in places.DEPARTMENTS:
        yield Area(
            pcode=department.pcode,
            names={"fr": department.fr, "ht": department.ht},
            level=1,
            parent_pcode=places.COUNTRY,
            latitude=department.latitude,
            longitude=department.longitude,
        )
    for commune in places.COMMUNES:
        yield Area(
            pcode=commune.pcode,
            names=_texts(commune.fr, commune.ht),
            level=2,
            parent_pcode=commune.department,
            latitude=commune.latitude,
            longitude=commune.longitude,
        )


def _organization(partner: Partner, directory: Directory, now: datetime) -> Organization:
    days = source("verified", partner.slug).randrange(2, 150)
    return Organization(
        id=directory.organizations[partner.slug],
        slug=partner.slug,
        names=_texts(partner.fr, partner.ht),
        language="fr",
        kind=partner.kind,
        parent_id=directory.organizations[partner.parent] if partner.parent else None,
        pcode=partner.pcode,
        verified_at=None if partner.kind is OrganizationKind.COMMUNITY_ORGANIZATION else now - timedelta(days=days),
        created_at=FOUNDED,
    )


def _term_id(code: str) -> UUID:
    return time_ordered_id(source("term", code), FOUNDED)


def _terms() -> Iterator[Term]:
    for code, (parent, fr, ht, en) in TERMS.items():
        yield Term(
            id=_term_id(code),
            scheme=SCHEME,
            code=code,
            labels={"fr": fr, "ht": ht, "en": en},
            language="fr",
            parent_id=_term_id(parent) if parent else None,
        )


def _spots(directory: Directory) -> Iterator[Location]:
    for kind, spots in (
        (LocationKind.BORDER_RESOURCE_CENTER, places.CENTRES),
        (LocationKind.CROSSING_POINT, places.CROSSINGS),
    ):
        for spot in spots:
            directory.sites[spot.slug] = time_ordered_id(source("place", spot.slug), FOUNDED)
            yield Location(
                id=directory.sites[spot.slug],
                organization_id=directory.organizations[NETWORK],
                visibility=Visibility.PUBLIC,
                slug=spot.slug,
                kind=kind,
                names=_texts(spot.fr, spot.ht),
                latitude=spot.latitude,
                longitude=spot.longitude,
                pcode=spot.pcode,
                address_lines=[],
                locality=places.BY_PCODE[spot.pcode].fr,
                country=places.COUNTRY,
            )


class _Entry:
    """One partner's part of the directory, written row by row."""

    def __init__(self, partner: Partner, number: int, directory: Directory, now: datetime) -> None:
        self.partner = partner
        self.number = number
        self.directory = directory
        self.now = now
        self.commune = places.BY_PCODE[partner.pcode]
        self.organization_id = directory.organizations[partner.slug]
        self.chance = source("partner", partner.slug)
        self.rows = directory.rows

    def write(self) -> None:
        self._phone(Visibility.PUBLIC, answers_for_id=self.organization_id, description="Accueil")
        if not self.partner.offers:
            return
        office = self._place(self._office())
        for key in self.partner.offers:
            offer = OFFERS[key]
            if offer.category is ServiceCategory.SAFE_HOUSE:
                self._safe_house(offer)
            else:
                self._service(offer, office)

    def _new_id(self) -> UUID:
        return time_ordered_id(self.chance, FOUNDED)

    def _office(self) -> Location:
        """The partner's own house: in its town, within a kilometre of the point we know."""
        kinds = OrganizationKind.MEDICAL_CENTER, OrganizationKind.SHELTER, OrganizationKind.SCHOOL
        return Location(
            id=self._new_id(),
            organization_id=self.organization_id,
            visibility=Visibility.PUBLIC,
            slug=self.partner.slug,
            kind=LocationKind.FACILITY if self.partner.kind in kinds else LocationKind.OFFICE,
            names=_texts(self.partner.fr, self.partner.ht),
            latitude=round(self.commune.latitude + self.chance.uniform(-0.008, 0.008), 5),
            longitude=round(self.commune.longitude + self.chance.uniform(-0.008, 0.008), 5),
            pcode=self.partner.pcode,
            address_lines=[f"{self.chance.randrange(1, 180)}, rue {self.chance.choice(_STREETS)}"],
            locality=self.commune.fr,
            country=places.COUNTRY,
        )

    def _place(self, location: Location) -> UUID:
        self.rows.append(location)
        if location.slug:
            self.directory.sites[location.slug] = location.id
        return location.id

    def _service(self, offer: Offer, office: UUID) -> None:
        service = self._service_row(
            offer,
            Visibility.PUBLIC,
            _texts(f"{offer.fr}, {self.commune.fr}", offer.ht and f"{offer.ht}, {self.commune.in_kreyol}"),
        )
        sites = [office]
        centre = places.CENTRE_OF_DEPARTMENT.get(self.commune.department)
        if offer.at_centre and centre and self.partner.pcode in places.BORDER:
            sites.append(self.directory.sites[centre])
        first, *_ = [self._given_at(service, site, offer.hours, Visibility.PUBLIC) for site in sites]
        self._phone(Visibility.PUBLIC, service_id=service.id, description=None)
        self._room(offer, service, first, Visibility.PUBLIC, Visibility.PUBLIC)

    def _safe_house(self, offer: Offer) -> None:
        """Others see an alias, the department, a coordinator's phone and whether there is room (design: directory)."""
        alias = ALIASES[self.number % len(ALIASES)]
        service = self._service_row(offer, Visibility.REDACTED, {"fr": alias})
        hidden = self._place(self._safe_place(Visibility.ORGANIZATION, alias, self._office()))
        shown = self._place(self._safe_place(Visibility.REDACTED, alias, None))
        self._given_at(service, hidden, Hours.ALWAYS, Visibility.ORGANIZATION)
        face = self._given_at(service, shown, Hours.UNKNOWN, Visibility.REDACTED)
        self._phone(Visibility.REDACTED, service_id=service.id, description="Coordinatrice")
        self._room(offer, service, face, Visibility.REDACTED, Visibility.ORGANIZATION)

    def _safe_place(self, visibility: Visibility, alias: str, true: Location | None) -> Location:
        return Location(
            id=self._new_id(),
            organization_id=self.organization_id,
            visibility=visibility,
            slug=None,
            kind=LocationKind.SAFE_HOUSE,
            names={"fr": alias},
            latitude=true.latitude if true else None,
            longitude=true.longitude if true else None,
            pcode=true.pcode if true else self.commune.department,
            address_lines=list(true.address_lines) if true else [],
            locality=true.locality if true else None,
            country=places.COUNTRY,
        )

    def _service_row(self, offer: Offer, visibility: Visibility, names: dict[str, str]) -> Service:
        service = Service(
            id=self._new_id(),
            organization_id=self.organization_id,
            visibility=visibility,
            names=names,
            descriptions=_texts(offer.about, offer.about_ht),
            language="fr",
            category=offer.category,
            languages=["ht", "fr", "es"] if self.partner.pcode in places.BORDER else ["ht", "fr"],
            minimum_age=offer.ages[0],
            maximum_age=offer.ages[1],
            sexes=list(offer.sexes),
            accepts_unaccompanied_children=offer.unaccompanied,
            eligibility_notes={"fr": offer.note} if offer.note else None,
            created_at=FOUNDED,
            **provenance(self.partner, self.chance, self.now),
        )
        self.rows.append(service)
        self.directory.services.append(service.id)
        if offer.term:
            self.rows.append(
                ServiceTerm(
                    organization_id=self.organization_id,
                    visibility=visibility,
                    service_id=service.id,
                    term_id=_term_id(offer.term),
                )
            )
        return service

    def _given_at(self, service: Service, site: UUID, hours: Hours, visibility: Visibility) -> UUID:
        given = ServiceAtLocation(
            id=self._new_id(),
            organization_id=self.organization_id,
            visibility=visibility,
            service_id=service.id,
            location_id=site,
            **provenance(self.partner, self.chance, self.now),
        )
        self.rows.append(given)
        listed = {"organization_id": self.organization_id, "visibility": visibility, "service_at_location_id": given.id}
        if hours.value is not None:
            weekdays, opens, closes = hours.value
            self.rows.append(
                Schedule(id=self._new_id(), weekdays=weekdays.split(), opens=opens, closes=closes, **listed)
            )
        if hours is Hours.OFFICE or hours is Hours.MORNINGS:
            for day, until in _holidays(self.now.date()):
                self.rows.append(
                    ScheduleException(id=self._new_id(), day=day, opens=until and time(8), closes=until, **listed)
                )
        return given.id

    def _phone(self, visibility: Visibility, *, description: str | None, **of: UUID) -> None:
        """Numbers of the series 2000, which no operator gives out."""
        owners = dict.fromkeys(("answers_for_id", "service_id", "service_at_location_id")) | of
        number = f"+5092000{self.chance.randrange(10_000):04}"
        self.rows.append(
            Phone(
                id=self._new_id(),
                organization_id=self.organization_id,
                visibility=visibility,
                number=number,
                description=description,
                **owners,
            )
        )

    def _room(self, offer: Offer, service: Service, place: UUID, state: Visibility, numbers: Visibility) -> None:
        capacity_id, taken = None, 0
        if offer.room is not None:
            capacity, count = capacity_rows(
                service,
                offer.room,
                state,
                numbers,
                self.chance,
                self.now,
                steady=self.partner.slug in PERSONAS.values(),
            )
            self.rows += [capacity, count]
            capacity_id = capacity.id
            taken = offer.room - count.available if count.available is not None else 0
        if self.partner.apart:
            return
        self.directory.targets.append(
            Target(
                service_id=service.id,
                place_id=place,
                category=offer.category,
                criteria=Criteria(*offer.ages, frozenset(offer.sexes), offer.unaccompanied is not False),
                organization_id=self.organization_id,
                kind=self.partner.kind,
                pcode=self.partner.pcode,
                capacity_id=capacity_id,
                taken=taken,
            )
        )


def _texts(fr: str, ht: str | None) -> dict[str, str]:
    return {"fr": fr, "ht": ht} if ht else {"fr": fr}


def _holidays(today: date) -> list[tuple[date, time | None]]:
    """The next public holidays: closed, and until when on the two eves that offices keep half open."""
    days: dict[tuple[int, int], time | None] = {
        (1, 1): None, (1, 2): None, (5, 1): None, (5, 18): None, (10, 17): None, (11, 1): None, (11, 2): None,
        (11, 18): None, (12, 24): time(12), (12, 25): None, (12, 31): time(12),
    }  # fmt: skip
    found = []
    for (month, day), until in days.items():
        this_year = date(today.year, month, day)
        found.append((this_year if this_year >= today else date(today.year + 1, month, day), until))
    return sorted(found)


_STREETS = (
    "du Marché",
    "de l'Église",
    "Sténio",
    "des Manguiers",
    "du Fort",
    "de la Rivière",
    "du Calvaire",
    "des Écoles",
)
