"""The code that a device shows: of letters that make no words, and read however a person types it."""

import pytest

from auth.user_codes import LETTERS, make_user_code, shown, typed


def test_a_code_is_eight_letters_of_twenty_and_shown_in_two_halves() -> None:
    codes = {make_user_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set(LETTERS)
    assert not set(LETTERS) & set("AEIOUY0123456789")
    assert shown("BCDFGHJK") == "BCDF-GHJK"
    assert all(typed(shown(code)) == code for code in codes)


@pytest.mark.parametrize("text", ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "BCDF–GHJK", "b.c.d.f.g.h.j.k"])
def test_a_person_may_type_it_in_any_way(text: str) -> None:
    assert typed(text) == "BCDFGHJK"


@pytest.mark.parametrize(
    "text", ["", "BCDF-GHJ", "BCDF-GHJKL", "BCDF-GHJA", "BCDF-GHJ1", "ВCDF-GHJK", "B" * 9_000, "BCDF-GHJK\x00B"]
)
def test_what_no_device_shows_is_no_code(text: str) -> None:
    assert typed(text) is None
