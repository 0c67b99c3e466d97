"""What people call the places at and behind the border: Kreyòl and Spanish names, other spellings, crossings.

Areas carry one spelling (COD-AB); these are asked with, and stand for it. The first of a line is the area's own.
"""

_NAMES = """
Ouanaminthe, Wanament, Juana Méndez, Dajabón
Capotille, Kapotiy
Mont-Organisé, Mòn Òganize, Monòganize
Ferrier, Ferye
Fort-Liberté, Fòlibète, Fò Libète
Carice, Karis
Belladère, Beladè, Elías Piña, Comendador, Kamandadò
Savanette, Savanèt
Cerca La Source, Sèka Lasous
Cerca Carvajal, Sèka Kavajal
Thomassique, Tomasik
Hinche, Ench
Lascahobas, Laskawobas
Mirebalais, Mibalè
Ganthier, Gantye, Malpasse, Malpas, Jimaní
Cornillon, Kòniyon, Grand Bois, Gran Bwa
Fonds-Verrettes, Fond-Verrettes, Fonverèt
Fonds-Parisien, Fond-Parisien, Fonparizyen
Thiotte, Tyòt
Anse-à-Pître, Anse-à-Pitres, Ansapit, Pedernales
Port-au-Prince, Pòtoprens, Puerto Príncipe
Croix-des-Bouquets, Kwadèboukè
Cap-Haïtien, Kap Ayisyen, Okap, Cabo Haitiano
Gonaïves, Gonayiv
Saint-Marc, Sen Mak
Port-de-Paix, Pòdepè
Jacmel, Jakmèl
Les Cayes, Okay
Jérémie, Jeremi
Miragoâne, Miragwàn
Léogâne, Leyogàn
Ouest, Lwès
Sud-Est, Sidès
Nord-Est, Nòdès
Artibonite, Latibonit
Grand'Anse, Grandans
Nippes, Nip
Nord-Ouest, Nòdwès
"""

PLACE_NAMES: tuple[tuple[str, ...], ...] = tuple(
    tuple(name.strip() for name in line.split(",")) for line in _NAMES.strip().splitlines()
)
"""Each place: the area's own name, then what else it is called."""
