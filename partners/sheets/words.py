"""Which words do people put into a sheet's headings and cells? French, English, some Kreyòl; compared by `plain`."""

import re

from models.rules.languages import LANGUAGES
from models.rules.vocabulary import LocationKind, OrganizationKind, Sex
from partners.reading.spelling import plain

_HEADINGS = {
    "id": "id, identifiant, code du service, service id",
    "organization": "organization, organisation, nom de l'organisation, organization name, institution, structure, "
    "prestataire, provider, òganizasyon",
    "organization_kind": "organization kind, organization type, type d'organisation, type organisation, "
    "type de structure",
    "service": "service, nom du service, service name, nom service, intitulé du service, sèvis, nom, name",
    "description": "description, description du service, détails, details, deskripsyon",
    "category": "category, catégorie, secteur, sector, type de service, service type, domaine, kategori",
    "eligibility": "eligibility, éligibilité, conditions, critères, public cible, target group, kondisyon",
    "languages": "languages, langues, langues parlées, lang",
    "minimum_age": "minimum age, âge minimum, age min, min age, âge min",
    "maximum_age": "maximum age, âge maximum, age max, max age, âge max",
    "sexes": "sex, sexes, sexe, genre, gender",
    "unaccompanied_children": "unaccompanied children, enfants non accompagnés, accepte enfants non accompagnés",
    "place": "place, lieu, site, nom du lieu, location, location name, nom du site, point de service, kote",
    "place_id": "place id, location id, site id, code du lieu, code du site",
    "place_kind": "place kind, type de lieu, type de site, location type, site type",
    "address": "address, adresse, adrès, rue, street",
    "locality": "locality, localité, ville, city, commune, komin, town",
    "postal_code": "postal code, code postal, zip",
    "country": "country, pays, peyi",
    "pcode": "pcode, p code, p codes, code p, adm2 pcode, admin2 pcode, adm3 pcode, adm1 pcode, code commune",
    "latitude": "latitude, lat, y",
    "longitude": "longitude, lon, long, lng, x",
    "phone": "phone, téléphone, tel, tél, phones, téléphones, numéro de téléphone, contact phone, telefòn",
    "hours": "hours, horaires, heures, heures d'ouverture, opening hours, horaire, lè",
    "modified": "modified, last modified, date de mise à jour, mise à jour, updated, last updated",
}
COLUMNS = tuple(_HEADINGS)
HEADINGS = {plain(heading): column for column, headings in _HEADINGS.items() for heading in headings.split(",")}
TRANSLATED = ("service", "description", "eligibility", "place")
"Columns that may stand in several languages: `service_ht`, `Nom du service (es)`."

_YES, _NO = "oui, yes, wi, sí, true, vrai, x, 1", "non, no, false, faux, 0"
ANSWERS = {plain(word): True for word in _YES.split(",")} | {plain(word): False for word in _NO.split(",")}

_SEXES = {
    Sex.FEMALE: "f, female, femme, femmes, fille, filles, women, woman, girls, fanm, fi, mujer, mujeres",
    Sex.MALE: "m, h, male, homme, hommes, garçon, garçons, men, man, boys, gason, hombre, hombres",
}
SEXES = {plain(word): sex for sex, words in _SEXES.items() for word in words.split(",")}
ANYONE = frozenset(
    map(plain, ("tous", "toutes", "tout le monde", "all", "any", "anyone", "both", "tout moun", "mixte"))
)

_ORGANIZATIONS = {
    OrganizationKind.MEDICAL_CENTER: "hôpital, hospital, clinique, clinic, centre de santé, health center, dispensaire",
    OrganizationKind.SHELTER: "centre d'hébergement, centre d'accueil, foyer, abri",
    OrganizationKind.JUSTICE: "tribunal, parquet, court",
    OrganizationKind.CIVIL_REGISTRY: "état civil, bureau d'état civil, onec, archives nationales",
    OrganizationKind.CHILD_PROTECTION: "protection de l'enfance, ibesr",
    OrganizationKind.MIGRATION_AUTHORITY: "migration, onm, immigration",
    OrganizationKind.LOCAL_AUTHORITY: "mairie, collectivité territoriale, casec, municipality, town hall",
    OrganizationKind.MINISTRY: "ministère",
    OrganizationKind.NGO: "ong, ong nationale, ong internationale, ngo, ingo, nngo",
    OrganizationKind.COMMUNITY_ORGANIZATION: "ocb, cbo, organisation communautaire, organisation de base, association",
    OrganizationKind.RED_CROSS: "croix rouge, kwa wouj",
    OrganizationKind.INTERNATIONAL_ORGANIZATION: "organisation internationale, agence des nations unies, onu",
    OrganizationKind.SCHOOL: "école, lekòl, lycée",
    OrganizationKind.TRAINING_PROVIDER: "centre de formation",
    OrganizationKind.DONOR: "bailleur, bailleur de fonds",
}
_PLACES = {
    LocationKind.BORDER_RESOURCE_CENTER: "brc, crf, centre de ressources frontalier",
    LocationKind.CROSSING_POINT: "point de passage, poste frontière, point de franchissement, fwontyè",
    LocationKind.FACILITY: "établissement, centre, site, structure",
    LocationKind.OFFICE: "bureau, biwo",
    LocationKind.SAFE_HOUSE: "maison sûre, maison d'accueil sécurisée",
    LocationKind.VIRTUAL: "en ligne, online, virtuel, remote, téléphone",
}
_ORGANIZATION_KINDS = {plain(kind.value): kind for kind in OrganizationKind} | {
    plain(word): kind for kind, words in _ORGANIZATIONS.items() for word in words.split(",")
}
_PLACE_KINDS = {plain(kind.value): kind for kind in LocationKind} | {
    plain(word): kind for kind, words in _PLACES.items() for word in words.split(",")
}


def heading(text: str) -> tuple[str, str | None] | None:
    """This will be the column a heading means and the language it names, if any; None where it means no column."""
    words = plain(text)
    if words in HEADINGS:
        return HEADINGS[words], None
    before, _, language = words.rpartition(" ")
    column = HEADINGS.get(before)
    return (column, language) if column in TRANSLATED and language in LANGUAGES else None


def organization_kind(text: str) -> OrganizationKind | None:
    """This will be the kind of organisation that is meant; None where it cannot be told."""
    return _ORGANIZATION_KINDS.get(plain(text))


def place_kind(text: str) -> LocationKind | None:
    """This will be the kind of place that is meant; None where it cannot be told."""
    return _PLACE_KINDS.get(plain(text))


def several(text: str) -> list[str]:
    """This will be the items of a cell that lists some: `français, kreyòl et espagnol`."""
    return [item for item in (part.strip() for part in re.split(r"[;,/|\n]|\s(?:et|ak|ou|and|or|y)\s", text)) if item]
