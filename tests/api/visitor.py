"""A person at a browser that knows forms alone: signs in with password and code, agrees, types codes, keeps cookies."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from auth.people import totp

MOST_PAGES = 20
"What nobody would go on clicking through."


class Lost(AssertionError):
    """A page has nothing on it that this person would do; the page is told."""


@dataclass
class Form:
    """A form of a page: where it leads, how, and what is in it already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").upper()))
        elif not self.forms or not given.get("name"):
            return
        elif tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self.forms[-1].buttons.append((given["name"], given.get("value", "")))


def forms_of(page: str) -> list[Form]:
    reader = _Forms()
    reader.feed(page)
    return reader.forms


@dataclass
class Credentials:
    """What one person signs in with: a name, a password, and the app that shows codes."""

    name: str
    password: str
    secret: bytes = field(repr=False)
    _step: int = field(default=0, repr=False)

    @classmethod
    def of(cls, person: dict[str, Any]) -> Credentials:
        """One of the demo's people, as demo.json tells of them."""
        return cls(person["sign_in_name"], person["password"], base64.b32decode(person["totp_secret"].replace(" ", "")))

    def code(self) -> str:
        """What the app shows; the next one where this one was used already, and it is waited for where it must be."""
        self._step = max(self._step + 1, int(time.time()) // totp.PERIOD)
        while self._step > int(time.time()) // totp.PERIOD + totp.DRIFT:
            time.sleep(0.2)
        return totp.code(self.secret, self._step)


@dataclass
class Visitor:
    """One person and their browser."""

    who: Credentials
    organization: str = ""
    "where they act, for who is a member of several: words of its name"
    pages: list[str] = field(default_factory=list)
    "the path of each page that was shown, in order"
    _client: httpx2.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._client = httpx2.Client(timeout=30, trust_env=False)

    def visit(self, address: str, *, until: tuple[str, ...]) -> str:
        """This will do what the pages ask until they lead to an address that begins so: the address. Raises Lost."""
        return self._go(self._client.build_request("GET", address), until)

    def type_code(self, code: str, address: str) -> None:
        """This will type a device's code where it says to, and agree."""
        self._go(self._client.build_request("GET", address), until=None, user_code=code)

    def follow(self, address: str) -> str:
        """This will open an address that is none of ours, as the browser does on its own: what stands there."""
        return self._client.get(address).text

    def close(self) -> None:
        self._client.close()

    def _go(self, request: httpx2.Request, until: tuple[str, ...] | None, **typed: str) -> str:
        for _ in range(MOST_PAGES):
            answer = self._client.send(request)
            here = str(answer.url)
            if answer.is_redirect:
                onward = urljoin(here, answer.headers["location"])
                if until is not None and onward.startswith(until):
                    return onward
                request = self._client.build_request("GET", onward)
                continue
            if answer.status_code != 200:
                raise Lost(answer.status_code, here, answer.text)
            self.pages.append(urlsplit(here).path)
            filled = self._filled(answer.text, typed)
            if filled is None:
                if until is None:
                    return here
                raise Lost(here, answer.text)
            action = urljoin(here, filled.action or here)
            headers = {"origin": "{0.scheme}://{0.netloc}".format(urlsplit(here)), "sec-fetch-site": "same-origin"}
            said = {"params" if filled.method == "GET" else "data": filled.fields}
            request = self._client.build_request(filled.method, action, headers=headers, **said)
        raise Lost("too many pages", self.pages)

    def _filled(self, page: str, typed: dict[str, str]) -> Form | None:
        """The form that this person would send, filled in; None where there is nothing left to do."""
        for form in forms_of(page):
            if form.fields.keys() & {"credential", "recovery_code", "organization"}:
                continue
            if (wanted := self._wanted(form, page, typed)) is not None:
                form.fields |= wanted
                return form
        return None

    def _wanted(self, form: Form, page: str, typed: dict[str, str]) -> dict[str, str] | None:
        names = form.fields.keys()
        if "password" in names:
            told = {name: self.who.name for name in ("name", "login") if name in names}
            return told | {"password": self.who.password}
        if "code" in names:
            return {"code": self.who.code()}
        if "user_code" in names and "user_code" in typed and not form.buttons:
            return {"user_code": typed.pop("user_code")}
        answers = dict(form.buttons)
        if "answer" in answers:
            return {"answer": "allow"}
        if "membership" in answers:
            return {"membership": self._membership(page)}
        return {} if form.action.endswith(("/continue", "/confirm")) or "/interaction/" in form.action else None

    def _membership(self, page: str) -> str:
        """The choice whose words name the organisation; the first where none is wished for."""
        choices = page.split('name="membership" value="')[1:]
        wished = [choice for choice in choices if self.organization in choice.split("</button>")[0]]
        return wished[0].split('"')[0]
