"""Signing in, in Chromium with a virtual authenticator: an invitation, a passkey, consent, a device's code, sessions.

Each page that is come by is looked at by axe, in light and in dark, and its picture kept in a temporary folder.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, CDPSession, Page, expect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.database import DatabaseURLs
from api.postgres import reached
from auth.clients import register_client
from auth.database import open_auth_engine
from auth.people import invitations, totp
from auth.scopes import Scope
from models.oauth import ClientGrant
from models.organisations import Organization
from models.rules.roles import Role
from tests.auth.granting import CHALLENGE
from tests.web.conftest import CHROMIUM, WIDTHS, Konbit, serious, thrown

T = TypeVar("T")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
BRC, SCHOOL = "solidarite-frontiere-belladere", "institut-formation-frontiere"
PASSWORD = "kat pye chèz anba pye mango"


@dataclass
class Stage:
    """The program, its database behind its back, and a program of a partner's that waits for answers."""

    konbit: Konbit
    urls: DatabaseURLs
    shots: Path
    back: str
    "Where the partner's program is answered."
    came: list[str] = field(default_factory=list)

    @property
    def pages(self) -> str:
        return self.konbit.address.replace("127.0.0.1", "localhost")

    def do(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """This will do some work as role auth, in a loop of its own: Playwright's own is at work in this thread."""

        async def doing() -> T:
            engine = open_auth_engine(self.urls.auth)
            try:
                async with engine.begin() as connection:
                    return await work(connection)
            finally:
                await engine.dispose()

        with ThreadPoolExecutor(1) as beside:
            return beside.submit(lambda: asyncio.run(doing())).result()

    def organisation(self, slug: str) -> UUID:
        async def ask(connection: AsyncConnection) -> UUID:
            found = select(Organization.id).where(Organization.slug == slug)
            return (await connection.execute(found)).scalar_one()

        return self.do(ask)

    def invite(self, slug: str, name: str, *roles: Role) -> str:
        """The address of a new invitation."""
        organization_id = self.organisation(slug)

        async def make(connection: AsyncConnection) -> str:
            _, token = await invitations.make(
                connection, organization_id=organization_id, name=name, roles=roles, now=datetime.now(UTC)
            )
            return token

        return f"{self.pages}/invitation/{self.do(make)}"

    def register(self, client_id: str, *, slug: str | None, name: str, **more: Any) -> None:
        organization_id = None if slug is None else self.organisation(slug)

        async def make(connection: AsyncConnection) -> None:
            await register_client(
                connection,
                organization_id=organization_id,
                client_id=client_id,
                name=name,
                public=True,
                now=datetime.now(UTC),
                **more,
            )

        self.do(make)

    def asking(self, client_id: str, **more: str) -> str:
        given = {
            "client_id": client_id,
            "response_type": "code",
            "redirect_uri": self.back,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "state": "a state",
        }
        return f"{self.konbit.address}/oauth/authorize?{urlencode(given | more)}"


@pytest.fixture(scope="module")
def stage(konbit: Konbit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    came: list[str] = []

    class Back(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/back"):
                came.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>back</title><h1>Back</h1>")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Back)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    data = Path(str(konbit.program.settings["DATA"]))
    with reached(data) as database:
        urls = DatabaseURLs.embedded(database, "konbit")
        back = f"http://127.0.0.1:{server.server_port}/back"
        ready = Stage(konbit, urls, tmp_path_factory.mktemp("shots"), back, came)
        codes = {"grants": [ClientGrant.AUTHORIZATION_CODE], "redirect_uris": [back]}
        ready.register(
            "case-notes",
            slug=BRC,
            name="Case notes",
            scopes=[Scope.DIRECTORY_READ, Scope.REFERRALS_READ, Scope.REFERRALS_WRITE, Scope.OPENID, Scope.PROFILE],
            **codes,
        )
        ready.register("figures", slug=None, name="Figures", scopes=[Scope.INDICATORS_READ], **codes)
        ready.register(
            "rollcall",
            slug=None,
            name="Roll call",
            scopes=[Scope.TRAINING_READ, Scope.TRAINING_WRITE, Scope.DIRECTORY_READ],
            grants=[ClientGrant.DEVICE_CODE],
        )
        yield ready
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Person:
    """Someone at a browser with a device that verifies them."""

    stage: Stage
    page: Page
    width: int
    session: CDPSession
    device: str
    "The virtual authenticator's id."

    def touches_by_itself(self, yes: bool) -> None:
        """Whether the device answers at once: it then answers to a page's first offer too."""
        self.session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self.device, "enabled": yes})

    @classmethod
    def at(cls, stage: Stage, context: BrowserContext, width: int) -> Person:
        page = context.new_page()
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.on("console", lambda said: thrown.append(said.text) if "Content Security Policy" in said.text else None)
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return cls(stage, page, width, session, added["authenticatorId"])

    def look(self, name: str) -> None:
        """This will have axe look at the page, in light and in dark, keep pictures, and see that nothing sticks out."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.screenshot(path=self.stage.shots / f"{name}-{self.width}-{scheme}.png", full_page=True)
            assert serious(self.page) == [], (name, scheme)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        self.page.emulate_media(color_scheme="light")

    def sees(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_have_text(heading)

    def joins(self, slug: str, name: str, *roles: Role) -> None:
        """This will accept an invitation with a new account and a passkey."""
        self.page.goto(self.stage.invite(slug, name, *roles))
        self.page.click("text=Create with a passkey")
        self.sees("Welcome")


@pytest.fixture(scope="module")
def chromium(browsers: BrowserType) -> Iterator[Browser]:
    browser = browsers.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(params=WIDTHS)
def person(request: pytest.FixtureRequest, chromium: Browser, stage: Stage) -> Iterator[Person]:
    with opened(chromium, request.param) as context:
        yield Person.at(stage, context, request.param)


def opened(chromium: Browser, width: int) -> BrowserContext:
    size = {"width": width, "height": 740 if width < 600 else 900}
    context = chromium.new_context(viewport=size, locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    return context


def test_by_invitation_with_a_passkey_and_again_by_it(person: Person, stage: Stage) -> None:
    page = person.page
    page.goto(stage.invite(BRC, "Rose-Laure Test", Role.CASE_WORKER, Role.INTAKE))
    person.look("invitation")
    page.click("text=Create with a passkey")
    person.sees("Welcome")
    person.look("welcome")
    page.click("main >> text=Your account")
    person.sees("Your account")
    person.look("account")
    person.touches_by_itself(False)
    page.click("text=Sign out")
    person.sees("Sign in")
    person.look("sign-in")
    person.touches_by_itself(True)
    page.click("text=Use a passkey")
    person.sees("Your account")
    expect(page.locator("#top")).to_contain_text("Rose-Laure Test")


def test_a_program_of_an_organisation_is_agreed_to_and_answered(person: Person, stage: Stage) -> None:
    person.joins(BRC, "Consenting Test", Role.CASE_WORKER)
    stage.came.clear()
    person.page.goto(stage.asking("case-notes", scope="directory:read referrals:read openid profile"))
    person.sees("Allow Case notes?")
    person.look("consent")
    person.page.click("text=Allow >> nth=-1")
    person.sees("Back")
    answer = parse_qs(urlsplit(stage.came[0]).query)
    assert answer["state"] == ["a state"]
    assert answer["iss"] == [stage.konbit.address]
    person.page.goto(f"{stage.pages}/account")
    programs = person.page.locator("section[aria-labelledby=programs]")
    expect(programs).to_contain_text("Case notes")
    person.page.get_by_role("button", name="End: Case notes").click()
    expect(programs).to_contain_text("No program acts in your name.")


def test_of_two_organisations_one_is_chosen(person: Person, stage: Stage) -> None:
    person.joins(BRC, "Choosing Test", Role.CASE_WORKER)
    person.page.goto(stage.invite(SCHOOL, "Choosing Test", Role.TRAINER))
    person.look("invitation-again")
    person.page.click("text=Join as Choosing Test")
    person.sees("Welcome")
    stage.came.clear()
    person.page.goto(stage.asking("figures", scope="indicators:read"))
    person.sees("For which organisation?")
    person.look("choose")
    person.page.click("button >> text=Trainer")
    person.sees("Back")
    assert "code=" in stage.came[0]


def test_a_program_that_is_refused_or_was_answered_is_told_on_a_page(person: Person, stage: Stage) -> None:
    person.joins(BRC, "Refusing Test", Role.CASE_WORKER)
    person.page.goto(stage.asking("case-notes", scope="directory:read"))
    address = person.page.url
    stage.came.clear()
    person.page.click("text=Refuse")
    person.sees("Back")
    assert "error=access_denied" in stage.came[0]
    person.page.goto(address)
    person.sees("This request has expired")
    person.look("stale")


def test_a_device_is_let_in_by_its_code(person: Person, stage: Stage) -> None:
    person.joins(BRC, "Trainer Test", Role.TRAINER)
    asked = httpx2.post(
        f"{stage.konbit.address}/oauth/device_authorization",
        data={"client_id": "rollcall", "scope": "training:read training:write"},
    ).json()
    person.page.goto(f"{stage.pages}/device")
    person.look("device")
    person.page.fill("#user_code", "zzzz zzzz")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#problem")).to_be_focused()
    person.look("device-wrong")
    person.page.fill("#user_code", asked["user_code"].lower())
    person.page.keyboard.press("Enter")
    person.sees("Allow Roll call?")
    expect(person.page.locator(".shown .code")).to_have_text(asked["user_code"])
    person.look("device-decide")
    person.page.click("text=Allow >> nth=-1")
    person.sees("The device is connected")
    person.look("device-done")


def test_a_session_elsewhere_is_seen_and_ended(person: Person, stage: Stage, chromium: Browser) -> None:
    person.joins(BRC, "Sessions Test", Role.CASE_WORKER)
    cookies = person.page.context.cookies()
    person.page.goto(f"{stage.pages}/account/passkey")
    person.look("passkey-new")
    person.page.goto(f"{stage.pages}/account/app?then=password")
    person.look("app")
    secret = person.page.locator(".secret").text_content() or ""
    person.page.fill("#code", totp.code(_secret(secret), totp.step_of(datetime.now(UTC))))
    person.page.keyboard.press("Enter")
    person.sees("Your password")
    person.look("password")
    person.page.fill("#password", PASSWORD)
    person.page.keyboard.press("Enter")
    person.sees("Saved.")
    name = (person.page.locator("main p").first.text_content() or "").split()[-1]
    assert cookies
    with opened(chromium, person.width) as other:
        theirs = other.new_page()
        theirs.goto(f"{stage.pages}/account")
        theirs.fill("#name", name)
        theirs.fill("#password", PASSWORD)
        theirs.keyboard.press("Enter")
        expect(theirs.locator("h1")).to_have_text("Your code")
        replace(person, page=theirs).look("code")
        step = totp.step_of(datetime.now(UTC)) + 1
        theirs.fill("#code", totp.code(_secret(secret), step))
        theirs.keyboard.press("Enter")
        expect(theirs.locator("h1")).to_have_text("Your account")
        person.page.goto(f"{stage.pages}/account")
        person.look("account-two-sessions")
        person.page.click("text=End all others")
        expect(person.page.locator("section[aria-labelledby=sessions] li")).to_have_count(1)
        theirs.reload()
        expect(theirs.locator("h1")).to_have_text("Sign in")
    person.page.click("text=Make new recovery codes")
    person.sees("Your recovery codes")
    expect(person.page.locator(".recovery li")).to_have_count(10)
    person.look("recovery")


def test_an_administrator_invites_and_registers(person: Person, stage: Stage) -> None:
    person.joins(BRC, "Managing Test", Role.ADMINISTRATOR)
    page = person.page
    page.goto(f"{stage.pages}/members")
    person.look("members")
    page.fill("#name", "Guest Test")
    page.get_by_role("checkbox", name="Trainer").check()
    page.get_by_role("button", name="Invite a person").click()
    person.sees("The invitation’s link")
    expect(page.locator(".secret")).to_contain_text(f"{stage.pages}/invitation/")
    page.get_by_role("link", name="Continue").click()
    expect(page.locator("section[aria-labelledby=invited]")).to_contain_text("Guest Test")
    page.get_by_role("link", name="Change: Managing Test").first.click()
    person.look("member")
    page.goto(f"{stage.pages}/clients")
    person.look("clients")
    page.fill("#name", "Our server")
    page.locator("input[value=server]").check()
    page.get_by_role("button", name="Register a program").click()
    person.sees("The program is registered")
    person.look("registered")
    page.get_by_role("link", name="Continue").click()
    person.sees("Our server")
    person.look("client")


def test_signing_in_works_by_keyboard_and_without_a_script(chromium: Browser, stage: Stage) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    with context:
        page = context.new_page()
        page.goto(f"{stage.pages}/sign-in")
        expect(page.locator("h1")).to_have_text("Se connecter")
        expect(page.locator("text=Utiliser une clé d’accès")).to_be_hidden()
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.fill("#name", "personne.1234")
        page.keyboard.press("Tab")
        page.keyboard.type("pas le bon mot de passe")
        page.keyboard.press("Enter")
        expect(page.locator("#problem")).to_be_focused()
        expect(page.locator("#problem")).to_contain_text("Vérifiez et recommencez")


def _secret(text: str) -> bytes:
    return base64.b32decode(text.replace(" ", ""))
