"""Signing out because a program asks for it: at once with its own ID token, else asked; and where one comes out."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from models.rules.roles import Role
from tests.api.signin.browser import SAME_ORIGIN, Browser
from tests.api.signin.conftest import Pages
from tests.api.signin.test_asking import asking
from tests.auth.granting import Program, a_program, told
from tests.auth.people.household import Person

LOGOUT = "/oauth/logout"
HOME = "https://app.example/bye"


@pytest.fixture(scope="module")
async def program(shared) -> Program:  # type: ignore[no-untyped-def]
    return await a_program(
        shared,
        "network",
        network=True,
        public=True,
        post_logout_redirect_uris=[HOME],
        backchannel_logout_uri="https://app.example/told",
    )


@pytest.fixture
async def person(pages: Pages) -> Person:
    made = await pages.home.person()
    await pages.home.member(made.account_id, Role.CASE_WORKER)
    return made


async def let_in(pages: Pages, program: Program, person: Person) -> tuple[Browser, str]:
    """A browser in which the person is signed in and has let the program in; and the program's ID token."""
    browser = await pages.signed_in(person)
    await browser.get(asking(program.client_id, scope="openid directory:read"))
    code = told(await browser.follow())["code"]
    return browser, (await program.redeem(pages.home.deployment.process(), code)).body["id_token"]


async def is_signed_in(browser: Browser) -> bool:
    await browser.get("/account")
    return await browser.follow() == "/account"


async def told_of(pages: Pages, person: Person) -> list[str]:
    rows = await pages.home.deployment.sql(
        "SELECT client_id FROM logout_notice WHERE account_id = $1", person.account_id
    )
    return [row["client_id"] for row in rows]


async def test_with_its_own_id_token_a_program_signs_the_person_out_and_has_them_back(
    pages: Pages, program: Program, person: Person
) -> None:
    browser, hint = await let_in(pages, program, person)
    cookie = browser.http.cookies["__Host-konbit"]
    given = {"id_token_hint": hint, "post_logout_redirect_uri": HOME, "state": "gone"}
    await browser.get(f"{LOGOUT}?{urlencode(given)}")
    assert await browser.follow() == f"{HOME}?state=gone"
    assert "__Host-konbit" not in browser.http.cookies
    browser.http.cookies.set("__Host-konbit", cookie, domain="konbit.example")
    assert not await is_signed_in(browser), "the session itself has ended"
    assert await told_of(pages, person) == ["network"]


async def test_by_a_form_of_the_programs_own_page_just_as_well(pages: Pages, program: Program, person: Person) -> None:
    browser, hint = await let_in(pages, program, person)
    await browser.http.post(LOGOUT, data={"id_token_hint": hint}, headers={"sec-fetch-site": "cross-site"})
    assert await is_signed_in(browser), "such a form comes without cookies, and is sent on"
    answer = await browser.http.post(LOGOUT, data={"id_token_hint": hint, "nonsense": "x"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"https://konbit.example{LOGOUT}?")
    await browser.get(answer.headers["location"])
    assert not await is_signed_in(browser)


@pytest.mark.parametrize("given", [{}, {"client_id": "network"}, {"id_token_hint": "no.token.atall"}])
async def test_anyone_else_has_the_person_asked_first(
    pages: Pages, program: Program, person: Person, given: dict[str, str]
) -> None:
    browser, _ = await let_in(pages, program, person)
    await browser.get(f"{LOGOUT}?{urlencode(given)}")
    assert await is_signed_in(browser)
    await browser.get(f"{LOGOUT}?{urlencode(given | {'post_logout_redirect_uri': HOME})}")
    await browser.send(f"{LOGOUT}/confirm")
    place = await browser.follow()
    assert place == (HOME if "client_id" in given else f"{LOGOUT}/confirm")
    assert not await is_signed_in(browser)
    assert await told_of(pages, person) == ["network"]


async def test_a_page_elsewhere_cannot_answer_for_the_person(pages: Pages, program: Program, person: Person) -> None:
    browser, _ = await let_in(pages, program, person)
    for headers in ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, SAME_ORIGIN):
        answer = await browser.http.post(f"{LOGOUT}/confirm", data={"client_id": "network"}, headers=headers)
        assert answer.status_code == 403
    assert await is_signed_in(browser)


async def test_with_the_id_token_of_another_session_the_person_is_asked(
    pages: Pages, program: Program, person: Person
) -> None:
    _, hint = await let_in(pages, program, person)
    elsewhere = await pages.signed_in(person)
    await elsewhere.get(f"{LOGOUT}?{urlencode({'id_token_hint': hint})}")
    assert await is_signed_in(elsewhere)


async def test_the_browser_is_sent_to_no_address_but_the_programs(
    pages: Pages, program: Program, person: Person
) -> None:
    browser, hint = await let_in(pages, program, person)
    given = {"id_token_hint": hint, "post_logout_redirect_uri": "https://evil.example/bye"}
    await browser.get(f"{LOGOUT}?{urlencode(given)}")
    assert (await browser.follow()).startswith(LOGOUT), "it stays with us"
    assert not await is_signed_in(browser)


async def test_who_is_not_signed_in_is_sent_back_unasked(pages: Pages, program: Program) -> None:
    browser = pages.browser()
    await browser.get(f"{LOGOUT}?{urlencode({'client_id': 'network', 'post_logout_redirect_uri': HOME})}")
    assert await browser.follow() == HOME
