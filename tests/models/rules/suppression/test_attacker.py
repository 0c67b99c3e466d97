"""No attacker who reads everything ever released tells a hidden figure to less than its threshold."""

from collections import Counter

import pytest

from models.rules.suppression.union import unite
from models.rules.vocabulary import Tier
from tests.models.rules.suppression.checks import releases, violations
from tests.models.rules.suppression.networks import story

TASTE, PROOF = 12, 500


def test_nothing_hidden_is_told_in_generated_networks(prove: bool) -> None:
    tiers: Counter[Tier] = Counter()
    released = hidden = 0
    for seed in range(PROOF if prove else TASTE):
        told = story(seed)
        made = releases(told)
        assert violations(told.tier, made) == [], told
        tiers[told.tier] += 1
        released += len(made)
        hidden += sum(len(one.audit) for one in made)
    print(f"{sum(tiers.values())} networks ({dict(tiers)}), {released} releases, {hidden} hidden figures, none told")
    assert set(tiers) == {Tier.T1, Tier.T2, Tier.T3}
    assert hidden > 100


MUTANTS = {
    "primary": (
        {"_primary": lambda network, *_: network.was_hidden},
        "a small count is shown",
    ),
    "complementary": (
        {"_choose": lambda network, cube, audit, *, hidden, public: (~hidden, audit)},
        "a hidden figure can be told",
    ),
    "audit": (
        {
            "balance": lambda network, along, shown, *, public: shown,
            "conceal": lambda network, audit, shown, *, hidden, public: (shown, audit),
            "give_back": lambda network, audit, shown, *, hidden: (shown, audit),
        },
        "a hidden figure can be told",
    ),
    "contributors": (
        {"is_exposed": lambda own, totals, rule: totals < 0},
        "a figure tells one contributor about another",
    ),
    "union": (
        {"unite": lambda cube, tier, released: unite(cube, tier, ())},
        "a hidden figure can be told",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_without_this_rule_something_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, rule = MUTANTS[name]
    for step, instead in steps.items():
        monkeypatch.setattr(f"models.rules.suppression.rules.{step}", instead)
    assert any(rule in violations(told.tier, releases(told)) for told in map(story, range(60)))
