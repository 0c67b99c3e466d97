"""From the demo's trainings to a certificate that anyone checks: issued over the graph, signed, printed, looked at."""

import base64
import json
import os
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserType

from api.papers.words import Language, validity
from models.rules.certificates import Validity
from tests.web.conftest import WIDTHS, Konbit, opened, page_of, serious

TRAININGS = """query Over($before: Date) { trainings(first: 20, filter: {before: $before}) { nodes { id endsOn
  enrolments(first: 100) { nodes { id completion { completed unsettled } certificate { id } } } } } }"""
ISSUE = """mutation Issue($input: IssueCertificatesInput!) { issueCertificates(input: $input) { problems { code }
  training { enrolments(first: 100) { nodes { completion { completed } certificate { id address } } } } } }"""
REVOKE = """mutation Revoke($input: RevokeCertificateInput!) { revokeCertificate(input: $input) {
  problems { code } certificate { revokedAt } } }"""
ADDRESS = "query($id: ID!) { node(id: $id) { ... on Certificate { address credential } } }"
SHOTS = os.environ.get("KONBIT_SCREENSHOTS")
"A folder for pictures, where someone wants to look at them."


class Trainer:
    """The demo's trainer, over HTTP."""

    def __init__(self, konbit: Konbit) -> None:
        who = konbit.persona("trainer")
        basic = base64.b64encode(f"{who['client_id']}:{who['client_secret']}".encode()).decode()
        form = urlencode({"grant_type": "client_credentials", "scope": who["scope"]}).encode()
        self.address = konbit.address
        self.token = json.loads(self._send("/oauth/token", form, Authorization=f"Basic {basic}"))["access_token"]

    def ask(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        answer = json.loads(self.fetch("/graphql", body, **{"Content-Type": "application/json"}))
        assert "errors" not in answer, answer
        return answer["data"]

    def fetch(self, path: str, body: bytes | None = None, **headers: str) -> bytes:
        return self._send(path, body, Authorization=f"Bearer {self.token}", **headers)

    def _send(self, path: str, body: bytes | None, **headers: str) -> bytes:
        request = urllib.request.Request(f"{self.address}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: bytes = answer.read()
            return told


@pytest.fixture(scope="module")
def trainer(konbit: Konbit) -> Trainer:
    return Trainer(konbit)


@pytest.fixture(scope="module")
def certificates(trainer: Trainer) -> list[str]:
    """The ids of those issued for one training of the demo, once they are signed."""
    before = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 20 * 86_400))
    found = trainer.ask(TRAININGS, before=before)["trainings"]["nodes"]
    training = next(
        each
        for each in found
        if any(one["completion"]["completed"] and not one["certificate"] for one in each["enrolments"]["nodes"])
    )
    told = trainer.ask(ISSUE, input={"idempotencyKey": str(uuid4()), "trainingId": training["id"]})["issueCertificates"]
    assert told["problems"] == []
    enrolled = told["training"]["enrolments"]["nodes"]
    assert {each["completion"]["completed"] for each in enrolled if each["certificate"]} == {True}
    issued = [each["certificate"]["id"] for each in enrolled if each["certificate"]]
    for _ in range(200):
        if all(trainer.ask(ADDRESS, id=each)["node"]["address"] for each in issued):
            return issued
        time.sleep(0.1)
    raise AssertionError("not signed within 20 s")


def key(certificate: str) -> str:
    return certificate.removeprefix("Certificate_")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_reads_well_in_every_language_on_every_screen(
    konbit: Konbit, certificates: list[str], browsers: BrowserType, tmp_path: Path, width: int
) -> None:
    with opened(browsers, tmp_path, width=width) as context:
        page = page_of(context)
        for language in Language:
            page.goto(f"{konbit.address}/certificates/{key(certificates[0])}?lang={language}")
            assert page.locator("html").get_attribute("lang") == language
            assert validity(Validity.VALID, language) in page.get_by_role("status").inner_text()
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert page.evaluate("document.scripts.length") == 0
            assert serious(page) == []
            _shot(page, f"certificate-{language}-{width}")
        page.goto(f"{konbit.address}/certificates/{uuid4()}")
        assert serious(page) == []


def test_by_keyboard_one_changes_the_language(
    konbit: Konbit, certificates: list[str], browsers: BrowserType, tmp_path: Path
) -> None:
    with opened(browsers, tmp_path) as context:
        page = page_of(context)
        page.goto(f"{konbit.address}/certificates/{key(certificates[0])}?lang=fr")
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**?lang=es")
        assert page.locator("html").get_attribute("lang") == "es"


def test_a_revocation_is_told_within_seconds(
    konbit: Konbit, trainer: Trainer, certificates: list[str], browsers: BrowserType, tmp_path: Path
) -> None:
    revoked = certificates[-1]
    said = {"idempotencyKey": str(uuid4()), "certificateId": revoked, "reason": "ISSUED_IN_ERROR"}
    assert trainer.ask(REVOKE, input=said)["revokeCertificate"]["problems"] == []
    with opened(browsers, tmp_path) as context:
        page = page_of(context)
        page.goto(f"{konbit.address}/certificates/{key(revoked)}?lang=ht")
        assert validity(Validity.REVOKED, Language.KREYOL) in page.get_by_role("status").inner_text()
        assert serious(page) == []
        _shot(page, "certificate-revoked")


def test_papers_are_printed_from_the_running_program(trainer: Trainer, certificates: list[str]) -> None:
    assert trainer.fetch(f"/certificates/{key(certificates[0])}.pdf?lang=ht").startswith(b"%PDF-")
    found = trainer.ask(TRAININGS)["trainings"]["nodes"][0]["id"]
    assert trainer.fetch(f"/trainings/{found}/roster.pdf").startswith(b"%PDF-")
    assert trainer.fetch("/trainings/participants.xlsx?lang=es").startswith(b"PK")


def _shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
