"""How are words compared that people spell in their own way? Small letters and digits, no accents, single spaces."""

import re
import unicodedata


def plain(text: str) -> str:
    """This will be the text without case, accents and punctuation: `Nom_du Service*` reads `nom du service`."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", kept))
