"""A browser without a screen: it keeps cookies, sends the forms of the page that it is on, and runs no script."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2
from starlette.types import ASGIApp

from tests.auth.deployment import PROFILE

SAME_ORIGIN = {"sec-fetch-site": "same-origin", "origin": "null"}
"What a browser says of a form of a page under no-referrer (Fetch, 3.2)."


@dataclass
class Form:
    """A form as the page has it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    "Its `data-` attributes."


class Page(HTMLParser):
    """What a page says and asks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.forms, self.links, self.heading, self.language = text, [], [], "", ""
        self._in_heading = False
        self.feed(text)

    text: str
    forms: list[Form]
    links: list[str]
    heading: str

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given["lang"]
        elif tag == "form":
            data = {name.removeprefix("data-"): value for name, value in given.items() if name.startswith("data-")}
            self.forms.append(Form(given["action"], given["method"], data=data))
        elif tag == "input" and self.forms and given.get("type") in ("hidden", "text", "password"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "a":
            self.links.append(given.get("href", ""))
        self._in_heading = tag == "h1"

    def handle_data(self, data: str) -> None:
        if self._in_heading and not self.heading:
            self.heading = data.strip()

    def form(self, action: str) -> Form:
        return next(form for form in self.forms if form.action == action)


@dataclass
class Browser:
    """It follows no redirect by itself, so that a test sees each."""

    http: httpx2.AsyncClient
    page: Page = field(default_factory=lambda: Page(""))
    answer: httpx2.Response | None = None

    @classmethod
    def of(cls, app: ASGIApp, *, language: str = "en", address: str = "192.0.2.1") -> Browser:
        """A new one, whose person chose a language."""
        transport = httpx2.ASGITransport(app=app, client=(address, 1))
        headers = {"accept-language": language, "user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
        http = httpx2.AsyncClient(transport=transport, base_url=PROFILE.pages, headers=headers)
        http.cookies.set("__Host-konbit-language", language, domain="konbit.example")
        return cls(http)

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return self._seen(await self.http.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()}))

    async def send(self, action: str, **fields: str) -> httpx2.Response:
        """This will send the form of the page that goes there, with these fields filled in; "" leaves one out."""
        filled = {name: value for name, value in (self.page.form(action).fields | fields).items() if value}
        return self._seen(await self.http.post(action, data=filled, headers=SAME_ORIGIN))

    async def follow(self, *, most: int = 6) -> str:
        """This will follow redirects as far as our own pages go, and say where it ended: ours by path, else whole."""
        for _ in range(most):
            assert self.answer is not None
            if self.answer.status_code not in (303, 307):
                return self.answer.request.url.raw_path.decode()
            target = urljoin(str(self.answer.request.url), self.answer.headers["location"])
            if not target.startswith(PROFILE.pages + "/"):
                return target
            await self.get(target)
        raise AssertionError("too many redirects")

    def _seen(self, answer: httpx2.Response) -> httpx2.Response:
        self.answer = answer
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.page = Page(answer.text)
        return answer
