"""The attendance page as a thing to open: its weight, its words, its manners, and who can use it."""

from __future__ import annotations

import gzip
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, expect

from api.pages import WEB
from tests.web.conftest import WIDTHS, Konbit, opened, page_of, serious
from tests.web.signing import reach
from tests.web.trainer import SIGN_IN, Trainer, by, choose, lock, set_up, sign_in, waiting

HEAVIEST = 100_000
"Bytes as they are sent, before data."
SITE = WEB / "attendance"
SAID = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [];
  while (texts.nextNode()) {
    const { parentElement: within, data } = texts.currentNode;
    if (within.tagName !== "NOSCRIPT") said.push(data.trim());
  }
  const named = [...document.querySelectorAll("[aria-label], [placeholder]")];
  return [...said, ...named.flatMap((each) => [each.ariaLabel, each.placeholder]).filter(Boolean), document.title];
}"""
"All that is written on the page, or told to who does not see it."
FORGOTTEN = "navigator.serviceWorker.ready.then((worker) => worker.unregister()).then(() => null)"
"Else the worker has the page's own words ready when the person comes back."
LANGUAGES = ("en", "fr", "ht", "es")


@pytest.fixture(scope="module")
def trainer(konbit: Konbit) -> Trainer:
    return Trainer(konbit)


def fetched(konbit: Konbit, path: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(urllib.request.Request(konbit.address + path, None, headers), timeout=10) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def kept(konbit: Konbit) -> dict[str, Any]:
    """What the service worker keeps."""
    plain, _ = fetched(konbit, "/attendance/kept.js")
    told: dict[str, Any] = json.loads(plain.decode().removeprefix("self.KEPT = ").rstrip(";\n"))
    return told


def catalogue() -> dict[str, list[str]]:
    lines = re.findall(r"^  (\w+): (\[[^\]]*\]),$", (SITE / "words.js").read_text(), re.MULTILINE)
    return {key: json.loads(re.sub(r",\s*\]", "]", said)) for key, said in lines}


def test_the_page_and_all_that_it_keeps_weigh_less_than_100_kb(konbit: Konbit) -> None:
    paths = [*kept(konbit)["files"], "/attendance/kept.js", "/attendance/sw.js"]
    weights = {path: len(fetched(konbit, path, **{"accept-encoding": "gzip"})[0]) for path in paths}
    assert sum(weights.values()) < HEAVIEST, weights


def test_everything_that_is_kept_is_named_with_its_hash_and_nothing_is_loaded_from_elsewhere(konbit: Konbit) -> None:
    files = kept(konbit)["files"]
    own = {f"/attendance/{path.relative_to(SITE)}" for path in SITE.rglob("*") if path.is_file()}
    assert own - set(files) == {"/attendance/index.html"}
    assert "/attendance/" in files
    for path in files:
        body, headers = fetched(konbit, path, **{"accept-encoding": "gzip"})
        text = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        assert b"://" not in re.sub(rb"https?://www\.w3\.org/2000/svg|https\?:", b"", text).replace(
            b"^https?:\\/\\/", b""
        ), path
        policy = headers["content-security-policy"]
        assert ("default-src 'none'" in policy, "unsafe" in policy) == (True, False)


def test_each_line_is_said_in_each_language_with_the_same_values() -> None:
    words = catalogue()
    assert len(words) > 100
    for key, said in words.items():
        assert len(said) == len(LANGUAGES), key
        assert all(line.strip() for line in said), key
        assert len({frozenset(re.findall(r"\{(\w+)\}", line)) for line in said}) == 1, key


def test_each_line_is_used_and_each_that_is_used_is_there() -> None:
    words = catalogue()
    sources = "\n".join(path.read_text() for path in SITE.rglob("*.js") if path.name != "words.js")
    named = set(re.findall(r'\bsay\(\s*"(\w+)"', sources))
    assert named - set(words) == set()
    strings = set(re.findall(r'"(\w+)"|\b([A-Z_]+): 1', sources)) | set(re.findall(r"(\w+): ", sources))
    said = {word for each in strings for word in (each if isinstance(each, tuple) else (each,))}
    assert set(words) - said == set()


def test_nothing_is_said_outside_the_catalogue(browsers: BrowserType, tmp_path: Path, trainer: Trainer) -> None:
    """With a catalogue of marked lines, what a person reads is marked, or data."""
    training = trainer.trainings()[0]
    marked = {key: [marking(key, line) for line in said] for key, said in catalogue().items()}
    data = {"Français", "Kreyòl ayisyen", "Español", "English"}
    for each in trainer.trainings():
        data |= {each["course"]["title"], each["code"]}
    for person in training["enrolments"]["nodes"]:
        shown = person["participant"]
        employer = (shown["organization"] or {}).get("name")
        data |= {text for text in (shown["name"], shown["organizationName"], employer) if text}
    found: set[str] = set()
    with opened(browsers, tmp_path / "profile") as context:
        page = page_of(context)
        body = f"export const WORDS = {json.dumps(marked)};"
        page.route("**/attendance/words.js", lambda route: route.fulfill(body=body, content_type="text/javascript"))
        page.goto(f"{trainer.konbit.address}/attendance/")
        page.wait_for_selector(SIGN_IN)
        found |= set(page.evaluate(SAID))
        page.evaluate(FORGOTTEN)
        sign_in(page, trainer)
        found |= set(page.evaluate(SAID))
        lock(page)
        found |= set(page.evaluate(SAID))
        choose(page, training, 11)
        context.set_offline(True)
        for way in ("scan", "pin", "list"):
            by(page, way)
            found |= set(page.evaluate(SAID))
        page.locator(".rows .round").first.click()
        waiting(page, 1)
        page.locator(".rows .name").first.click()
        found |= set(page.evaluate(SAID))
        page.keyboard.press("Escape")
        for to in (".bar .state", "header .round", "section button.bad"):
            page.click(to)
            found |= set(page.evaluate(SAID))
    said = {text for text in found if re.search(r"[^\W\d_]{2}", text)}
    assert len([text for text in said if "⟦" in text]) > 50
    assert {text for text in said if "⟦" not in text and not any(text.startswith(known) for known in data)} == set()


def marking(key: str, line: str) -> str:
    return f"⟦{key}⟧ " + " ".join(re.findall(r"\{\w+\}", line))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browsers: BrowserType, tmp_path: Path, trainer: Trainer, width: int, scheme: str
) -> None:
    training = trainer.trainings()[0]
    with opened(browsers, tmp_path / "profile", width=width, color_scheme=scheme) as context:
        page = page_of(context)
        page.goto(f"{trainer.konbit.address}/attendance/")
        page.wait_for_selector(SIGN_IN)
        found = {"sign in": serious(page)}
        sign_in(page, trainer)
        found["set up"] = serious(page)
        set_up(page, trainer)
        found["trainings"] = serious(page)
        choose(page, training, 11)
        context.set_offline(True)
        if width < 600:
            by(page, "list")
        for at, status in enumerate(["PRESENT", "LATE", "LEFT_EARLY", "ABSENT", "EXCUSED"]):
            page.locator(".rows .name").nth(at).click()
            page.click(f"dialog [data-status={status}]")
        waiting(page, 5)
        found["list"] = serious(page)
        page.locator(".rows .name").first.click()
        found["person"] = serious(page)
        page.keyboard.press("Escape")
        for way in ("scan", "pin"):
            by(page, way)
            found[way] = serious(page)
        page.click(".bar .state")
        found["events"] = serious(page)
        page.click("header .round")
        found["settings"] = serious(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.reload()
        page.wait_for_selector("#passphrase")
        found["locked"] = serious(page)
    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


def test_all_of_it_is_done_by_keyboard(browsers: BrowserType, tmp_path: Path, trainer: Trainer) -> None:
    training = trainer.trainings()[0]
    with opened(browsers, tmp_path / "profile", width=1280) as context:
        page = page_of(context)
        set_up(page, trainer)
        choose(page, training, 11)
        context.set_offline(True)
        reach(page, ".rows li:nth-child(3) .name")
        page.keyboard.press("Enter")
        expect(page.locator("dialog h2")).to_be_focused()
        reach(page, "dialog [data-status=LATE]")
        page.keyboard.press("Space")
        expect(page.locator(".rows li:nth-child(3) .name")).to_be_focused()
        expect(page.locator(".last[role=status]")).to_contain_text("Late")
        reach(page, "#pin")
        page.keyboard.type(training["enrolments"]["nodes"][0]["pin"])
        page.keyboard.press("Enter")
        waiting(page, 2)


def test_a_phone_may_install_it(browsers: BrowserType, tmp_path: Path, trainer: Trainer) -> None:
    with opened(browsers, tmp_path / "profile") as context:
        page = page_of(context)
        set_up(page, trainer)
        session = context.new_cdp_session(page)
        manifest = session.send("Page.getAppManifest")
        assert (manifest["errors"], bool(manifest["data"])) == ([], True)
        wrong = [each["errorId"] for each in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
        assert [each for each in wrong if each != "in-incognito"] == []
