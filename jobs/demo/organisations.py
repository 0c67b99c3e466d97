"""Which partners does the demo network have? Institutions by their role in a commune, and what each of them offers.

Public bodies are named by what they do; the associations are invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.demo.places import BY_PCODE, COMMUNES
from models.rules.vocabulary import OrganizationKind as Kind


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation of the demo network."""

    slug: str
    kind: Kind
    pcode: str
    fr: str
    ht: str | None = None
    offers: tuple[str, ...] = ()
    "Keys of jobs.demo.offers."
    parent: str | None = None
    "The parent's slug."
    files: int = 0
    "How many people it registers, in proportion to the other partners; 0: it opens no files."
    apart: bool = False
    "It neither sends nor receives a referral: for showing what an outsider sees."


NETWORK = "reseau-centres-frontaliers"
REGISTRY = "etat-civil-belladere"
BRC = "solidarite-frontiere-belladere"

PERSONAS = {
    "brc": BRC,
    "medical": "hopital-belladere",
    "shelter": "foyer-men-nan-men",
    "police": "commissariat-belladere",
    "registry": REGISTRY,
    "outsider": "fondation-limye-jeremi",
    "ministry": "ministere-affaires-sociales",
    "trainer": "institut-formation-frontiere",
    "steward": NETWORK,
}
"""Which partner each persona of the demo works for."""

_NAMED = (
    Partner(NETWORK, Kind.OTHER, "HT0111", "Secrétariat du réseau des centres de ressources frontaliers", "Sekretarya rezo sant resous fwontyè yo", ("orientation",)),
    Partner(BRC, Kind.NGO, "HT0632", "Solidarité Frontière Belladère", "Solidarite Fwontyè Beladè", ("listening", "papers", "kits", "call-home"), files=3),
    Partner("foyer-men-nan-men", Kind.SHELTER, "HT0631", "Foyer Men nan Men", "Fwaye Men nan Men", ("family-shelter", "safe-house", "listening"), files=1),
    Partner("fondation-limye-jeremi", Kind.NGO, "HT0811", "Fondation Limyè Jérémie", "Fondasyon Limyè Jeremi", ("small-trade", "school-return"), apart=True),
    Partner("institut-formation-frontiere", Kind.TRAINING_PROVIDER, "HT0611", "Institut de formation de la frontière", "Enstiti fòmasyon fwontyè", ("trades",)),
    Partner("ministere-affaires-sociales", Kind.MINISTRY, "HT0111", "Ministère des affaires sociales", "Ministè zafè sosyal", ("orientation",)),
    Partner("ministere-condition-feminine", Kind.MINISTRY, "HT0112", "Ministère de la condition féminine", "Ministè kondisyon fi", ("orientation",)),
    Partner("ministere-justice", Kind.MINISTRY, "HT0111", "Ministère de la justice", "Ministè lajistis", ("orientation",)),
    Partner("comite-lutte-traite", Kind.OTHER, "HT0111", "Comité de lutte contre la traite des personnes", "Komite kont trafik moun", ("trafficking",)),
    Partner("protecteur-citoyen", Kind.OMBUDSMAN, "HT0111", "Bureau du protecteur du citoyen", "Biwo pwotektè sitwayen", ("complaint",)),
    Partner("bureau-migration-internationale", Kind.INTERNATIONAL_ORGANIZATION, "HT0114", "Bureau international pour les migrations", None, ("reintegration", "trafficking", "cash"), files=2),
    Partner("fonds-enfance-frontiere", Kind.INTERNATIONAL_ORGANIZATION, "HT0118", "Fonds pour l'enfance à la frontière", None, ("school-return", "tracing"), files=1),
    Partner("cooperation-solidaire", Kind.DONOR, "HT0114", "Coopération solidaire"),
    Partner("fonds-frontieres-dignes", Kind.DONOR, "HT0114", "Fonds Frontières dignes"),
    Partner("consulat-comendador", Kind.FOREIGN_AUTHORITY, "HT0632", "Consulat du pays voisin à Belladère", None, ("consular",)),
    Partner("foyer-lakay-ouanaminthe", Kind.SHELTER, "HT0421", "Foyer Lakay Timoun", "Fwaye Lakay Timoun", ("child-night", "safe-house", "listening"), files=1),
    Partner("foyer-anse-a-pitres", Kind.SHELTER, "HT0234", "Foyer Bò Lanmè", "Fwaye Bò Lanmè", ("family-shelter", "listening"), files=1),
    Partner("foyer-fleur-de-mai", Kind.SHELTER, "HT0131", "Foyer Fleur de mai", "Fwaye Flè me", ("family-shelter", "safe-house"), files=1),
    Partner("foyer-nord-esperance", Kind.SHELTER, "HT0311", "Foyer Espérance du Nord", "Fwaye Espwa Nò", ("family-shelter", "safe-house"), files=1),
    Partner("frontiere-sans-peur", Kind.NGO, "HT0421", "Frontière sans peur", "Fwontyè san pè", ("listening", "papers", "legal-advice", "kits"), files=3),
    Partner("collectif-malpasse", Kind.NGO, "HT0133", "Collectif d'accueil de Malpasse", "Kolektif akèy Malpas", ("listening", "kits", "call-home", "transport-home"), files=3),
    Partner("accueil-anse-a-pitres", Kind.NGO, "HT0234", "Accueil d'Anse-à-Pîtres", "Akèy Ansapit", ("listening", "papers", "kits"), files=3),
    Partner("clinique-juridique-mirebalais", Kind.NGO, "HT0621", "Clinique juridique du Plateau", "Klinik jiridik Plato a", ("legal-advice", "papers"), files=1),
    Partner("avocates-solidaires", Kind.NGO, "HT0111", "Avocates solidaires", "Avoka fanm solidè", ("legal-advice",), files=1),
    Partner("handicap-ensemble", Kind.NGO, "HT0511", "Handicap Ensemble", "Andikap Ansanm", ("disability",), files=1),
    Partner("sante-pour-toutes", Kind.NGO, "HT0711", "Santé pour toutes", "Sante pou tout fanm", ("reproductive", "listening"), files=1),
    Partner("semences-d-avenir", Kind.NGO, "HT0911", "Semences d'avenir", "Semans demen", ("small-trade", "cash"), files=1),
    Partner("retour-a-l-ecole", Kind.NGO, "HT1011", "Retour à l'école Nippes", "Tounen lekòl Nip", ("school-return", "kits"), files=1),
    Partner("refuge-des-collines", Kind.NGO, "HT0211", "Refuge des collines", None, ("safe-house", "listening"), files=1),
)  # fmt: skip

