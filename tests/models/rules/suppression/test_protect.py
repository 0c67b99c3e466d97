"""What one release shows and hides, rule by rule (design: dashboards, "Small counts")."""

import sys
from itertools import pairwise, product
from subprocess import run

import pytest

from models.rules.suppression import (
    SUPPRESSED,
    BadCube,
    Count,
    Cube,
    CutNotAllowed,
    Dimension,
    Interval,
    NotProtected,
    Released,
    check_cuts,
    protect,
)  # fmt: skip
from models.rules.vocabulary import Tier
from tests.models.rules.suppression.checks import asked, releases, shown
from tests.models.rules.suppression.networks import ORGANIZATIONS, story

DEPARTMENTS = Dimension("DEPARTMENT", ("HT01", "HT02", "HT03"))
SEXES = Dimension("SEX", ("FEMALE", "MALE"))


def by_department(*counts: int, shared: bool = True) -> Cube:
    keyed = {(value,): count for value, count in zip(DEPARTMENTS.values, counts, strict=True)}
    share = {
        key: {name: count // 5 + (at < count % 5) for at, name in enumerate(ORGANIZATIONS)}
        for key, count in keyed.items()
    }
    return Cube((DEPARTMENTS,), keyed, share if shared else {})


def test_the_designs_example_is_not_released_so() -> None:
    """203 exact, 120 and 75 rounded beside it: the one hidden cell would lie in 4..12, and being small in 4..7."""
    left = {203 - first - second for first, second in product(range(118, 123), range(73, 78))}
    assert (min(left), max(left)) == (4, 12)
    protected = protect(by_department(121, 76, 6), Tier.T2)
    assert protected.figure({}) == Count(205, rounded=True)
    assert protected.figure({"DEPARTMENT": "HT01"}) == Count(120, rounded=True)
    assert protected.figure({"DEPARTMENT": "HT02"}) == protected.figure({"DEPARTMENT": "HT03"}) == SUPPRESSED
    lone = protected.audit[(("DEPARTMENT", "HT03"),)]
    assert lone.lower <= 1
    assert lone.upper >= 8


@pytest.mark.parametrize(("tier", "few"), [(Tier.T1, 10), (Tier.T3, 4)])
def test_small_is_hidden_up_to_the_threshold_and_not_alone(tier: Tier, few: int) -> None:
    protected = protect(by_department(200, 90, few), tier)
    assert set(shown(protected)) == {(), (("DEPARTMENT", "HT01"),)}
    # On T1, of 14 people each of five organisations leaves 11 at least.
    enough = 14 if tier is Tier.T1 else few + 1
    assert len(shown(protect(by_department(200, 90, enough), tier))) == 4


def test_rounding_may_cover_for_a_small_count_by_itself() -> None:
    """The total tells that seven were rounded to five: they are 1 to 9, and every small count is among those."""
    protected = protect(by_department(200, 90, 7), Tier.T2)
    assert list(shown(protected).values()) == [295, 200, 90]
    assert list(protected.audit.values()) == [Interval(1, 9)]


def test_things_are_counted_exactly() -> None:
    protected = protect(by_department(3, 1, 0), Tier.EXACT)
    assert shown(protected) == {
        (): 4,
        **{(("DEPARTMENT", value),): count for value, count in zip(DEPARTMENTS.values, (3, 1, 0), strict=True)},
    }
    assert protected.audit == {}


def test_neither_0_nor_100_percent_of_t1_is_shown() -> None:
    protected = protect(by_department(50, 0, 0), Tier.T1)
    assert list(shown(protected).values()) == [50]
    assert shown(protect(by_department(50, 0, 0), Tier.T3))[(("DEPARTMENT", "HT01"),)] == 50


def test_nobody_at_all_is_zero_below_t1() -> None:
    assert set(shown(protect(by_department(0, 0, 0), Tier.T2)).values()) == {0}
    assert shown(protect(by_department(0, 0, 0), Tier.T1)) == {}


@pytest.mark.parametrize(
    "shares",
    [
        {"abri": 60, "klinik": 60},
        {"abri": 90, "klinik": 20, "lekol": 5, "wout": 5},
        {"abri": 109, "klinik": 4, "lekol": 4, "wout": 3},
    ],
    ids=["two organisations", "two have nine tenths", "one knows all but a few"],
)
def test_t1_needs_several_organisations(shares: dict[str, int]) -> None:
    whole = Cube((DEPARTMENTS,), {("HT01",): 120}, {("HT01",): shares})
    assert protect(whole, Tier.T1).figure({}) == SUPPRESSED
    even = dict.fromkeys(ORGANIZATIONS, 24)
    assert protect(Cube((DEPARTMENTS,), {("HT01",): 120}, {("HT01",): even}), Tier.T1).figure({}) == Count(
        120, rounded=False
    )


def test_below_t1_who_stands_alone_signs() -> None:
    cube = Cube(
        (DEPARTMENTS,), {("HT01",): 30, ("HT02",): 40}, {("HT01",): {"abri": 30}, ("HT02",): {"abri": 20, "wout": 20}}
    )
    assert protect(cube, Tier.T3).signatories == {"abri": frozenset({(("DEPARTMENT", "HT01"),)})}
    assert protect(cube, Tier.T1).signatories == {}


def test_violence_is_never_cut_by_site() -> None:
    check_cuts(["SEX", "DEPARTMENT"], is_sgbv=True)
    check_cuts(["CROSSING_POINT"], is_sgbv=False)
    for cut in ("CROSSING_POINT", "ORGANIZATION_KIND"):
        with pytest.raises(CutNotAllowed):
            check_cuts(["SEX", cut], is_sgbv=True)


def test_structural_zeros_are_shown_and_cover_for_nobody() -> None:
    """Men are not among the pregnant: the women's figure tells nothing, and the zero hides nobody."""
    counts = {("FEMALE", "PREGNANT"): 30, ("FEMALE", "OTHER"): 60, ("MALE", "OTHER"): 70}
    needs = Dimension("NEED", ("PREGNANT", "OTHER"))
    shares = {key: dict.fromkeys(ORGANIZATIONS, count // 5) for key, count in counts.items()}
    protected = protect(Cube((SEXES, needs), counts, shares, frozenset({("MALE", "PREGNANT")})), Tier.T1)
    assert protected.figure({"SEX": "MALE", "NEED": "PREGNANT"}) == Count(0, rounded=False)
    assert len(shown(protected)) == 9


def test_the_whole_grid_is_emitted_and_what_cannot_be_is_zero() -> None:
    departments = Dimension("DEPARTMENT", ("HT01", "HT02"))
    communes = Dimension("COMMUNE", ("a", "b", "c"), departments, {"a": "HT01", "b": "HT01", "c": "HT02"})
    protected = protect(Cube((communes, SEXES), {("a", "FEMALE"): 40}), Tier.T3)
    assert len(protected.figures) == (1 + 2 + 3) * (1 + 2)
    assert protected.figure({"COMMUNE": "a", "DEPARTMENT": "HT02"}) == Count(0, rounded=False)
    assert protected.figure({"COMMUNE": "a", "DEPARTMENT": "HT01"}) == Count(40, rounded=False)
    with pytest.raises(KeyError):
        protected.figure({"AGE_GROUP": "AGE_0_4"})


def test_no_zero_is_shown_under_a_hidden_small_count() -> None:
    protected = protect(by_department(3, 0, 0), Tier.T3)
    assert shown(protected) == {}


@pytest.mark.parametrize("seed", range(6))
def test_totals_are_sums_of_rounded_cells_and_stay_near(seed: int) -> None:
    told = story(seed, tier=Tier.T2)
    for one in releases(told):
        assert all(
            value % 5 == 0 and abs(value - one.released.cube.counts.get(key, 0)) < 5
            for key, value in one.released.rounded.items()
        )
        for query, truth, _ in asked(one.released.cube):
            figure = one.figure(query)
            assert figure == SUPPRESSED or abs(figure.value - truth) <= 15


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_anything_changes_nothing(seed: int) -> None:
    cube, tier = story(seed).cubes[0], story(seed).tier
    turned = tuple(Dimension(one.name, one.values[::-1], one.coarser, one.within) for one in reversed(cube.dimensions))
    other = Cube(
        turned,
        {key[::-1]: count for key, count in reversed(cube.counts.items())},
        {key[::-1]: shares for key, shares in cube.contributors.items()},
        frozenset(key[::-1] for key in cube.impossible),
    )
    first, second = protect(cube, tier), protect(other, tier)
    assert protect(cube, tier) == first
    assert {frozenset(cell): figure for cell, figure in first.figures.items()} == {
        frozenset(cell): figure for cell, figure in second.figures.items()
    }


@pytest.mark.parametrize("seed", [seed for seed in range(40) if len(story(seed).cubes) > 1][:4])
def test_a_release_is_not_undone_by_the_next(seed: int) -> None:
    """What was hidden stays so wherever the same people are counted again; what was rounded once is rounded alike."""
    made = releases(story(seed))
    for before, after in pairwise(made):
        old = {frozenset(query.items()): truth for query, truth, _ in asked(before.released.cube)}
        same = before.released.cube.counts == after.released.cube.counts
        for query, truth, _ in asked(after.released.cube) if same else ():
            if old[frozenset(query.items())] == truth and before.figure(query) == SUPPRESSED:
                assert after.figure(query) == SUPPRESSED


def test_the_same_release_again_says_the_same() -> None:
    for seed in range(4):
        told = story(seed)
        first = protect(told.cubes[0], told.tier)
        again = protect(told.cubes[0], told.tier, released=[first.released])
        assert again.figures == first.figures


def test_what_an_earlier_release_gave_away_is_not_called_protected() -> None:
    """The whole and two parts were shown, of which only the third may not be: no later release can hide it again."""
    cube = by_department(200, 90, 3)
    careless = Released(cube, Tier.T3, frozenset({(("DEPARTMENT", "HT03"),)}))
    with pytest.raises(NotProtected):
        protect(cube, Tier.T3, released=[careless])


def test_figures_of_another_population_are_refused() -> None:
    before = protect(by_department(30, 20, 10), Tier.T3).released
    with pytest.raises(BadCube):
        protect(Cube((SEXES,), {}), Tier.T3, released=[before])
    with pytest.raises(BadCube):
        protect(by_department(30, 20, 10), Tier.T2, released=[before])


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = "import sys, models.rules.suppression; sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0
