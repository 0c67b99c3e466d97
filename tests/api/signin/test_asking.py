"""From a program's request to its answer, page by page: choosing, agreeing, refusing, proving again, and tricks."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from models.rules.roles import Role
from tests.api.signin.browser import Browser
from tests.api.signin.conftest import Pages
from tests.auth.granting import ASKED, BACK, a_program, told
from tests.auth.people.household import PASSWORD, Person

PROGRAM = "clerks"


@pytest.fixture(scope="module", autouse=True)
async def programs(shared) -> None:  # type: ignore[no-untyped-def]
    await a_program(shared, PROGRAM)
    await a_program(shared, "network", network=True, public=True)
    await a_program(shared, "app", public=True, redirect_uris=["org.example.app:/back", "http://127.0.0.1/back"])


@pytest.fixture
async def person(pages: Pages) -> Person:
    """A member of the brc."""
    made = await pages.home.person()
    await pages.home.member(made.account_id, Role.CASE_WORKER)
    return made


def asking(client_id: str = PROGRAM, **more: str) -> str:
    given = ASKED | {"client_id": client_id} | more
    return "/oauth/authorize?" + urlencode({name: value for name, value in given.items() if value})


async def begun(pages: Pages, person: Person, client_id: str = PROGRAM, **more: str) -> tuple[Browser, str]:
    """A browser that a program sent, its person signed in; and where they are then."""
    browser = pages.browser()
    await browser.get(asking(client_id, **more))
    await browser.follow()
    return browser, await pages.sign_in(browser, person)


async def test_a_person_signs_in_agrees_and_the_program_gets_its_code(pages: Pages, person: Person) -> None:
    browser, place = await begun(pages, person)
    assert place.startswith("/consent?")
    assert browser.page.heading == "Allow The program clerks?"
    for sentence in ("Find organisations, their services and places.", "It will act in your name for brc"):
        assert sentence in browser.page.text
    await browser.send("/consent", answer="allow")
    answer = told(await browser.follow())
    assert (answer["state"], answer["iss"], len(answer["code"])) == ("a state", "https://konbit.example", 43)


async def test_what_was_agreed_to_is_remembered(pages: Pages, person: Person) -> None:
    browser, _ = await begun(pages, person)
    await browser.send("/consent", answer="allow")
    await browser.get(asking())
    assert (await browser.follow()).startswith(f"{BACK}?code=")
    await browser.get(asking(scope="directory:read training:read"))
    assert (await browser.follow()).startswith("/consent?")


async def test_who_refuses_sends_the_program_a_refusal(pages: Pages, person: Person) -> None:
    browser, _ = await begun(pages, person)
    await browser.send("/consent", answer="refuse")
    assert told(await browser.follow())["error"] == "access_denied"


async def test_the_network_s_own_program_asks_nothing(pages: Pages, person: Person) -> None:
    _, place = await begun(pages, person, "network")
    assert place.startswith(f"{BACK}?code=")


async def test_of_several_memberships_one_is_chosen(pages: Pages, person: Person) -> None:
    shelter = await pages.home.member(person.account_id, Role.TRAINER, organization_id=pages.home.deployment.shelter)
    browser, place = await begun(pages, person, "network")
    assert place.startswith("/choose?")
    assert "Case worker" in browser.page.text
    assert "Trainer" in browser.page.text
    handle = browser.page.form("/continue").fields["request"]
    await browser.get(f"/continue?request={handle}&membership={shelter}")
    assert (await browser.follow()).startswith(f"{BACK}?code=")
    rows = await pages.home.deployment.sql(
        "SELECT membership_id FROM oauth_grant WHERE account_id = $1", person.account_id
    )
    assert [row["membership_id"] for row in rows] == [shelter]


async def test_another_person_s_membership_is_none_to_choose(pages: Pages, person: Person) -> None:
    stranger = await pages.home.person()
    theirs = await pages.home.member(stranger.account_id, Role.TRAINER, organization_id=pages.home.deployment.shelter)
    browser, place = await begun(pages, person)
    handle = parse_qs(urlsplit(place).query)["request"][0]
    await browser.get(f"/consent?request={handle}&membership={theirs}")
    assert "It will act in your name for brc" in browser.page.text


async def test_who_is_no_member_of_the_program_s_organisation_is_told_so(pages: Pages) -> None:
    outsider = await pages.home.person()
    await pages.home.member(outsider.account_id, Role.TRAINER, organization_id=pages.home.deployment.shelter)
    browser, _ = await begun(pages, outsider)
    assert browser.answer is not None
    assert (browser.answer.status_code, browser.page.heading) == (403, "No organisation fits")
    await browser.send("/consent", answer="refuse")
    assert told(await browser.follow())["error"] == "access_denied"


async def test_a_request_is_answered_once_and_the_page_says_so(pages: Pages, person: Person) -> None:
    browser, place = await begun(pages, person)
    consent = browser.page
    await browser.send("/consent", answer="allow")
    browser.page = consent
    answer = await browser.send("/consent", answer="allow")
    assert (answer.status_code, browser.page.heading) == (410, "This request has expired")
    await browser.get(place)
    assert browser.page.heading == "This request has expired"


async def test_a_request_that_waited_too_long_is_over(pages: Pages, person: Person) -> None:
    browser, place = await begun(pages, person)
    pages.home.deployment.clock.advance(minutes=31)
    assert (await browser.get(place)).status_code == 410


@pytest.mark.parametrize("handle", ["", "x", "A" * 43, "é" * 43, "%00"])
async def test_a_handle_that_never_was_is_told_to_the_person_alone(pages: Pages, handle: str) -> None:
    browser = pages.browser()
    for path in ("/continue", "/choose", "/consent"):
        answer = await browser.get(f"{path}?request={handle}")
        assert (answer.status_code, browser.page.heading) == (410, "This request has expired")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"redirect_uri": "https://app.example.evil.example/back"},
        {"redirect_uri": "https://app.example/back/../elsewhere"},
        {"redirect_uri": "https://user@app.example/back"},
        {"redirect_uri": ""},
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_the_program_s(pages: Pages, changed: dict[str, str]) -> None:
    browser = pages.browser()
    answer = await browser.get(asking(**changed))
    assert (answer.status_code, browser.page.heading) == (400, "This program did not ask correctly")
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "people:read"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_what_else_is_wrong_the_program_is_told(pages: Pages, changed: dict[str, str], error: str) -> None:
    browser = pages.browser()
    await browser.get(asking(**changed))
    answer = told(await browser.follow())
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "a state", "https://konbit.example")


async def test_a_parameter_given_twice_is_refused(pages: Pages) -> None:
    browser = pages.browser()
    answer = await browser.get(asking() + "&scope=training%3Aread")
    assert (answer.status_code, "given more than once" in answer.text) == (400, True)


async def test_a_request_may_come_by_form_and_by_another_host(pages: Pages) -> None:
    browser = pages.browser()
    answer = await browser.http.post(
        "/oauth/authorize", data=ASKED | {"client_id": PROGRAM}, headers={"host": "127.0.0.1:8000"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("https://konbit.example/continue?request=")


async def test_prompt_login_takes_a_new_proof_once(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    pages.home.deployment.clock.advance(seconds=60)
    await browser.get(asking(prompt="login"))
    assert (await browser.follow()).startswith("/confirm?")
    await browser.send("/confirm", password=PASSWORD)
    await browser.follow()
    await browser.send("/sign-in/code", code=pages.code(person))
    assert (await browser.follow()).startswith("/consent?")


async def test_prompt_select_account_asks_whether_it_is_they(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    pages.home.deployment.clock.advance(seconds=60)
    await browser.get(asking(prompt="select_account"))
    await browser.follow()
    assert browser.page.heading == "Is it you?"
    await browser.send("/continue")
    assert (await browser.follow()).startswith("/consent?")


async def test_a_passkey_is_asked_for_where_the_program_wants_one_and_an_error_told_where_there_is_none(
    pages: Pages, person: Person
) -> None:
    browser, _ = await begun(pages, person, acr_values="phr")
    assert told(await browser.follow())["error"] == "unmet_authentication_requirements"


async def test_the_program_s_language_is_spoken(pages: Pages) -> None:
    browser = pages.browser(language="en")
    await browser.get(asking(ui_locales="de ht-HT fr"))
    await browser.follow()
    assert (browser.page.language, browser.page.heading) == ("ht", "Konekte")


async def test_the_program_s_language_is_spoken_where_the_request_was_pushed_too(pages: Pages) -> None:
    program, browser = await a_program(pages.home.deployment, "pushing"), pages.browser(language="en")
    pushed = await program.push(pages.home.deployment.process(), ui_locales="de ht-HT fr")
    given = {"client_id": "pushing", "request_uri": pushed.body["request_uri"]}
    await browser.get("/oauth/authorize?" + urlencode(given))
    await browser.follow()
    assert (browser.page.language, browser.page.heading) == ("ht", "Konekte")


@pytest.mark.parametrize(
    ("client_id", "redirect_uri", "source"),
    [
        (PROGRAM, BACK, "https://app.example"),
        ("app", "org.example.app:/back", "org.example.app:"),
        ("app", "http://127.0.0.1:51234/back", "http://127.0.0.1:51234"),
    ],
)
async def test_the_forms_on_the_way_may_lead_to_the_program_and_nowhere_else(
    pages: Pages, person: Person, client_id: str, redirect_uri: str, source: str
) -> None:
    """Chromium checks every redirect after a form against form-action."""
    browser = pages.browser()
    await browser.get(asking(client_id, redirect_uri=redirect_uri))
    await browser.follow()
    policies = [browser.answer.headers["content-security-policy"]]  # type: ignore[union-attr]
    await pages.sign_in(browser, person)
    policies.append(browser.answer.headers["content-security-policy"])  # type: ignore[union-attr]
    assert [policy.rpartition("form-action ")[2] for policy in policies] == [f"'self' {source}"] * 2
    await browser.send("/consent", answer="allow")
    assert (await browser.follow()).startswith(f"{redirect_uri}?code=")
