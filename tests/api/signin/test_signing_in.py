"""Signing in on the pages: by password and code, by passkey, wrongly, too often, again."""

from __future__ import annotations

import json

import pytest

from tests.api.signin.conftest import Pages
from tests.auth.people.household import PASSWORD, Person


@pytest.fixture
async def person(pages: Pages) -> Person:
    return await pages.home.person()


async def test_by_password_and_code_one_comes_to_ones_account(pages: Pages, person: Person) -> None:
    browser = pages.browser()
    await browser.get("/account")
    assert await browser.follow() == "/sign-in?next=%2Faccount"
    assert browser.page.heading == "Sign in"
    assert await pages.sign_in(browser, person) == "/account"
    assert browser.page.heading == "Your account"
    assert "Firefox, Linux" in browser.page.text
    cookie = next(cookie for cookie in browser.http.cookies.jar if cookie.name == "__Host-konbit")
    assert (cookie.secure, cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == (True, "/", True)


async def test_by_recovery_code(pages: Pages, person: Person) -> None:
    browser = pages.browser()
    await browser.get("/sign-in")
    await browser.send("/sign-in", name=person.name, password=PASSWORD)
    await browser.follow()
    await browser.send("/sign-in/code", code="", recovery_code=person.recovery_codes[0].lower())
    assert await browser.follow() == "/account"
    assert "Recovery codes: 9 left" in browser.page.text


async def test_by_passkey(pages: Pages, person: Person) -> None:
    device = await pages.home.device(person.account_id)
    browser = pages.browser()
    await browser.get("/sign-in?next=/device")
    options = json.loads(browser.page.form("/sign-in/passkey").data["options"])
    assert options["userVerification"] == "required"
    assert "allowCredentials" not in options or options["allowCredentials"] == []
    await browser.send("/sign-in/passkey", credential=device.sign_in(options))
    assert await browser.follow() == "/device"


WRONG = {
    "an unknown name": {"name": "nobody.1234", "password": PASSWORD},
    "a wrong password": {"password": "not the password at all"},
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_whoever_is_wrong_is_told_nothing_of_who_exists(pages: Pages, person: Person, wrong: str) -> None:
    browser = pages.browser(address=f"198.51.100.{len(wrong)}")
    await browser.get("/sign-in")
    answer = await browser.send("/sign-in", **({"name": person.name, "password": PASSWORD} | WRONG[wrong]))
    assert answer.status_code == 422
    assert "That name, password or code is not right. Check it and try again." in answer.text
    assert 'role="alert" tabindex="-1" autofocus' in answer.text
    assert "__Host-konbit-step" not in browser.http.cookies


async def test_a_wrong_code_may_be_tried_again_and_the_right_one_lets_in(pages: Pages, person: Person) -> None:
    browser = pages.browser()
    await browser.get("/sign-in")
    await browser.send("/sign-in", name=person.name, password=PASSWORD)
    await browser.follow()
    answer = await browser.send("/sign-in/code", code="000000")
    assert (answer.status_code, "That code is not right" in answer.text) == (422, True)
    await browser.send("/sign-in/code", code=pages.code(person))
    assert await browser.follow() == "/account"


async def test_too_many_failures_say_how_long_to_wait_in_words_of_the_language(pages: Pages, person: Person) -> None:
    browser = pages.browser(language="ht", address="198.51.100.99")
    await browser.get("/sign-in")
    for _ in range(10):
        await browser.send("/sign-in", name=person.name, password="wrong " * 3)
    answer = await browser.send("/sign-in", name=person.name, password=PASSWORD)
    assert answer.status_code == 429
    assert "Twòp esè. Tann 1 min" in answer.text


async def test_a_code_that_was_not_asked_for_is_no_way_in(pages: Pages, person: Person) -> None:
    browser = pages.browser()
    await browser.get("/sign-in/code")
    assert await browser.follow() == "/sign-in?next=%2Faccount"


async def test_someone_signed_in_confirms_that_it_is_they_and_keeps_their_session(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    before = browser.http.cookies["__Host-konbit"]
    rows = "SELECT id FROM browser_session WHERE account_id = $1 AND ended_at IS NULL"
    session = await pages.home.deployment.sql(rows, person.account_id)
    await browser.get("/confirm?next=/account")
    assert browser.page.heading == "Confirm that it is you"
    await browser.send("/confirm", password=PASSWORD)
    await browser.follow()
    await browser.send("/sign-in/code", code=pages.code(person))
    assert await browser.follow() == "/account"
    assert browser.http.cookies["__Host-konbit"] != before
    assert await pages.home.deployment.sql(rows, person.account_id) == session


async def test_signing_out_ends_the_session(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    cookie = browser.http.cookies["__Host-konbit"]
    await browser.send("/sign-out")
    assert await browser.follow() == "/sign-in"
    again = pages.browser()
    again.http.cookies.set("__Host-konbit", cookie, domain="konbit.example")
    await again.get("/account")
    assert await again.follow() == "/sign-in?next=%2Faccount"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "/account@x", "/"])
async def test_nobody_is_sent_anywhere_but_to_pages_of_ours(pages: Pages, person: Person, onward: str) -> None:
    browser = pages.browser()
    await browser.http.get("/sign-in")
    await browser.get(str(browser.http.build_request("GET", "/sign-in", params={"next": onward}).url))
    assert await pages.sign_in(browser, person) == "/account"
