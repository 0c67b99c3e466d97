"""What the receiver of a referral sees, state by state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.disclosure import CONSENTED_IN, STUB_IN, Sight, check_carried, disclosed, receiver_sees
from models.rules.purposes import AUTHORITIES
from models.rules.vocabulary import InformationClass, OrganizationKind, ReferralKind
from models.rules.vocabulary import ReferralStatus as Status

CONSENTED = {
    Status.ACCEPTED,
    Status.IN_PROGRESS,
    Status.ON_HOLD,
    Status.CANCEL_REQUESTED,
    Status.COMPLETED,
    Status.CLOSED,
}
STUB = {Status.SENT, Status.ACKNOWLEDGED, Status.WAITLISTED}
GONE = {Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED, Status.FORWARDED, Status.ENTERED_IN_ERROR}
ALL = frozenset(InformationClass)


@pytest.mark.parametrize("status", Status)
def test_an_ordinary_receiver_sees_by_state(status: Status) -> None:
    expected = {
        Status.DRAFT: Sight.NOTHING,
        **dict.fromkeys(STUB, Sight.STUB),
        **dict.fromkeys(CONSENTED, Sight.AS_CONSENTED),
        **dict.fromkeys(GONE, Sight.NOTHING_BUT_STATE),
    }
    for taken in (False, True):
        assert receiver_sees(status, receiver=OrganizationKind.NGO, taken_by_officer=taken) is expected[status]


@pytest.mark.parametrize("receiver", sorted(AUTHORITIES))
def test_an_authority_sees_nobody_before_a_named_officer_takes_it(receiver: OrganizationKind) -> None:
    for status in set(Status) - {Status.DRAFT}:
        untaken = receiver_sees(status, receiver=receiver, taken_by_officer=False)
        assert untaken is Sight.NOTHING_BUT_STATE
    assert receiver_sees(Status.DRAFT, receiver=receiver, taken_by_officer=True) is Sight.NOTHING
    assert receiver_sees(Status.ACCEPTED, receiver=receiver, taken_by_officer=True) is Sight.AS_CONSENTED
    assert receiver_sees(Status.DECLINED, receiver=receiver, taken_by_officer=True) is Sight.NOTHING_BUT_STATE


def test_the_states_for_policies_agree_with_the_table() -> None:
    assert CONSENTED_IN == CONSENTED
    assert STUB_IN == CONSENTED | STUB


@given(st.sampled_from(Sight), st.sampled_from(ReferralKind), st.frozensets(st.sampled_from(InformationClass)))
def test_nothing_is_disclosed_beyond_sight_kind_and_consent(
    sight: Sight, kind: ReferralKind, granted: frozenset[InformationClass]
) -> None:
    told = disclosed(sight=sight, kind=kind, granted=granted)
    assert told <= granted
    assert not told or sight is Sight.AS_CONSENTED
    assert not told or kind is not ReferralKind.SIGNPOST


def test_each_kind_tells_what_it_may() -> None:
    told = {kind: disclosed(sight=Sight.AS_CONSENTED, kind=kind, granted=ALL) for kind in ReferralKind}
    assert told == {
        ReferralKind.SIGNPOST: frozenset(),
        ReferralKind.REDIRECTION: {InformationClass.IDENTITY, InformationClass.CONTACT},
        ReferralKind.REFERRAL: ALL,
        ReferralKind.TRANSFER: ALL,
    }


@pytest.mark.parametrize(
    ("kind", "person", "summary", "narrative", "field"),
    [
        (ReferralKind.SIGNPOST, False, None, None, None),
        (ReferralKind.SIGNPOST, True, None, None, "personId"),
        (ReferralKind.SIGNPOST, False, "Needs an extract.", None, "summary"),
        (ReferralKind.REDIRECTION, True, None, None, None),
        (ReferralKind.REDIRECTION, False, None, None, "personId"),
        (ReferralKind.REDIRECTION, True, None, "Her papers were taken.", "narrative"),
        (ReferralKind.REFERRAL, True, "Needs an extract.", "Her papers were taken.", None),
        (ReferralKind.REFERRAL, False, None, None, "personId"),
        (ReferralKind.TRANSFER, False, None, None, "personId"),
    ],
)
def test_a_kind_carries_what_it_says_and_no_more(
    kind: ReferralKind, person: bool, summary: str | None, narrative: str | None, field: str | None
) -> None:
    refusal = check_carried(kind=kind, person_given=person, summary=summary, narrative=narrative)
    assert (None if refusal is None else refusal.field) == (None if field is None else (field,))
