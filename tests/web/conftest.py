"""What tests of the pages ask for: the real program with the demo network, and a browser to open its pages in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, sync_playwright

from tests.api.processes import User, folder, soon
from tests.running import Running, running

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS = (360, 1280)
"Pixels: a cheap phone, and a laptop."


@dataclass
class Konbit:
    """The program that a browser is pointed at."""

    program: Running
    demo: dict[str, Any]
    "what demo.json says"

    @property
    def address(self) -> str:
        return self.program.address

    def persona(self, name: str) -> dict[str, str]:
        found: dict[str, str] = self.demo["personas"][name]
        return found


@pytest.fixture(scope="package")
def konbit() -> Iterator[Konbit]:
    """`konbit run` on a free port over its own PostgreSQL, with the demo network in it. All tests of pages share it."""
    with folder(User(None), "data") as data, running(data.parent / "log", DATA=data) as program:
        program.begin()
        assert soon(program.answers, within=240), program.log()
        yield Konbit(program, json.loads((data / "demo.json").read_text()))
        program.end()


@pytest.fixture(scope="module")
def browsers() -> Iterator[BrowserType]:
    """Chromium, not started yet. It stands for one module alone: its loop must be gone before others start theirs."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: install Debian's chromium to test the pages")
    with sync_playwright() as playwright:
        yield playwright.chromium


@contextmanager
def opened(browsers: BrowserType, profile: Path, *, width: int = 360, **more: Any) -> Iterator[BrowserContext]:
    """A browser over a profile that stays on the disk: what is closed here can be opened again, as on a phone."""
    options: dict[str, Any] = {"viewport": {"width": width, "height": 740 if width < 600 else 900}, "locale": "en-GB"}
    context = browsers.launch_persistent_context(
        str(profile), executable_path=CHROMIUM, **options | {"args": ["--no-sandbox"]} | more
    )
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        context.close()


def page_of(context: BrowserContext) -> Page:
    """The page that a persistent context opens with. Whatever the page's own code throws ends the test."""
    page = context.pages[0] if context.pages else context.new_page()
    page.on("pageerror", lambda error: thrown.append(str(error)))
    return page


thrown: list[str] = []


@pytest.fixture(autouse=True)
def nothing_was_thrown() -> Iterator[None]:
    """No page may throw an error that its own code did not catch."""
    thrown.clear()
    yield
    assert thrown == []


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical on a page as it stands, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
