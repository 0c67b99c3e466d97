"""The status list: the bit that the standard names, at a place of its own for every certificate."""

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.status_list import LENGTH, OutsideTheList, encoded, is_set, place


def test_no_two_certificates_of_a_list_share_a_bit() -> None:
    places = {place(number) for number in range(LENGTH)}

    assert len(places) == LENGTH
    assert {status_list for status_list, _ in places} == {1}


def test_a_full_list_is_followed_by_another() -> None:
    assert place(LENGTH)[0] == 2


@given(st.sets(st.integers(0, LENGTH - 1), max_size=40), st.integers(0, LENGTH - 1))
def test_a_bit_is_set_where_it_was_set_and_nowhere_else(positions: set[int], other: int) -> None:
    text = encoded(positions)

    assert all(is_set(text, position) for position in positions)
    assert is_set(text, other) == (other in positions)


def test_the_first_bit_is_the_leftmost() -> None:
    """As the W3C recommendation says, with a list of the fewest bits it allows."""
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded([0]).removeprefix("u") + "=="))

    assert (len(bits), bits[0], sum(bits[1:])) == (16_384, 0x80, 0)


@pytest.mark.parametrize("position", [-1, LENGTH])
def test_outside_the_list(position: int) -> None:
    with pytest.raises(OutsideTheList):
        encoded([position])
    with pytest.raises(OutsideTheList):
        is_set(encoded([]), position)
