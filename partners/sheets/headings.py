"""What are the columns of our own sheets called, in each of the network's languages? partners/sheets/words reads them.

In the order in which they stand: what a service is, then where it is given.
"""

from models.rules.languages import LANGUAGES
from partners.sheets.words import TRANSLATED

_WRITTEN = {
    "id": "identifiant | id | id | id",
    "organization": "organisation | òganizasyon | organización | organization",
    "organization_kind": "type d'organisation | kalite òganizasyon | tipo de organización | organization type",
    "service": "service | sèvis | servicio | service",
    "category": "catégorie | kategori | categoría | category",
    "description": "description | deskripsyon | descripción | description",
    "status": "statut | eta | estado | status",
    "alert": "avis | avètisman | aviso | alert",
    "eligibility": "conditions | kondisyon | condiciones | eligibility",
    "languages": "langues parlées | lang yo pale | idiomas | languages",
    "minimum_age": "âge minimum | laj minimòm | edad mínima | minimum age",
    "maximum_age": "âge maximum | laj maksimòm | edad máxima | maximum age",
    "sexes": "sexe | sèks | sexo | sex",
    "unaccompanied_children": "enfants non accompagnés | timoun poukont yo | niños no acompañados | "
    "unaccompanied children",
    "fees": "frais | pri | tarifa | fees",
    "costs": "coûts | kou | costos | costs",
    "application": "comment accéder | kijan pou w antre | acceso | how to apply",
    "documents": "pièces à fournir | papye pou pote | documentos requeridos | required documents",
    "areas": "zones desservies | zòn | zonas atendidas | areas served",
    "website": "site web | sit entènèt | sitio web | website",
    "email": "courriel | imèl | correo | email",
    "service_phone": "téléphone du service | telefòn sèvis la | teléfono del servicio | service phone",
    "contact_name": "contact | moun pou kontakte | contacto | contact",
    "contact_title": "fonction du contact | wòl kontak la | cargo del contacto | contact title",
    "contact_email": "courriel du contact | imèl kontak la | correo del contacto | contact email",
    "contact_phone": "téléphone direct du contact | telefòn kontak la | teléfono del contacto | contact direct phone",
    "valid_from": "valable dès le | depi | válido desde | valid from",
    "valid_to": "valable jusqu'au | jiska | válido hasta | valid to",
    "place_id": "identifiant du lieu | place id | place id | place id",
    "place": "lieu | kote | lugar | place",
    "place_kind": "type de lieu | kalite kote | tipo de lugar | place kind",
    "place_description": "description du lieu | deskripsyon kote a | descripción del lugar | place description",
    "address": "adresse | adrès | dirección | address",
    "locality": "localité | komin | localidad | locality",
    "postal_code": "code postal | kòd postal | código postal | postal code",
    "country": "pays | peyi | país | country",
    "pcode": "p-code | p-code | p-code | p-code",
    "latitude": "latitude | latitid | latitud | latitude",
    "longitude": "longitude | lonjitid | longitud | longitude",
    "transportation": "comment s'y rendre | kijan pou w rive | cómo llegar | how to get there",
    "accessibility": "accessibilité | aksè pou moun andikape | accesibilidad | accessibility",
    "phone": "téléphone | telefòn | teléfono | phone",
    "hours": "horaires | lè | horario | hours",
    "exceptions": "jours d'exception | eksepsyon | excepciones | exceptions",
    "capacity_of": "capacité de | kapasite pou | capacidad de | capacity of",
    "capacity_state": "capacité | kapasite | capacidad | capacity",
    "capacity_available": "places disponibles | plas ki lib | plazas disponibles | places available",
    "capacity_maximum": "places en tout | plas antou | plazas en total | places in all",
    "capacity_unit": "unité de capacité | inite kapasite | unidad de capacidad | capacity unit",
    "capacity_updated": "capacité mise à jour | dat kapasite a | capacidad actualizada | capacity updated",
    "modified": "mise à jour | dènye chanjman | actualizado | updated",
    "verified": "vérifié le | verifye | verificado | verified",
    "language": "langue de la fiche | lang fich la | idioma de la ficha | language of the entry",
}
COLUMNS = tuple(_WRITTEN)


def heading_of(column: str, text_language: str | None, language: str) -> str:
    """This will be a column's heading in one of the network's languages, with the language of its texts."""
    words = _WRITTEN[column].split("|")[LANGUAGES.index(language)].strip()
    return f"{words} ({text_language})" if text_language else words


def columns_in(used: frozenset[str], language: str) -> list[tuple[str, str | None]]:
    """This will be the columns of a sheet and the languages of their texts: those that are used, in their order.

    used: as rows hold them: `phone`, `service_ht`. Of texts, the language asked for comes first; a service's name,
    organisation and place always have a column.
    """
    spoken = (language, *(each for each in LANGUAGES if each != language))
    found: list[tuple[str, str | None]] = []
    for column in COLUMNS:
        if column not in TRANSLATED:
            found += [(column, None)] if column in used or column in ("id", "organization", "category") else []
            continue
        known = [each for each in spoken if f"{column}_{each}" in used]
        others = sorted(each.removeprefix(f"{column}_") for each in used if _is_text(each, column))
        found += [(column, each) for each in dict.fromkeys((*known, *others))]
    return found


def _is_text(name: str, column: str) -> bool:
    """Whether a cell's name is that of a text of the column: `place_ht`, and not `place_kind`."""
    language = name.removeprefix(f"{column}_")
    return (
        name.startswith(f"{column}_")
        and name not in COLUMNS
        and not any(name.startswith(f"{other}_") for other in TRANSLATED if len(other) > len(column))
        and bool(language)
    )
