"""How pages are served, kept and replaced: whole or not at all, and never without a person's word."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import BrowserType, Page, expect
from starlette.applications import Starlette

from api import pages
from tests.api.processes import soon
from tests.web.conftest import opened, page_of

CACHES = "caches.keys()"
UPDATE = (
    "navigator.serviceWorker.getRegistration().then((worker) => worker.update()).then(() => 'asked', () => 'failed')"
)
READY = "navigator.serviceWorker.ready.then(() => null)"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the pages that a test may change."""
    copy = tmp_path / "web"
    shutil.copytree(pages.WEB, copy, ignore=shutil.ignore_patterns("graphiql"))
    monkeypatch.setattr(pages, "WEB", copy)
    deployed()
    yield copy
    deployed()


def deployed() -> None:
    """What a new start of the program does: the files are read again."""
    pages.files.cache_clear()
    pages._packed.cache_clear()


@contextmanager
def serving() -> Iterator[str]:
    """The pages alone, at an address."""
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=pages.routes()), port=0, log_level="critical", lifespan="off")
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        assert soon(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def address(web: Path) -> Iterator[str]:
    with serving() as found:
        yield found


@pytest.fixture
def page(browsers: BrowserType, tmp_path: Path, address: str) -> Iterator[Page]:
    with opened(browsers, tmp_path / "profile") as context:
        page = page_of(context)
        page.goto(f"{address}/attendance")
        page.evaluate(READY)
        page.reload()
        yield page


def test_a_newer_version_waits_until_it_is_wanted_and_then_replaces_the_older(page: Page, web: Path) -> None:
    before = page.evaluate(CACHES)
    words = web / "attendance" / "words.js"
    words.write_text(words.read_text().replace("Prepare this device", "Prepare this very device"))
    deployed()
    assert page.evaluate(UPDATE) == "asked"
    expect(page.locator(".notice")).to_contain_text("A newer version of this page is ready.")
    expect(page.locator("h1")).to_have_text("Prepare this device")
    page.click(".notice button")
    expect(page.locator("h1")).to_have_text("Prepare this very device")
    after = page.evaluate(CACHES)
    assert (len(before), len(after), before == after) == (1, 1, False)


def test_a_version_of_which_a_file_is_not_as_listed_is_not_taken(page: Page, web: Path) -> None:
    """Half a deployment, or a proxy that changes what it passes on."""
    words = web / "attendance" / "words.js"
    listed = dict(pages.files())
    words.write_text(words.read_text().replace("Prepare this device", "Something else"))
    deployed()
    pages.files()["/attendance/words.js"] = listed["/attendance/words.js"]
    page.evaluate(UPDATE)
    page.wait_for_timeout(500)
    expect(page.locator(".notice")).to_have_count(0)
    page.reload()
    expect(page.locator("h1")).to_have_text("Prepare this device")


def test_it_opens_without_a_network_under_each_of_its_addresses(page: Page, address: str) -> None:
    page.context.set_offline(True)
    for path in ("/attendance/", "/attendance/?from=home", "/attendance/anything"):
        page.goto(address + path)
        expect(page.locator("h1")).to_have_text("Prepare this device")


def test_a_worker_keeps_each_file_of_its_page_and_nothing_of_another() -> None:
    served = pages.files()
    for site in pages.SITES:
        told = served[f"/{site}/kept.js"].plain.decode()
        others = [other for other in pages.SITES if other != site]
        assert not any(f'"/{other}/' in told for other in others)
        assert f'"/{site}/"' in told
        assert f"/{site}/sw.js" in served


@pytest.mark.parametrize(
    "path",
    ["/attendance/../pyproject.toml", "/attendance/index.html", "/shared/sw.js", "/attendance/none.js", "/shared/"],
)
def test_nothing_else_is_served(path: str) -> None:
    assert path not in pages.files()
