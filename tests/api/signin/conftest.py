"""What tests of the pages ask for: a household, and the pages over its database, in a process of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from api.database import DatabaseURLs
from api.logs import configure
from api.requests import Hardened
from api.signin.desk import Desk
from api.signin.routes import signin_routes
from auth.keys import KeyRing
from models.session import Database
from tests.api.signin.browser import Browser
from tests.auth.deployment import PROFILE, SEALER, Deployment, deployed
from tests.auth.people.authenticator import Device
from tests.auth.people.household import PASSWORD, Household, Person, household


@dataclass
class Pages:
    """The pages, as one process serves them."""

    home: Household
    app: ASGIApp

    def browser(self, **more: str) -> Browser:
        return Browser.of(self.app, **more)

    async def signed_in(self, person: Person, *, path: str = "/account", **more: str) -> Browser:
        """A browser in which the person has signed in with name, password and code, on the way to a page."""
        browser = self.browser(**more)
        await browser.get(path)
        await browser.follow()
        await self.sign_in(browser, person)
        return browser

    async def sign_in(self, browser: Browser, person: Person) -> str:
        """This will send the two forms, and say where the person is then."""
        await browser.send("/sign-in", name=person.name, password=PASSWORD)
        await browser.follow()
        await browser.send("/sign-in/code", code=self.code(person))
        return await browser.follow()

    def code(self, person: Person) -> str:
        """The person's next code: each counts once, so the clock goes on."""
        self.home.deployment.clock.advance(seconds=30)
        return self.home.code(person)


@pytest.fixture(scope="module")
async def shared(module_database: DatabaseURLs) -> AsyncIterator[Deployment]:
    async with deployed(module_database) as ready:
        yield ready


@pytest.fixture(scope="module")
async def home(shared: Deployment) -> AsyncIterator[Household]:
    async with household(shared) as ready:
        yield ready


@pytest.fixture(scope="module")
async def requests(shared: Deployment) -> AsyncIterator[Database]:
    """The pool that requests use, as the program has it."""
    opened = await Database(shared.urls.app, size=2).open()
    yield opened
    await opened.close()


@pytest.fixture
def pages(home: Household, requests: Database) -> Pages:
    configure(level=40)
    desk = Desk(
        home.deployment.engine,
        PROFILE,
        KeyRing(home.deployment.engine, SEALER),
        home.sealer,
        home.passwords,
        clock=home.deployment.clock,
    )
    routes = Starlette(routes=signin_routes(desk, requests))

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        await Hardened(routes)(scope | {"konbit.request_id": "0123456789ab"}, receive, send)

    return Pages(home, app)


__all__ = ["Device", "Pages"]
