"""Bytes as the text that credentials carry: base58btc after a `z` (W3C Controlled Identifiers 1.0, Multibase)."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"
"""What a public key's 32 bytes follow (Multikey)."""


class NotMultibase(ValueError):
    """The text is not base58btc after a `z`."""


def written(data: bytes) -> str:
    """This will be the bytes as text."""
    number, signs = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    return "z" + ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + signs


def read(text: str) -> bytes:
    """This will be the bytes that `written` wrote. Raises NotMultibase."""
    signs = text.removeprefix("z")
    if not text.startswith("z") or not signs.isascii() or not set(signs) <= set(ALPHABET):
        raise NotMultibase
    number = 0
    for sign in signs:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    zeros = len(signs) - len(signs.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
