"""What every page has: its headers, its weight, its words; and what every form takes to be believed."""

from __future__ import annotations

import gzip
import re
import string
from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes

from api import pages as served
from api.papers.words import Language
from api.signin import assets, templates
from api.signin.words import refused, roles, scopes
from api.signin.words.speak import SUBJECTS, refusal_words, words
from auth.scopes import Scope
from models.rules.roles import Role
from tests.api.signin.conftest import Pages
from tests.auth.people.household import PASSWORD, Person

HEAVIEST = 60 * 1024
"Bytes of a page with all that it loads, unpacked."
OPEN = ("/sign-in", "/continue?request=x", "/invitation/" + "x" * 43, "/oauth/logout")


@pytest.fixture
async def person(pages: Pages) -> Person:
    return await pages.home.person()


@pytest.mark.parametrize("path", [*OPEN, "/account", "/device", "/consent?request=x"])
async def test_every_answer_is_strict_and_kept_by_nobody(pages: Pages, path: str) -> None:
    answer = await pages.browser().get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_every_page_weighs_less_than_60_kilobytes_all_told(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    weights = {}
    for path in ("/account", "/account/app", "/account/passkey", "/account/password", "/device", "/confirm"):
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        loaded = re.findall(r'(?:href|src)="(/(?:shared|signin)/[^"]+)"', answer.text)
        assert "/signin/signin.css" in loaded
        assert len([each for each in loaded if each.endswith(".css")]) == 2
        weights[path] = len(answer.content) + sum(
            [len((await browser.http.get(each)).content) for each in loaded if each.startswith("/signin/")]
        )
        weights[path] += sum(len(served.files()[each].plain) for each in loaded if each.startswith("/shared/"))
    assert max(weights.values()) < HEAVIEST, weights


async def test_nothing_stands_inline_in_a_page(pages: Pages, person: Person) -> None:
    browser = await pages.signed_in(person)
    for path in ("/account", "/account/app", "/sign-in?other=1", "/device"):
        text = (await browser.get(path)).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path


FOREIGN = {
    "no token": ({"form_token": ""}, {}),
    "another token": ({"form_token": "A" * 43}, {}),
    "a token with a sign that is none of ASCII": ({"form_token": "é" * 43}, {}),
    "from another site": ({}, {"sec-fetch-site": "cross-site"}),
    "from another host of the same site": ({}, {"sec-fetch-site": "same-site"}),
    "from another origin": ({}, {"origin": "https://evil.example"}),
}


@pytest.mark.parametrize("foreign", FOREIGN)
async def test_a_form_of_another_page_is_not_believed(pages: Pages, person: Person, foreign: str) -> None:
    changed, headers = FOREIGN[foreign]
    browser = pages.browser()
    await browser.get("/sign-in")
    fields = browser.page.form("/sign-in").fields | {"name": person.name, "password": PASSWORD} | changed
    data = {name: value for name, value in fields.items() if value}
    answer = await browser.http.post("/sign-in", data=data, headers={"sec-fetch-site": "same-origin"} | headers)
    assert (answer.status_code, "This page is out of date" in answer.text) == (403, True)


async def test_a_form_is_bound_to_the_browser_and_to_who_is_signed_in(pages: Pages, person: Person) -> None:
    browser, other = pages.browser(), await pages.signed_in(person)
    await browser.get("/sign-in")
    token = browser.page.form("/sign-in").fields["form_token"]
    await other.get("/account")
    other.page.form("/account/you").fields["form_token"] = token
    answer = await other.send("/account/you", display_name="Someone Else")
    assert answer.status_code == 403
    before = (await other.get("/account")) and other.page.form("/account/you").fields["form_token"]
    await other.send("/sign-out")
    await other.get("/sign-in")
    other.page.form("/sign-in").fields["form_token"] = before
    answer = await other.send("/sign-in", name=person.name, password=PASSWORD)
    assert answer.status_code == 403


async def test_a_browser_that_says_nothing_of_where_it_comes_from_is_believed_by_its_token(
    pages: Pages, person: Person
) -> None:
    browser = pages.browser()
    await browser.get("/sign-in")
    fields = browser.page.form("/sign-in").fields | {"name": person.name, "password": PASSWORD}
    answer = await browser.http.post("/sign-in", data={name: value for name, value in fields.items() if value})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"name=" + b"x" * 17_000, 413),
        (b"name=a&name=b", 400),
        (b"name=%00", 400),
        (b"\xff", 400),
        (b"&".join(b"f%d=1" % number for number in range(70)), 400),
    ],
)
async def test_a_form_that_cannot_be_read_is_told_so(pages: Pages, body: bytes, status: int) -> None:
    browser = pages.browser()
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    answer = await browser.http.post("/sign-in", content=body, headers=headers)
    assert (answer.status_code, "This form cannot be read" in answer.text) == (status, True)


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/sign-in/passkey", "/sign-in"),
        ("/device/decide", "/device"),
        ("/account/you", "/account"),
        ("/sign-out", None),
    ],
)
async def test_the_answer_to_a_form_can_be_opened_again(pages: Pages, path: str, above: str | None) -> None:
    answer = await pages.browser().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, above or "/account")


