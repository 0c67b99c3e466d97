"""A name is made by the platform, so choosing one tells nothing; what is typed finds it however it is typed."""

import sys

import pytest

from auth.people import names
from auth.people.names import NameTaken, UnfitName
from tests.auth.people.household import Household


async def test_who_proposes_what_another_has_is_answered_alike(home: Household) -> None:
    first, second = await home.account(), await home.account()
    given = []
    for account_id in (first, second):
        async with home.engines[0].begin() as connection:
            given.append(await names.give(connection, account_id, "marie@brc.example"))
    assert given[0] != given[1]
    for name in given:
        stem, _, digits = name.rpartition(".")
        assert (stem, len(digits), digits.isdigit()) == ("marie@brc.example", 4, True)
    assert await home.at(lambda c: names.of(c, second)) == [given[1]]


@pytest.mark.parametrize(
    ("proposed", "stem"),
    [
        ("Marie Thérèse", "marie.thérèse"),
        ("  ", "konbit"),
        ("../../etc\x00\udcff", "etc"),
        ("Ａｎｎ", "ann"),
        ("x" * 500, "x" * 64),
        ("<script>", "script"),
    ],
)
async def test_what_is_proposed_becomes_a_name(home: Household, proposed: str, stem: str) -> None:
    account_id = await home.account()
    name = await home.at(lambda c: names.give(c, account_id, proposed))
    assert name.rpartition(".")[0] == stem


async def test_an_operator_gives_names_as_they_are(home: Household) -> None:
    first, second = await home.account(), await home.account()
    await home.at(lambda c: names.add(c, first, " Clerk@Ministry.example "))
    assert await home.at(lambda c: names.of(c, first)) == ["clerk@ministry.example"]
    with pytest.raises(NameTaken):
        await home.at(lambda c: names.add(c, second, "clerk@ministry.example"))
    for unfit in ("ab", "two words", "a\x00b\x00", "a/b/c"):
        async with home.engines[0].begin() as connection:
            with pytest.raises(UnfitName):
                await names.add(connection, second, unfit)


@pytest.mark.parametrize("typed", ["MARIE.4821", " marie.4821\n", "ｍａｒｉｅ.4821", "marie\u200b.4821"])
def test_it_is_found_however_it_is_typed(typed: str) -> None:
    assert names.normal(typed) == "marie.4821"


async def test_whatever_is_typed_is_kept_as_the_table_wants_it(home: Household) -> None:
    """The database folds by tables of its own: no letter may be small here and not there."""
    normal = [names.normal(chr(number)) for number in range(sys.maxunicode + 1)]
    letters = sorted({name for name in normal if name})
    rows = await home.deployment.sql(
        "SELECT letter FROM unnest($1::text[]) letter WHERE letter <> lower(letter)", letters
    )
    assert [row["letter"] for row in rows] == []
