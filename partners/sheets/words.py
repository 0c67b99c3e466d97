"""Which words do people put into a sheet's headings and cells? French, English, some Kreyòl; compared by `plain`."""

import re
from enum import StrEnum
from typing import TypeVar

from models.rules.languages import LANGUAGES
from models.rules.vocabulary import CapacityState, LocationKind, OrganizationKind, ServiceStatus, Sex
from partners.reading.spelling import plain

Kind = TypeVar("Kind", bound=StrEnum)

_HEADINGS = {
    "id": "id, identifiant, code du service, service id",
    "organization": "organization, organisation, nom de l'organisation, organization name, institution, structure, "
    "organisme, prestataire, provider, òganizasyon, organización",
    "organization_kind": "organization kind, organization type, type d'organisation, type organisation, "
    "type de structure, kalite òganizasyon, tipo de organización",
    "service": "service, nom du service, service name, nom service, intitulé du service, sèvis, nom, name, servicio, "
    "nombre del servicio, non sèvis la",
    "language": "language of the entry, langue de la fiche, lang fich la, idioma de la ficha",
    "description": "description, description du service, détails, details, deskripsyon, descripción",
    "category": "category, catégorie, secteur, sector, type de service, service type, domaine, thème, "
    "kategori, categoría",
    "status": "status, statut, état, eta, estado",
    "alert": "alert, alerte, avis, avètisman, aviso",
    "eligibility": "eligibility, éligibilité, conditions, critères, public cible, target group, kondisyon, condiciones",
    "languages": "languages, langues, langues parlées, lang, lang yo pale, idiomas",
    "minimum_age": "minimum age, âge minimum, age min, min age, âge min, laj minimòm, edad mínima",
    "maximum_age": "maximum age, âge maximum, age max, max age, âge max, laj maksimòm, edad máxima",
    "sexes": "sex, sexes, sexe, genre, gender, sèks, sexo",
    "unaccompanied_children": "unaccompanied children, enfants non accompagnés, accepte enfants non accompagnés, "
    "timoun poukont yo, niños no acompañados",
    "fees": "fees, frais, tarif, tarifs, pri, tarifa",
    "costs": "costs, coûts, kou, costos",
    "application": "application, how to apply, accès, modalités d'accès, comment accéder, kijan pou w antre, acceso",
    "documents": "required documents, documents, documents requis, pièces à fournir, papye, papye pou pote, "
    "documentos requeridos",
    "areas": "areas served, zones desservies, zone desservie, zòn, zonas atendidas",
    "website": "website, web, site web, url, sit entènèt, sitio web",
    "email": "email, e mail, courriel, imèl, correo, correo electrónico",
    "service_phone": "service phone, téléphone du service, telefòn sèvis la, teléfono del servicio",
    "contact_name": "contact, contact name, personne de contact, nom du contact, moun pou kontakte, contacto",
    "contact_title": "contact title, fonction du contact, fonction, wòl kontak la, cargo del contacto",
    "contact_email": "contact email, courriel du contact, imèl kontak la, correo del contacto",
    "contact_phone": "contact direct phone, téléphone direct du contact, telefòn kontak la, teléfono del contacto",
    "valid_from": "valid from, valable dès le, début, date de début, depi, válido desde",
    "valid_to": "valid to, valable jusqu'au, fin, date de fin, jiska, válido hasta",
    "place_id": "place id, location id, site id, code du lieu, code du site, identifiant du lieu",
    "place": "place, lieu, site, nom du lieu, location, location name, nom du site, point de service, kote, lugar",
    "place_kind": "place kind, type de lieu, type de site, location type, site type, kalite kote, tipo de lugar",
    "place_description": "place description, description du lieu, deskripsyon kote a, descripción del lugar",
    "address": "address, adresse, adrès, rue, street, dirección",
    "locality": "locality, localité, ville, city, commune, komin, town, localidad",
    "postal_code": "postal code, code postal, zip, kòd postal, código postal",
    "country": "country, pays, peyi, país",
    "pcode": "pcode, p code, p codes, code p, adm2 pcode, admin2 pcode, code commune",
    "pcode_1": "adm1 pcode, admin1 pcode",
    "pcode_3": "adm3 pcode, admin3 pcode",
    "latitude": "latitude, lat, y, latitid, latitud",
    "longitude": "longitude, lon, long, lng, x, lonjitid, longitud",
    "transportation": "transport, how to get there, comment s'y rendre, kijan pou w rive, cómo llegar",
    "accessibility": "accessibility, accessibilité, aksè pou moun andikape, accesibilidad",
    "phone": "phone, téléphone, tel, tél, phones, téléphones, numéro de téléphone, contact phone, telefòn, teléfono",
    "hours": "hours, horaires, heures, heures d'ouverture, opening hours, horaire, lè, horario",
    "exceptions": "exceptions, jours d'exception, fermetures, eksepsyon, excepciones",
    "capacity_of": "capacity of, capacité de, kapasite pou, capacidad de",
    "capacity_state": "capacity, capacité, kapasite, capacidad",
    "capacity_available": "places available, places disponibles, places libres, plas ki lib, plazas disponibles",
    "capacity_maximum": "places in all, capacité maximale, places en tout, plas antou, plazas en total",
    "capacity_unit": "capacity unit, unité de capacité, inite kapasite, unidad de capacidad",
    "capacity_updated": "capacity updated, capacité mise à jour, dat kapasite a, capacidad actualizada",
    "modified": "modified, last modified, date de mise à jour, mise à jour, updated, last updated, dènye chanjman, "
    "actualizado",
    "verified": "verified, vérifié le, verifye, verificado",
}
COLUMNS = tuple(_HEADINGS)
HEADINGS = {plain(heading): column for column, headings in _HEADINGS.items() for heading in headings.split(",")}
TRANSLATED = (
    *("service", "description", "alert", "eligibility", "fees", "application", "documents"),
    *("place", "place_description", "transportation", "accessibility"),
)
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
_STATES = {
    CapacityState.AVAILABLE: "disponible, libre, places disponibles, gen plas, lib, open",
    CapacityState.FULL: "complet, plein, plen, lleno, completo",
    CapacityState.WAITLIST: "liste d'attente, waiting list, lis datant, lista de espera",
    CapacityState.ASSESSMENT_REQUIRED: "sur évaluation, assessment required, evalyasyon, evaluación",
    CapacityState.UNKNOWN: "inconnu, inconnue, pa konnen, desconocido",
}
_STATUSES = {
    ServiceStatus.ACTIVE: "actif, en cours, ouvert, open, ongoing, an fonksyon, activo, abierto",
    ServiceStatus.TEMPORARILY_CLOSED: "fermé temporairement, suspendu, closed, suspended, fèmen, cerrado temporalmente",
    ServiceStatus.INACTIVE: "inactif, inaktif, inactivo",
    ServiceStatus.DEFUNCT: "terminé, clos, ended, fini, terminado",
}


def _by_word(kinds: type[Kind], table: dict[Kind, str]) -> dict[str, Kind]:
    spelled = {plain(kind.value): kind for kind in kinds}
    return spelled | {plain(word): kind for kind, words in table.items() for word in words.split(",")}


_CAPACITY_STATES = _by_word(CapacityState, _STATES)
_SERVICE_STATUSES = _by_word(ServiceStatus, _STATUSES)
_ORGANIZATION_KINDS = _by_word(OrganizationKind, _ORGANIZATIONS)
_PLACE_KINDS = _by_word(LocationKind, _PLACES)


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


def capacity_state(text: str) -> CapacityState | None:
    """This will be the state that is meant; None where it cannot be told."""
    return _CAPACITY_STATES.get(plain(text))


def service_status(text: str) -> ServiceStatus | None:
    """This will be the status that is meant; None where it cannot be told."""
    return _SERVICE_STATUSES.get(plain(text))


def several(text: str) -> list[str]:
    """This will be the items of a cell that lists some: `français, kreyòl et espagnol`."""
    return [item for item in (part.strip() for part in re.split(r"[;,/|\n]|\s(?:et|ak|ou|and|or|y)\s", text)) if item]
