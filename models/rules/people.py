"""People: how old someone is, what doubt does to it, and which facts about a person may be written down."""

import re
from dataclasses import dataclass
from datetime import date

from models.rules.countries import COUNTRIES
from models.rules.problems import Refusal
from models.rules.vocabulary import AgeGroup, HandlingNeed, ProblemCode, Vulnerability

MAJORITY = 18
OLDEST = 120
ESTIMATE_MARGIN = 2
"""Years by which an estimate may be too high: what even a medical assessment of age leaves open."""

AGE_BANDS: tuple[tuple[int, AgeGroup], ...] = (
    (60, AgeGroup.AGE_60_PLUS),
    (25, AgeGroup.AGE_25_59),
    (18, AgeGroup.AGE_18_24),
    (12, AgeGroup.AGE_12_17),
    (5, AgeGroup.AGE_5_11),
    (0, AgeGroup.AGE_0_4),
)
"""From which age on a group holds, oldest first."""

CHILD_GROUPS = frozenset({AgeGroup.AGE_0_4, AgeGroup.AGE_5_11, AgeGroup.AGE_12_17, AgeGroup.UNKNOWN})
"""The groups that read as a child's where only the group is known; UNKNOWN is doubt."""

ORDINARY = frozenset(
    {
        Vulnerability.UNACCOMPANIED_CHILD,
        Vulnerability.SEPARATED_CHILD,
        Vulnerability.PREGNANT_OR_NURSING,
        Vulnerability.SINGLE_CAREGIVER,
        Vulnerability.DISABILITY,
        Vulnerability.SERIOUS_MEDICAL_CONDITION,
        Vulnerability.OLDER_PERSON_AT_RISK,
        Vulnerability.WITHOUT_CIVIL_DOCUMENTS,
        Vulnerability.OTHER,
    }
)
"""Class 2, the first line of the contract's enumeration; every other code is sensitive: class 3."""

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Age:
    """Full years on one day, as far as they are known."""

    years: int
    exact: bool
    """True where a birth date says so; False for an estimate, which may be ESTIMATE_MARGIN years too high."""

    @property
    def at_least(self) -> int:
        """The age that protects: doubt reads as the younger."""
        return self.years if self.exact else max(0, self.years - ESTIMATE_MARGIN)


def confidentiality_class(vulnerability: Vulnerability) -> int:
    """This will be 2 for an ordinary vulnerability and 3 for a sensitive one; a code added later is sensitive."""
    return 2 if vulnerability in ORDINARY else 3


def full_years(*, birth_date: date, today: date) -> int:
    """This will be the age in full years; who is born on 29 February turns on 1 March, the younger reading."""
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def age_on(today: date, *, birth_date: date | None, estimated_age: int | None, estimated_on: date | None) -> Age | None:
    """This will be someone's age today; None where nothing is known, which reads as a child.

    A birth date decides over an estimate. An estimate grows with the years since `estimated_on` (None: made today).
    """
    if birth_date is not None:
        return Age(max(0, full_years(birth_date=birth_date, today=today)), exact=True)
    if estimated_age is None:
        return None
    since = 0 if estimated_on is None else max(0, full_years(birth_date=estimated_on, today=today))
    return Age(estimated_age + since, exact=False)


def age_group(age: Age | None) -> AgeGroup:
    """This will be the group to store and show; an estimate near a border falls into the younger group."""
    if age is None:
        return AgeGroup.UNKNOWN
    return next(group for start, group in AGE_BANDS if age.at_least >= start)


def is_child(age: Age | None) -> bool:
    """This will be True below 18 and in doubt: no age at all, or an estimate below 20 (domain.md, Consent)."""
    return age is None or age.at_least < MAJORITY


def group_changes_on(today: date, *, birth_date: date) -> date | None:
    """This will be the next day on which the stored age group must be advanced; None once the last group is reached."""
    years = max(0, full_years(birth_date=birth_date, today=today))
    starts = [start for start, _ in AGE_BANDS if start > years]
    if not starts:
        return None
    year = birth_date.year + min(starts)
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def is_unaccompanied(
    age: Age | None, *, handling_needs: frozenset[HandlingNeed], vulnerabilities: frozenset[Vulnerability]
) -> bool:
    """This will be True for a child, or one who may be one, who is recorded as being without a caregiver."""
    alone = (
        HandlingNeed.CHILD_WITHOUT_CAREGIVER in handling_needs or Vulnerability.UNACCOMPANIED_CHILD in vulnerabilities
    )
    return alone and is_child(age)


def check_age(today: date, *, birth_date: date | None, estimated_age: int | None) -> Refusal | None:
    """This will refuse a birth date to come or beyond 120 years ago, an estimate outside 0 to 120, and a clash."""
    if birth_date is not None:
        if birth_date > today:
            return _invalid("The birth date lies in the future.", "birthDate")
        if full_years(birth_date=birth_date, today=today) > OLDEST:
            return _invalid(f"The birth date lies more than {OLDEST} years back.", "birthDate")
    if estimated_age is not None:
        if not 0 <= estimated_age <= OLDEST:
            return _invalid(f"An estimated age is between 0 and {OLDEST} years.", "estimatedAge")
        known = age_on(today, birth_date=birth_date, estimated_age=None, estimated_on=None)
        if known is not None and abs(known.years - estimated_age) > ESTIMATE_MARGIN:
            return _invalid("The estimated age contradicts the birth date: give one of them.", "estimatedAge")
    return None


def check_phone(number: str | None) -> Refusal | None:
    """This will refuse what is not a number in international form: `+`, country code, 7 to 15 digits (E.164)."""
    if number is None or E164.fullmatch(number):
        return None
    return _invalid("A phone number is written as + and 7 to 15 digits, country code first.", "phone")


def check_nationality(code: str | None) -> Refusal | None:
    """This will refuse what is not a country's two capital letters (ISO 3166-1 alpha-2)."""
    if code is None or code in COUNTRIES:
        return None
    return _invalid("A nationality is a country's two letters, such as HT (ISO 3166-1).", "nationality")


def _invalid(message: str, field: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, message, (field,))
