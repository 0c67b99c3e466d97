"""P-codes, slugs and distances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.identifiers import (
    department_of,
    distance_km,
    is_point,
    is_slug,
    pcode_ancestors,
    pcode_level,
    read_pcode,
    slug,
)

BELLADERE, OUANAMINTHE, PORT_AU_PRINCE = (18.8517, -71.7728), (19.5492, -71.7250), (18.5392, -72.3350)
POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("text", "code", "level", "ancestors"),
    [
        ("HT", "HT", 0, ()),
        ("ht06", "HT06", 1, ("HT",)),
        (" HT0632 ", "HT0632", 2, ("HT06", "HT")),
        ("HT1021", "HT1021", 2, ("HT10", "HT")),
        ("ht0632-01", "HT0632-01", 3, ("HT0632", "HT06", "HT")),
    ],
)
def test_a_pcode_knows_its_level_and_what_holds_it(
    text: str, code: str, level: int, ancestors: tuple[str, ...]
) -> None:
    assert read_pcode(text) == code
    assert pcode_level(code) == level
    assert pcode_ancestors(code) == ancestors
    assert department_of(code) == (code[:4] if level else None)


@pytest.mark.parametrize(
    "text", ["", "HT00", "HT11", "HT063", "HT06321", "HT0632-1", "HT0632-001", "DO0101", "E06000023", "HT٠٦"]
)
def test_what_is_no_pcode_of_haiti_is_none(text: str) -> None:
    assert read_pcode(text) is None


def test_the_level_of_nonsense_is_an_error() -> None:
    with pytest.raises(ValueError, match="DO0101"):
        pcode_level("DO0101")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anse-à-Pîtres", "anse-a-pitres"),
        ("Office de l'État Civil de Belladère", "office-de-l-etat-civil-de-belladere"),
        ("  Cœur & Œuvres  ", "coeur-oeuvres"),
        ("漢字", None),
        ("", None),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_a_name_becomes_a_slug(name: str, expected: str | None) -> None:
    assert slug(name) == expected


@given(st.text(max_size=200))
def test_whatever_becomes_a_slug_is_one_and_stays_one(text: str) -> None:
    made = slug(text)
    assert made is None or (is_slug(made) and slug(made) == made)


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "é", "a b", "a" * 81, "a\n"])
def test_what_is_no_slug(text: str) -> None:
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        (BELLADERE, BELLADERE, 0.0),
        (BELLADERE, OUANAMINTHE, 77.72),
        (BELLADERE, PORT_AU_PRINCE, 68.66),
        ((0.0, 0.0), (0.0, 180.0), 20015.11),
        ((90.0, 0.0), (-90.0, 77.0), 20015.11),
        ((0.0, 179.5), (0.0, -179.5), 111.2),
    ],
)
def test_distances_in_km(here: tuple[float, float], there: tuple[float, float], km: float) -> None:
    assert round(distance_km(here, there), 2) == km


@given(POINTS, POINTS)
def test_a_distance_is_the_same_both_ways_and_ends_at_the_antipode(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    assert distance_km(here, there) == pytest.approx(distance_km(there, here))
    assert 0 <= distance_km(here, there) <= 20015.2


def test_a_point_lies_on_the_globe() -> None:
    assert is_point(latitude=18.8517, longitude=-71.7728)
    assert is_point(latitude=-90, longitude=180)
    assert not is_point(latitude=90.1, longitude=0)
    assert not is_point(latitude=0, longitude=-180.1)
    assert not is_point(latitude=float("nan"), longitude=0)
    assert not is_point(latitude=0, longitude=float("inf"))
