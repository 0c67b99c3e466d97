"""What does a partner of the demo write into the directory? Its house, services, hours, phones and room, row by row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from jobs.demo import places
from jobs.demo.directory import FOUNDED, Directory, Hosted, Target, texts
from jobs.demo.hours import schedule_rows
from jobs.demo.ids import source, time_ordered_id
from jobs.demo.offers import OFFERS, Hours, Offer
from jobs.demo.organisations import PERSONAS, Partner
from jobs.demo.provision import capacity_rows, provenance
from jobs.demo.terms import ALIASES
from models.directory import Location, Phone, Service, ServiceAtLocation, ServiceTerm, Visibility
from models.rules.eligibility import Criteria
from models.rules.vocabulary import LocationKind, OrganizationKind, ServiceCategory


def term_id(code: str) -> UUID:
    return time_ordered_id(source("term", code), FOUNDED)


class Entry:
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
        kind = LocationKind.FACILITY if self.partner.kind in kinds else LocationKind.OFFICE
        names = texts(self.partner.fr, self.partner.ht)
        return self._location(self.commune, Visibility.PUBLIC, kind=kind, names=names, slug=self.partner.slug)

    def _location(self, commune: places.Commune, visibility: Visibility, **said: Any) -> Location:
        return Location(
            id=self._new_id(),
            organization_id=self.organization_id,
            visibility=visibility,
            latitude=round(commune.latitude + self.chance.uniform(-0.008, 0.008), 5),
            longitude=round(commune.longitude + self.chance.uniform(-0.008, 0.008), 5),
            pcode=commune.pcode,
            address_lines=[f"{self.chance.randrange(1, 180)}, rue {self.chance.choice(_STREETS)}"],
            locality=commune.fr,
            country=places.COUNTRY,
            **said,
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
            texts(f"{offer.fr}, {self.commune.fr}", offer.ht and f"{offer.ht}, {self.commune.in_kreyol}"),
        )
        sites = [office]
        centre = places.CENTRE_OF_DEPARTMENT.get(self.commune.department)
        if offer.at_centre and centre and self.partner.pcode in places.BORDER:
            sites.append(self.directory.sites[centre])
        first, *_ = [self._given_at(service, site, offer.hours, Visibility.PUBLIC) for site in sites]
        self._phone(Visibility.PUBLIC, service_id=service.id, description=None)
        self._room(offer, service, first, Visibility.PUBLIC, Visibility.PUBLIC)

    def _safe_house(self, offer: Offer) -> None:
        """Others see an alias, the department, a coordinator's phone and whether there is room (design: directory).

        The true house is not in the partner's own town, which everyone knows.
        """
        alias = ALIASES[self.number % len(ALIASES)]
        service = self._service_row(offer, Visibility.REDACTED, {"fr": alias})
        house = {"kind": LocationKind.SAFE_HOUSE, "names": {"fr": alias}, "slug": None}
        elsewhere = [
            town for town in places.COMMUNES if town.department == self.commune.department and town is not self.commune
        ]
        true = self._location(self.chance.choice(elsewhere), Visibility.ORGANIZATION, **house)
        told = Location(
            id=self._new_id(),
            organization_id=self.organization_id,
            visibility=Visibility.REDACTED,
            latitude=None,
            longitude=None,
            pcode=self.commune.department,
            address_lines=[],
            locality=None,
            country=places.COUNTRY,
            **house,
        )
        hidden, shown = self._place(true), self._place(told)
        self._given_at(service, hidden, Hours.ALWAYS, Visibility.ORGANIZATION)
        face = self._given_at(service, shown, Hours.UNKNOWN, Visibility.REDACTED)
        self._phone(Visibility.REDACTED, service_id=service.id, description="Coordinatrice")
        self._room(offer, service, face, Visibility.REDACTED, Visibility.ORGANIZATION)

    def _service_row(self, offer: Offer, visibility: Visibility, names: dict[str, str]) -> Service:
        service = Service(
            id=self._new_id(),
            organization_id=self.organization_id,
            visibility=visibility,
            names=names,
            descriptions=texts(offer.about, offer.about_ht),
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
                    term_id=term_id(offer.term),
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
        self.rows += schedule_rows(given, hours, self._new_id, self.now.date())
        self.directory.hours.append(Hosted(given.id, self.organization_id, visibility, hours))
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
