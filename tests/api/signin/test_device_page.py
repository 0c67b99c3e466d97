"""The page for a device's code: what the person is shown before they decide, and what a wrong code costs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.device_grant import begin
from auth.lockout import BURST
from auth.user_codes import make_user_code, shown
from models.rules.roles import Role
from tests.api.signin.conftest import Pages
from tests.auth.a_device import TRAINING, a_device_program
from tests.auth.people.household import Person


@pytest.fixture(scope="module", autouse=True)
async def programs(shared) -> None:  # type: ignore[no-untyped-def]
    await a_device_program(shared)
    await a_device_program(shared, "shelters-own", organization_id=shared.shelter)


@pytest.fixture
async def person(pages: Pages) -> Person:
    """A member of the brc."""
    made = await pages.home.person()
    await pages.home.member(made.account_id, Role.TRAINER)
    return made


@pytest.fixture
async def code(pages: Pages) -> AsyncIterator[str]:
    """What a device shows."""
    return await waiting(pages, "attendance")


async def waiting(pages: Pages, client_id: str) -> str:
    now = pages.home.deployment.clock.now
    async with AsyncSession(pages.home.deployment.engine) as session, session.begin():
        _, user_code = await session.run_sync(begin, client_id=client_id, scopes=TRAINING, jkt=None, now=now)
    return shown(user_code)


async def status(pages: Pages, code: str) -> str:
    [row] = await pages.home.deployment.sql(
        "SELECT status FROM oauth_device WHERE user_code = $1", code.replace("-", "")
    )
    return str(row["status"])


async def test_a_person_sees_who_asks_for_what_and_allows_it(pages: Pages, person: Person, code: str) -> None:
    browser = await pages.signed_in(person, path="/device")
    await browser.send("/device", user_code=code.lower())
    for words in ("The program attendance", code, "Enrol people in trainings and record attendance.", "brc"):
        assert words in browser.page.text
    assert await status(pages, code) == "PENDING", "nothing is decided by looking"
    membership = browser.page.text.split('name="membership" value="')[1].split('"')[0]
    await browser.send("/device/decide", answer="allow", membership=membership)
    assert await browser.follow() == "/device/allowed"
    assert await status(pages, code) == "APPROVED"


async def test_a_person_says_no(pages: Pages, person: Person, code: str) -> None:
    browser = await pages.signed_in(person, path="/device")
    await browser.send("/device", user_code=code)
    await browser.send("/device/decide", answer="refuse")
    assert await browser.follow() == "/device/refused"
    assert await status(pages, code) == "DENIED"


async def test_an_address_with_a_code_in_it_decides_nothing(pages: Pages, person: Person, code: str) -> None:
    """A QR code, or a link that someone sends: the person still looks, and says yes themselves (RFC 8628, 5.4)."""
    browser = await pages.signed_in(person, path=f"/device?user_code={code}")
    assert browser.page.form("/device").fields["user_code"] == code
    assert "The program attendance" not in browser.page.text
    [row] = await pages.home.deployment.sql(
        "SELECT account_id FROM oauth_device WHERE user_code = $1", code.replace("-", "")
    )
    assert row["account_id"] is None


async def test_to_the_wrong_person_a_code_is_no_code(pages: Pages, person: Person, code: str) -> None:
    first = await pages.signed_in(person, path="/device")
    await first.send("/device", user_code=code)
    other = await pages.home.person()
    await pages.home.member(other.account_id, Role.TRAINER)
    theirs = await waiting(pages, "shelters-own")
    second = await pages.signed_in(other, path="/device", address="192.0.2.9")
    pages_shown = []
    for number, tried in enumerate((code, theirs, shown(make_user_code()))):
        answer = await second.send("/device", user_code=tried)
        assert answer.status_code == 422, number
        pages_shown.append(re.sub('value="[^"]*"', "", second.page.text))
    assert len(set(pages_shown)) == 1, "not one word tells a code that is another's from one that is nobody's"


async def test_a_code_cannot_be_guessed_at_the_page(pages: Pages, person: Person, code: str) -> None:
    browser = await pages.signed_in(person, path="/device", address="192.0.2.77")
    for _ in range(BURST):
        answer = await browser.send("/device", user_code=make_user_code())
        assert answer.status_code == 422
    assert (await browser.send("/device", user_code=code)).status_code == 429
    assert "The program attendance" not in browser.page.text


async def test_who_is_not_signed_in_signs_in_first_and_comes_back_with_the_code(pages: Pages, code: str) -> None:
    browser = pages.browser()
    await browser.get(f"/device?user_code={code}")
    assert await browser.follow() == f"/sign-in?next=%2Fdevice%3Fuser_code%3D{code}"
