"""A ministry at the dashboard, as a mouse and a keyboard use it; and what the graph tells it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect

from tests.outside import posted
from tests.web.conftest import Konbit
from tests.web.signing import Person

FIGURE = "fragment F on Figure { __typename ... on Count { value rounded } ... on Suppressed { reason } }"
INDICATORS = f"""{{ indicators {{ code name(language: "en") target
  releases {{ state total {{ ...F }} }}
  latest {{ id origin source verified breakdowns total {{ ...F }} }} }} }} {FIGURE}"""
SIGN_IN = ".signin button.first"
CELLS = f"""query Cells($id: ID!, $by: [IndicatorDimension!]!) {{ indicatorRelease(id: $id) {{
  cells(by: $by) {{ key {{ dimension value label(language: "en") }} figure {{ ...F }} }} }} }} {FIGURE}"""


@dataclass
class Ministry:
    """A persona as a program, to see from outside what its page must show."""

    konbit: Konbit
    name: str = "ministry"
    person: Person = field(init=False)
    "who sits at the page"
    _token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self.person = Person.of(self.konbit, self.name)

    @property
    def client(self) -> dict[str, str]:
        return self.konbit.persona(self.name)

    def token(self) -> str:
        if not self._token:
            basic = base64.b64encode(f"{self.client['client_id']}:{self.client['client_secret']}".encode()).decode()
            form = urlencode({"grant_type": "client_credentials"}).encode()
            self._token = posted(f"{self.konbit.address}/oauth/token", form, Authorization=f"Basic {basic}")[
                "access_token"
            ]
        return self._token

    def ask(self, query: str, **variables: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"}
        answer = posted(
            f"{self.konbit.address}/graphql", json.dumps({"query": query, "variables": variables}).encode(), **headers
        )
        assert "errors" not in answer, answer
        return answer["data"]

    def indicators(self) -> dict[str, dict[str, Any]]:
        return {each["code"]: each for each in self.ask(INDICATORS)["indicators"]}

    def cells(self, release_id: str, *by: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask(CELLS, id=release_id, by=list(by))["indicatorRelease"]["cells"]
        return found

    def file(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """What GET of this path answers: status, headers in small letters, body."""
        request = Request(self.konbit.address + path, headers=headers)
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
        except HTTPError as refused:
            return refused.code, {name.lower(): value for name, value in refused.headers.items()}, refused.read()

    def release_file(self, code: str, release_id: str, kind: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        headers = {"Authorization": f"Bearer {self.token()}", **headers}
        return self.file(f"/indicators/{code}/releases/{release_id}.{kind}", **headers)


def enter(page: Page, ministry: Ministry) -> None:
    """Opens the dashboard, signs in and waits for the figures."""
    page.goto(f"{ministry.konbit.address}/dashboard/")
    ministry.person.sign_in(page, SIGN_IN, then=".cards")


def show(page: Page, code: str) -> None:
    """Opens the page of an indicator, as its link does."""
    page.evaluate("code => { location.hash = `#/indicator/${code}` }", code)
    expect(page.locator(".headline")).to_have_count(1)


def unfold(page: Page) -> None:
    folded = page.locator("details:not([open]) > summary")
    while folded.count():
        folded.first.click()


def rows(page: Page, title: str) -> list[list[str]]:
    """The rows of a table, by its name: what a screen reader reads of a chart."""
    table = page.get_by_role("table", name=title, exact=True)
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


def written(figure: dict[str, Any]) -> str:
    """How the page writes a figure in English."""
    if figure["__typename"] == "Count":
        return f"{'≈ ' if figure['rounded'] else ''}{figure['value']:,}"
    return {"PROTECTED": "protected", "NOT_APPROVED": "awaiting approval"}[figure["reason"]]


def sheets(printed: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", printed))
