"""Whether a service is for a person, in certainty and in doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.eligibility import Applicant, Criteria, EligibilityRule, check_eligible, limits_sex, verdicts
from models.rules.people import Age
from models.rules.vocabulary import ProblemCode, Sex

GIRL = Applicant(Age(14, exact=True), Sex.FEMALE)


def failed(criteria: Criteria, applicant: Applicant) -> list[EligibilityRule]:
    return [verdict.rule for verdict in verdicts(criteria, applicant) if not verdict.passed]


@pytest.mark.parametrize(
    ("minimum", "maximum", "age", "rules"),
    [
        (None, None, None, []),
        (14, 14, Age(14, exact=True), []),
        (15, None, Age(14, exact=True), [EligibilityRule.MINIMUM_AGE]),
        (None, 13, Age(14, exact=True), [EligibilityRule.MAXIMUM_AGE]),
        (18, None, Age(18, exact=True), []),
        (18, None, Age(19, exact=False), [EligibilityRule.MINIMUM_AGE]),
        (18, None, Age(20, exact=False), []),
        (18, None, None, [EligibilityRule.MINIMUM_AGE]),
        (None, 17, Age(19, exact=False), []),
        (None, 17, Age(20, exact=False), [EligibilityRule.MAXIMUM_AGE]),
        (6, 17, Age(6, exact=False), []),
        (6, 17, None, []),
    ],
)
def test_ages(minimum: int | None, maximum: int | None, age: Age | None, rules: list[EligibilityRule]) -> None:
    assert failed(Criteria(minimum_age=minimum, maximum_age=maximum), Applicant(age, Sex.FEMALE)) == rules


@pytest.mark.parametrize(
    ("sexes", "sex", "passes"),
    [
        (set(), Sex.OTHER, True),
        ({Sex.FEMALE}, Sex.FEMALE, True),
        ({Sex.FEMALE}, Sex.MALE, False),
        ({Sex.FEMALE}, Sex.UNKNOWN, False),
        ({Sex.FEMALE, Sex.OTHER}, Sex.OTHER, True),
        ({Sex.FEMALE, Sex.MALE}, Sex.OTHER, True),
        ({Sex.FEMALE, Sex.MALE}, Sex.UNKNOWN, True),
    ],
)
def test_sexes(sexes: set[Sex], sex: Sex, passes: bool) -> None:
    rules = failed(Criteria(sexes=frozenset(sexes)), Applicant(None, sex))
    assert rules == ([] if passes else [EligibilityRule.SEX])


@pytest.mark.parametrize(
    ("accepts", "age", "unaccompanied", "passes"),
    [
        (False, Age(10, exact=True), True, False),
        (False, None, True, False),
        (False, Age(10, exact=True), False, True),
        (False, Age(30, exact=True), True, True),
        (True, Age(10, exact=True), True, True),
    ],
)
def test_unaccompanied_children(accepts: bool, age: Age | None, unaccompanied: bool, passes: bool) -> None:
    criteria = Criteria(accepts_unaccompanied_children=accepts)
    rules = failed(criteria, Applicant(age, Sex.MALE, unaccompanied))
    assert rules == ([] if passes else [EligibilityRule.UNACCOMPANIED_CHILD])


def test_each_rule_answers_for_itself_and_the_refusal_says_all() -> None:
    criteria = Criteria(minimum_age=18, maximum_age=60, sexes=frozenset({Sex.MALE}))
    assert [(v.rule, v.passed) for v in verdicts(criteria, GIRL)] == [
        (EligibilityRule.MINIMUM_AGE, False),
        (EligibilityRule.MAXIMUM_AGE, True),
        (EligibilityRule.SEX, False),
    ]
    refusal = check_eligible(criteria, GIRL)
    assert refusal is not None
    assert (refusal.code, refusal.field) == (ProblemCode.NOT_ELIGIBLE, ("serviceId",))
    assert "18 years or more" in refusal.message
    assert "sex" in refusal.message
    assert check_eligible(Criteria(), GIRL) is None


@given(st.none() | st.builds(Age, st.integers(0, 120), exact=st.booleans()), st.integers(18, 120))
def test_nobody_in_doubt_is_placed_among_adults(age: Age | None, minimum: int) -> None:
    passes = not failed(Criteria(minimum_age=minimum), Applicant(age, Sex.FEMALE))
    assert not passes or (age is not None and age.at_least >= 18)


@given(st.sets(st.sampled_from(Sex)))
def test_a_limit_of_sex_always_keeps_women_or_men_out(sexes: set[Sex]) -> None:
    assert limits_sex(sexes) == bool(sexes and {Sex.FEMALE, Sex.MALE} - sexes)
