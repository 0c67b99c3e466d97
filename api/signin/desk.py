"""What every page stands on, and what is done around each: its host, its form, who is there, what went wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.forms import BadForm, read_form
from api.logs import fault, log
from api.requests import REQUEST_ID
from api.signin import destination
from api.signin.cookies import Cookies, Kept
from api.signin.genuine import FIELD, ForeignForm, check_genuine
from api.signin.visit import ProveAgain, SignInFirst, Trouble, Visit
from auth.database import AuthenticationUnavailable, or_unavailable
from auth.lockout import Lockout
from auth.people import sessions
from auth.people.passwords import Passwords
from auth.people.proving import Prover
from auth.sealing import KekUnavailable

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from auth.keys import KeyRing
    from auth.sealing import Sealer
    from auth.tokens import Profile

MOST_FIELDS = 64
"Of one form: a program's scopes are a field each."

Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Desk:
    """The database as role auth sees it, the address of the pages, keys, the sealer of secrets, the clock."""

    engine: AsyncEngine
    profile: Profile
    ring: KeyRing
    sealer: Sealer
    passwords: Passwords
    clock: Callable[[], datetime]
    hashing: Lockout = field(default_factory=Lockout)
    "How many new passwords an invited or signed-in person has had hashed, in this process."

    @cached_property
    def cookies(self) -> Cookies:
        return Cookies.of(self.profile)

    @cached_property
    def prover(self) -> Prover:
        """One per process: it counts failures by address."""
        return Prover(self.engine, self.profile, self.sealer, self.passwords)

    def route(self, path: str, *, get: Handler | None = None, post: Handler | None = None) -> Route:
        """This will make the route of a page: what is shown, and what its form does.

        Where a form alone is sent to, whoever comes by GET, as by a reload of its answer, is led to the page above.
        """
        handlers = {name: handler for name, handler in (("GET", get or _above), ("POST", post)) if handler}

        async def answer(request: Request) -> Response:
            return await self._answer(request, handlers["GET" if request.method == "HEAD" else request.method])

        return Route(path, answer, methods=list(handlers))

    def open_route(self, path: str, handler: Handler, *, methods: tuple[str, ...] = ("GET", "POST")) -> Route:
        """This will make the route of what other sites send a browser to: by any host, from any page, as no one."""

        async def answer(request: Request) -> Response:
            return await self._guarded(Visit(desk=self, request=request, now=self.clock()), handler)

        return Route(path, answer, methods=list(methods))

    async def _answer(self, request: Request, handler: Handler) -> Response:
        if (elsewhere := self._elsewhere(request)) is not None:
            return elsewhere

        async def greeted(visit: Visit) -> Response:
            await self._greet(visit)
            return await handler(visit)

        return await self._guarded(Visit(desk=self, request=request, now=self.clock()), greeted)

    async def _guarded(self, visit: Visit, handler: Handler) -> Response:
        try:
            with or_unavailable():
                response = await self._handled(visit, handler)
        except (AuthenticationUnavailable, KekUnavailable) as unavailable:
            log("signin").error("unavailable", **fault(unavailable))
            response = visit.trouble(Trouble("unavailable", 503))
            response.headers["retry-after"] = "1"
        except Exception as failure:  # noqa: BLE001 - whatever a page did not expect is a page too
            identity = visit.request.scope.get(REQUEST_ID, "")
            log("signin").error("fault", request=identity, **fault(failure))
            response = visit.trouble(Trouble("fault", 500, identity=identity))
        visit.keep_cookies(response)
        return response

    async def _handled(self, visit: Visit, handler: Handler) -> Response:
        try:
            return await handler(visit)
        except SignInFirst:
            return visit.go(destination.page("/sign-in", next=visit.here))
        except ProveAgain:
            return visit.go(destination.page("/confirm", next=visit.here))
        except ForeignForm:
            return visit.trouble(Trouble("foreign_form", 403))
        except BadForm as bad:
            return visit.trouble(Trouble("bad_form", bad.status))
        except Trouble as trouble:
            return visit.trouble(trouble)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _greet(self, visit: Visit) -> None:
        """This will find out who is there, and whether a form is theirs."""
        request, cookies = visit.request, self.cookies
        session_cookie = cookies.read(request, Kept.SESSION)
        if request.method == "POST":
            form = await read_form(request, lines=True, most=MOST_FIELDS)
            check_genuine(
                request,
                form.pop(FIELD, None),
                form_cookie=cookies.read(request, Kept.FORM),
                session_cookie=session_cookie,
                origin=self.profile.pages,
            )
            visit.form = form
        if session_cookie is not None:
            async with self.engine.begin() as connection:
                visit.session = await sessions.find(connection, session_cookie, now=visit.now)

    def _elsewhere(self, request: Request) -> Response | None:
        """A passkey and a cookie belong to one name: whoever came by another is sent to it."""
        scheme, _, host = self.profile.pages.partition("://")
        if request.headers.get("host", host).lower() == host:
            return None
        if request.method not in ("GET", "HEAD"):
            return Response("Misdirected request", 421, media_type="text/plain")
        query = request.url.query
        address = f"{scheme}://{host}{request.url.path}" + (f"?{query}" if query else "")
        return RedirectResponse(address, 307, headers={"cache-control": "no-store"})


async def _above(visit: Visit) -> Response:
    return visit.go(visit.request.url.path.rpartition("/")[0] or destination.HOME)
