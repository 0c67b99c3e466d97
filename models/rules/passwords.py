"""Which passwords are refused: what is short, what everybody tries first, and what is the person's own name.

Length is what counts (NIST SP 800-63B-4, 3.1.1.2): no letters, digits or signs are asked for, and none expire.
"""

import re
import unicodedata
from collections.abc import Iterable

from models.rules.words import folded

SHORTEST, LONGEST = 12, 200
"Characters, after NFKC."
FEWEST = 5
"Different characters, at least."
REMAINS = 5
"Characters that must be left when the words that everybody tries, and the person's own, are taken out."

_WORDS = """
    password passw0rd motdepasse modpas contrasena contrasenya clave secret sekre secreto welcome byenvini bienvenue
    bienvenido letmein admin administrator login konbit haiti ayiti qwerty azerty qwertyuiop azertyuiop asdfghjkl
    qsdfghjklm zxcvbnm wxcvbn iloveyou jetaime tequiero renmenw football foutbol dragon monkey sunshine princess
    jezi jesus bondye master access user demo test changeme lakay manman papa abcdefghijklmnopqrstuvwxyz
"""
_TRIED = _WORDS.split()
_DIGITS = "01234567890123456789 98765432109876543210"
_LOOKALIKES = str.maketrans("01345$@7!", "oleassati")


class UnfitPassword(ValueError):
    """A password that is not to be used."""


class TooShort(UnfitPassword):
    """A password needs at least 12 characters; four words that you alone would put together make a good one."""


class TooLong(UnfitPassword):
    """A password may have at most 200 characters."""


class TooCommon(UnfitPassword):
    """This is among the first passwords that a stranger would try; choose words that you alone would put together."""


class HoldsOwnName(UnfitPassword):
    """The password is little more than your own name; choose words that nobody would expect of you."""


def normal(password: str) -> str:
    """This will be the password as it is hashed: typed on another keyboard it is the same (NFKC; RFC 8265, 4.2)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, own: Iterable[str]) -> None:
    """This will raise TooShort, TooLong, TooCommon or HoldsOwnName. `own`: the person's names, as others know them."""
    if len(password) > 2 * LONGEST or len(text := normal(password)) > LONGEST:
        raise TooLong
    if len(text) < SHORTEST:
        raise TooShort
    plain = folded(text)
    if len(set(plain)) < FEWEST or _repeats(plain) or len(_without(plain, _TRIED)) < REMAINS:
        raise TooCommon
    parts = [part for name in own for part in re.findall(r"[^\W\d_]{3,}", folded(name))]
    if len(_without(plain, [*_TRIED, *parts])) < REMAINS:
        raise HoldsOwnName


def _repeats(text: str) -> bool:
    """Whether it is one short piece over and over: it is then found inside itself, shifted by less than a half."""
    return -1 < (text + text).find(text, 1) <= len(text) // 2


def _without(text: str, words: Iterable[str]) -> str:
    """What is left of the text without the words, runs of digits or of one sign, and what is no letter or digit."""
    text = re.sub(r"(.)\1{2,}", "", text)
    text = re.sub(r"(?:19|20)\d\d(?!\d)", "", text)
    text = re.sub(r"\d{3,}", lambda run: "" if run[0] in _DIGITS else run[0], text)
    longest_first = sorted(words, key=len, reverse=True)
    forms = (re.sub(r"[\W_]", "", form) for form in (text, text.translate(_LOOKALIKES)))
    return min((_cut(form, longest_first) for form in forms), key=len)


def _cut(text: str, words: list[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text
