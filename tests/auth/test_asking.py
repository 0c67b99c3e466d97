"""What a program asks of the signing in, and which page comes next: prompt, max_age and acr_values."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from auth.asking import Asked, Next, Prompt, Settled, Unanswerable, UnreadableQuestion, read_asked, what_next
from auth.assurance import Acr
from auth.people.sessions import SignedIn

ASKED_AT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
ROSE, OTHER = UUID(int=1), UUID(int=2)
ALL_SETTLED = Settled(organisation=True, consent=True)


def signed_in(*, minutes_ago: float = 60, acr: Acr = Acr.TWO_FACTORS) -> SignedIn:
    """Minutes before the request came; negative: after it, and so for it."""
    return SignedIn(
        session_id=UUID(int=9),
        account_id=ROSE,
        display_name="Rose Test",
        language=None,
        provider_id=None,
        auth_time=ASKED_AT - timedelta(minutes=minutes_ago),
        acr=acr,
        amr=("pwd", "otp", "mfa"),
    )


def following(parameters: dict[str, str], who: SignedIn | None, settled: Settled = ALL_SETTLED) -> Next:
    return what_next(read_asked(parameters), who, asked_at=ASKED_AT, settled=settled)


def refusal(parameters: dict[str, str], who: SignedIn | None, settled: Settled = ALL_SETTLED) -> str:
    with pytest.raises(Unanswerable) as refused:
        following(parameters, who, settled)
    return refused.value.error


def test_nobody_signed_in_must_sign_in() -> None:
    assert following({}, None) is Next.SIGN_IN
    assert refusal({"prompt": "none"}, None) == "login_required"


def test_who_is_signed_in_and_has_agreed_is_asked_nothing() -> None:
    assert following({}, signed_in()) is Next.ANSWER
    assert following({"prompt": "none"}, signed_in()) is Next.ANSWER


@pytest.mark.parametrize(
    ("settled", "error"),
    [
        (Settled(organisation=True), "consent_required"),
        (Settled(consent=True), "interaction_required"),
        (Settled(), "interaction_required"),
    ],
)
def test_what_is_not_settled_is_decided_on_a_page_or_refused_where_none_may_be_shown(
    settled: Settled, error: str
) -> None:
    assert following({}, signed_in(), settled) is Next.DECIDE
    assert refusal({"prompt": "none"}, signed_in(), settled) == error


def test_consent_is_asked_for_again_where_the_program_wants_it() -> None:
    assert following({"prompt": "consent"}, signed_in()) is Next.DECIDE


def test_a_login_is_one_that_came_after_the_request() -> None:
    assert following({"prompt": "login"}, signed_in(minutes_ago=0.1)) is Next.PROVE_AGAIN
    assert following({"prompt": "login"}, signed_in(minutes_ago=-1)) is Next.ANSWER
    assert following({"prompt": "login consent"}, signed_in(minutes_ago=-1)) is Next.DECIDE


def test_an_account_is_chosen_once() -> None:
    asked = {"prompt": "select_account"}
    assert following(asked, signed_in()) is Next.CHOOSE_ACCOUNT
    assert following(asked, signed_in(), Settled(account=True, organisation=True, consent=True)) is Next.ANSWER
    assert following(asked, signed_in(minutes_ago=-1)) is Next.ANSWER


@pytest.mark.parametrize(
    ("max_age", "minutes_ago", "expected"),
    [
        ("300", 5, Next.ANSWER),
        ("299", 5, Next.PROVE_AGAIN),
        ("300", 5.01, Next.PROVE_AGAIN),
        ("0", 0.01, Next.PROVE_AGAIN),
        ("0", 0, Next.ANSWER),
        ("0", -3, Next.ANSWER),
        ("1", -3, Next.ANSWER),
        ("9999999999", 700, Next.ANSWER),
    ],
)
def test_a_proof_older_than_max_age_is_asked_for_again(max_age: str, minutes_ago: float, expected: Next) -> None:
    assert following({"max_age": max_age}, signed_in(minutes_ago=minutes_ago)) is expected
    if expected is Next.PROVE_AGAIN:
        assert refusal({"max_age": max_age, "prompt": "none"}, signed_in(minutes_ago=minutes_ago)) == "login_required"


def test_a_level_that_is_not_reached_is_asked_for_and_after_a_proof_in_vain_refused() -> None:
    asked = {"acr_values": "phr"}
    assert following(asked, signed_in(acr=Acr.PHISHING_RESISTANT)) is Next.ANSWER
    assert following(asked, signed_in(acr=Acr.TWO_FACTORS)) is Next.PROVE_AGAIN
    assert refusal(asked, signed_in(minutes_ago=-1, acr=Acr.TWO_FACTORS)) == "unmet_authentication_requirements"
    assert refusal(asked | {"prompt": "none"}, signed_in()) == "login_required"


def test_of_several_levels_any_will_do_and_a_stronger_one_too() -> None:
    either = {"acr_values": f"phr {Acr.TWO_FACTORS} unheard-of"}
    assert following(either, signed_in(acr=Acr.TWO_FACTORS)) is Next.ANSWER
    assert following(either, signed_in(acr=Acr.PROVIDER)) is Next.PROVE_AGAIN
    weak = {"acr_values": Acr.PROVIDER.value}
    assert following(weak, signed_in(acr=Acr.PHISHING_RESISTANT)) is Next.ANSWER


@pytest.mark.parametrize("who", [None, signed_in(acr=Acr.PHISHING_RESISTANT)])
def test_levels_that_nobody_can_reach_are_refused_at_once(who: SignedIn | None) -> None:
    assert refusal({"acr_values": "urn:other:gold"}, who) == "unmet_authentication_requirements"


def test_nobody_but_who_is_meant_will_do() -> None:
    meant = read_asked({}, account_id=OTHER)
    assert what_next(meant, signed_in(), asked_at=ASKED_AT, settled=ALL_SETTLED) is Next.SIGN_IN
    silent = read_asked({"prompt": "none"}, account_id=OTHER)
    with pytest.raises(Unanswerable, match="login_required"):
        what_next(silent, signed_in(), asked_at=ASKED_AT, settled=ALL_SETTLED)
    same = read_asked({}, account_id=ROSE)
    assert what_next(same, signed_in(), asked_at=ASKED_AT, settled=ALL_SETTLED) is Next.ANSWER


@pytest.mark.parametrize(
    "parameters",
    [
        {"prompt": "none login"},
        {"prompt": "create"},
        {"prompt": "LOGIN"},
        {"max_age": "-1"},
        {"max_age": "5m"},
        {"max_age": "1.5"},
        {"max_age": "٥"},
        {"max_age": "1" * 11},
    ],
)
def test_a_question_that_is_none_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(UnreadableQuestion):
        read_asked(parameters)


def test_what_is_not_asked_for_is_not_asked() -> None:
    assert read_asked({"scope": "openid"}) == Asked()
    assert read_asked({"prompt": "login consent", "max_age": "60", "acr_values": "phr"}) == Asked(
        prompts=frozenset({Prompt.LOGIN, Prompt.CONSENT}),
        max_age=timedelta(minutes=1),
        acr_values=(Acr.PHISHING_RESISTANT,),
    )
