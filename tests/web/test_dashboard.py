"""The dashboard in Chromium, over the real program: figures as the graph has them, with and without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, Route, expect

from tests.web.conftest import WIDTHS, Konbit, opened, page_of, serious
from tests.web.ministry import SIGN_IN, Ministry, enter, rows, sheets, show, unfold, written
from tests.web.signing import reach

WEB = Path(__file__).resolve().parents[2] / "web"
MOST_BYTES = 150_000
RETURNEES = "RETURNEES_REGISTERED"
DIMENSIONS = {"SEX": "By sex", "AGE_GROUP": "By age", "DEPARTMENT": "By department", "RETURN_TYPE": "By kind of return"}


@pytest.fixture(scope="module")
def ministry(konbit: Konbit) -> Ministry:
    return Ministry(konbit)


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browsers: BrowserType, tmp_path: Path, ministry: Ministry) -> Iterator[Page]:
    """The dashboard with its figures, on a phone and on a laptop."""
    with opened(browsers, tmp_path / "profile", width=request.param) as context:
        page = page_of(context)
        enter(page, ministry)
        yield page


@pytest.fixture
def laptop(browsers: BrowserType, tmp_path: Path) -> Iterator[BrowserContext]:
    with opened(browsers, tmp_path / "profile", width=1280) as context:
        yield context


def test_all_that_is_loaded_before_data_is_small() -> None:
    files = [path for folder in ("dashboard", "shared") for path in (WEB / folder).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_each_indicator_shows_what_the_graph_says(page: Page, ministry: Ministry, tmp_path: Path) -> None:
    for indicator in ministry.indicators().values():
        card = page.locator(".card", has=page.get_by_role("link", name=indicator["name"], exact=True))
        latest = indicator["latest"]
        if latest is None:
            waits = indicator["releases"][-1]["total"] if indicator["releases"] else None
            expect(card.locator(".figure")).to_have_text(written(waits) if waits else "no figure yet")
        elif indicator["code"] == "RETURNEES_FEMALE_SHARE":
            expect(card.locator(".figure")).to_have_text("32.0%")
        else:
            expect(card.locator(".figure")).to_have_text(written(latest["total"]))
        if latest and latest["origin"] == "EXTERNAL":
            expect(card.locator(".from")).to_contain_text(latest["source"])
            expect(card.locator(".mark")).to_have_count(0 if latest["verified"] else 1)
    page.screenshot(path=tmp_path / "overview.png", full_page=True)


def test_the_published_residual_is_unknown_and_has_its_source(page: Page, ministry: Ministry, tmp_path: Path) -> None:
    show(page, RETURNEES)
    expect(page.locator(".headline .figure")).to_have_text("229,885")
    expect(page.locator(".provenance")).to_contain_text(
        "IOM Haiti, Border Monitoring Situation Report, 28 September 2017"
    )
    expect(page.locator(".notes")).to_contain_text("Unknown: counted, but this was not recorded.")
    unfold(page)
    assert rows(page, "By kind of return") == [
        ["Spontaneous return", "132,995"],
        ["Claimed deported", "37,942"],
        ["Officially deported", "58,271"],
        ["Unknown", "677"],
    ]
    expect(page.locator(".panel svg .bar.unknown")).to_have_count(1)
    page.screenshot(path=tmp_path / "returnees.png", full_page=True)


def test_each_breakdown_has_a_table_that_hides_what_is_hidden(page: Page, ministry: Ministry) -> None:
    said = set()
    for code, indicator in ministry.indicators().items():
        if indicator["latest"] is None:
            continue
        show(page, code)
        unfold(page)
        for dimension in DIMENSIONS.keys() & set(indicator["latest"]["breakdowns"]):
            cells = ministry.cells(indicator["latest"]["id"], dimension)
            expected = [[cell["key"][0]["label"], written(cell["figure"])] for cell in cells]
            expected.sort(key=lambda row: row[0] == "Unknown")
            assert rows(page, DIMENSIONS[dimension]) == expected
            said |= {cell["figure"]["__typename"] for cell in cells}
    assert said == {"Count", "Suppressed"}


def test_a_target_stands_beside_what_was_achieved(page: Page) -> None:
    show(page, "ACTORS_TRAINED")
    expect(page.locator(".against")).to_contain_text("74% of the target of 400")
    expect(page.locator(".against svg")).to_have_attribute("aria-label", "74% of the target of 400")
    expect(page.locator(".headline .mark")).to_have_text("unverified")


def test_nothing_serious_stands_in_anybodys_way(page: Page, ministry: Ministry) -> None:
    assert serious(page) == []
    for code in (RETURNEES, *busiest(ministry)):
        show(page, code)
        unfold(page)
        assert serious(page) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0


def test_a_keyboard_is_enough(laptop: BrowserContext, ministry: Ministry) -> None:
    page = page_of(laptop)
    page.goto(f"{ministry.konbit.address}/dashboard/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    reach(page, SIGN_IN)
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=name], .cards")
    if page.locator("input[name=name]").count():
        ministry.person.prove(page)
    expect(page.get_by_role("heading", name="Figures", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    assert "#/indicator/" in page.url
    expect(page.locator(".now")).to_be_visible()


def test_without_a_network_it_shows_the_last_snapshot_and_says_of_when(
    browsers: BrowserType, tmp_path: Path, ministry: Ministry
) -> None:
    with opened(browsers, tmp_path / "profile") as context:
        page = page_of(context)
        enter(page, ministry)
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    with opened(browsers, tmp_path / "profile") as context:
        context.set_offline(True)
        page = page_of(context)
        page.goto(f"{ministry.konbit.address}/dashboard/#/indicator/{RETURNEES}")
        expect(page.locator(".headline .figure")).to_have_text("229,885")
        expect(page.locator(".stored")).to_contain_text(
            re.compile(r"Without network\. .* \d{1,2} \w+ 20\d\d, \d\d:\d\d")
        )
        page.locator("select.language").select_option("ht")
        expect(page.locator("h1")).to_have_text("Moun ki tounen ki anrejistre")
        unfold(page)
        assert rows(page, "Pa kalite retou")[-1][0] == "Enkoni"
        page.get_by_role("button", name=re.compile("^Telechaje CSV")).click()
        expect(page.locator(".notice")).to_have_text("Konekte pou w chaje oswa telechaje chif yo.")


def test_it_prints_on_one_page(laptop: BrowserContext, ministry: Ministry, tmp_path: Path) -> None:
    page = page_of(laptop)
    enter(page, ministry)
    assert sheets(page.pdf(path=tmp_path / "overview.pdf", prefer_css_page_size=True)) == 1
    for code in (RETURNEES, *busiest(ministry)):
        show(page, code)
        assert sheets(page.pdf(path=tmp_path / f"{code}.pdf", prefer_css_page_size=True)) == 1


def test_signing_out_leaves_nothing_on_the_device(laptop: BrowserContext, ministry: Ministry) -> None:
    page = page_of(laptop)
    enter(page, ministry)
    with page.expect_navigation(url="**/dashboard/"):
        page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("caches.has('dashboard-snapshot')") is False
    assert "eyJ" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.click(SIGN_IN)
    expect(page.locator("input[name=password]")).to_be_visible()


def test_who_changes_their_mind_at_the_sign_in_pages_is_where_they_were(
    laptop: BrowserContext, ministry: Ministry
) -> None:
    page = page_of(laptop)
    page.goto(f"{ministry.konbit.address}/dashboard/?error=access_denied&state=of-nobody")
    expect(page.locator(".notice.bad")).to_contain_text("Signing in was refused")
    assert page.url == f"{ministry.konbit.address}/dashboard/"


def test_a_code_that_another_page_asked_for_is_not_taken(laptop: BrowserContext, ministry: Ministry) -> None:
    """Somebody else's code in a link would sign this person in as them."""
    page = page_of(laptop)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/oauth/token" in request.url else None)
    page.goto(f"{ministry.konbit.address}/dashboard/?code=stolen&state=of-nobody&iss={ministry.konbit.demo['issuer']}")
    expect(page.locator(".notice.bad")).to_contain_text("Signing in was refused")
    assert asked == []


