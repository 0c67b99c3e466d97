"""Eligibility: whether a service is for a person, rule by rule, with the reason where it is not."""

from collections.abc import Collection
from dataclasses import dataclass

from models.rules.people import MAJORITY, Age, is_child
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode, Sex, Word


class EligibilityRule(Word):
    MINIMUM_AGE = "MINIMUM_AGE"
    MAXIMUM_AGE = "MAXIMUM_AGE"
    SEX = "SEX"
    UNACCOMPANIED_CHILD = "UNACCOMPANIED_CHILD"


@dataclass(frozen=True, slots=True)
class Criteria:
    """Whom a service is for."""

    minimum_age: int | None = None
    """Full years, included; None: no limit."""
    maximum_age: int | None = None
    """Full years, included; None: no limit."""
    sexes: frozenset[Sex] = frozenset()
    """Empty, or with both FEMALE and MALE: everyone, whatever is recorded."""
    accepts_unaccompanied_children: bool = True


@dataclass(frozen=True, slots=True)
class Applicant:
    """Of a person, what eligibility asks."""

    age: Age | None
    sex: Sex
    unaccompanied: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer."""

    rule: EligibilityRule
    passed: bool
    reason: str | None = None
    """Why not; None where it passed."""


def verdicts(criteria: Criteria, applicant: Applicant) -> tuple[Verdict, ...]:
    """This will answer for each rule that the service has, in the order of EligibilityRule; () where it has none."""
    found = []
    age = applicant.age
    if criteria.minimum_age is not None:
        reason = f"The service is for people of {criteria.minimum_age} years or more."
        found.append(_verdict(EligibilityRule.MINIMUM_AGE, _old_enough(age, criteria.minimum_age), reason))
    if criteria.maximum_age is not None:
        reason = f"The service is for people of {criteria.maximum_age} years or less."
        young_enough = age is None or age.at_least <= criteria.maximum_age
        found.append(_verdict(EligibilityRule.MAXIMUM_AGE, young_enough, reason))
    if limits_sex(criteria.sexes):
        reason = "The service is for a sex that is not the one on record."
        found.append(_verdict(EligibilityRule.SEX, applicant.sex in criteria.sexes, reason))
    if not criteria.accepts_unaccompanied_children:
        alone = applicant.unaccompanied and is_child(age)
        reason = "The service does not take a child without a caregiver."
        found.append(_verdict(EligibilityRule.UNACCOMPANIED_CHILD, not alone, reason))
    return tuple(found)


def limits_sex(sexes: Collection[Sex]) -> bool:
    """This will be False for an empty list and for one that names women and men, so that OTHER and UNKNOWN get in."""
    return bool(sexes) and not {Sex.FEMALE, Sex.MALE} <= set(sexes)


def check_eligible(criteria: Criteria, applicant: Applicant) -> Refusal | None:
    """This will refuse, as NOT_ELIGIBLE and with every reason, a person for whom the service is not."""
    reasons = [verdict.reason for verdict in verdicts(criteria, applicant) if verdict.reason is not None]
    if not reasons:
        return None
    return Refusal(ProblemCode.NOT_ELIGIBLE, " ".join(reasons), ("serviceId",))


def _old_enough(age: Age | None, minimum: int) -> bool:
    """Doubt keeps nobody out of what is for children, and nobody in doubt is placed among adults.

    So an adults' service asks for the age that is certain, any other for the age as it is known; no age at all reads as
    a child of whatever age the service asks for.
    """
    if minimum >= MAJORITY:
        return age is not None and age.at_least >= minimum
    return age is None or age.years >= minimum


def _verdict(rule: EligibilityRule, passed: bool, reason: str) -> Verdict:
    return Verdict(rule, passed, None if passed else reason)
