"""One visit to a page: who is there, in which language, what they sent, and how they are answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.signin import destination, policy
from api.signin.cookies import Kept
from api.signin.genuine import FIELD, form_token
from api.signin.language import chosen, spoken
from api.signin.templates import rendered
from api.signin.words.speak import words
from auth import opaque
from auth.assurance import is_fresh
from auth.lockout import LockedOut
from auth.people.passwords import TooBusy

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection
    from starlette.requests import Request

    from api.papers.words import Language
    from api.signin.desk import Desk
    from auth.people.sessions import SignedIn


UNREADABLE = 422
"The status of a form that could be read and not followed: it is shown again, with what to mend."


class SignInFirst(Exception):
    """The page is for people who are signed in."""


class ProveAgain(Exception):
    """What is asked for takes a proof of the last five minutes (RFC 9470)."""


class Trouble(Exception):
    """Something that a person is told on a page of its own: `title_<name>` and `text_<name>` are its words."""

    def __init__(self, name: str, status: int = 400, **said: str) -> None:
        super().__init__(name)
        self.name, self.status, self.said = name, status, said


@dataclass
class Visit:
    """A request to a page of ours."""

    desk: Desk
    request: Request
    now: datetime
    session: SignedIn | None = None
    form: dict[str, str] = field(default_factory=dict)
    "What was sent, each field once, without what is empty."
    leads_to: str | None = None
    "Where the page's form may be redirected outside of ours, as a source of CSP."
    back: str | None = None
    "The page whose form this is; None: it has the address of the form."
    _kept: dict[Kept, str | None] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query_params)

    @property
    def next(self) -> str:
        """The page of ours to go on to."""
        return destination.ours(self.form.get("next") or self.query.get("next"))

    @property
    def here(self) -> str:
        """This page's own address, as `next` names it; of a form, the page that it stands on."""
        if self.request.method == "POST":
            return self.back or self.request.url.path
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def address(self) -> str:
        """Where the visitor is, as failures are counted by."""
        return self.request.client.host if self.request.client else ""

    @property
    def language(self) -> Language:
        """The language of this page: what was chosen on it, or before; else the account's, else the browser's."""
        now_chosen = chosen(self.request.query_params.get("language"))
        if now_chosen is not None:
            return now_chosen
        kept = self.cookie(Kept.LANGUAGE)
        own = self.session.language if self.session else None
        return spoken(kept, own, accepted=self.request.headers.get("accept-language"))

    @property
    def words(self) -> Mapping[str, str]:
        """The words of the page's language, by name."""
        return words(self.language)

    def cookie(self, kept: Kept) -> str | None:
        """This will be a cookie as it will be when this request is answered."""
        if kept in self._kept:
            return self._kept[kept]
        return self.desk.cookies.read(self.request, kept)

    def keep(self, kept: Kept, value: str | None) -> None:
        """This will set a cookie with the answer; None ends it."""
        self._kept[kept] = value

    def choose(self, language: Language) -> None:
        """This will speak that language from now on, in this browser."""
        self.keep(Kept.LANGUAGE, language.value)

    def keep_cookies(self, response: Response) -> None:
        for kept, value in self._kept.items():
            self.desk.cookies.write(response, kept, value)

    def someone(self) -> SignedIn:
        """This will be who is signed in. Raises SignInFirst."""
        if self.session is None:
            raise SignInFirst
        return self.session

    def someone_sure(self) -> SignedIn:
        """This will be who is signed in and proved it lately. Raises SignInFirst, ProveAgain."""
        someone = self.someone()
        if not is_fresh(someone.auth_time, now=self.now):
            raise ProveAgain
        return someone

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of role auth; committed at the end, rolled back by anything raised."""
        async with self.desk.engine.begin() as connection:
            yield connection

    async def hashed(self, password: str, *, whose: UUID) -> str:
        """This will hash a new password, with no connection at hand, for others wait behind it. Raises Trouble.

        Whoever was invited, or has signed in, may have ten hashed in a row, then one in six seconds.
        """
        try:
            self.desk.hashing.check("", str(whose), now=self.now)
            self.desk.hashing.failed("", str(whose), now=self.now)
            return await self.desk.passwords.hash(password)
        except LockedOut as locked:
            raise Trouble("too_many", 429, minutes=minutes(locked.wait)) from None
        except TooBusy:
            raise Trouble("too_many", 503, minutes="1") from None

    def go(self, path: str) -> Response:
        """This will send the browser on to a page by GET, so that a reload repeats nothing."""
        return RedirectResponse(path, 303, headers=policy.headers(leads_to=self.leads_to))

    def leave_for(self, address: str) -> Response:
        """This will send the browser to a whole address: the program's, or that of our pages from elsewhere."""
        return RedirectResponse(address, 303, headers=policy.ALWAYS)

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """This will show a page."""
        language = self.language
        if chosen(self.request.query_params.get("language")):
            self.keep(Kept.LANGUAGE, language.value)
        body = rendered(
            template,
            language=language,
            session=self.session,
            here=self._without_language(),
            form_field=FIELD,
            form_token=form_token(form_cookie=self._form_cookie(), session_cookie=self.cookie(Kept.SESSION)),
            **{"problem": None, "wrong": {}} | values,
        )
        return HTMLResponse(body, status, headers=policy.headers(leads_to=self.leads_to))

    def trouble(self, trouble: Trouble) -> Response:
        """This will say what went wrong and what to do."""
        return self.show("trouble", status=trouble.status, name=trouble.name, said=trouble.said)

    def _without_language(self) -> str:
        """The page's address for the links that choose a language, ending in what `language=` is put behind."""
        path, query = ([*self.here.split("?", 1), ""])[:2]
        kept = "&".join(part for part in query.split("&") if part and not part.startswith("language="))
        return f"{path}?{kept}&" if kept else f"{path}?"

    def _form_cookie(self) -> str:
        value = self.cookie(Kept.FORM)
        if value is None:
            value, _ = opaque.make()
            self.keep(Kept.FORM, value)
        return value


def minutes(wait: timedelta) -> str:
    """This will be whole minutes, at least one, as a page says how long to wait."""
    return str(max(1, -(-int(wait.total_seconds()) // 60)))