def test_who_may_not_read_figures_is_told(laptop: BrowserContext, ministry: Ministry) -> None:
    """On the way to the sign-in pages the wish to read figures is lost, and so the token lacks it."""
    page = page_of(laptop)
    page.goto(f"{ministry.konbit.address}/dashboard/")

    def lessened(route: Route) -> None:
        route.continue_(url=route.request.url.replace("+indicators%3Aread", ""))

    page.route("**/oauth/authorize?*", lessened)
    ministry.person.sign_in(page, SIGN_IN, then=".notice.bad")
    expect(page.locator(".notice.bad")).to_contain_text("indicators:read")


def test_the_catalogues_say_the_same_in_four_languages(laptop: BrowserContext, ministry: Ministry) -> None:
    page = page_of(laptop)
    page.goto(f"{ministry.konbit.address}/dashboard/")
    catalogues = page.evaluate("import('/dashboard/language.js').then(({ CATALOGUES }) => CATALOGUES)")
    assert set(catalogues) == {"fr", "ht", "es", "en"}
    asked = {
        key
        for path in (WEB / "dashboard").rglob("*.js")
        for key in re.findall(r'(?:say|button|entry|known)\("(\w+)"', path.read_text())
    }
    for language, words in catalogues.items():
        assert words.keys() == catalogues["en"].keys(), language
        assert asked <= words.keys()
        for key, said in words.items():
            assert said, (language, key)
            if isinstance(said, str):
                assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", catalogues["en"][key])), (
                    language,
                    key,
                )
        assert len(words["months"]) == 12
    same = [key for key, said in catalogues["en"].items() if all(each[key] == said for each in catalogues.values())]
    assert set(same) <= {"unit_bracelets", "total"}


def busiest(ministry: Ministry) -> list[str]:
    """The computed indicators with the most breakdowns: the fullest pages there are."""
    computed = [
        each for each in ministry.indicators().values() if each["latest"] and each["latest"]["origin"] == "COMPUTED"
    ]
    return [each["code"] for each in sorted(computed, key=lambda each: -len(each["latest"]["breakdowns"]))[:2]]
