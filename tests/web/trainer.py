"""A trainer at the attendance page, as a finger and a keyboard use it; and what the server then knows."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.outside import posted
from tests.web.conftest import Konbit
from tests.web.signing import Person

PASSPHRASE = "trois petits chats"
SIGN_IN = "[data-does=sign-in]"
TRAININGS = """query Mine { viewer { organization { id } } trainings(first: 50) { nodes {
  id code course { title(language: "en") } organizer { id } sessions { id startsAt }
  enrolments(first: 100) { totalCount nodes { token pin participant { name organizationName organization { name } } } }
} } }"""
ATTENDED = """query Attended($id: ID!) { node(id: $id) { ... on TrainingSession {
  attendances(first: 100) { totalCount nodes { status enrolment { token } events(first: 0) { totalCount } } }
  unmatched(first: 0) { totalCount } } } }"""
FLAGS = """query Flags($id: ID!) { node(id: $id) { ... on TrainingSession {
  attendances(first: 50) { nodes { events(first: 50) { nodes { flags receivedAt } } } } } } }"""
DEVICES = "query Devices { attendanceDevices(first: 100) { nodes { id deviceId missing revokedAt } } }"
REVOKE = """mutation Revoke($input: RevokeAttendanceDeviceInput!) { revokeAttendanceDevice(input: $input) {
  device { revokedAt } problems { code } } }"""


@dataclass
class Trainer:
    """The demo's trainer as a program, to see from outside what a page has done."""

    konbit: Konbit
    person: Person = field(init=False)
    "who holds the phone"
    _token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self.person = Person.of(self.konbit, "trainer")

    @property
    def client(self) -> dict[str, str]:
        return self.konbit.persona("trainer")

    def ask(self, query: str, **variables: Any) -> Any:
        if not self._token:
            basic = base64.b64encode(f"{self.client['client_id']}:{self.client['client_secret']}".encode()).decode()
            form = urlencode({"grant_type": "client_credentials"}).encode()
            answer = posted(f"{self.konbit.address}/oauth/token", form, Authorization=f"Basic {basic}")
            self._token = answer["access_token"]
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        headers["Accept"] = "application/graphql-response+json"
        answer = posted(f"{self.konbit.address}/graphql", body, **headers)
        assert "errors" not in answer, answer
        return answer["data"]

    def trainings(self) -> list[dict[str, Any]]:
        """Our organisation's, the latest first, as the page lists them."""
        told = self.ask(TRAININGS)
        ours = told["viewer"]["organization"]["id"]
        return [each for each in told["trainings"]["nodes"] if each["organizer"]["id"] == ours]

    def attended(self, session_id: str) -> dict[str, Any]:
        """Of one session, by token: the status, and how many events it follows from."""
        found = self.ask(ATTENDED, id=session_id)["node"]
        rows = found["attendances"]["nodes"]
        return {row["enrolment"]["token"]: (row["status"], row["events"]["totalCount"]) for row in rows}

    def flags(self, session_id: str) -> list[list[str]]:
        """What is remarkable about each event of a session, in the order in which they came; its time left aside."""
        rows = self.ask(FLAGS, id=session_id)["node"]["attendances"]["nodes"]
        events = sorted((each for row in rows for each in row["events"]["nodes"]), key=lambda each: each["receivedAt"])
        return [[flag for flag in each["flags"] if flag != "OUT_OF_WINDOW"] for each in events]

    def unmatched(self, session_id: str) -> int:
        found: int = self.ask(ATTENDED, id=session_id)["node"]["unmatched"]["totalCount"]
        return found

    def device(self, name: str) -> dict[str, Any]:
        found = {each["deviceId"]: each for each in self.ask(DEVICES)["attendanceDevices"]["nodes"]}
        return dict(found[name])

    def revoke(self, name: str) -> None:
        given = {"idempotencyKey": f"revoke {name}", "deviceId": self.device(name)["id"]}
        assert self.ask(REVOKE, input=given)["revokeAttendanceDevice"]["problems"] == []


def set_up(page: Page, trainer: Trainer) -> None:
    """The first visit: signs in, locks the device, and waits until everything is kept for later."""
    page.goto(f"{trainer.konbit.address}/attendance/")
    sign_in(page, trainer)
    lock(page)


def lock(page: Page) -> None:
    """Chooses the passphrase, once someone has signed in."""
    page.fill("#passphrase", PASSPHRASE)
    page.fill("#again", PASSPHRASE)
    page.click("button[type=submit]")
    page.wait_for_selector("[data-training]")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def sign_in(page: Page, trainer: Trainer) -> None:
    """Away to the sign-in pages and back, to where the passphrase is asked for."""
    trainer.person.sign_in(page, SIGN_IN, then="#passphrase")


def choose(page: Page, training: dict[str, Any], session: int) -> None:
    """Loads a training's list and opens one of its sessions."""
    card = f"[data-training='{training['id']}']"
    page.click(f"{card} > .row button")
    page.locator(f"{card} button.session").nth(session).click()
    expect(page.locator(".rows li")).to_have_count(training["enrolments"]["totalCount"])


def unlock(page: Page, passphrase: str = PASSPHRASE) -> None:
    page.fill("#passphrase", passphrase)
    page.keyboard.press("Enter")


def by(page: Page, way: str) -> None:
    """scan, pin or list."""
    page.click(f".ways [data-way={way}]")


def type_pin(page: Page, pin: str) -> None:
    page.fill("#pin", pin)
    page.keyboard.press("Enter")


def waiting(page: Page, number: int) -> None:
    """Waits until the bar says that so many wait."""
    expect(page.locator("#waiting")).to_have_attribute("data-waiting", str(number))


def device_of(page: Page) -> str:
    """The name that the device gave itself."""
    page.click("header .round")
    said = page.locator("main > div > p").last.inner_text()
    page.click(".back")
    return said.split()[-1]
