"""The words of a sheet of participants in the four languages: its headings, what its cells may say, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from models.rules.languages import LANGUAGES
from models.rules.vocabulary import AgeGroup, ParticipantKind, Sex
from models.rules.words import folded

W = TypeVar("W", bound=StrEnum)


class Column(StrEnum):
    """A column of the sheet."""

    NAME = "name"
    SEX = "sex"
    AGE_GROUP = "ageGroup"
    POSITION = "position"
    EMPLOYER = "organization"
    KIND = "kind"
    AREA = "pcode"


NEEDED = (Column.NAME, Column.SEX, Column.KIND)

HEADINGS: Mapping[Column, tuple[str, str, str, str]] = {
    Column.NAME: ("Nom et prénom", "Non ak siyati", "Nombre y apellido", "Full name"),
    Column.SEX: ("Sexe", "Sèks", "Sexo", "Sex"),
    Column.AGE_GROUP: ("Tranche d’âge", "Gwoup laj", "Grupo de edad", "Age group"),
    Column.POSITION: ("Fonction", "Fonksyon", "Cargo", "Position"),
    Column.EMPLOYER: ("Institution", "Enstitisyon", "Institución", "Organisation"),
    Column.KIND: ("Type d’institution", "Kalite enstitisyon", "Tipo de institución", "Kind of organisation"),
    Column.AREA: ("P-code", "P-code", "P-code", "P-code"),
}
_OTHER_HEADINGS: Mapping[Column, str] = {
    Column.NAME: "nom, name, non, nombre, participant, participante, patisipan, nom complet",
    Column.SEX: "genre, gender, seks",
    Column.AGE_GROUP: "age, laj, edad",
    Column.POSITION: "poste, job, pòs, puesto",
    Column.EMPLOYER: "organisation, organization, òganizasyon, organización, employeur, employer",
    Column.KIND: "type, kind, kalite, tipo",
    Column.AREA: "pcode, commune, komin, comuna",
}
SEXES: Mapping[Sex, tuple[str, str, str, str]] = {
    Sex.FEMALE: ("Femme", "Fanm", "Mujer", "Female"),
    Sex.MALE: ("Homme", "Gason", "Hombre", "Male"),
    Sex.OTHER: ("Autre", "Lòt", "Otro", "Other"),
    Sex.UNKNOWN: ("Inconnu", "Enkoni", "Desconocido", "Unknown"),
}
_OTHER_SEXES: Mapping[Sex, str] = {Sex.FEMALE: "f, femenino, féminin, feminen", Sex.MALE: "m, h, masculino, masculin"}
AGES: Mapping[AgeGroup, tuple[str, str, str, str]] = {
    AgeGroup.AGE_12_17: ("12-17",) * 4,
    AgeGroup.AGE_18_24: ("18-24",) * 4,
    AgeGroup.AGE_25_59: ("25-59",) * 4,
    AgeGroup.AGE_60_PLUS: ("60+",) * 4,
    AgeGroup.UNKNOWN: ("Inconnu", "Enkoni", "Desconocido", "Unknown"),
}
KINDS: Mapping[ParticipantKind, tuple[str, str, str, str]] = {
    ParticipantKind.STATE_AGENT: ("Agent de l’État", "Anplwaye Leta", "Agente del Estado", "State agent"),
    ParticipantKind.LOCAL_AUTHORITY: ("Autorité locale", "Otorite lokal", "Autoridad local", "Local authority"),
    ParticipantKind.POLICE: ("Police", "Lapolis", "Policía", "Police"),
    ParticipantKind.JUSTICE: ("Justice", "Jistis", "Justicia", "Justice"),
    ParticipantKind.HEALTH: ("Santé", "Sante", "Salud", "Health"),
    ParticipantKind.EDUCATION: ("Éducation", "Edikasyon", "Educación", "Education"),
    ParticipantKind.NGO: ("ONG", "ONG", "ONG", "NGO"),
    ParticipantKind.COMMUNITY: ("Communauté", "Kominote", "Comunidad", "Community"),
    ParticipantKind.MEDIA: ("Médias", "Medya", "Medios", "Media"),
    ParticipantKind.UNITED_NATIONS: ("Nations Unies", "Nasyonzini", "Naciones Unidas", "United Nations"),
    ParticipantKind.OTHER: ("Autre", "Lòt", "Otro", "Other"),
}


class Fault(StrEnum):
    """What is wrong with a cell, a row or a sheet."""

    NO_HEADINGS = "NO_HEADINGS"
    NOBODY = "NOBODY"
    TOO_MANY = "TOO_MANY"
    EMPTY = "EMPTY"
    TOO_LONG = "TOO_LONG"
    UNKNOWN_WORD = "UNKNOWN_WORD"
    UNKNOWN_AREA = "UNKNOWN_AREA"
    TWICE = "TWICE"

    def said(self, language: str, **parts: object) -> str:
        """This will be the fault in words, with what to do about it. `parts`: what the words leave room for."""
        return _FAULTS[self][LANGUAGES.index(language) if language in LANGUAGES else -1].format(**parts)


_FAULTS: Mapping[Fault, tuple[str, str, str, str]] = {
    Fault.NO_HEADINGS: (
        "Les titres des colonnes manquent : prenez le modèle. Il faut au moins {needed}.",
        "Tit kolòn yo manke : pran modèl la. Fòk gen omwen {needed}.",
        "Faltan los títulos de las columnas: use la plantilla. Se necesitan al menos {needed}.",
        "The column headings are missing: take the template. At least {needed} are needed.",
    ),
    Fault.NOBODY: (
        "La feuille ne contient personne.",
        "Pa gen moun nan fèy la.",
        "No hay nadie en la hoja.",
        "There is nobody in the sheet.",
    ),
    Fault.TOO_MANY: (
        "{most} personnes au plus par feuille : partagez la liste.",
        "{most} moun pou pi plis nan yon fèy : separe lis la.",
        "{most} personas como máximo por hoja: divida la lista.",
        "{most} people at most in a sheet: split the list.",
    ),
    Fault.EMPTY: (
        "Cette cellule est vide : remplissez-la.",
        "Selil sa a vid : ranpli l.",
        "Esta celda está vacía: rellénela.",
        "This cell is empty: fill it in.",
    ),
    Fault.TOO_LONG: (
        "{most} signes au plus.",
        "{most} siy pou pi plis.",
        "{most} signos como máximo.",
        "{most} signs at most.",
    ),
    Fault.UNKNOWN_WORD: (
        "« {said} » n’est pas connu ici. Choisissez : {words}.",
        "Yo pa konnen « {said} » isit la. Chwazi : {words}.",
        "«{said}» no se conoce aquí. Elija: {words}.",
        "“{said}” is not known here. Choose: {words}.",
    ),
    Fault.UNKNOWN_AREA: (
        "« {said} » n’est pas un P-code connu, tel que HT0613.",
        "« {said} » pa yon P-code yo konnen, tankou HT0613.",
        "«{said}» no es un P-code conocido, como HT0613.",
        "“{said}” is no known P-code, such as HT0613.",
    ),
    Fault.TWICE: (
        "Cette personne est déjà à la ligne {row}.",
        "Moun sa a deja nan liy {row}.",
        "Esta persona ya está en la fila {row}.",
        "This person is already in row {row}.",
    ),
}


def plain(text: str) -> str:
    """This will be a text as headings and words are compared: small letters, no accents, one space."""
    return " ".join(folded(text).replace("’", "'").split())


@dataclass(frozen=True, slots=True)
class Words(Generic[W]):
    """What a cell may say, in any of the languages, and what is meant by it."""

    words: Mapping[W, tuple[str, str, str, str]]
    known: Mapping[str, W]

    def meant(self, text: str) -> W | None:
        """This will be what was meant; None where nothing known was."""
        return self.known.get(plain(text))

    def listed(self, language: str) -> list[str]:
        """This will be the words of one language, for people to choose from."""
        return [self.of(meant, language) for meant in self.words]

    def of(self, meant: W, language: str) -> str:
        """This will be the word for something."""
        return self.words[meant][LANGUAGES.index(language) if language in LANGUAGES else 0]


def _words(words: Mapping[W, tuple[str, str, str, str]], others: Mapping[W, str]) -> Words[W]:
    known = {plain(word): meant for meant, said in words.items() for word in said}
    known |= {plain(word): meant for meant, said in others.items() for word in said.split(",")}
    return Words(words, known | {plain(str(meant)): meant for meant in words})


HEADING = _words(HEADINGS, _OTHER_HEADINGS)
SEX = _words(SEXES, _OTHER_SEXES)
AGE_GROUP = _words(AGES, {AgeGroup.AGE_60_PLUS: "60 +, 60 et plus, 60 ak plis, 60 y más, 60 and over"})
KIND = _words(KINDS, {})
