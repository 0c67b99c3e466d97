"""Whose word counts: the order of sources holds for any claims, in whatever order they are given."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.precedence import FIELDS, GROUPS, TEXTS, Claim, alternatives, ranked, resolve

DAY = datetime(2026, 11, 1, tzinfo=UTC)
LANGUAGES = st.sampled_from(["fr", "ht", "es", "en"])
WORDS = st.sampled_from(["Kay", "Sant", "Bureau", "Clinique"])
VALUES = {
    **dict.fromkeys(TEXTS, st.none() | st.dictionaries(LANGUAGES, WORDS, max_size=2)),
    "names": st.dictionaries(LANGUAGES, WORDS, min_size=1, max_size=2),
    "languages": st.lists(LANGUAGES, unique=True, max_size=2),
    "sexes": st.lists(st.sampled_from(["FEMALE", "MALE"]), unique=True),
    "accepts_unaccompanied_children": st.none() | st.booleans(),
    "minimum_age": st.none() | st.integers(0, 17),
    "maximum_age": st.none() | st.integers(18, 99),
}


@st.composite
def claims(draw: st.DrawFn, source: str) -> Claim:
    said: dict[str, Any] = {name: draw(VALUES.get(name, st.none() | WORDS)) for name in FIELDS}
    said["language"] = next(iter(said["names"]))
    verified = draw(st.none() | st.integers(0, 3).map(lambda days: DAY + timedelta(days)))
    return Claim(source, said, of_owner=draw(st.booleans()), verified_at=verified, trust=draw(st.integers(0, 3)))


several = st.integers(1, 4).flatmap(lambda n: st.tuples(*(claims(f"partner-{each}") for each in range(n))).map(list))
some = settings(max_examples=25, deadline=None)


@some
@given(several, st.randoms())
def test_the_order_in_which_they_are_given_makes_no_difference(told: list[Claim], chance: Any) -> None:
    shuffled = chance.sample(told, len(told))

    assert resolve(shuffled) == resolve(told)
    assert ranked(shuffled) == ranked(told)


@some
@given(several)
def test_each_value_is_what_one_source_says_with_all_that_goes_with_it(told: list[Claim]) -> None:
    found = resolve(told)

    for group in GROUPS:
        values = tuple(found[name] for name in group)
        assert any(tuple(claim.said[name] for name in group) == values for claim in told)
    assert found["language"] in found["names"]


@some
@given(several)
def test_one_that_says_nothing_of_a_field_leaves_it_to_the_next(told: list[Claim]) -> None:
    found = resolve(told)

    for group in GROUPS:
        if all(found[name] in (None, "", [], {}) for name in group):
            assert all(claim.said[name] in (None, "", [], {}) for claim in told for name in group)


@some
@given(several, claims(source="steward"), st.sets(st.sampled_from(FIELDS)))
def test_a_steward_s_word_stands_whatever_sources_say(told: list[Claim], steward: Claim, fields: set[str]) -> None:
    said = {name: value for name, value in steward.said.items() if name in fields - {"language"}}
    override = Claim("steward", said, overrides=True)

    found = resolve([*told, override])

    for name, value in said.items():
        if isinstance(value, dict):
            assert value.items() <= found[name].items()
        else:
            assert found[name] == value
    untouched = resolve(told)
    assert {name: found[name] for name in FIELDS if name not in {*said, "language"}} == {
        name: untouched[name] for name in FIELDS if name not in {*said, "language"}
    }


@some
@given(several)
def test_what_lost_is_told_with_its_source(told: list[Claim]) -> None:
    found = resolve(told)

    lost = alternatives(told, found)

    assert all(each.value != found[each.field] for each in lost)
    sources = {claim.source: claim for claim in told}
    assert all(sources[each.source].said[each.field] == each.value for each in lost)
    said = {(name, claim.source) for claim in told for name in FIELDS if claim.said[name] not in (None, "", [], {})}
    kept = {(name, source) for name, source in said if sources[source].said[name] == found[name]}
    assert {(each.field, each.source) for each in lost} == {each for each in said - kept if each[0] != "language"}


NEW, OLD = DAY + timedelta(1), DAY


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Claim("a", {}, of_owner=True), Claim("b", {}, verified_at=NEW, trust=100)),
        (Claim("a", {}, verified_at=NEW, trust=1), Claim("b", {}, verified_at=OLD, trust=100)),
        (Claim("a", {}, verified_at=OLD), Claim("b", {}, trust=100)),
        (Claim("a", {}, trust=60), Claim("b", {}, trust=50)),
        (Claim("a", {}), Claim("b", {})),
    ],
    ids=["owner before newest", "newest before trusted", "verified before never", "trust", "by name, at last"],
)
def test_who_comes_first(better: Claim, worse: Claim) -> None:
    def said(claim: Claim, name: str) -> Claim:
        return Claim(
            claim.source, {"names": {"fr": name}, "language": "fr"}, claim.overrides, claim.of_owner,
            claim.verified_at, claim.trust,
        )  # fmt: skip

    assert resolve([said(worse, "Worse"), said(better, "Better")])["names"] == {"fr": "Better"}
