"""Which language is meant by a name or a code? BCP 47, the shortest form."""

from models.rules.languages import read_tag
from partners.reading.spelling import plain

_NAMES = {
    "fr": "français, french, franse, francés, fra, fre, fre-ht, fr-ht",
    "ht": "kreyòl, créole, creole, créole haïtien, haitian creole, haitian, kreyòl ayisyen, criollo haitiano, hat, cpf",
    "es": "español, espagnol, spanish, panyòl, castellano, spa",
    "en": "anglais, english, angle, inglés, eng",
    "pt": "portugais, portuguese, pòtigè, portugués, por",
    "ar": "arabe, arabic, árabe, ara",
    "sw": "swahili, kiswahili, swa",
    "ur": "urdu, ourdou, urd",
    "pl": "polish, polonais, polaco, pol",
    "sk": "slovak, slovaque, eslovaco, slk, slo",
    "zh": "chinese, chinois, chino, mandarin, zho, chi",
    "ru": "russian, russe, ruso, rus",
    "uk": "ukrainian, ukrainien, ucraniano, ukr",
    "cy": "welsh, gallois, galés, cym, wel",
}
BY_NAME = {plain(name): code for code, names in _NAMES.items() for name in [code, *names.split(",")]}


def language_tag(said: str) -> str | None:
    """This will be the BCP 47 tag of a language that is said by its name or code; None where it is not known."""
    known = BY_NAME.get(plain(said))
    return known or read_tag(said.replace("_", "-"))
