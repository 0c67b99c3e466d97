"""Why is a password not to be used? In words, by the rule that it broke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.rules.passwords import HoldsOwnName, TooCommon, TooLong, TooShort, UnfitPassword

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = {
    TooShort: "password_too_short",
    TooLong: "password_too_long",
    TooCommon: "password_too_common",
    HoldsOwnName: "password_own_name",
}


def said_of_password(unfit: UnfitPassword, words: Mapping[str, str]) -> str:
    """This will say what to choose instead."""
    return words[_WORDS.get(type(unfit), "password_too_common")]
