"""References are random, sayable, and read however they were typed."""

import random
from secrets import SystemRandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.references import ALPHABET, ENTROPY_BITS, new_reference, read_reference


def test_a_reference_is_three_groups_of_four_signs() -> None:
    reference = new_reference(random.Random(7))
    assert reference == "74J3-C82C-2923"
    assert [len(group) for group in reference.split("-")] == [4, 4, 4]


def test_no_sign_looks_or_sounds_like_another() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 14
    assert not set(ALPHABET) & set("0OQ1IL5SZBDEGPTVNAKFX")
    assert not set(ALPHABET) & set("AEIOU")
    assert round(ENTROPY_BITS, 1) == 45.7


def test_ten_thousand_references_differ() -> None:
    source = SystemRandom()
    assert len({new_reference(source) for _ in range(10_000)}) == 10_000


@given(st.randoms(use_true_random=False), st.sampled_from(["", " ", "-", " - "]), st.booleans())
def test_what_was_typed_is_read_as_what_was_meant(source: random.Random, between: str, lower: bool) -> None:
    reference = new_reference(source)
    typed = between.join(reference.split("-"))
    assert read_reference(typed.lower() if lower else typed) == reference


@pytest.mark.parametrize("text", ["", "4HMW-7R3C", "4HMW-7R3C-9JYH-2", "4HMW-7R3C-9JY0", "🙂" * 12, "4" * 10_000])
def test_what_is_no_reference_is_none(text: str) -> None:
    assert read_reference(text) is None
