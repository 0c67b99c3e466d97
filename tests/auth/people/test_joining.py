"""Who is invited joins as who they are, or anew with a way to sign in; an account without one never comes to be."""

import base64
from uuid import UUID, uuid4

import pytest

from auth.assurance import PASSKEY, PASSWORD_AND_CODE
from auth.people import invitations, joining, memberships, passkeys, sessions, totp
from auth.people.changing import NewSecret, VouchedFor, WrongFirstCode
from auth.people.invitations import AnothersIdentity, Identity, InvitationOver, ProviderNeeded
from auth.people.joining import Joined, Newcomer
from auth.people.passkey_answers import NotThisPasskey
from auth.people.passkeys import Asked
from auth.people.proving import Proved, WrongCode
from models.rules.passwords import TooCommon
from models.rules.roles import Role
from tests.auth.deployment import PROFILE, START
from tests.auth.people.household import ADDRESS, PASSWORD, Household, lost, won

MARIE = Newcomer("  Marie   Test ", "ht", "Mozilla/5.0 (Android 14; Mobile) Gecko Firefox/131.0")


async def invited(home: Household, provider_id: UUID | None = None) -> str:
    _, token = await home.at(
        lambda c: invitations.make(
            c,
            organization_id=home.deployment.brc,
            name="Marie",
            roles=[Role.INTAKE],
            provider_id=provider_id,
            now=START,
        )
    )
    return token


async def asked_for_passkey(home: Household, token: str) -> Asked:
    return await home.at(lambda c: joining.ask_for_passkey(c, token, "Marie", profile=PROFILE, now=START))


async def with_passkey(home: Household, token: str, asked: Asked, answer: str) -> Joined:
    return await home.at(
        lambda c: joining.with_passkey(
            c, token, MARIE, asked.handle, answer, passkey_name="telefòn", profile=PROFILE, now=START
        )
    )


async def asked_for_code(home: Household, token: str, proposed: str = "marie", password: str = PASSWORD) -> NewSecret:
    joining.check_password(password, display_name="Marie", proposed_name=proposed)
    hashed = await home.passwords.hash(password)
    return await home.at(
        lambda c: joining.ask_for_code(c, token, "Marie", hashed, proposed_name=proposed, sealer=home.sealer, now=START)
    )


def first_code(secret: NewSecret) -> str:
    return totp.code(base64.b32decode(secret.as_text.replace(" ", "")), totp.step_of(START))


async def with_password(home: Household, token: str, secret: NewSecret, typed: str | None = None) -> Joined:
    code = first_code(secret) if typed is None else typed
    return await home.at(
        lambda c: joining.with_password(c, token, MARIE, secret.handle, code, sealer=home.sealer, now=START)
    )


async def accounts(home: Household) -> int:
    [row] = await home.deployment.sql("SELECT count(*) FROM account")
    return int(row[0])


async def test_with_a_passkey_one_is_a_member_and_signed_in(home: Household) -> None:
    token, device = await invited(home), home.a_device()
    asked = await asked_for_passkey(home, token)
    joined = await with_passkey(home, token, asked, device.register(asked.options))
    who = joined.signed_in
    assert (who.display_name, who.language, who.acr, who.auth_time) == ("Marie Test", "ht", PASSKEY.acr, START)
    assert await home.at(lambda c: sessions.find(c, joined.cookie, now=START)) == who
    [choice] = await home.at(lambda c: memberships.of(c, who.account_id, provider_id=None))
    assert (choice.membership_id, choice.roles) == (joined.membership_id, (Role.INTAKE,))
    again = await home.at(lambda c: passkeys.ask_to_sign_in(c, profile=PROFILE, now=START))
    proved = await home.prover().passkey(again.handle, device.sign_in(again.options), now=START)
    assert proved == Proved(who.account_id, PASSKEY)


async def test_a_passkey_that_was_asked_for_by_an_account_makes_no_other(home: Household) -> None:
    account_id, before = await home.account(), await accounts(home)
    asked = await home.at(
        lambda c: passkeys.ask_to_register(c, account_id, name="m", display_name="M", profile=PROFILE, now=START)
    )
    with pytest.raises(NotThisPasskey):
        await with_passkey(home, await invited(home), asked, home.a_device().register(asked.options))
    assert await accounts(home) == before
    assert await home.at(lambda c: passkeys.listed(c, account_id)) == []


async def test_with_a_password_one_is_a_member_and_signs_in_by_the_name_one_is_given(home: Household) -> None:
    token = await invited(home)
    joined = await with_password(home, token, await asked_for_code(home, token, "Marie@BRC.example"))
    assert joined.signed_in.acr == PASSWORD_AND_CODE.acr
    assert joined.sign_in_name is not None
    assert joined.sign_in_name.rpartition(".")[0] == "marie@brc.example"
    handle = await home.prover().password(joined.sign_in_name, PASSWORD, address=ADDRESS, now=START)
    proved = await home.prover().code(handle, joined.recovery_codes[9], now=START)
    assert proved.account_id == joined.signed_in.account_id


