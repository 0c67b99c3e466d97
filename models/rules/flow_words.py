"""Which words do people put into a sheet of counts? Codes, French, English, some Kreyòl and Spanish, all folded."""

from enum import StrEnum
from typing import TypeVar

from models.rules.vocabulary import AgeGroup, FlowSeries, ReturnType, Sex, Word
from models.rules.words import folded

W = TypeVar("W", bound=Word)


class Column(StrEnum):
    """A column of the sheet; the value is its heading in the template."""

    CROSSING_POINT = "point_de_passage"
    DAY = "jour"
    SERIES = "serie"
    RETURN_TYPE = "type_de_retour"
    SEX = "sexe"
    AGE_GROUP = "groupe_d_age"
    PEOPLE = "personnes"
    TOTAL = "total"
    CORRECTS = "corrige_version"
    REASON = "motif"


HXL = {
    Column.CROSSING_POINT: "#loc+crossing",
    Column.DAY: "#date",
    Column.SERIES: "#meta+series",
    Column.RETURN_TYPE: "#affected+return+type",
    Column.SEX: "#affected+sex",
    Column.AGE_GROUP: "#affected+age",
    Column.PEOPLE: "#affected+num",
    Column.TOTAL: "#affected+num+total",
    Column.CORRECTS: "#meta+corrects",
    Column.REASON: "#meta+reason",
}
"The tag of each column (HXL 1.1), in a row below the headings."

_HEADINGS = {
    Column.CROSSING_POINT: "point de passage, crossing point, pwen pasaj, punto de cruce, lieu",
    Column.DAY: "jour, date, day, jou, dia, fecha",
    Column.SERIES: "serie, series, seri",
    Column.RETURN_TYPE: "type de retour, return type, tip retou, tipo de retorno",
    Column.SEX: "sexe, sex, seks, sexo, genre",
    Column.AGE_GROUP: "groupe d'age, age group, age, gwoup laj, laj, grupo de edad, edad, tranche d'age",
    Column.PEOPLE: "personnes, people, nombre, number, count, moun, personas, effectif",
    Column.TOTAL: "total, total du jour, total of the day, total del dia",
    Column.CORRECTS: "corrige version, corrige la version, corrects, corrects version, korije vesyon, corrige",
    Column.REASON: "motif, raison, reason, rezon, motivo",
}
_SERIES = {
    FlowSeries.OBSERVED: "observe, observes, observee, observees, obseve, observado, observados",
    FlowSeries.REGISTERED: "enregistre, enregistres, enregistree, enregistrees, anrejistre, registrado, registrados",
}
_RETURN_TYPES = {
    ReturnType.SELF_ORGANISED: "spontane, spontanee, spontaneous, retour spontane, espontane, espontaneo",
    ReturnType.FORCED_SELF_REPORTED: "deporte declare, deporte (declare), claimed deported, depote (di tet li), "
    "deportado declarado",
    ReturnType.FORCED_CONFIRMED: "deporte officiel, deporte (officiel), officially deported, depote ofisyel, "
    "deportado oficial",
    ReturnType.ASSISTED_VOLUNTARY: "retour volontaire assiste, assiste, avrr, retounen volonte, voluntario asistido",
    ReturnType.NOT_A_RETURN: "pas un retour, not a return, pa yon retou, no es retorno",
    ReturnType.UNKNOWN: "inconnu, unknown, enkoni, desconocido, ?",
}
_SEXES = {
    Sex.FEMALE: "f, femme, femmes, fille, filles, femme ou fille, women, woman, girls, fanm, fi, mujer, mujeres",
    Sex.MALE: "m, h, homme, hommes, garcon, garcons, men, man, boys, gason, hombre, hombres",
    Sex.OTHER: "autre, other, lot, otro",
    Sex.UNKNOWN: "inconnu, unknown, enkoni, desconocido, ?",
}
_AGE_GROUPS = {
    AgeGroup.AGE_0_4: "0-4, 0 a 4, 0-4 ans, moins de 5",
    AgeGroup.AGE_5_11: "5-11, 5 a 11, 5-11 ans",
    AgeGroup.AGE_12_17: "12-17, 12 a 17, 12-17 ans",
    AgeGroup.AGE_18_24: "18-24, 18 a 24, 18-24 ans",
    AgeGroup.AGE_25_59: "25-59, 25 a 59, 25-59 ans",
    AgeGroup.AGE_60_PLUS: "60+, 60 et plus, 60 ans et plus, 60 and over, 60 y mas",
    AgeGroup.UNKNOWN: "inconnu, unknown, enkoni, desconocido, ?",
}


def plain(text: str) -> str:
    """This will be the text as words of a sheet are compared: small, without accents, underscores read as spaces."""
    return " ".join(folded(text.replace("_", " ").replace("–", "-").replace("’", "'")).split())


def _known(words: dict[W, str]) -> dict[str, W]:
    said = {plain(word): value for value, listed in words.items() for word in listed.split(",")}
    return said | {plain(value): value for value in words}


HEADINGS = {plain(word): column for column, listed in _HEADINGS.items() for word in listed.split(",")} | {
    plain(column.value): column for column in Column
}
SERIES = _known(_SERIES)
RETURN_TYPES = _known(_RETURN_TYPES)
SEXES = _known(_SEXES)
AGE_GROUPS = _known(_AGE_GROUPS)