_REGISTRIES = "HT0632 HT0631 HT0633 HT0621 HT0613 HT0642 HT0641 HT0134 HT0611 HT0133 HT0111 HT0234 HT0211 HT0311 HT0421 HT0411 HT0511 HT0711 HT0811 HT0911 HT1011"
_IDENTIFICATION = "HT0611 HT0421 HT0111 HT0311 HT0711 HT0511"
_HOSPITALS = (
    "HT0632 HT0621 HT0611 HT0111 HT0133 HT0211 HT0234 HT0311 HT0421 HT0411 HT0511 HT0531 HT0711 HT0811 HT0911 HT1011"
)
_STATIONS = "HT0632 HT0611 HT0133 HT0234 HT0421 HT0111 HT0311 HT0511 HT0711 HT0811 HT0911 HT1011"
_CHILD_PROTECTION = "HT0632 HT0421 HT0133 HT0234 HT0111 HT0611 HT0711 HT0811 HT0911 HT1011"
_COURTS = "HT0611 HT0411 HT0111 HT0211 HT0511"
_MIGRATION = "HT0632 HT0133 HT0234 HT0421 HT0118"
_TOWN_HALLS = "HT0632 HT0421 HT0234 HT0135 HT0423"
_RED_CROSS = "HT0632 HT0421 HT0111 HT0211 HT0511 HT0711"
_WOMEN = "HT0632 HT0631 HT0642 HT0422 HT0442 HT0233 HT0135 HT0134 HT0331 HT0521 HT0714 HT0822 HT0931 HT1021"
_SCHOOLS = "HT0632 HT0421 HT0233 HT0412 HT0711 HT1023"


def partners() -> tuple[Partner, ...]:
    """This will be the partners of the network at its usual size."""
    return (*_NAMED, *_institutions())


