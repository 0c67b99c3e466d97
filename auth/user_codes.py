"""The code that a device shows and a person types: how it is made, shown and read (RFC 8628, section 6.1)."""

import secrets

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"No vowels, so no words; no digits, so none to take for a letter."

LENGTH = 8
"20 to the 8th is 34.5 bits: enough where guesses are counted and a code lives for ten minutes."


def make_user_code() -> str:
    """This will make a code as it is kept and compared: eight letters."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def shown(user_code: str) -> str:
    """This will write a code as it is shown: `XXXX-XXXX`."""
    return f"{user_code[: LENGTH // 2]}-{user_code[LENGTH // 2 :]}"


def typed(text: str) -> str | None:
    """This will read what a person typed: small letters, hyphens and blanks are no mistake. None: it is no code."""
    letters = "".join(character for character in text[:64].upper() if character.isalnum())
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else None
