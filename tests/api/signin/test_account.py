"""The account's page: sessions, programs, memberships, and changing what one signs in with."""

from __future__ import annotations

import base64
import json
import re

import pytest

from auth.people import totp
from models.rules.roles import Role
from tests.api.signin.browser import Browser
from tests.api.signin.conftest import Pages
from tests.api.signin.test_asking import asking
from tests.auth.granting import a_program
from tests.auth.people.household import PASSWORD, Person


@pytest.fixture
async def person(pages: Pages) -> Person:
    made = await pages.home.person()
    await pages.home.member(made.account_id, Role.CASE_WORKER)
    return made


def secret_on(browser: Browser) -> bytes:
    found = re.search(r'<p class="secret">([A-Z2-7 ]+)</p>', browser.page.text)
    assert found is not None
    return base64.b32decode(found[1].replace(" ", ""))


async def test_a_session_elsewhere_is_seen_and_ended(pages: Pages, person: Person) -> None:
    one, other = await pages.signed_in(person), await pages.signed_in(person)
    await one.get("/account")
    form = one.page.form("/account/sessions")
    await one.send("/account/sessions")
    assert await one.follow() == "/account"
    await other.get("/account")
    assert await other.follow() == "/sign-in?next=%2Faccount"
    assert form.fields["session"]
    assert "/account/sessions" not in [each.action for each in one.page.forms]


async def test_another_person_s_session_cannot_be_ended(pages: Pages, person: Person) -> None:
    stranger = await pages.home.person()
    theirs = await pages.signed_in(stranger)
    rows = await pages.home.deployment.sql("SELECT id FROM browser_session WHERE account_id = $1", stranger.account_id)
    mine = await pages.signed_in(person)
    token = mine.page.form("/account/you").fields["form_token"]
    data = {"form_token": token, "session": str(rows[0]["id"])}
    await mine.http.post("/account/sessions", data=data, headers={"sec-fetch-site": "same-origin"})
    assert (await theirs.get("/account")).status_code == 200


async def test_a_program_that_was_let_in_is_seen_and_shown_out_and_asks_again(pages: Pages, person: Person) -> None:
    await a_program(pages.home.deployment, "guest")
    browser = await pages.signed_in(person)
    await browser.get(asking("guest"))
    await browser.follow()
    await browser.send("/consent", answer="allow")
    await browser.get("/account")
    assert "The program guest" in browser.page.text
    await browser.send("/account/programs")
    await browser.follow()
    assert "No program acts in your name." in browser.page.text
    await browser.get(asking("guest"))
    assert (await browser.follow()).startswith("/consent?")


