"""What a program may ask of the signing in, at the pages: no page at all, a recent proof, a strong one, one person."""

from __future__ import annotations

import pytest
from joserfc import jwt

from models.rules.roles import Role
from tests.api.signin.browser import Browser
from tests.api.signin.conftest import Pages
from tests.api.signin.test_asking import asking
from tests.auth.granting import Program, a_program, told
from tests.auth.people.household import PASSWORD, Person

LOGIN, CONSENT = "login_required", "consent_required"


@pytest.fixture(scope="module")
async def program(shared) -> Program:  # type: ignore[no-untyped-def]
    await a_program(shared, "network", network=True, public=True)
    return await a_program(shared)


@pytest.fixture
async def person(pages: Pages) -> Person:
    made = await pages.home.person()
    await pages.home.member(made.account_id, Role.CASE_WORKER)
    return made


async def sent(browser: Browser, client_id: str = "network", **asked: str) -> str:
    """Where a browser is that a program has sent here."""
    await browser.get(asking(client_id, **asked))
    return await browser.follow()


async def silently(browser: Browser, client_id: str = "network", **asked: str) -> dict[str, str]:
    """What a program learns that wants no page shown."""
    return told(await sent(browser, client_id, prompt="none", **asked))


async def test_no_page_is_shown_where_none_may_be(pages: Pages, program: Program, person: Person) -> None:
    assert (await silently(pages.browser()))["error"] == LOGIN
    browser = await pages.signed_in(person)
    assert (await silently(browser)).keys() == {"code", "state", "iss"}
    assert (await silently(browser, program.client_id))["error"] == CONSENT
    await pages.home.member(person.account_id, Role.TRAINER, organization_id=pages.home.deployment.shelter)
    answer = await silently(browser)
    assert (answer["error"], answer["state"]) == ("interaction_required", "a state")


async def test_a_proof_that_is_too_old_is_asked_for_again(pages: Pages, program: Program, person: Person) -> None:
    browser = await pages.signed_in(person)
    pages.home.deployment.clock.advance(minutes=6)
    assert (await silently(browser, max_age="300"))["error"] == LOGIN
    assert (await silently(browser, max_age="400")).keys() == {"code", "state", "iss"}
    assert (await sent(browser, max_age="300")).startswith("/confirm?")
    await browser.send("/confirm", password=PASSWORD)
    await browser.follow()
    await browser.send("/sign-in/code", code=pages.code(person))
    answer = told(await browser.follow())
    redeemed = await program_of("network", program).redeem(pages.home.deployment.process(), answer["code"])
    keys = (await pages.home.deployment.process().ring.keys(now=pages.home.deployment.clock.now)).signing
    claims = jwt.decode(redeemed.body["access_token"], keys, algorithms=["ES256"]).claims
    assert 0 <= pages.home.deployment.clock.now.timestamp() - claims["auth_time"] < 60


def program_of(client_id: str, like: Program) -> Program:
    """The same, by another name and without a secret."""
    return Program(like.deployment, client_id, None)


async def test_a_stronger_proof_than_there_is_is_asked_for_and_then_refused(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    pages.home.deployment.clock.advance(minutes=1)
    assert (await silently(browser, acr_values="phr"))["error"] == LOGIN
    assert (await silently(browser, acr_values="urn:konbit:acr:mfa phr")).keys() == {"code", "state", "iss"}
    assert (await silently(browser, acr_values="urn:other:gold"))["error"] == "unmet_authentication_requirements"
    assert told(await sent(browser, acr_values="urn:other:gold"))["error"] == "unmet_authentication_requirements"


async def test_nobody_but_whom_the_hint_names_will_do(pages: Pages, program: Program, person: Person) -> None:
    marie = await pages.signed_in(person)
    program = program_of("network", program)
    code = (await silently(marie, scope="openid directory:read"))["code"]
    hint = (await program.redeem(pages.home.deployment.process(), code)).body["id_token"]
    assert "code" in await silently(marie, id_token_hint=hint)
    other = await pages.home.person()
    await pages.home.member(other.account_id, Role.CASE_WORKER)
    browser = await pages.signed_in(other)
    assert (await silently(browser, id_token_hint=hint))["error"] == LOGIN
    assert (await sent(browser, id_token_hint=hint)).startswith("/sign-in?")
    assert "code" in await silently(browser, id_token_hint="no.token.at-all")
