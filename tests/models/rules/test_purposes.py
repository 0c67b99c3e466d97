"""An authority receives on its own purpose only, and no consent lasts for ever."""

from datetime import UTC, datetime

import pytest

from models.rules.purposes import AUTHORITIES, LONGEST_MONTHS, lasts_until, latest_end, may_receive, purposes_for
from models.rules.vocabulary import ConsentPurpose as Purpose
from models.rules.vocabulary import OrganizationKind as Kind

GIVEN_AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_the_authorities_are_these_six() -> None:
    assert {
        Kind.POLICE,
        Kind.JUSTICE,
        Kind.MIGRATION_AUTHORITY,
        Kind.LOCAL_AUTHORITY,
        Kind.MINISTRY,
        Kind.FOREIGN_AUTHORITY,
    } == AUTHORITIES


@pytest.mark.parametrize("kind", Kind)
def test_service_consent_reaches_no_authority_and_no_child_authority(kind: Kind) -> None:
    served = kind not in AUTHORITIES and kind is not Kind.CHILD_PROTECTION
    assert (Purpose.SERVICE in purposes_for(kind)) is served
    assert may_receive(kind, Purpose.SERVICE) is served


@pytest.mark.parametrize(
    ("kind", "purposes"),
    [
        (Kind.POLICE, (Purpose.LAW_ENFORCEMENT,)),
        (Kind.JUSTICE, (Purpose.LAW_ENFORCEMENT,)),
        (Kind.MIGRATION_AUTHORITY, (Purpose.MIGRATION_AUTHORITY,)),
        (Kind.MINISTRY, (Purpose.LAW_ENFORCEMENT, Purpose.MIGRATION_AUTHORITY)),
        (Kind.CHILD_PROTECTION, (Purpose.CHILD_AUTHORITY,)),
        (Kind.CIVIL_REGISTRY, (Purpose.SERVICE,)),
        (Kind.OMBUDSMAN, (Purpose.SERVICE,)),
    ],
)
def test_each_kind_receives_on_its_own_purpose(kind: Kind, purposes: tuple[Purpose, ...]) -> None:
    assert purposes_for(kind) == purposes
    assert all(may_receive(kind, purpose) for purpose in purposes)


def test_an_authority_is_named_for_a_conference_and_for_nothing_else_of_others() -> None:
    named = {purpose for purpose in Purpose if may_receive(Kind.POLICE, purpose)}
    assert named == {Purpose.LAW_ENFORCEMENT, Purpose.CASE_CONFERENCE}
    assert not any(may_receive(kind, Purpose.REGISTRATION) for kind in Kind)


def test_every_purpose_has_a_length_or_stays_inside() -> None:
    assert set(LONGEST_MONTHS) == set(Purpose)
    assert latest_end(Purpose.REGISTRATION, GIVEN_AT) is None
    assert latest_end(Purpose.SERVICE, GIVEN_AT) == datetime(2027, 11, 30, 8, tzinfo=UTC)
    assert latest_end(Purpose.LAW_ENFORCEMENT, GIVEN_AT) == datetime(2027, 2, 28, 8, tzinfo=UTC)


def test_what_was_agreed_on_stands_and_silence_means_the_longest() -> None:
    agreed = datetime(2026, 12, 24, tzinfo=UTC)
    assert lasts_until(purpose=Purpose.SERVICE, given_at=GIVEN_AT, valid_until=agreed) == agreed
    assert lasts_until(purpose=Purpose.SERVICE, given_at=GIVEN_AT, valid_until=None) == datetime(
        2027, 11, 30, 8, tzinfo=UTC
    )
    assert lasts_until(purpose=Purpose.STATISTICS, given_at=GIVEN_AT, valid_until=None) is None
