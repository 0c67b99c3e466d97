"""Looking after the directory, in Chromium: what waits for a steward is decided, a link is made, and is answered.

Each page is looked at by axe, in light and in dark, at the width of a phone and of a laptop.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from playwright.sync_api import BrowserType, Page, expect

from api.database import DatabaseURLs
from api.postgres import reached
from tests.web.conftest import WIDTHS, Konbit, opened, page_of, serious
from tests.web.signing import Person

WAITING = """
UPDATE service SET created_at = now() - interval '1 year', verified_at = NULL, email = 'accueil@exemple.example'
WHERE id = (SELECT id FROM service WHERE visibility = 'PUBLIC' AND removed_at IS NULL ORDER BY id LIMIT 1);
INSERT INTO suggestion (service_id, organization_id, suggested_by, origin, note, suggested_at)
SELECT s.id, s.organization_id, o.id, 'MEMBER', 'Le numéro du soir a changé.', now() FROM service s, organization o
WHERE s.visibility = 'PUBLIC' AND o.slug = 'solidarite-frontiere-belladere' ORDER BY s.id LIMIT 2;
INSERT INTO partner (organization_id, name, kind, address, poll_seconds, next_at, failures, last_failure,
  last_failure_at)
SELECT id, 'repertoire-lent', 'HSDS', 'https://lent.example/hsds', NULL, NULL, 6, 'It did not answer.', now()
FROM organization WHERE slug = 'solidarite-frontiere-belladere';
INSERT INTO source_record (partner_id, kind, remote_id, raw, digest, fetched_at, status, problem, found_at, since)
SELECT id, 'SERVICE', '7f3c', '{}', 'x', now(), 'QUARANTINED', 'It has no name. Ask the partner to name it.',
  'https://lent.example/hsds/services/7f3c', now() FROM partner WHERE name = 'repertoire-lent';
"""


@pytest.fixture(scope="module")
def waiting(konbit: Konbit) -> None:
    """Something waits in each list. Playwright's own loop is at work in this thread, so another does it."""

    async def write(url: str) -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(WAITING)
        await connection.close()

    with reached(Path(str(konbit.program.settings["DATA"]))) as database, ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: asyncio.run(write(DatabaseURLs.embedded(database, "konbit").migration))).result()


@pytest.fixture(scope="module")
def person(konbit: Konbit) -> Person:
    """The network's steward: each code of their app counts once, so both tests share one signing in."""
    return Person.of(konbit, "steward")


def look(page: Page, pictures: Path, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=pictures / f"{name}-{scheme}.png", full_page=True)
        assert serious(page) == [], (name, scheme)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, name


def test_what_waits_is_decided(
    konbit: Konbit, person: Person, waiting: None, browsers: BrowserType, tmp_path: Path
) -> None:
    pages = konbit.address.replace("127.0.0.1", "localhost")
    for width in WIDTHS:
        with opened(browsers, tmp_path / str(width), width=width) as context:
            page = page_of(context)
            person.enter(page, f"{pages}/stewards")
            expect(page.locator("h1")).to_have_text("The directory")
            look(page, tmp_path, f"overview-{width}")
            for queue in ("partners", "quarantine", "suggestions", "unchecked", "asked", "duplicates", "merged"):
                page.goto(f"{pages}/stewards/{queue}")
                look(page, tmp_path, f"{queue}-{width}")

            page.goto(f"{pages}/stewards/suggestions")
            before = page.locator("main section").count()
            page.locator("main section").first.get_by_label("Why (optional)").fill("Vu avec eux.")
            page.locator("main section").first.get_by_role("button", name="Accept").click()
            expect(page.get_by_role("status")).to_be_visible()
            assert page.locator("main section").count() == before - 1


def test_a_link_is_made_and_answered_in_kreyol(
    konbit: Konbit, person: Person, waiting: None, browsers: BrowserType, tmp_path: Path
) -> None:
    pages = konbit.address.replace("127.0.0.1", "localhost")
    with opened(browsers, tmp_path / "steward", width=1280) as context:
        page = page_of(context)
        person.enter(page, f"{pages}/stewards/unchecked")
        page.get_by_role("button", name="Make a link").first.click()
        link = page.locator("p.secret").inner_text()
    with opened(browsers, tmp_path / "giver", width=360, locale="ht-HT") as context:
        page = page_of(context)
        page.goto(link)
        expect(page.locator("h1")).to_have_text("Èske l toujou bon?")
        look(page, tmp_path, "verify-360")
        page.get_by_label("Tout bagay bon").check()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Mèsi")
        page.goto(link)
        expect(page.locator("h1")).to_have_text("Lyen sa a pa sèvi ankò")
