"""The words of papers and of the page that checks a certificate, in the four languages of the network."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from models.rules.certificates import Validity
from models.rules.languages import choose, fallbacks, negotiate, read_tag
from models.rules.vocabulary import TrainingTheme


class Language(StrEnum):
    """A language that papers are written in; the value is its BCP 47 tag."""

    FRENCH = "fr"
    KREYOL = "ht"
    SPANISH = "es"
    ENGLISH = "en"

    @property
    def own_name(self) -> str:
        """As its speakers call it."""
        return {"fr": "Français", "ht": "Kreyòl", "es": "Español", "en": "English"}[self.value]


def language(wanted: str | None, accepted: str | None = None) -> Language:
    """This will be the language asked for, else the first accepted that there are words in, else French."""
    tag = read_tag(wanted) if wanted else None
    asked = (*(fallbacks(tag) if tag else ()), *negotiate(accepted))
    return Language(choose(asked, list(Language)) or Language.FRENCH)


MONTHS: Mapping[Language, str] = {
    Language.FRENCH: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    Language.KREYOL: "janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm",
    Language.SPANISH: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    Language.ENGLISH: "January February March April May June July August September October November December",
}


def day(on: date, language: Language) -> str:
    """This will be a date in words."""
    month = MONTHS[language].split()[on.month - 1]
    number = "1er" if on.day == 1 and language is Language.FRENCH else str(on.day)
    joined = f" de {month} de " if language is Language.SPANISH else f" {month} "
    return f"{number}{joined}{on.year}"


def days(first: date, last: date, language: Language) -> str:
    """This will be the days that something lasted, in words."""
    if first == last:
        return day(first, language)
    between = {"fr": ("du", "au"), "ht": ("soti", "rive"), "es": ("del", "al"), "en": ("from", "to")}[language]
    return f"{between[0]} {day(first, language)} {between[1]} {day(last, language)}"


THEMES: Mapping[TrainingTheme, tuple[str, str, str, str]] = {
    TrainingTheme.HUMAN_RIGHTS: ("Droits humains", "Dwa moun", "Derechos humanos", "Human rights"),
    TrainingTheme.SGBV_PREVENTION: (
        "Prévention des violences sexuelles et basées sur le genre",
        "Prevansyon vyolans seksyèl ak vyolans ki baze sou sèks",
        "Prevención de la violencia sexual y de género",
        "Prevention of sexual and gender-based violence",
    ),
    TrainingTheme.CHILD_PROTECTION: (
        "Protection de l’enfance",
        "Pwoteksyon timoun",
        "Protección de la niñez",
        "Child protection",
    ),
    TrainingTheme.FAMILY_PLANNING: (
        "Planification familiale",
        "Planin familyal",
        "Planificación familiar",
        "Family planning",
    ),
    TrainingTheme.TRAFFICKING_IN_PERSONS: (
        "Traite des personnes",
        "Trafik moun",
        "Trata de personas",
        "Trafficking in persons",
    ),
    TrainingTheme.IRREGULAR_MIGRATION: (
        "Migration irrégulière",
        "Migrasyon iregilye",
        "Migración irregular",
        "Irregular migration",
    ),
    TrainingTheme.PSEA: (
        "Protection contre l’exploitation et les abus sexuels",
        "Pwoteksyon kont eksplwatasyon ak abi seksyèl",
        "Protección contra la explotación y los abusos sexuales",
        "Protection from sexual exploitation and abuse",
    ),
    TrainingTheme.CASE_MANAGEMENT: ("Gestion de cas", "Jesyon ka", "Gestión de casos", "Case management"),
    TrainingTheme.DATA_PROTECTION: (
        "Protection des données",
        "Pwoteksyon done",
        "Protección de datos",
        "Data protection",
    ),
    TrainingTheme.OTHER: ("Autre", "Lòt", "Otro", "Other"),
}


def theme(name: str, language: Language) -> str:
    """This will be a theme in words; its code where it is one that was not known when this was written."""
    known = THEMES.get(TrainingTheme(name)) if name in TrainingTheme.__members__ else None
    return known[list(Language).index(language)] if known else name


VALIDITY: Mapping[Validity, tuple[str, str, str, str]] = {
    Validity.VALID: (
        "Ce certificat est valable.",
        "Sètifika sa a valab.",
        "Este certificado es válido.",
        "This certificate is valid.",
    ),
    Validity.EXPIRED: (
        "Ce certificat a expiré.",
        "Sètifika sa a ekspire.",
        "Este certificado ha caducado.",
        "This certificate has expired.",
    ),
    Validity.REVOKED: (
        "Ce certificat a été révoqué.",
        "Yo anile sètifika sa a.",
        "Este certificado ha sido revocado.",
        "This certificate has been revoked.",
    ),
    Validity.NOT_PROVED: (
        "La signature de ce certificat n’est pas bonne : ne vous y fiez pas.",
        "Siyati sètifika sa a pa bon: pa fye l.",
        "La firma de este certificado no es correcta: no se fíe de él.",
        "The signature of this certificate is not right: do not rely on it.",
    ),
    Validity.UNSIGNED: (
        "Ce certificat vient d’être délivré et n’est pas encore signé : revenez dans une minute.",
        "Yo fèk bay sètifika sa a, li poko siyen: retounen nan yon minit.",
        "Este certificado acaba de expedirse y aún no está firmado: vuelva en un minuto.",
        "This certificate has just been issued and is not signed yet: come back in a minute.",
    ),
}


def validity(found: Validity, language: Language) -> str:
    """This will be what the page says first."""
    return VALIDITY[found][list(Language).index(language)]


WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "certificate": ("Certificat", "Sètifika", "Certificado", "Certificate"),
    "of_completion": (
        "Certificat de formation",
        "Sètifika fòmasyon",
        "Certificado de formación",
        "Certificate of completion",
    ),
    "check": (
        "Vérification d’un certificat",
        "Verifye yon sètifika",
        "Verificación de un certificado",
        "Checking a certificate",
    ),
    "declares": ("certifie que", "sètifye ke", "certifica que", "certifies that"),
    "has_completed": (
        "a suivi et achevé la formation",
        "swiv epi fini fòmasyon",
        "ha seguido y completado la formación",
        "has attended and completed the training",
    ),
    "name": ("Nom", "Non", "Nombre", "Name"),
    "course": ("Formation", "Fòmasyon", "Formación", "Training"),
    "themes": ("Thèmes", "Tèm", "Temas", "Themes"),
    "organizer": ("Organisée par", "Moun ki òganize l", "Organizada por", "Given by"),
    "days": ("Dates", "Dat", "Fechas", "Dates"),
    "sessions": ("Séances suivies", "Seyans li swiv", "Sesiones asistidas", "Sessions attended"),
    "of": ("sur", "sou", "de", "of"),
    "score": (
        "Test après la formation",
        "Tès apre fòmasyon an",
        "Prueba posterior a la formación",
        "Test after the training",
    ),
    "issued": ("Délivré le", "Dat yo bay li", "Expedido el", "Issued on"),
    "until": ("Valable jusqu’au", "Valab jiska", "Válido hasta el", "Valid until"),
    "always": ("sans limite", "san limit", "sin límite", "without limit"),
    "revoked": ("Révoqué le", "Dat yo anile l", "Revocado el", "Revoked on"),
    "number": ("Numéro", "Nimewo", "Número", "Number"),
    "verify": (
        "Vérifiez ce certificat à cette adresse :",
        "Verifye sètifika sa a nan adrès sa a :",
        "Verifique este certificado en esta dirección:",
        "Check this certificate at this address:",
    ),
    "signed": (
        "Ce qui est montré ici est ce qui a été signé. Le fichier signé (Open Badges 3.0) :",
        "Sa ou wè la a se sa ki siyen an. Fichye ki siyen an (Open Badges 3.0) :",
        "Lo que se muestra aquí es lo que se firmó. El archivo firmado (Open Badges 3.0):",
        "What is shown here is what was signed. The signed file (Open Badges 3.0):",
    ),
    "unknown": (
        "Il n’y a pas de certificat à cette adresse.",
        "Pa gen sètifika nan adrès sa a.",
        "No hay ningún certificado en esta dirección.",
        "There is no certificate at this address.",
    ),
    "languages": ("Langues", "Lang", "Idiomas", "Languages"),
    "roster": ("Liste de présence", "Lis prezans", "Lista de asistencia", "Attendance roster"),
    "participant": ("Participant·e", "Patisipan", "Participante", "Participant"),
    "signature": ("Signature", "Siyati", "Firma", "Signature"),
    "session": ("Séance", "Seyans", "Sesión", "Session"),
    "page": ("Page", "Paj", "Página", "Page"),
    "handle_with_care": (
        "Qui tient ce code peut être compté présent : gardez cette liste et détruisez-la après la formation.",
        "Moun ki gen kòd sa a ka parèt prezan : sere lis sa a epi detwi l apre fòmasyon an.",
        "Quien tenga este código puede figurar como presente: guarde esta lista y destrúyala tras la formación.",
        "Whoever holds this code can be counted as present: keep this roster safe and destroy it after the training.",
    ),
}


def words(language: Language) -> dict[str, str]:
    """This will be all of the words in one language, by their names."""
    position = list(Language).index(language)
    return {name: each[position] for name, each in WORDS.items()}
