"""What does the demo's directory hold? What all partners share, then what is each one's own."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from jobs.demo import places
from jobs.demo.directory import FOUNDED, Directory, texts
from jobs.demo.entries import Entry, term_id
from jobs.demo.ids import source, time_ordered_id
from jobs.demo.organisations import NETWORK, Partner
from jobs.demo.terms import SCHEME, TERMS
from models.directory import Location, Term, Visibility
from models.organisations import Area, Organization
from models.rules.vocabulary import LocationKind, OrganizationKind


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
        Entry(partner, number, directory, now).write()
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
            names=texts(commune.fr, commune.ht),
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
        names=texts(partner.fr, partner.ht),
        language="fr",
        kind=partner.kind,
        parent_id=directory.organizations[partner.parent] if partner.parent else None,
        pcode=partner.pcode,
        verified_at=None if partner.kind is OrganizationKind.COMMUNITY_ORGANIZATION else now - timedelta(days=days),
        created_at=FOUNDED,
    )


def _terms() -> Iterator[Term]:
    for code, (parent, fr, ht, en) in TERMS.items():
        yield Term(
            id=term_id(code),
            scheme=SCHEME,
            code=code,
            labels={"fr": fr, "ht": ht, "en": en},
            language="fr",
            parent_id=term_id(parent) if parent else None,
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
                names=texts(spot.fr, spot.ht),
                latitude=spot.latitude,
                longitude=spot.longitude,
                pcode=spot.pcode,
                address_lines=[],
                locality=places.BY_PCODE[spot.pcode].fr,
                country=places.COUNTRY,
            )
