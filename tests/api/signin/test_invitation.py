"""The page of an invitation, the page of a device, and signing out because a program asks."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest

from auth.people import invitations, totp
from auth.proofs import Post
from auth.scopes import Scope
from models.oauth import ClientGrant
from models.rules.roles import Role
from tests.api.signin.browser import Browser
from tests.api.signin.conftest import Pages
from tests.api.signin.test_account import secret_on
from tests.auth.granting import BACK, a_program
from tests.auth.people.household import PASSWORD, Person


async def invited(pages: Pages, name: str = "Rose Test") -> str:
    now = pages.home.deployment.clock.now
    _, token = await pages.home.at(
        lambda c: invitations.make(
            c, organization_id=pages.home.deployment.brc, name=name, roles=[Role.TRAINER], now=now
        )
    )
    return f"/invitation/{token}"


async def test_it_says_who_invites_to_what(pages: Pages) -> None:
    browser = pages.browser()
    await browser.get(await invited(pages))
    assert browser.page.heading == "brc invites you"
    for said in ("Trainer", "Rose Test", "the whole organisation"):
        assert said in browser.page.text


async def test_one_joins_with_a_passkey_once(pages: Pages) -> None:
    path, browser, late = await invited(pages), pages.browser(), pages.browser()
    for each in (browser, late):
        await each.get(path)
    form = browser.page.form(f"{path}/passkey")
    credential = pages.home.a_device().register(json.loads(form.data["options"]))
    await browser.send(f"{path}/passkey", credential=credential, display_name="Rose-Laure Test")
    assert browser.page.heading == "Welcome"
    await browser.get("/account")
    assert "Rose-Laure Test" in browser.page.text
    again = pages.home.a_device().register(json.loads(late.page.form(f"{path}/passkey").data["options"]))
    answer = await late.send(f"{path}/passkey", credential=again, display_name="Late Test")
    assert (answer.status_code, late.page.heading) == (410, "This invitation is not good any more")
    rows = await pages.home.deployment.sql("SELECT FROM account WHERE display_name = 'Late Test'")
    assert rows == []


async def test_one_joins_with_a_password_and_a_code(pages: Pages) -> None:
    path, browser = await invited(pages), pages.browser()
    await browser.get(path)
    fields = {"display_name": "Wilner Test", "wanted_name": "Wilner"}
    answer = await browser.send(f"{path}/password", password="court", **fields)
    assert (answer.status_code, "It needs at least 12 characters." in answer.text) == (422, True)
    await browser.send(f"{path}/password", password=PASSWORD, **fields)
    secret = secret_on(browser)
    answer = await browser.send(f"{path}/code", code="000000")
    assert (answer.status_code, secret_on(browser)) == (422, secret)
    await browser.send(f"{path}/code", code=totp.code(secret, totp.step_of(pages.home.deployment.clock.now)))
    assert browser.page.heading == "Your recovery codes"
    name = re.search(r"wilner\.\d{4}", browser.page.text)
    assert name is not None
    other = pages.browser()
    await other.get("/sign-in")
    assert await pages.sign_in(other, Person(pages.home.deployment.brc, name[0], secret)) == "/account"


async def test_who_has_an_account_signs_in_and_joins(pages: Pages) -> None:
    path, person = await invited(pages), await pages.home.person()
    browser = pages.browser()
    await browser.get(path)
    await browser.get(next(link for link in browser.page.links if link.startswith("/sign-in?next=%2Finvitation")))
    assert await pages.sign_in(browser, person) == path
    await browser.send(path)
    assert browser.page.heading == "Welcome"
    await browser.get("/account")
    assert "<strong>brc</strong>" in browser.page.text


@pytest.mark.parametrize("token", ["x", "A" * 43, "%E9" * 10])
async def test_a_link_that_never_was_reads_like_one_that_has_ended(pages: Pages, token: str) -> None:
    browser = pages.browser()
    answer = await browser.get(f"/invitation/{token}")
    assert (answer.status_code, browser.page.heading) == (410, "This invitation is not good any more")


async def device_code(pages: Pages, client_id: str) -> str:
    process = pages.home.deployment.process()
    answer = await process.server.device_authorization(
        Post("192.0.2.1", None, {"client_id": client_id, "scope": "training:read"}), now=process.clock.now
    )
    assert answer.status == 200, answer
    return str(answer.body["user_code"])


@pytest.fixture(scope="module", autouse=True)
async def programs(shared) -> None:  # type: ignore[no-untyped-def]
    await a_program(
        shared,
        "roll-call",
        public=True,
        grants=[ClientGrant.DEVICE_CODE],
        redirect_uris=[],
        scopes=[Scope.TRAINING_READ, Scope.TRAINING_WRITE],
    )
    await a_program(shared, "leaver", post_logout_redirect_uris=["https://app.example/bye"])


async def trainer(pages: Pages, path: str) -> Browser:
    person = await pages.home.person()
    await pages.home.member(person.account_id, Role.TRAINER)
    return await pages.signed_in(person, path=path)


@pytest.mark.parametrize(
    ("answer", "heading", "status"), [("allow", "The device is connected", "APPROVED"), ("refuse", "Refused", "DENIED")]
)
async def test_a_device_is_decided_on(pages: Pages, answer: str, heading: str, status: str) -> None:
    code = await device_code(pages, "roll-call")
    browser = await trainer(pages, f"/device?user_code={code}")
    assert browser.page.form("/device").fields["user_code"] == code
    await browser.send("/device")
    assert (browser.page.heading, code in browser.page.text) == ("Allow The program roll-call?", True)
    await browser.send("/device/decide", answer=answer)
    await browser.follow()
    assert browser.page.heading == heading
    rows = await pages.home.deployment.sql(
        "SELECT status::text FROM oauth_device WHERE user_code = $1", code.replace("-", "")
    )
    assert rows[0]["status"] == status


async def test_a_code_is_nothing_to_strangers_to_guessers_and_to_the_second_who_types_it(pages: Pages) -> None:
    code = await device_code(pages, "roll-call")
    outsider = await pages.home.person()
    await pages.home.member(outsider.account_id, Role.TRAINER, organization_id=pages.home.deployment.shelter)
    stranger = await pages.signed_in(outsider, path="/device")
    first, second = await trainer(pages, "/device"), await trainer(pages, "/device")
    assert (await stranger.send("/device", user_code=code)).status_code == 422
    assert (await first.send("/device", user_code=code)).status_code == 200
    assert (await second.send("/device", user_code=code)).status_code == 422
    answers = [await second.send("/device", user_code="BCDF-GHJK") for _ in range(10)]
    assert answers[-1].status_code == 429
    assert "Too many codes tried." in answers[-1].text


async def test_a_program_that_wants_one_signed_out_is_not_believed_without_asking(pages: Pages) -> None:
    browser = await trainer(pages, "/account")
    asked = {"client_id": "leaver", "post_logout_redirect_uri": "https://app.example/bye", "state": "a state"}
    await browser.get("/oauth/logout?" + urlencode(asked))
    assert browser.page.heading == "Sign out?"
    await browser.send("/oauth/logout/confirm")
    assert await browser.follow() == "https://app.example/bye?state=a%20state"
    await browser.get("/account")
    assert (await browser.follow()).startswith("/sign-in")


async def test_nobody_is_sent_to_an_unregistered_address_after_signing_out(pages: Pages) -> None:
    browser = await trainer(pages, "/account")
    await browser.get("/oauth/logout?" + urlencode({"client_id": "leaver", "post_logout_redirect_uri": BACK}))
    answer = await browser.send("/oauth/logout/confirm")
    assert (answer.status_code, browser.page.heading) == (200, "You are signed out")


async def test_a_form_of_the_program_s_page_leads_to_the_same(pages: Pages) -> None:
    browser = await trainer(pages, "/account")
    headers = {"sec-fetch-site": "cross-site", "origin": "https://app.example"}
    answer = await browser.http.post("/oauth/logout", data={"client_id": "leaver"}, headers=headers)
    assert answer.headers["location"] == "https://konbit.example/oauth/logout?client_id=leaver"


async def test_whoever_was_invited_keeps_nobody_waiting_by_passwords(pages: Pages) -> None:
    path, browser = await invited(pages), pages.browser()
    await browser.get(path)
    fields = {"display_name": "Wilner Test", "wanted_name": "Wilner", "password": PASSWORD}
    form = browser.page.form(f"{path}/password").fields
    answers = [
        await browser.http.post(f"{path}/password", data=form | fields, headers={"sec-fetch-site": "same-origin"})
        for _ in range(11)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
