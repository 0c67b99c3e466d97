"""People come in by their organisation's own provider: once invited, for that organisation alone, never by e-mail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import httpx2
import pytest
from starlette.applications import Starlette

from api.logs import configure
from api.signin.desk import Desk
from api.signin.providers import provider_routes
from api.signin.routes import signin_routes
from auth.keys import KeyRing
from auth.outside import Outside
from auth.people import invitations, memberships, sessions
from auth.people.sessions import SignedIn
from auth.providers.registry import Registry
from auth.providers.sign_in import ProviderSignIn
from models.rules.roles import Role
from models.session import Database
from tests.api.signin.browser import Browser
from tests.api.signin.conftest import Pages
from tests.auth.an_issuer import LOOPBACK, Issuer, as_new, issuing, registered
from tests.auth.deployment import PROFILE, SEALER
from tests.auth.people.household import PASSWORD, Household

COOKIE = "__Host-konbit"


@pytest.fixture
async def pages(home: Household, requests: Database) -> Pages:
    configure(level=30)
    for table in ("external_identity", "invitation", "browser_session", "identity_provider"):
        await home.deployment.sql(f"TRUNCATE {table} CASCADE")
    await as_new(home.deployment)
    engine, ring = home.deployment.engine, KeyRing(home.deployment.engine, SEALER)
    desk = Desk(engine, PROFILE, ring, home.sealer, home.passwords, clock=home.deployment.clock)
    providers = ProviderSignIn(Registry(engine, Outside(LOOPBACK)), profile=PROFILE, ring=ring, sealer=SEALER)
    return Pages(home, Starlette(routes=[*signin_routes(desk, requests), *provider_routes(desk, providers)]))


@pytest.fixture
def issuer(pages: Pages) -> Iterator[Issuer]:
    with issuing(pages.home.deployment.clock) as ready:
        yield ready


async def invited(pages: Pages, provider_id: UUID | None, *, organization_id: UUID | None = None) -> str:
    """This will invite somebody who must come by the provider, and be the page of the invitation."""
    deployment = pages.home.deployment
    async with deployment.engine.begin() as connection:
        _, token = await invitations.make(
            connection,
            organization_id=organization_id or deployment.brc,
            name="Rose of the registry",
            roles=[Role.INTAKE],
            provider_id=provider_id,
            now=deployment.clock.now,
        )
    return f"/invitation/{token}"


async def goes(browser: Browser, address: str) -> str:
    """This will leave for the provider by a link of ours, come back, and say where that ended."""
    await browser.get(address, sec_fetch_site="same-origin")
    outside = await browser.follow()
    assert outside.startswith("http://127.0.0.1:"), (outside, browser.page.heading)
    async with httpx2.AsyncClient(trust_env=False) as elsewhere:
        back = (await elsewhere.get(outside)).headers["location"]
    await browser.get(back, sec_fetch_site="cross-site")
    return await browser.follow()


def link(browser: Browser) -> str:
    """The link to a provider that the page has."""
    (address,) = [each for each in browser.page.links if "/oauth/providers/" in each]
    return address


async def joins(pages: Pages, provider_id: UUID) -> Browser:
    browser = pages.browser()
    await browser.get(await invited(pages, provider_id))
    assert await goes(browser, link(browser)) == "/account"
    return browser


async def signed_in(pages: Pages, browser: Browser) -> SignedIn | None:
    cookie = browser.http.cookies.get(COOKIE)
    if cookie is None:
        return None
    async with pages.home.deployment.engine.begin() as connection:
        return await sessions.find(connection, cookie, now=pages.home.deployment.clock.now)


async def test_an_invited_person_joins_and_comes_again(pages: Pages, issuer: Issuer) -> None:
    provider_id = await registered(pages.home.deployment, issuer)
    first = await signed_in(pages, await joins(pages, provider_id))
    assert first is not None
    assert (first.display_name, first.provider_id) == ("Rose of the registry", provider_id)

    pages.home.deployment.clock.advance(days=1)
    browser = pages.browser()
    await browser.get("/sign-in?organization=ministry")
    assert await goes(browser, link(browser)) == "/account"
    again = await signed_in(pages, browser)
    assert again is not None
    assert (again.account_id, again.provider_id) == (first.account_id, provider_id)
    assert again.session_id != first.session_id


async def test_nobody_comes_in_who_was_not_invited(pages: Pages, issuer: Issuer) -> None:
    provider_id = await registered(pages.home.deployment, issuer)
    await joins(pages, provider_id)
    issuer.person = "person-2"
    browser = pages.browser()
    await browser.get("/sign-in?organization=ministry")
    assert (await goes(browser, link(browser))).startswith(f"/oauth/providers/{provider_id}/callback?")
    assert browser.answer is not None
    assert browser.answer.status_code == 400
    assert browser.page.heading == "Signing in through your organisation did not succeed"
    assert await signed_in(pages, browser) is None


async def test_an_e_mail_address_makes_nobody_anybody(pages: Pages, issuer: Issuer) -> None:
    """The provider says the address that another person signs in by here; whoever is invited is somebody new."""
    deployment = pages.home.deployment
    theirs = await pages.home.account("Rose of another organisation")
    await pages.home.member(theirs, Role.ADMINISTRATOR, organization_id=deployment.shelter)
    await deployment.sql("INSERT INTO sign_in_name VALUES ('rose@example.org', $1)", theirs)
    provider_id = await registered(deployment, issuer)
    browser = pages.browser()
    await goes(browser, f"/oauth/providers/{provider_id}/begin")
    assert await signed_in(pages, browser) is None
    joined = await signed_in(pages, await joins(pages, provider_id))
    assert joined is not None
    assert joined.account_id != theirs


async def test_the_same_subject_at_another_issuer_is_another_person(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    await joins(pages, await registered(deployment, issuer))
    with issuing(deployment.clock) as other:
        theirs = await registered(deployment, other, organization_id=deployment.shelter)
        browser = pages.browser()
        await goes(browser, f"/oauth/providers/{theirs}/begin")
        assert await signed_in(pages, browser) is None


async def test_an_invitation_is_accepted_at_the_provider_that_it_names(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    ours = await registered(deployment, issuer)
    with issuing(deployment.clock) as other:
        theirs = await registered(deployment, other, organization_id=deployment.shelter)
        for named in (ours, None):
            page, browser = await invited(pages, named), pages.browser()
            await goes(browser, f"/oauth/providers/{theirs}/begin?next={page}")
            assert await signed_in(pages, browser) is None
    assert await deployment.sql("SELECT FROM external_identity WHERE provider_id = $1", theirs) == []
    assert await deployment.sql("SELECT FROM invitation WHERE accepted_at IS NOT NULL") == []


async def test_whom_a_provider_vouches_for_acts_for_its_organisation_alone(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    provider_id = await registered(deployment, issuer)
    browser = await joins(pages, provider_id)
    session = await signed_in(pages, browser)
    assert session is not None
    await pages.home.member(session.account_id, Role.ADMINISTRATOR, organization_id=deployment.shelter)
    async with deployment.engine.connect() as connection:
        choices = await memberships.of(connection, session.account_id, provider_id=session.provider_id)
    assert [choice.organization_id for choice in choices] == [deployment.brc]
    # Nor may it make a passkey, by which the person would be everything that they are.
    await browser.get("/account")
    for address in ("/account/passkeys", "/account/password", "/account/recovery"):
        answer = await browser.http.get(address)
        assert answer.status_code in (403, 404, 405), address


async def test_proving_it_again_at_the_provider(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    browser = await joins(pages, await registered(deployment, issuer))
    before = await signed_in(pages, browser)
    issuer.signed_in_at = deployment.clock.now.timestamp()
    deployment.clock.advance(minutes=10)
    await browser.get("/confirm?next=/account")
    assert await goes(browser, link(browser)) == "/account"
    after = await signed_in(pages, browser)
    assert before is not None
    assert after is not None
    assert after.session_id == before.session_id
    assert (after.auth_time - before.auth_time).total_seconds() >= 600


async def test_a_session_of_the_provider_is_as_old_as_it_is(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    provider_id = await registered(deployment, issuer)
    await joins(pages, provider_id)
    issuer.signed_in_at = deployment.clock.now.timestamp() - 3600
    browser = pages.browser()
    await goes(browser, f"/oauth/providers/{provider_id}/begin")
    session = await signed_in(pages, browser)
    assert session is not None
    assert (deployment.clock.now - session.auth_time).total_seconds() == pytest.approx(3600, abs=1)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_another_site_or_a_message_begins_nothing(pages: Pages, issuer: Issuer, site: str) -> None:
    provider_id = await registered(pages.home.deployment, issuer)
    browser = pages.browser()
    answer = await browser.get(f"/oauth/providers/{provider_id}/begin?again=1", sec_fetch_site=site)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    assert issuer.asked.total() == 0


async def test_another_browser_does_not_come_back(pages: Pages, issuer: Issuer) -> None:
    provider_id = await registered(pages.home.deployment, issuer)
    await joins(pages, provider_id)
    thief, victim = pages.browser(), pages.browser()
    await thief.get(f"/oauth/providers/{provider_id}/begin")
    outside = await thief.follow()
    async with httpx2.AsyncClient(trust_env=False) as elsewhere:
        back = (await elsewhere.get(outside)).headers["location"]
    answer = await victim.get(back)
    assert answer.status_code == 400
    assert await signed_in(pages, victim) is None


async def test_a_provider_that_is_down_keeps_out_nobody_who_is_signed_in(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    provider_id = await registered(deployment, issuer)
    browser = await joins(pages, provider_id)
    issuer.down = True
    for _ in range(3):
        deployment.clock.advance(minutes=50)
        assert (await browser.get("/account")).status_code == 200
    assert await signed_in(pages, browser) is not None
    newly = pages.browser()
    answer = await newly.get(f"/oauth/providers/{provider_id}/begin")
    assert answer.status_code == 303, "what is known of it is enough to go there"


async def test_a_provider_that_is_suspended_signs_everyone_out(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    browser = await joins(pages, await registered(deployment, issuer))
    await deployment.sql("UPDATE identity_provider SET suspended_at = now()")
    assert await signed_in(pages, browser) is None


async def test_who_is_suspended_is_not_let_in_by_a_provider(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    provider_id = await registered(deployment, issuer)
    session = await signed_in(pages, await joins(pages, provider_id))
    assert session is not None
    await deployment.sql("UPDATE account SET status = 'SUSPENDED' WHERE id = $1", session.account_id)
    browser = pages.browser()
    await goes(browser, f"/oauth/providers/{provider_id}/begin")
    assert await signed_in(pages, browser) is None


async def test_a_provider_neither_sees_nor_ends_what_its_people_are_elsewhere(pages: Pages, issuer: Issuer) -> None:
    deployment = pages.home.deployment
    browser = await joins(pages, await registered(deployment, issuer))
    session = await signed_in(pages, browser)
    assert session is not None
    theirs = await pages.home.member(session.account_id, Role.CASE_WORKER, organization_id=deployment.shelter)
    mine, other = await pages.home.signed_in(session.account_id)
    await browser.get("/account")
    assert ("brc" in browser.page.text, "shelter" in browser.page.text) == (True, False)
    assert str(other.session_id) not in browser.page.text
    assert (await browser.get(f"/account/leave?membership={theirs}")).status_code == 404
    await browser.get("/account")
    token = browser.page.form("/account/you").fields
    for address, said in {
        "/account/leave": {"membership": str(theirs)},
        "/account/you": {"display_name": "The director"},
        "/account/sessions": {"session": str(other.session_id)},
        "/account/other-sessions": {},
        "/account/programs": {"program": str(theirs)},
    }.items():
        answer = await browser.http.post(address, data=token | said, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code in (403, 404), address
    rows = await deployment.sql("SELECT status::text FROM membership WHERE id = $1", theirs)
    assert [row["status"] for row in rows] == ["ACTIVE"]
    async with deployment.engine.begin() as connection:
        again = await sessions.find(connection, mine, now=deployment.clock.now)
    assert (again is not None, again and again.display_name) == (True, "Rose of the registry")


async def test_a_passkey_does_not_stand_in_for_the_provider(pages: Pages, issuer: Issuer) -> None:
    browser, path = pages.browser(), await invited(pages, await registered(pages.home.deployment, issuer))
    other = await invited(pages, None)
    await browser.get(other)
    form = browser.page.form(f"{other}/passkey")
    made = {"credential": pages.home.a_device().register(json.loads(form.data["options"]))}
    answer = await browser.http.post(
        f"{path}/passkey", data=form.fields | made, headers={"sec-fetch-site": "same-origin"}
    )
    assert answer.status_code == 410
    assert await pages.home.deployment.sql("SELECT FROM invitation WHERE accepted_at IS NOT NULL") == []


async def test_whoever_is_signed_in_proves_it_lately_before_a_provider_is_one_more_way_in(
    pages: Pages, issuer: Issuer
) -> None:
    provider_id, person = await registered(pages.home.deployment, issuer), await pages.home.person()
    browser, path = await pages.signed_in(person), await invited(pages, provider_id)
    pages.home.deployment.clock.advance(minutes=6)
    await browser.get(path)
    answer = await browser.get(link(browser), sec_fetch_site="same-origin")
    assert answer.headers["location"] == f"/confirm?next={path.replace('/', '%2F')}"
    await browser.follow()
    await browser.send("/confirm", password=PASSWORD)
    await browser.follow()
    await browser.send("/sign-in/code", code=pages.code(person))
    assert await browser.follow() == path
    assert await goes(browser, link(browser)) == "/account"
    joined = await signed_in(pages, browser)
    assert joined is not None
    assert (joined.account_id, joined.provider_id) == (person.account_id, provider_id)
