"""A person at the sign-in pages in Chromium: a name, a password, a code, and the browser that knows them afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.api.visitor import Credentials

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.web.conftest import Konbit


@dataclass
class Person:
    """One of the demo's people. Each code of their app counts once, so browsers of a test share one signing in."""

    who: Credentials
    _cookies: list[Any] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, konbit: Konbit, name: str) -> Person:
        return cls(Credentials.of(konbit.demo["people"][name]))

    def sign_in(self, page: Page, button: str, *, then: str) -> None:
        """Presses what leads to the sign-in pages, does what they ask, and waits for what is there afterwards."""
        if self._cookies:
            page.context.add_cookies(self._cookies)
        page.click(button)
        page.locator(f"input[name=password], {then}").first.wait_for()
        if urlsplit(page.url).path.startswith("/sign-in"):
            self.prove(page)
            page.locator(then).first.wait_for()
        self._cookies = [each for each in page.context.cookies() if each["name"].endswith("konbit")]

    def enter(self, page: Page, address: str) -> None:
        """Goes to one of the pages for people, and signs in where it asks for that."""
        page.context.add_cookies(self._cookies)
        page.goto(address)
        if urlsplit(page.url).path.startswith("/sign-in"):
            self.prove(page)
            page.wait_for_url(address)
        self._cookies = [each for each in page.context.cookies() if each["name"].endswith("konbit")]

    def prove(self, page: Page) -> None:
        """Fills in the forms."""
        page.fill("input[name=name]", self.who.name)
        page.fill("input[name=password]", self.who.password)
        page.keyboard.press("Enter")
        page.fill("input[name=code]", self.who.code())
        page.keyboard.press("Enter")


def reach(page: Page, selector: str) -> None:
    """Tab until the focus is there."""
    for _ in range(200):
        if page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)
