"""Who may consent at which age, what a consent says, and whether it reaches what a referral needs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.consent import (
    REGISTRATION_INFORMATION,
    STATISTICS_INFORMATION,
    Caregiver,
    GivenConsent,
    check_giver,
    check_reach,
    check_terms,
    in_force,
    missing_for,
    reach,
)
from models.rules.people import Age
from models.rules.problems import Refusal
from models.rules.roles import Role
from models.rules.vocabulary import (
    Assent,
    ConsentGiver,
    ConsentPurpose,
    InformationClass,
    OrganizationKind,
    ProblemCode,
    ReferralKind,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REGISTRY, OTHER = UUID(int=1), UUID(int=2)
IDENTITY, CONTACT, NEED, VULNERABILITIES, NARRATIVE = InformationClass
G, PRESENT, ABSENT, UNSAFE = ConsentGiver, Caregiver.PRESENT, Caregiver.ABSENT, Caregiver.UNSAFE
GIVEN, REFUSED, NOT_ABLE = Assent

AGES = st.none() | st.builds(Age, st.integers(0, 120), exact=st.booleans())


def giver(
    age: Age | int | None, who: ConsentGiver, assent: Assent | None, caregiver: Caregiver | None = None
) -> Refusal | None:
    age = Age(age, exact=True) if isinstance(age, int) else age
    name = None if who is G.SELF else "Rosemène Essai"
    return check_giver(age=age, giver=who, giver_name=name, assent=assent, caregiver=caregiver)


@pytest.mark.parametrize(
    ("age", "who", "assent", "caregiver"),
    [
        (0, G.PARENT, None, None),
        (5, G.CUSTOMARY_CAREGIVER, None, PRESENT),
        (5, G.LEGAL_GUARDIAN, NOT_ABLE, None),
        (6, G.PARENT, GIVEN, None),
        (14, G.PARENT, GIVEN, None),
        (14, G.PARENT, NOT_ABLE, PRESENT),
        (15, G.PARENT, GIVEN, PRESENT),
        (17, G.LEGAL_GUARDIAN, GIVEN, None),
        (15, G.SELF, None, UNSAFE),
        (17, G.SELF, GIVEN, UNSAFE),
        (17, G.TRUSTED_ADULT, GIVEN, ABSENT),
        (3, G.CHILD_AUTHORITY, None, ABSENT),
        (10, G.TRUSTED_ADULT, GIVEN, UNSAFE),
        (10, G.TRUSTED_ADULT, GIVEN, None),
        (18, G.SELF, None, None),
        (90, G.SELF, GIVEN, None),
        (Age(20, exact=False), G.SELF, None, None),
        (Age(45, exact=False), G.SELF, None, None),
        (Age(19, exact=False), G.PARENT, GIVEN, None),
        (Age(5, exact=False), G.PARENT, None, None),
        (None, G.TRUSTED_ADULT, GIVEN, None),
    ],
)
def test_a_consent_that_counts(
    age: Age | int | None, who: ConsentGiver, assent: Assent | None, caregiver: Caregiver | None
) -> None:
    assert giver(age, who, assent, caregiver) is None


@pytest.mark.parametrize(
    ("age", "who", "assent", "caregiver", "field"),
    [
        (14, G.PARENT, REFUSED, None, "assent"),
        (3, G.PARENT, REFUSED, None, "assent"),
        (30, G.SELF, REFUSED, None, "assent"),
        (6, G.PARENT, None, None, "assent"),
        (14, G.PARENT, None, None, "assent"),
        (16, G.PARENT, None, None, "assent"),
        (Age(6, exact=False), G.PARENT, None, None, "assent"),
        (None, G.PARENT, None, None, "assent"),
        (14, G.SELF, GIVEN, UNSAFE, "giver"),
        (5, G.SELF, None, None, "giver"),
        (17, G.SELF, GIVEN, None, "giver"),
        (17, G.SELF, GIVEN, PRESENT, "giver"),
        (17, G.SELF, GIVEN, ABSENT, "giver"),
        (Age(19, exact=False), G.SELF, GIVEN, None, "giver"),
        (None, G.SELF, GIVEN, UNSAFE, "giver"),
        (10, G.PARENT, GIVEN, UNSAFE, "giver"),
        (10, G.PARENT, GIVEN, ABSENT, "giver"),
        (10, G.TRUSTED_ADULT, GIVEN, PRESENT, "giver"),
        (18, G.PARENT, GIVEN, None, "giver"),
        (Age(20, exact=False), G.CHILD_AUTHORITY, GIVEN, ABSENT, "giver"),
    ],
)
def test_a_consent_that_does_not_count(
    age: Age | int | None, who: ConsentGiver, assent: Assent | None, caregiver: Caregiver | None, field: str
) -> None:
    refusal = giver(age, who, assent, caregiver)
    assert refusal is not None
    assert (refusal.code, refusal.field) == (ProblemCode.CONSENT_REQUIRED, (field,))


@given(AGES, st.sampled_from(G), st.none() | st.sampled_from(Caregiver))
def test_refused_assent_blocks_everyone(age: Age | None, who: ConsentGiver, caregiver: Caregiver | None) -> None:
    assert giver(age, who, REFUSED, caregiver) is not None


@given(AGES, st.none() | st.sampled_from(Assent), st.none() | st.sampled_from(Caregiver))
def test_nobody_who_may_be_under_fifteen_consents_alone(
    age: Age | None, assent: Assent | None, caregiver: Caregiver | None
) -> None:
    refusal = giver(age, G.SELF, assent, caregiver)
    assert refusal is not None or (age is not None and age.at_least >= 15)


@pytest.mark.parametrize("name", [None, "", "  "])
def test_whoever_consents_for_another_is_named(name: str | None) -> None:
    refusal = check_giver(age=Age(3, exact=True), giver=G.PARENT, giver_name=name, assent=None)
    assert refusal is not None
    assert (refusal.code, refusal.field) == (ProblemCode.INVALID_INPUT, ("giverName",))


def terms(
    purpose: ConsentPurpose,
    recipient: OrganizationKind | None,
    *information: InformationClass,
    roles: tuple[Role, ...] = (),
    valid_until: datetime | None = None,
) -> Refusal | None:
    return check_terms(
        purpose=purpose, recipient=recipient, information=information, roles=roles, now=NOW, valid_until=valid_until
    )


K, P = OrganizationKind, ConsentPurpose


def test_terms_that_go_together() -> None:
    assert terms(P.SERVICE, K.CIVIL_REGISTRY, IDENTITY, NEED) is None
    assert terms(P.SERVICE, K.MEDICAL_CENTER, *InformationClass, valid_until=NOW + timedelta(days=365)) is None
    assert terms(P.CHILD_AUTHORITY, K.CHILD_PROTECTION, IDENTITY, NEED) is None
    assert terms(P.LAW_ENFORCEMENT, K.POLICE, IDENTITY, NEED, roles=(Role.CASE_WORKER,)) is None
    assert terms(P.REGISTRATION, None, *REGISTRATION_INFORMATION) is None
    assert terms(P.STATISTICS, None, *STATISTICS_INFORMATION, valid_until=NOW + timedelta(days=3650)) is None


@pytest.mark.parametrize(
    ("refusal", "code", "field"),
    [
        (terms(P.SERVICE, None, NEED), ProblemCode.INVALID_INPUT, "recipientOrganizationId"),
        (terms(P.STATISTICS, K.NGO, NEED), ProblemCode.INVALID_INPUT, "recipientOrganizationId"),
        (terms(P.REGISTRATION, K.NGO, NEED), ProblemCode.INVALID_INPUT, "recipientOrganizationId"),
        (terms(P.SERVICE, K.POLICE, NEED), ProblemCode.INVALID_INPUT, "purpose"),
        (terms(P.SERVICE, K.CHILD_PROTECTION, NEED), ProblemCode.INVALID_INPUT, "purpose"),
        (terms(P.LAW_ENFORCEMENT, K.NGO, NEED, roles=(Role.CASE_WORKER,)), ProblemCode.INVALID_INPUT, "purpose"),
        (terms(P.LAW_ENFORCEMENT, K.POLICE, NEED, roles=(Role.SUPERVISOR,)), ProblemCode.NOT_ALLOWED, "purpose"),
        (terms(P.SERVICE, K.NGO), ProblemCode.INVALID_INPUT, "information"),
        (terms(P.SERVICE, K.NGO, NEED, NEED), ProblemCode.INVALID_INPUT, "information"),
        (terms(P.STATISTICS, None, IDENTITY), ProblemCode.INVALID_INPUT, "information"),
        (terms(P.SERVICE, K.NGO, NEED, valid_until=NOW), ProblemCode.INVALID_INPUT, "validUntil"),
        (terms(P.SERVICE, K.NGO, NEED, valid_until=NOW + timedelta(days=366)), ProblemCode.INVALID_INPUT, "validUntil"),
    ],
)
def test_terms_that_do_not(refusal: Refusal | None, code: ProblemCode, field: str) -> None:
    assert refusal is not None
    assert (refusal.code, refusal.field) == (code, (field,))


def consent(
    *information: InformationClass,
    purpose: ConsentPurpose = P.SERVICE,
    recipient: UUID = REGISTRY,
    until: datetime | None = None,
    withdrawn: datetime | None = None,
) -> GivenConsent:
    return GivenConsent(purpose, recipient, frozenset(information), NOW, until, withdrawn)


def test_a_consent_is_in_force_from_its_first_moment_until_before_its_last() -> None:
    end = NOW + timedelta(hours=1)
    assert not in_force(consent(), NOW - timedelta(microseconds=1))
    assert in_force(consent(), NOW)
    assert in_force(consent(until=end), end - timedelta(microseconds=1))
    assert not in_force(consent(until=end), end)
    assert in_force(consent(withdrawn=end), end - timedelta(microseconds=1))
    assert not in_force(consent(withdrawn=end), end)


def test_consents_to_one_recipient_add_up_and_reach_nobody_else() -> None:
    given = [
        consent(IDENTITY, NEED),
        consent(NARRATIVE),
        consent(CONTACT, withdrawn=NOW),
        consent(VULNERABILITIES, recipient=OTHER),
        consent(VULNERABILITIES, purpose=P.FOLLOW_UP),
    ]
    assert reach(given, recipient=REGISTRY, receiver=K.CIVIL_REGISTRY, now=NOW) == {IDENTITY, NEED, NARRATIVE}
    assert reach(given, recipient=REGISTRY, receiver=K.POLICE, now=NOW) == frozenset()
    assert reach([], recipient=REGISTRY, receiver=K.NGO, now=NOW) == frozenset()


@pytest.mark.parametrize(
    ("kind", "granted", "missing"),
    [
        (ReferralKind.REFERRAL, None, (IDENTITY, NEED)),
        (ReferralKind.REFERRAL, {IDENTITY, NEED}, ()),
        (ReferralKind.REFERRAL, {IDENTITY, NARRATIVE}, (NEED,)),
        (ReferralKind.TRANSFER, {NEED}, (IDENTITY,)),
        (ReferralKind.REDIRECTION, None, (IDENTITY, CONTACT)),
        (ReferralKind.REDIRECTION, {IDENTITY, CONTACT}, ()),
        (ReferralKind.SIGNPOST, None, ()),
    ],
)
def test_what_is_missing_is_said_in_the_order_of_the_contract(
    kind: ReferralKind, granted: set[InformationClass] | None, missing: tuple[InformationClass, ...]
) -> None:
    assert missing_for(kind, granted) == missing
    refusal = check_reach(kind=kind, recipient=REGISTRY, granted=granted)
    if missing:
        assert refusal is not None
        assert (refusal.code, refusal.missing, refusal.recipient) == (ProblemCode.CONSENT_REQUIRED, missing, REGISTRY)
    else:
        assert refusal is None


def test_a_refusal_below_another_input_says_where() -> None:
    refusal = giver(14, G.PARENT, REFUSED)
    assert refusal is not None
    assert refusal.below("consent").field == ("consent", "assent")
    assert Refusal(ProblemCode.NOT_FOUND, "x").below("personId").field == ("personId",)