async def test_name_and_language_are_changed(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    await browser.send("/account/you", display_name="Marie-Ange Test", own_language="es")
    assert await browser.follow() == "/account?done=saved"
    assert (browser.page.language, "Marie-Ange Test" in browser.page.text) == ("es", True)
    answer = await browser.send("/account/you", display_name="x" * 101)
    assert (answer.status_code, 'href="#display_name"' in answer.text) == (422, True)


async def test_one_leaves_an_organisation_but_not_as_its_last_administrator(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    link = next(link for link in browser.page.links if link.startswith("/account/leave"))
    await browser.get(link)
    assert browser.page.heading == "Leave brc?"
    await browser.send("/account/leave")
    await browser.follow()
    assert "You are a member of no organisation." in browser.page.text
    last = await pages.home.person()
    await pages.home.member(last.account_id, Role.ADMINISTRATOR, organization_id=pages.home.deployment.shelter)
    browser = await pages.signed_in(last)
    await browser.get(next(link for link in browser.page.links if link.startswith("/account/leave")))
    answer = await browser.send("/account/leave")
    assert (answer.status_code, "You are the only administrator." in answer.text) == (409, True)


async def test_who_has_a_passkey_alone_sets_app_and_password_and_signs_in_by_them(pages: Pages) -> None:
    account_id = await pages.home.account("Ketsia Test")
    device = await pages.home.device(account_id)
    browser = pages.browser()
    await browser.get("/sign-in?next=/account/password")
    options = json.loads(browser.page.form("/sign-in/passkey").data["options"])
    await browser.send("/sign-in/passkey", credential=device.sign_in(options))
    assert await browser.follow() == "/account/app?then=password"
    secret = secret_on(browser)
    answer = await browser.send("/account/app", code="000000")
    assert (answer.status_code, "That code is not right" in answer.text) == (422, True)
    secret = secret_on(browser)
    await browser.send("/account/app", code=totp.code(secret, totp.step_of(pages.home.deployment.clock.now)))
    assert await browser.follow() == "/account/password"
    answer = await browser.send("/account/password", password="motdepasse123")
    assert (answer.status_code, "A stranger would try it among the first." in answer.text) == (422, True)
    await browser.send("/account/password", password=PASSWORD)
    name = re.search(r"ketsia\.test\.\d{4}", browser.page.text)
    assert name is not None
    again = Person(account_id, name[0], secret)
    assert await pages.sign_in(await begun(pages), again) == "/account"


async def begun(pages: Pages) -> Browser:
    browser = pages.browser()
    await browser.get("/sign-in")
    return browser


async def test_recovery_codes_are_made_by_a_form_and_shown_once(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    assert (await browser.get("/account/recovery")).status_code == 200
    assert "<ol" not in browser.page.text
    await browser.send("/account/recovery")
    codes = re.findall(r"<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</li>", browser.page.text)
    assert len(set(codes)) == 10
    other = pages.browser()
    await other.get("/sign-in")
    await other.send("/sign-in", name=person.name, password=PASSWORD)
    await other.follow()
    answer = await other.send("/sign-in/code", code="", recovery_code=person.recovery_codes[0])
    assert answer.status_code == 422, "those of before are void"
    await other.send("/sign-in/code", code="", recovery_code=codes[0])
    assert await other.follow() == "/account"


async def test_a_passkey_is_added_named_and_removed_but_not_the_last_way_in(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    await browser.get("/account/passkey")
    form, device = browser.page.form("/account/passkey"), pages.home.a_device()
    credential = device.register(json.loads(form.data["options"]))
    await browser.send("/account/passkey", credential=credential, passkey_name="Telefòn")
    assert await browser.follow() == "/account?done=saved"
    assert "Telefòn" in browser.page.text
    link = next(link for link in browser.page.links if link.startswith("/account/passkey?id="))
    await browser.get(link)
    await browser.send("/account/passkey/name", passkey_name="Kle sekirite")
    await browser.follow()
    assert "Kle sekirite" in browser.page.text
    await browser.get(link)
    await browser.send("/account/passkey/remove")
    await browser.follow()
    assert "You have none yet." in browser.page.text


async def test_the_last_way_in_is_kept(pages: Pages) -> None:
    account_id = await pages.home.account()
    device = await pages.home.device(account_id)
    browser = await begun(pages)
    options = json.loads(browser.page.form("/sign-in/passkey").data["options"])
    await browser.send("/sign-in/passkey", credential=device.sign_in(options))
    await browser.follow()
    await browser.get(next(link for link in browser.page.links if link.startswith("/account/passkey?id=")))
    answer = await browser.send("/account/passkey/remove")
    assert (answer.status_code, "It is your only way to sign in." in answer.text) == (409, True)


@pytest.mark.parametrize("path", ["/account/passkey", "/account/password", "/account/app", "/account/recovery"])
async def test_what_one_signs_in_with_takes_a_recent_proof(pages: Pages, person: Person, path: str) -> None:
    browser = await pages.signed_in(person)
    pages.home.deployment.clock.advance(minutes=5, seconds=1)
    await browser.get(path)
    assert (await browser.follow()).startswith("/confirm?next=%2Faccount%2F")