def more_partners(count: int) -> Iterator[Partner]:
    """This will yield small associations, commune after commune, for a network larger than usual.

    None of them makes out papers, so that what is found near a border town stays what it was.
    """
    pairs = (
        ("women-listening", "small-trade"),
        ("kits", "call-home"),
        ("school-return", "listening"),
        ("cash", "legal-advice"),
    )
    for number in range(1, count + 1):
        commune = COMMUNES[number * 31 % len(COMMUNES)]
        yield Partner(
            f"association-{commune.pcode.lower()}-{number}",
            Kind.NGO if number % 4 == 0 else Kind.COMMUNITY_ORGANIZATION,
            commune.pcode,
            f"Association {number} {commune.of}",
            f"Asosyasyon {number} {commune.in_kreyol}",
            pairs[number % len(pairs)],
            files=1,
        )


def _institutions() -> Iterator[Partner]:
    yield from _each(
        _REGISTRIES, "etat-civil", Kind.CIVIL_REGISTRY, "Bureau de l'état civil", "Biwo eta sivil", ("birth-act",)
    )
    yield from _each(
        _IDENTIFICATION,
        "identification",
        Kind.CIVIL_REGISTRY,
        "Office d'identification",
        "Ofis idantifikasyon",
        ("identity-card",),
    )
    yield from _each(
        _HOSPITALS,
        "hopital",
        Kind.MEDICAL_CENTER,
        "Hôpital communautaire",
        "Lopital kominotè",
        ("consultation", "rape-care", "reproductive", "mental-health"),
        files=1,
    )
    yield from _each(_STATIONS, "commissariat", Kind.POLICE, "Commissariat", "Komisarya", ("protection",))
    yield from _each(
        "HT0421 HT0632 HT0111",
        "protection-mineurs",
        Kind.POLICE,
        "Brigade de protection des mineurs",
        "Brigad pwoteksyon minè",
        ("minors-brigade",),
    )
    yield from _each(
        _CHILD_PROTECTION,
        "protection-enfance",
        Kind.CHILD_PROTECTION,
        "Service de protection de l'enfance",
        "Sèvis pwoteksyon timoun",
        ("child-protection", "tracing"),
        files=1,
    )
    yield from _each(_COURTS, "tribunal", Kind.JUSTICE, "Tribunal de paix", "Tribinal de pè", ("court-aid",))
    yield from _each(
        _MIGRATION,
        "migration",
        Kind.MIGRATION_AUTHORITY,
        "Antenne de l'office de la migration",
        "Biwo migrasyon",
        ("reception", "transport-home"),
    )
    yield from _each(_TOWN_HALLS, "mairie", Kind.LOCAL_AUTHORITY, "Mairie", "Lameri", ("residence",))
    yield from _each(
        _RED_CROSS,
        "croix-rouge",
        Kind.RED_CROSS,
        "Comité de la Croix-Rouge",
        "Komite Lakwa Wouj",
        ("family-links", "first-aid", "kits"),
        files=1,
    )
    yield from _each(
        _WOMEN,
        "femmes",
        Kind.COMMUNITY_ORGANIZATION,
        "Regroupement de femmes",
        "Gwoupman fanm",
        ("women-listening", "small-trade"),
        files=1,
    )
    yield from _each(_SCHOOLS, "lycee", Kind.SCHOOL, "Lycée communal", "Lise kominal", ("enrolment",))


def _each(
    pcodes: str, slug: str, kind: Kind, fr: str, ht: str, offers: tuple[str, ...], *, files: int = 0
) -> Iterator[Partner]:
    """One institution of a kind per commune; its parent, where it has one, is the ministry that it belongs to."""
    for pcode in pcodes.split():
        commune = BY_PCODE[pcode]
        yield Partner(
            f"{slug}-{_slug(commune.fr)}",
            kind,
            pcode,
            f"{fr} {commune.of}",
            f"{ht} {commune.in_kreyol}",
            offers,
            parent=_PARENTS.get(kind),
            files=files,
        )


_PARENTS = {
    Kind.CIVIL_REGISTRY: "ministere-justice",
    Kind.JUSTICE: "ministere-justice",
    Kind.CHILD_PROTECTION: "ministere-affaires-sociales",
    Kind.MIGRATION_AUTHORITY: "ministere-affaires-sociales",
}


def _slug(name: str) -> str:
    plain = name.lower().translate(str.maketrans("àâçéèêëîïôöûüù", "aaceeeeiioouuu"))
    return "-".join("".join(sign if sign.isalnum() else " " for sign in plain).split())
