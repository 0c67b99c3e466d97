"""Ages, groups and doubt; the classes of vulnerabilities; what may be written down of a person."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.countries import COUNTRIES
from models.rules.people import (
    Age,
    age_group,
    age_on,
    check_age,
    check_nationality,
    check_phone,
    confidentiality_class,
    full_years,
    group_changes_on,
    is_child,
    is_unaccompanied,
)
from models.rules.vocabulary import AgeGroup, HandlingNeed, ProblemCode, Vulnerability

TODAY = date(2026, 11, 21)
BIRTHS = st.dates(min_value=date(1907, 1, 1), max_value=TODAY)


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        (date(2012, 1, 1), date(2026, 1, 1), 14),
        (date(2012, 1, 2), date(2026, 1, 1), 13),
        (date(2008, 11, 22), TODAY, 17),
        (date(2008, 11, 21), TODAY, 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_the_exact_age_turns_on_the_day(birth: date, today: date, years: int) -> None:
    assert full_years(birth_date=birth, today=today) == years


@pytest.mark.parametrize(
    ("age", "group"),
    [
        (None, AgeGroup.UNKNOWN),
        *[(Age(y, exact=True), AgeGroup.AGE_0_4) for y in (0, 4)],
        *[(Age(y, exact=True), AgeGroup.AGE_5_11) for y in (5, 11)],
        *[(Age(y, exact=True), AgeGroup.AGE_12_17) for y in (12, 14, 17)],
        *[(Age(y, exact=True), AgeGroup.AGE_18_24) for y in (18, 24)],
        *[(Age(y, exact=True), AgeGroup.AGE_25_59) for y in (25, 59)],
        *[(Age(y, exact=True), AgeGroup.AGE_60_PLUS) for y in (60, 120)],
        (Age(19, exact=False), AgeGroup.AGE_12_17),
        (Age(20, exact=False), AgeGroup.AGE_18_24),
        (Age(30, exact=False), AgeGroup.AGE_25_59),
        (Age(1, exact=False), AgeGroup.AGE_0_4),
    ],
)
def test_an_age_falls_into_its_group_and_doubt_into_the_younger(age: Age | None, group: AgeGroup) -> None:
    assert age_group(age) is group


@pytest.mark.parametrize(
    ("age", "child"),
    [
        (None, True),
        (Age(17, exact=True), True),
        (Age(18, exact=True), False),
        (Age(19, exact=False), True),
        (Age(20, exact=False), False),
        (Age(45, exact=False), False),
    ],
)
def test_doubt_reads_as_a_child(age: Age | None, child: bool) -> None:
    assert is_child(age) is child


def test_a_birth_date_decides_over_an_estimate_and_an_estimate_grows() -> None:
    born, estimated = date(2012, 5, 1), date(2024, 11, 22)
    assert age_on(TODAY, birth_date=born, estimated_age=30, estimated_on=estimated) == Age(14, exact=True)
    assert age_on(TODAY, birth_date=None, estimated_age=30, estimated_on=estimated) == Age(31, exact=False)
    assert age_on(TODAY, birth_date=None, estimated_age=30, estimated_on=None) == Age(30, exact=False)
    assert age_on(TODAY, birth_date=None, estimated_age=None, estimated_on=None) is None


@given(BIRTHS)
def test_the_group_changes_on_the_day_it_says_and_not_before(birth: date) -> None:
    day = group_changes_on(TODAY, birth_date=birth)

    def group(on: date) -> AgeGroup:
        return age_group(age_on(on, birth_date=birth, estimated_age=None, estimated_on=None))

    if day is None:
        assert group(TODAY) is AgeGroup.AGE_60_PLUS
    else:
        assert day > TODAY
        assert group(day) is not group(day - timedelta(days=1)) is group(TODAY)


def test_the_first_line_of_vulnerabilities_is_class_2_and_the_rest_class_3() -> None:
    classes = [confidentiality_class(code) for code in Vulnerability]
    assert classes == [2] * 9 + [3] * 8
    assert confidentiality_class(Vulnerability.OTHER) == 2
    assert confidentiality_class(Vulnerability.TRAFFICKING_PRESUMED) == 3


@pytest.mark.parametrize(
    ("age", "needs", "codes", "alone"),
    [
        (Age(10, exact=True), {HandlingNeed.CHILD_WITHOUT_CAREGIVER}, set(), True),
        (Age(10, exact=True), set(), {Vulnerability.UNACCOMPANIED_CHILD}, True),
        (None, set(), {Vulnerability.UNACCOMPANIED_CHILD}, True),
        (Age(10, exact=True), {HandlingNeed.INFANT}, {Vulnerability.SEPARATED_CHILD}, False),
        (Age(18, exact=True), {HandlingNeed.CHILD_WITHOUT_CAREGIVER}, set(), False),
    ],
)
def test_only_a_child_is_unaccompanied(
    age: Age | None, needs: set[HandlingNeed], codes: set[Vulnerability], alone: bool
) -> None:
    assert is_unaccompanied(age, handling_needs=frozenset(needs), vulnerabilities=frozenset(codes)) is alone


@pytest.mark.parametrize(
    ("birth", "estimate", "field"),
    [
        (None, None, None),
        (TODAY, None, None),
        (TODAY + timedelta(days=1), None, "birthDate"),
        (date(1906, 11, 21), None, None),
        (date(1905, 11, 21), None, "birthDate"),
        (None, 0, None),
        (None, 120, None),
        (None, -1, "estimatedAge"),
        (None, 121, "estimatedAge"),
        (date(2012, 1, 1), 16, None),
        (date(2012, 1, 1), 17, "estimatedAge"),
    ],
)
def test_an_impossible_age_is_refused_at_its_field(birth: date | None, estimate: int | None, field: str | None) -> None:
    refusal = check_age(TODAY, birth_date=birth, estimated_age=estimate)
    if field is None:
        assert refusal is None
    else:
        assert refusal is not None
        assert (refusal.code, refusal.field) == (ProblemCode.INVALID_INPUT, (field,))


@pytest.mark.parametrize("number", [None, "+50934101234", "+18095551234", "+1234567", "+123456789012345"])
def test_a_phone_number_in_international_form_passes(number: str | None) -> None:
    assert check_phone(number) is None


@pytest.mark.parametrize(
    "number",
    ["", "34101234", "50934101234", "+0934101234", "+509 3410 1234", "+1234567890123456", "+123456", "+٥٠٩٣٤١٠١٢٣٤"],
)
def test_any_other_phone_number_is_refused(number: str) -> None:
    refusal = check_phone(number)
    assert refusal is not None
    assert refusal.field == ("phone",)
    assert number not in refusal.message or number == ""


def test_a_nationality_is_a_countrys_two_capital_letters() -> None:
    assert len(COUNTRIES) == 249
    assert check_nationality("HT") is check_nationality("DO") is check_nationality(None) is None
    for code in ("ht", "HTI", "ZZ", "", "H"):
        refusal = check_nationality(code)
        assert refusal is not None
        assert refusal.field == ("nationality",)
