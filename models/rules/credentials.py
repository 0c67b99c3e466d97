"""What a participant shows or says to be recorded: a token in a QR code, and a short PIN where none can be read."""

import random

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: a QR code holds it in its compact mode, and what is copied by hand is not misread."""
TOKEN_LENGTH = 26
"""Signs, of 5 bits each: 130 bits that nobody guesses. A token tells nothing; what it is worth is looked up."""
PIN_LENGTH = 6
"""Digits. Told apart within one training, and good only in the hands of someone who may record it."""


def new_token(source: random.Random) -> str:
    """This will be a fresh token; `source` is `secrets.SystemRandom()` outside of tests and the demo."""
    return "".join(source.choices(ALPHABET, k=TOKEN_LENGTH))


def new_pin(source: random.Random) -> str:
    """This will be a fresh PIN. Two of one training may meet: a unique constraint decides."""
    return "".join(source.choices("0123456789", k=PIN_LENGTH))


def is_token(text: str) -> bool:
    """Whether a text looks as a token does; it may still be nobody's."""
    return len(text) == TOKEN_LENGTH and set(text) <= set(ALPHABET)
