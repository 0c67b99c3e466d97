"""The map of services in Chromium, over the real program: found as the graph finds, shown as each may see."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from api import pages
from tests.web.conftest import WIDTHS, Konbit, opened, page_of, serious
from tests.web.signing import Person, reach

MOST_PACKED = 60_000
SIGN_IN = ".signin button.first"
BELLADERE = {"latitude": 18.8517, "longitude": -71.7728}
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def worker(konbit: Konbit) -> Person:
    """Somebody who refers people."""
    return Person.of(konbit, "brc")


def enter(page: Page, konbit: Konbit, person: Person, asked: str = "") -> None:
    page.goto(f"{konbit.address}/map/#/{asked}")
    person.sign_in(page, SIGN_IN, then=".entry")
    settled(page)


def settled(page: Page) -> None:
    expect(page.locator(".total")).to_be_visible()


def find(page: Page, words: str) -> dict[str, Any]:
    """Types words and answers what the graph found."""
    page.fill("input[name=text]", words)
    with page.expect_response(lambda answer: answer.url.endswith("/graphql") and answer.ok) as answered:
        page.keyboard.press("Enter")
    found: dict[str, Any] = answered.value.json()["data"]["services"]
    expect(page.locator(".total")).to_have_text(f"{found['totalCount']} services")
    return found


@pytest.fixture
def laptop(browsers: BrowserType, tmp_path: Path) -> Iterator[BrowserContext]:
    with opened(
        browsers, tmp_path / "profile", width=1280, geolocation=BELLADERE, permissions=["geolocation"]
    ) as context:
        yield context


def test_all_that_is_loaded_before_services_is_small() -> None:
    own = [file.plain for path, file in pages.files().items() if path.startswith(("/map/", "/shared/"))]
    assert sum(len(gzip.compress(plain)) for plain in own) < MOST_PACKED


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_serious_stands_in_anybodys_way(
    browsers: BrowserType, tmp_path: Path, konbit: Konbit, worker: Person, width: int
) -> None:
    with opened(browsers, tmp_path / "profile", width=width) as context:
        page = page_of(context)
        page.goto(f"{konbit.address}/map/")
        expect(page.locator(SIGN_IN)).to_be_visible()
        assert serious(page) == []
        enter(page, konbit, worker)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=tmp_path / f"all-{width}-{scheme}.png", full_page=width < 600)
            assert serious(page) == [], scheme
        find(page, "kote pou dòmi")
        page.locator(".entry button").first.click()
        page.screenshot(path=tmp_path / f"chosen-{width}.png")
        assert serious(page) == []
        assert page.evaluate(WIDE) <= 0


def test_what_the_graph_finds_is_listed_and_lies_on_the_map(
    laptop: BrowserContext, konbit: Konbit, worker: Person
) -> None:
    page = page_of(laptop)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, konbit, worker)
    found = find(page, "batistè")
    names = page.locator(".entry h2").all_inner_texts()
    assert names == [edge["node"]["name"] for edge in found["edges"]]
    assert names[0].casefold().count("naissance") or "batist" in names[0].casefold()
    places = [edge["place"]["location"] for edge in found["edges"] if edge["place"] is not None]
    told = sum(place["latitude"] is not None for place in places)
    labels = page.locator(".dot").evaluate_all("dots => dots.map(dot => dot.getAttribute('aria-label'))")
    assert sum(int(label.split()[0]) for label in labels) == told
    assert told > 0
    here = (konbit.address, konbit.address.replace("127.0.0.1", "localhost"))
    assert [url for url in asked if not url.startswith(here)] == []


def test_the_list_and_the_map_know_of_each_other(laptop: BrowserContext, konbit: Konbit, worker: Person) -> None:
    page = page_of(laptop)
    enter(page, konbit, worker)
    find(page, "batistè")
    page.locator(".entry").nth(1).get_by_role("button").click()
    expect(page.locator(".dot[aria-pressed=true]")).to_have_count(1)
    chosen = page.locator(".entry[aria-current=true]")
    expect(chosen.first).to_be_visible()
    page.get_by_role("button", name="All services found").click()
    alone = page.locator(".dot[aria-label^='1 services at']")
    for _ in range(12):
        if alone.count():
            break
        page.locator(".dot").first.click()
    name = (alone.first.get_attribute("aria-label") or "").split(" at ")[1]
    alone.first.click()
    expect(page.locator(".entry[aria-current=true]").first).to_be_focused()
    expect(page.locator(".entry[aria-current=true] .where").first).to_contain_text(name)


def test_facets_narrow_and_near_me_measures(laptop: BrowserContext, konbit: Konbit, worker: Person) -> None:
    page = page_of(laptop)
    enter(page, konbit, worker)
    label = page.locator("select[name=category] option").nth(1).inner_text()
    wanted = int(re.search(r"\((\d+)\)$", label)[1])  # type: ignore[index]
    page.select_option("select[name=category]", label=label)
    expect(page.locator(".total")).to_have_text(f"{wanted} services" if wanted != 1 else "1 services")
    page.get_by_role("button", name="Clear").click()
    page.select_option("select[name=near]", "25")
    expect(page.locator(".entry .where .pill").first).to_contain_text("km")
    distances = [float(text.split()[0]) for text in page.locator(".entry .where .pill").all_inner_texts()]
    assert distances == sorted(distances)
    assert max(distances) <= 25
    assert "18.85" not in page.url


def test_a_keyboard_is_enough(laptop: BrowserContext, konbit: Konbit, worker: Person) -> None:
    page = page_of(laptop)
    enter(page, konbit, worker)
    reach(page, ".field")
    before = page.locator(".land").first.get_attribute("d")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".land").first).not_to_have_attribute("d", before or "")
    page.keyboard.press("+")
    page.keyboard.press("0")
    expect(page.locator(".land").first).to_have_attribute("d", before or "")
    reach(page, ".dot")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.matches('.dot, .entry, .field, body')")


@pytest.mark.parametrize(("language", "heading"), [("ht", "Jwenn yon sèvis"), ("es", "Buscar un servicio")])
def test_it_speaks_each_language(
    laptop: BrowserContext, konbit: Konbit, worker: Person, language: str, heading: str
) -> None:
    page = page_of(laptop)
    enter(page, konbit, worker)
    page.select_option("select.language", language)
    expect(page.locator("h1")).to_have_text(heading)
    settled(page)
    assert serious(page) == []


def test_a_safe_house_is_in_the_list_of_who_refers_and_never_on_the_map(
    browsers: BrowserType, tmp_path: Path, konbit: Konbit, worker: Person
) -> None:
    with opened(browsers, tmp_path / "refers", width=1280) as context:
        page = page_of(context)
        enter(page, konbit, worker, "category=SAFE_HOUSE")
        assert page.locator(".entry").count() > 0
        assert page.locator(".dot").count() == 0
        expect(page.locator(".entry .where").first).to_contain_text("Its address is not given.")
        assert page.locator(".entry", has_text="Show on the map").count() == 0
        page.screenshot(path=tmp_path / "safe-house.png")
    with opened(browsers, tmp_path / "reads", width=1280) as context:
        page = page_of(context)
        page.goto(f"{konbit.address}/map/#/category=SAFE_HOUSE")
        Person.of(konbit, "ministry").sign_in(page, SIGN_IN, then=".total")
        expect(page.locator(".total")).to_have_text("Nothing was found. Try another word, or fewer conditions.")
        assert page.locator(".entry, .dot").count() == 0
        assert "SAFE_HOUSE" not in page.locator("select[name=area]").inner_html()


def test_tiles_come_from_where_an_operator_said_and_only_the_map_may_show_them() -> None:
    tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
    on_map = pages._headers("/map/", tiles)["content-security-policy"]
    assert "img-src 'self' blob: https://tiles.example.org;" in on_map
    assert "tiles.example" not in str([pages._headers("/map/", None), pages._headers("/dashboard/", tiles)])
    assert pages._headers("/map/", None)["permissions-policy"] == "camera=(), geolocation=(self), microphone=()"
    assert "geolocation=()" in pages._headers("/dashboard/", None)["permissions-policy"]