async def test_a_name_that_is_anothers_is_answered_like_any_other(home: Household) -> None:
    answers = []
    for _ in range(2):
        token = await invited(home)
        joined = await with_password(home, token, await asked_for_code(home, token, "rose@brc.example"))
        stem, _, digits = (joined.sign_in_name or "").rpartition(".")
        answers.append((stem, len(digits)))
    assert answers == [("rose@brc.example", 4)] * 2


async def test_the_first_code_counts_once_and_a_wrong_one_may_be_tried_again(home: Household) -> None:
    token = await invited(home)
    secret = await asked_for_code(home, token)
    before = await accounts(home)
    with pytest.raises(WrongFirstCode):
        await with_password(home, token, secret, "000000")
    assert await accounts(home) == before
    joined = await with_password(home, token, secret)
    handle = await home.prover().password(joined.sign_in_name or "", PASSWORD, address=ADDRESS, now=START)
    with pytest.raises(WrongCode):
        await home.prover().code(handle, first_code(secret), now=START)


async def test_an_unfit_password_is_refused_before_anything_is_shown(home: Household) -> None:
    token = await invited(home)
    with pytest.raises(TooCommon):
        await asked_for_code(home, token, password="password1234")


async def test_of_fifty_who_join_by_one_link_one_has_an_account(home: Household) -> None:
    token = await invited(home)
    steps = [await asked_for_passkey(home, token) for _ in range(50)]
    answers = iter([(each, home.a_device().register(each.options)) for each in steps])
    before = await accounts(home)

    def joins(connection: object) -> object:
        asked, answer = next(answers)
        return joining.with_passkey(
            connection,  # type: ignore[arg-type]
            token,
            MARIE,
            asked.handle,
            answer,
            passkey_name="telefòn",
            profile=PROFILE,
            now=START,
        )

    results = await home.at_once(joins)  # type: ignore[arg-type]
    assert len(won(results)) == 1
    assert {type(error) for error in lost(results)} == {InvitationOver}
    assert await accounts(home) == before + 1


async def test_who_is_signed_in_joins_as_who_they_are(home: Household) -> None:
    account_id = await home.account()
    _, signed_in = await home.signed_in(account_id)
    token, before = await invited(home), await accounts(home)
    membership_id = await home.at(lambda c: joining.as_oneself(c, token, signed_in, now=START))
    [choice] = await home.at(lambda c: memberships.of(c, account_id, provider_id=None))
    assert choice.membership_id == membership_id
    assert await accounts(home) == before


async def a_provider(home: Household) -> UUID:
    provider_id = uuid4()
    await home.deployment.sql(
        "INSERT INTO identity_provider (id, organization_id, issuer, name, client_id, created_at)"
        " VALUES ($1, $2, $3, 'theirs', 'konbit', now())",
        *(provider_id, home.deployment.brc, f"https://{provider_id}.example"),
    )
    return provider_id


async def test_whom_a_provider_vouches_for_joins_no_other_organisation_by_it(home: Household) -> None:
    account_id, provider_id = await home.account(), await a_provider(home)
    _, signed_in = await home.at(
        lambda c: sessions.begin(
            c, account_id=account_id, proof=PASSWORD_AND_CODE, user_agent=None, provider_id=provider_id, now=START
        )
    )
    token = await invited(home)
    with pytest.raises(VouchedFor):
        await home.at(lambda c: joining.as_oneself(c, token, signed_in, now=START))


async def test_a_link_that_asks_for_a_provider_makes_no_account_without_it(home: Household) -> None:
    token, before = await invited(home, await a_provider(home)), await accounts(home)
    with pytest.raises(ProviderNeeded):
        await asked_for_passkey(home, token)
    with pytest.raises(ProviderNeeded):
        await asked_for_code(home, token)
    other = await invited(home)
    asked = await asked_for_passkey(home, other)
    with pytest.raises(ProviderNeeded):
        await with_passkey(home, token, asked, home.a_device().register(asked.options))
    assert await accounts(home) == before


async def test_by_a_provider_one_has_an_account_of_ones_own_whatever_it_says_of_names(home: Household) -> None:
    provider_id = await a_provider(home)
    existing = await home.account("Marie Test")

    async def by_provider(subject: str, *, signed_in: sessions.SignedIn | None = None) -> UUID:
        token = await invited(home, provider_id)
        return await home.at(
            lambda c: joining.by_provider(
                c, token, MARIE, Identity(provider_id, subject), signed_in=signed_in, now=START
            )
        )

    first = await by_provider("marie@brc.example")
    assert first != existing
    assert await by_provider("marie@brc.example") == first
    _, signed_in = await home.signed_in(existing)
    assert await by_provider("another", signed_in=signed_in) == existing
    with pytest.raises(AnothersIdentity):
        await by_provider("marie@brc.example", signed_in=signed_in)
