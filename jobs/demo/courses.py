"""What is taught in the demo, and when and where was it? Courses of the network and their deliveries."""

from dataclasses import dataclass

from models.rules.vocabulary import TrainingTheme as Theme

INSTITUTE = "institut-formation-frontiere"


@dataclass(frozen=True, slots=True)
class Taught:
    """A course."""

    code: str
    themes: tuple[Theme, ...]
    fr: str
    ht: str
    en: str
    es: str
    hours: int


COURSES = (
    Taught(
        "DH-101",
        (Theme.HUMAN_RIGHTS,),
        "Droits humains à la frontière",
        "Dwa moun sou fwontyè a",
        "Human rights at the border",
        "Derechos humanos en la frontera",
        14,
    ),
    Taught(
        "VBG-110",
        (Theme.SGBV_PREVENTION,),
        "Prévenir les violences basées sur le genre",
        "Anpeche vyolans sou baz sèks",
        "Preventing gender-based violence",
        "Prevenir la violencia de género",
        14,
    ),
    Taught(
        "PE-120",
        (Theme.CHILD_PROTECTION,),
        "Protection de l'enfant",
        "Pwoteksyon timoun",
        "Child protection",
        "Protección de la niñez",
        14,
    ),
    Taught(
        "PF-130",
        (Theme.FAMILY_PLANNING,),
        "Planification familiale",
        "Planin familyal",
        "Family planning",
        "Planificación familiar",
        7,
    ),
    Taught(
        "TP-140",
        (Theme.TRAFFICKING_IN_PERSONS, Theme.IRREGULAR_MIGRATION),
        "Traite des personnes et migration irrégulière",
        "Trafik moun ak migrasyon san papye",
        "Trafficking in persons and irregular migration",
        "Trata de personas y migración irregular",
        14,
    ),
    Taught(
        "PEAS-150",
        (Theme.PSEA,),
        "Prévenir l'exploitation et les abus sexuels",
        "Anpeche eksplwatasyon ak abi seksyèl",
        "Preventing sexual exploitation and abuse",
        "Prevenir la explotación y los abusos sexuales",
        4,
    ),
    Taught(
        "GC-160",
        (Theme.CASE_MANAGEMENT, Theme.DATA_PROTECTION),
        "Gestion de cas et données personnelles",
        "Jesyon ka ak enfòmasyon pèsonèl",
        "Case management and personal data",
        "Gestión de casos y datos personales",
        14,
    ),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A training: who gives which course, how many days ago it began, where, and to how many new people."""

    code: str
    course: str
    organizer: str
    days_ago: int
    halves: int
    "Half-days, two a day, one day after the other."
    site: str | None
    new: int
    again: int
    "Participants who were trained before."
    donor: str | None = "cooperation-solidaire"
    pcode: str = "HT0632"
    "Where most of the participants work."


TRAINED = 295
"People who came to at least one of the trainings that are over, each counted once."
DELIVERIES = (
    Delivery("DH-BEL-1", "DH-101", INSTITUTE, 520, 4, "brc-belladere", 28, 0),
    Delivery("VBG-OUA-1", "VBG-110", "frontiere-sans-peur", 455, 4, "brc-ouanaminthe", 26, 4, pcode="HT0421"),
    Delivery("PE-MAL-1", "PE-120", "collectif-malpasse", 400, 4, "brc-malpasse", 24, 3, pcode="HT0133"),
    Delivery("TP-BEL-1", "TP-140", INSTITUTE, 362, 4, "brc-belladere", 30, 6, "fonds-frontieres-dignes"),
    Delivery("DH-ANS-1", "DH-101", "accueil-anse-a-pitres", 330, 4, "brc-anse-a-pitres", 22, 2, pcode="HT0234"),
    Delivery("PF-OUA-1", "PF-130", "frontiere-sans-peur", 281, 2, "brc-ouanaminthe", 18, 5, pcode="HT0421"),
    Delivery("GC-BEL-1", "GC-160", INSTITUTE, 240, 4, "brc-belladere", 25, 9, "fonds-frontieres-dignes"),
    Delivery("PEAS-PAP-1", "PEAS-150", INSTITUTE, 204, 1, None, 35, 6, None, "HT0111"),
    Delivery("VBG-MAL-1", "VBG-110", "collectif-malpasse", 163, 4, "brc-malpasse", 21, 5, pcode="HT0133"),
    Delivery("PE-OUA-1", "PE-120", "frontiere-sans-peur", 121, 4, "brc-ouanaminthe", 23, 4, pcode="HT0421"),
    Delivery("TP-ANS-1", "TP-140", "accueil-anse-a-pitres", 88, 4, "brc-anse-a-pitres", 20, 3, pcode="HT0234"),
    Delivery("DH-BEL-2", "DH-101", INSTITUTE, 45, 4, "brc-belladere", 23, 7),
)
"Those that are over."
UNDER_WAY = Delivery("VBG-BEL-2", "VBG-110", INSTITUTE, 1, 4, "brc-belladere", 32, 0)
"What is being given now: a session yesterday, then one a fortnight, with nothing recorded yet."
FORTNIGHTS = 6
