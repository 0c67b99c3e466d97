"""Where is the demo network? Ten departments, their communes with P-codes, the four centres and the crossings they serve.

Codes and French names are those of COD-AB (CNIGS and OCHA, 2018); the point of a commune is its town, within a few km.
"""

from dataclasses import dataclass

COUNTRY = "HT"


@dataclass(frozen=True, slots=True)
class Department:
    pcode: str
    fr: str
    ht: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Commune:
    pcode: str
    fr: str
    latitude: float
    longitude: float
    ht: str | None = None
    """Its name in Kreyòl; None where the French one is used."""

    @property
    def department(self) -> str:
        return self.pcode[:4]

    @property
    def of(self) -> str:
        """The name as it follows a noun: `de Hinche`, `d'Aquin`, `des Cayes`."""
        if self.fr.startswith("Les "):
            return f"des {self.fr[4:]}"
        return f"d'{self.fr}" if self.fr[0] in "AEÉIOU" else f"de {self.fr}"

    @property
    def in_kreyol(self) -> str:
        return self.ht or self.fr


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the border that everyone knows by name."""

    slug: str
    fr: str
    ht: str
    pcode: str
    latitude: float
    longitude: float


DEPARTMENTS = (
    Department("HT01", "Ouest", "Lwès", 18.60, -72.25),
    Department("HT02", "Sud-Est", "Sidès", 18.27, -72.30),
    Department("HT03", "Nord", "Nò", 19.60, -72.25),
    Department("HT04", "Nord-Est", "Nòdès", 19.50, -71.87),
    Department("HT05", "Artibonite", "Latibonit", 19.30, -72.60),
    Department("HT06", "Centre", "Sant", 19.00, -72.00),
    Department("HT07", "Sud", "Sid", 18.25, -73.75),
    Department("HT08", "Grand'Anse", "Grandans", 18.55, -74.15),
    Department("HT09", "Nord-Ouest", "Nòdwès", 19.83, -73.00),
    Department("HT10", "Nippes", "Nip", 18.45, -73.30),
)

COMMUNES = (
    Commune("HT0111", "Port-au-Prince", 18.5430, -72.3388, "Pòtoprens"),
    Commune("HT0112", "Delmas", 18.5447, -72.3028, "Dèlma"),
    Commune("HT0113", "Carrefour", 18.5414, -72.3992, "Kafou"),
    Commune("HT0114", "Pétion-Ville", 18.5125, -72.2853, "Petyonvil"),
    Commune("HT0117", "Cité Soleil", 18.5808, -72.3336, "Site Solèy"),
    Commune("HT0118", "Tabarre", 18.5833, -72.2667, "Taba"),
    Commune("HT0121", "Léogâne", 18.5108, -72.6336, "Leyogàn"),
    Commune("HT0122", "Petit-Goâve", 18.4314, -72.8669, "Tigwav"),
    Commune("HT0131", "Croix-des-Bouquets", 18.5753, -72.2264, "Kwadèboukè"),
    Commune("HT0132", "Thomazeau", 18.6536, -72.0928, "Tomazo"),
    Commune("HT0133", "Ganthier", 18.5300, -72.0690, "Gantye"),
    Commune("HT0134", "Cornillon / Grand Bois", 18.6730, -71.9550, "Gran Bwa"),
    Commune("HT0135", "Fonds-Verrettes", 18.3930, -71.8590, "Fon Verèt"),
    Commune("HT0141", "Arcahaie", 18.7670, -72.5140, "Akayè"),
    Commune("HT0211", "Jacmel", 18.2342, -72.5347, "Jakmèl"),
    Commune("HT0212", "Marigot", 18.2310, -72.3190, "Marigo"),
    Commune("HT0221", "Bainet", 18.1830, -72.7540, "Benè"),
    Commune("HT0231", "Belle Anse", 18.2370, -72.0660, "Bèlans"),
    Commune("HT0233", "Thiotte", 18.2470, -71.8460, "Tyòt"),
    Commune("HT0234", "Anse-à-Pître", 18.0490, -71.7580, "Ansapit"),
    Commune("HT0311", "Cap-Haïtien", 19.7570, -72.2040, "Okap"),
    Commune("HT0313", "Limonade", 19.6700, -72.1250, "Limonad"),
    Commune("HT0323", "Milot", 19.6080, -72.2140, "Milo"),
    Commune("HT0331", "Grande Rivière du Nord", 19.5800, -72.1700),
    Commune("HT0341", "Saint-Raphaël", 19.4370, -72.1980, "Sen Rafayèl"),
    Commune("HT0344", "Pignon", 19.3350, -72.1150, "Piyon"),
    Commune("HT0361", "Limbé", 19.7040, -72.4030, "Lenbe"),
    Commune("HT0371", "Plaisance", 19.5990, -72.4680, "Plezans"),
    Commune("HT0411", "Fort-Liberté", 19.6630, -71.8380, "Fòlibète"),
    Commune("HT0412", "Ferrier", 19.6170, -71.7820, "Ferye"),
    Commune("HT0421", "Ouanaminthe", 19.5490, -71.7250, "Wanament"),
    Commune("HT0422", "Capotille", 19.4480, -71.7130, "Kapotiy"),
    Commune("HT0423", "Mont-Organisé", 19.4000, -71.7830, "Mòn Òganize"),
    Commune("HT0431", "Trou du Nord", 19.6220, -72.0200, "Twou dinò"),
    Commune("HT0433", "Terrier Rouge", 19.6330, -71.9500, "Terye Wouj"),
    Commune("HT0441", "Vallières", 19.4360, -71.9200, "Valyè"),
    Commune("HT0442", "Carice", 19.3800, -71.8330, "Karis"),
    Commune("HT0511", "Gonaïves", 19.4510, -72.6890, "Gonayiv"),
    Commune("HT0512", "Ennery", 19.4830, -72.4850, "Enri"),
    Commune("HT0521", "Gros Morne", 19.6700, -72.6800, "Gwo Mòn"),
    Commune("HT0531", "Saint-Marc", 19.1080, -72.6940, "Sen Mak"),
    Commune("HT0532", "Verrettes", 19.0500, -72.4670, "Vèrèt"),
    Commune("HT0541", "Dessalines", 19.2620, -72.5170, "Desalin"),
    Commune("HT0551", "Saint-Michel de l'Attalaye", 19.3710, -72.3340, "Sen Michèl"),
    Commune("HT0611", "Hinche", 19.1430, -72.0040, "Ench"),
    Commune("HT0612", "Maïssade", 19.1730, -72.1390, "Mayisad"),
    Commune("HT0613", "Thomonde", 19.0160, -71.9620, "Tomonn"),
    Commune("HT0614", "Cerca Carvajal", 19.2690, -71.9420),
    Commune("HT0621", "Mirebalais", 18.8340, -72.1050, "Mibalè"),
    Commune("HT0622", "Saut d'Eau", 18.8170, -72.2000, "Sodo"),
    Commune("HT0623", "Boucan Carré", 18.9300, -72.1400, "Boukan Kare"),
    Commune("HT0631", "Lascahobas", 18.8290, -71.9370, "Laskawobas"),
    Commune("HT0632", "Belladère", 18.8560, -71.7810, "Beladè"),
    Commune("HT0633", "Savanette", 18.6860, -71.9240, "Savanèt"),
    Commune("HT0641", "Cerca La Source", 19.1660, -71.7920, "Sèka Lasous"),
    Commune("HT0642", "Thomassique", 19.0830, -71.8330, "Tomasik"),
    Commune("HT0711", "Les Cayes", 18.1940, -73.7500, "Okay"),
    Commune("HT0712", "Torbeck", 18.1640, -73.8120, "Tòbèk"),
    Commune("HT0714", "Camp-Perrin", 18.3200, -73.8660, "Kan Peren"),
    Commune("HT0721", "Port-Salut", 18.0830, -73.9210, "Pòsali"),
    Commune("HT0731", "Aquin", 18.2790, -73.3940, "Aken"),
    Commune("HT0733", "Cavaillon", 18.3000, -73.6560, "Kavayon"),
    Commune("HT0811", "Jérémie", 18.6500, -74.1170, "Jeremi"),
    Commune("HT0821", "Anse d'Hainault", 18.4940, -74.4520, "Ansdeno"),
    Commune("HT0822", "Dame Marie", 18.5630, -74.4200, "Dam Mari"),
    Commune("HT0831", "Corail", 18.5660, -73.8890, "Koray"),
    Commune("HT0834", "Pestel", 18.5400, -73.7940, "Pestèl"),
    Commune("HT0911", "Port-de-Paix", 19.9390, -72.8300, "Pòdpè"),
    Commune("HT0921", "Saint-Louis du Nord", 19.9340, -72.7180, "Sen Lwi dinò"),
    Commune("HT0931", "Môle Saint Nicolas", 19.8050, -73.3760, "Mòl Sen Nikola"),
    Commune("HT0934", "Jean Rabel", 19.8560, -73.1870, "Jan Rabèl"),
    Commune("HT1011", "Miragoâne", 18.4450, -73.0890, "Miragwàn"),
    Commune("HT1012", "Petite Rivière de Nippes", 18.4750, -73.2330),
    Commune("HT1021", "Anse-à-Veau", 18.5010, -73.3450, "Ansavo"),
    Commune("HT1023", "L'Asile", 18.3810, -73.4200, "Lazil"),
    Commune("HT1031", "Baradères", 18.4830, -73.6390, "Baradè"),
)
BY_PCODE = {commune.pcode: commune for commune in COMMUNES}

CENTRES = (
    Spot("brc-belladere", "Centre de ressources frontalier de Belladère", "Sant resous fwontyè Beladè", "HT0632", 18.8517, -71.7728),
    Spot("brc-malpasse", "Centre de ressources frontalier de Malpasse", "Sant resous fwontyè Malpas", "HT0133", 18.5080, -71.8760),
    Spot("brc-anse-a-pitres", "Centre de ressources frontalier d'Anse-à-Pîtres", "Sant resous fwontyè Ansapit", "HT0234", 18.0470, -71.7560),
    Spot("brc-ouanaminthe", "Centre de ressources frontalier de Ouanaminthe", "Sant resous fwontyè Wanament", "HT0421", 19.5510, -71.7200),
)  # fmt: skip
"""The Border Resource Centers: places where several organisations work, not organisations."""

CROSSINGS = (
    Spot("passage-belladere", "Point de passage de Belladère / Comendador", "Pasaj Beladè", "HT0632", 18.8640, -71.7260),
    Spot("passage-malpasse", "Point de passage de Malpasse / Jimaní", "Pasaj Malpas", "HT0133", 18.5070, -71.8700),
    Spot("passage-anse-a-pitres", "Point de passage d'Anse-à-Pîtres / Pedernales", "Pasaj Ansapit", "HT0234", 18.0400, -71.7490),
    Spot("passage-ouanaminthe", "Point de passage de Ouanaminthe / Dajabón", "Pasaj Wanament", "HT0421", 19.5540, -71.7130),
)  # fmt: skip

BORDER = (
    "HT0421", "HT0422", "HT0423", "HT0412", "HT0411", "HT0442", "HT0632", "HT0633", "HT0641", "HT0642",
    "HT0133", "HT0134", "HT0135", "HT0233", "HT0234",
)  # fmt: skip
"""The communes along the border (design: directory)."""

CENTRE_OF_DEPARTMENT = {"HT06": "brc-belladere", "HT01": "brc-malpasse", "HT02": "brc-anse-a-pitres", "HT04": "brc-ouanaminthe"}  # fmt: skip
"""The centre that a department's partners work at; the other departments have no border."""