async def test_whoever_comes_by_another_host_is_sent_to_the_pages_own(pages: Pages) -> None:
    browser = pages.browser()
    answer = await browser.get("/device?user_code=BCDF-GHJK", host="127.0.0.1:8000")
    assert answer.headers["location"] == "https://konbit.example/device?user_code=BCDF-GHJK"
    assert (await browser.http.post("/sign-in", headers={"host": "127.0.0.1:8000"})).status_code == 421


@pytest.mark.parametrize("language", list(Language))
async def test_a_page_speaks_the_language_that_is_chosen_and_goes_on_doing_so(pages: Pages, language: Language) -> None:
    browser = pages.browser(language="en")
    await browser.get(f"/sign-in?next=%2Fdevice&language={language.value}")
    assert (browser.page.language, browser.page.heading) == (language.value, words(language)["sign_in"])
    await browser.get("/sign-in")
    assert browser.page.language == language.value
    assert "/sign-in?language=ht" in browser.page.links


async def test_the_browser_s_language_is_spoken_where_none_was_chosen(pages: Pages) -> None:
    browser = pages.browser()
    browser.http.cookies.clear()
    for accepted, spoken in (("es-DO,en;q=0.5", "es"), ("ht", "ht"), ("de", "fr"), ("", "fr")):
        await browser.get("/sign-in", accept_language=accepted)
        assert browser.page.language == spoken
    assert "__Host-konbit-language" not in browser.http.cookies


def test_every_word_is_there_in_four_languages_with_the_same_gaps() -> None:
    names = [name for subject in SUBJECTS for name in subject.WORDS]
    assert len(names) == len(set(names))
    for subject in SUBJECTS:
        for name, each in subject.WORDS.items():
            gaps = [{gap for _, gap, _, _ in string.Formatter().parse(text) if gap} for text in each]
            assert all(text.strip() for text in each), name
            assert gaps == [gaps[0]] * 4, name


def test_what_the_graph_refuses_is_said_in_the_language_of_the_page_or_as_it_is() -> None:
    root = Path(served.__file__).parent.parent
    source = "".join(path.read_text() for folder in ("actions", "auth") for path in (root / folder).rglob("*.py"))
    for message, others in refused.WORDS.items():
        assert message in source
        assert [refusal_words(message, each) for each in Language] == [*others, message]
    assert refusal_words("Something else.", Language.KREYOL) == "Something else."


def test_every_word_that_a_template_says_is_there_and_none_is_left_over() -> None:
    environment = Environment(autoescape=True)
    said: set[str] = set()
    for path in templates.FOLDER.glob("*.html"):
        tree = environment.parse(path.read_text())
        assert meta.find_undeclared_variables(tree) is not None
        said |= {
            each.attr
            for each in tree.find_all(nodes.Getattr)
            if isinstance(each.node, nodes.Name) and each.node.name == "t"
        }
    known = set(words(Language.FRENCH))
    assert said - known == set()
    code = "".join(path.read_text() for path in (templates.WEB.parent / "api" / "signin").glob("*.py"))
    quoted = set(re.findall(r"""["']([a-z_]+)["']""", code))
    left = {name for name in known - said - quoted if not name.startswith(("title_", "text_", "kind_"))}
    assert {name for name in left if name.removesuffix("_title") not in quoted} == set()


def test_every_scope_and_role_has_words() -> None:
    assert set(scopes.WORDS) == set(Scope)
    assert set(roles.WORDS) == set(Role)
    assert {scope: each[3].replace("’", "'") for scope, each in scopes.WORDS.items()} == {s: s.words for s in Scope}


def test_what_pages_load_is_small_even_for_a_slow_line() -> None:
    loaded = [(assets.FOLDER / name).read_bytes() for name in assets.SERVED]
    assert sum(len(gzip.compress(each)) for each in loaded) < 10 * 1024
