"""What do the files of a release say over their columns, and in place of a figure that is not shown?"""

from collections.abc import Mapping
from types import MappingProxyType

from models.rules.languages import LANGUAGES
from models.rules.vocabulary import IndicatorDimension, SuppressionReason

Words = Mapping[str, str]


def _words(*rows: tuple[str, str, str, str, str]) -> Mapping[str, Words]:
    """A catalogue: key, French, Kreyòl, Spanish, English."""
    return MappingProxyType(
        {
            language: MappingProxyType({row[0]: row[place] for row in rows})
            for place, language in enumerate(LANGUAGES, start=1)
        }
    )


HEADINGS = _words(
    ("indicator", "Indicateur", "Endikatè", "Indicador", "Indicator"),
    ("name", "Nom", "Non", "Nombre", "Name"),
    ("unit", "Unité", "Inite", "Unidad", "Unit"),
    ("start", "Début", "Kòmansman", "Inicio", "Start"),
    ("end", "Fin", "Fen", "Fin", "End"),
    ("as_of", "État au", "Jan sa te ye", "Estado al", "As of"),
    ("version", "Version", "Vèsyon", "Versión", "Version"),
    ("source", "Source", "Sous", "Fuente", "Source"),
    ("verified", "Vérification", "Verifikasyon", "Verificación", "Verification"),
    ("target", "Cible", "Sib", "Meta", "Target"),
    ("figure", "Chiffre", "Chif", "Cifra", "Figure"),
    ("shown", "Mention", "Remak", "Mención", "Remark"),
    ("code", "code", "kòd", "código", "code"),
    (IndicatorDimension.SEX, "Sexe", "Sèks", "Sexo", "Sex"),
    (IndicatorDimension.AGE_GROUP, "Âge", "Laj", "Edad", "Age"),
    (IndicatorDimension.DEPARTMENT, "Département", "Depatman", "Departamento", "Department"),
    (IndicatorDimension.COMMUNE, "Commune", "Komin", "Comuna", "Commune"),
    (IndicatorDimension.CROSSING_POINT, "Point de passage", "Pwen pasaj", "Punto de cruce", "Crossing point"),
    (IndicatorDimension.RETURN_TYPE, "Type de retour", "Kalite retou", "Tipo de retorno", "Kind of return"),
    (IndicatorDimension.COUNTRY_OF_RETURN, "Pays de retour", "Peyi retou", "País de retorno", "Country of return"),
    (IndicatorDimension.NEED, "Besoin", "Bezwen", "Necesidad", "Need"),
    (IndicatorDimension.THEME, "Thème", "Tèm", "Tema", "Theme"),
    (
        IndicatorDimension.ORGANIZATION_KIND,
        "Type d’organisation",
        "Kalite òganizasyon",
        "Tipo de organización",
        "Kind of organisation",
    ),
    (IndicatorDimension.DISABILITY, "Handicap", "Andikap", "Discapacidad", "Disability"),
    (IndicatorDimension.MONTH, "Mois", "Mwa", "Mes", "Month"),
    (IndicatorDimension.QUARTER, "Trimestre", "Trimès", "Trimestre", "Quarter"),
)
"By language and column."

SAID = _words(
    (SuppressionReason.PROTECTED, "protégé", "pwoteje", "protegido", "protected"),
    (
        SuppressionReason.NOT_APPROVED,
        "en attente d’approbation",
        "ap tann apwobasyon",
        "pendiente de aprobación",
        "awaiting approval",
    ),
    ("rounded", "arrondi", "awondi", "redondeado", "rounded"),
    ("verified", "vérifié", "verifye", "verificado", "verified"),
    ("unverified", "non vérifié", "pa verifye", "sin verificar", "unverified"),
    ("people", "personnes", "moun", "personas", "people"),
    ("referrals", "références", "referans", "referencias", "referrals"),
    ("attendances", "participations", "patisipasyon", "participaciones", "attendances"),
    ("completions", "formations achevées", "fòmasyon ki fini", "capacitaciones completadas", "completions"),
    ("places", "lieux", "kote", "lugares", "places"),
    ("bracelets", "bracelets", "braslè", "pulseras", "bracelets"),
    ("own_source", "Calculé par Konbit", "Konbit kalkile l", "Calculado por Konbit", "Computed by Konbit"),
)
"By language and remark, or unit."
