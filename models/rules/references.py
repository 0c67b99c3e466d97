"""References: the random names by which people speak of a referral or a file, on paper and on the phone."""

import math
import random

ALPHABET = "2346789CHJMRWY"
"""Fourteen signs that neither look nor sound alike in Kreyòl, French, Spanish or English.

Left out because they look alike: 0 O Q, 1 I L, 5 S, 2 Z, 8 B. Because they sound alike: B D E G P T V with C; N with M;
A and K with J and H (English) and 4, "kat" (Kreyòl); F with 9, "nèf" (Kreyòl); X with 6 (French). No vowel: no words.
"""
GROUPS, GROUP_LENGTH = 3, 4
ENTROPY_BITS = GROUPS * GROUP_LENGTH * math.log2(len(ALPHABET))
"""45.7 bits: among a million references a new one meets an old one once in 57 million; a unique index decides.

A reference is a name, not a key: whoever says one still sees no more than the row policies show.
"""


def new_reference(source: random.Random) -> str:
    """This will be a fresh reference such as `4HMW-7R3C-9JYH`; `source` is `secrets.SystemRandom()` outside of tests.

    It tells neither place, nor time, nor person, and no two organisations share one (domain.md, People).
    """
    return "-".join("".join(source.choices(ALPHABET, k=GROUP_LENGTH)) for _ in range(GROUPS))


def read_reference(text: str) -> str | None:
    """This will be the reference that was meant by what someone typed: any case, with or without hyphens and spaces.

    None where it is no reference at all, which answers as an unknown one does.
    """
    signs = "".join(text[:64].split()).replace("-", "").upper()
    if len(signs) != GROUPS * GROUP_LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return "-".join(signs[at : at + GROUP_LENGTH] for at in range(0, len(signs), GROUP_LENGTH))
