"""The list by which a certificate says that it was revoked: one bit for each (W3C Bitstring Status List 1.0)."""

import base64
import gzip
from collections.abc import Iterable

LENGTH = 131_072
"""Bits of a list, the fewest the standard allows: whoever asks for a list tells nobody of whom."""
STRIDE = 48_271
"""Odd, so that consecutive numbers fall on different bits, far from one another."""


class OutsideTheList(ValueError):
    """A position is from 0 to one less than the list's length."""


def place(number: int) -> tuple[int, int]:
    """This will say which list (from 1) and which bit of it (from 0) the certificate with this number (from 0) has.

    No two numbers share a place; certificates issued together do not lie side by side.
    """
    if number < 0:
        raise OutsideTheList
    whole, rest = divmod(number, LENGTH)
    return whole + 1, rest * STRIDE % LENGTH


def encoded(positions: Iterable[int]) -> str:
    """This will be the list with these bits set, as `encodedList` has it: gzip in base64url after a `u`.

    The first bit is the leftmost. The same positions make the same text. Raises OutsideTheList.
    """
    bits = bytearray(LENGTH // 8)
    for position in positions:
        if not 0 <= position < LENGTH:
            raise OutsideTheList
        bits[position // 8] |= 0x80 >> position % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def is_set(encoded_list: str, position: int) -> bool:
    """This will read one bit of a list as `encoded` writes it. Raises OutsideTheList."""
    if not 0 <= position < LENGTH:
        raise OutsideTheList
    text = encoded_list.removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return bool(bits[position // 8] & 0x80 >> position % 8)
