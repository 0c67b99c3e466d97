"""What every answer carries, and how it is sent: request ids, security headers, one body."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from os import urandom
from typing import TYPE_CHECKING, Any

from auth.database import AuthenticationUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Headers = list[tuple[bytes, bytes]]

REQUEST_ID = "konbit.request_id"
"Where the request's id stands in the ASGI scope."

SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
STRICT = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
"The Content-Security-Policy of whatever does not bring its own."

_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_DATA: Headers = [*SECURITY, (b"cache-control", b"no-store"), (b"vary", b"accept, authorization, accept-language")]


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """This will take a caller's X-Request-Id where it is sane, and make one where it is not."""
    for name, value in headers:
        if name == b"x-request-id" and _SANE.fullmatch(value):
            return value.decode()
    return urandom(12).hex()


async def response(
    send: Send, status: int, body: bytes, media: bytes, request: str, more: Headers | None = None
) -> None:
    """This will send one whole answer of the graph."""
    headers = [
        (b"content-type", media),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request.encode()),
        *_DATA,
    ]
    if more:
        headers += more
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Hardened:
    """Adds the request's id and the security headers to what an app answers, unless it set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_defaults(message["headers"], scope[REQUEST_ID])
            await send(message)

        await self.app(scope, receive, hardened)


def with_defaults(headers: Iterable[tuple[bytes, bytes]], request: str) -> Headers:
    """This will complete an answer's headers."""
    given = list(headers)
    names = {name.lower() for name, _ in given}
    defaults = [*SECURITY, (b"content-security-policy", STRICT), (b"x-request-id", request.encode())]
    return given + [(name, value) for name, value in defaults if name not in names]


class Offering:
    """Tells whoever sends a DPoP proof which nonce the next one should hold (RFC 9449, section 8.2), unless told."""

    def __init__(self, app: ASGIApp, *, nonce: Callable[..., Awaitable[str]]) -> None:
        self.app, self.nonce = app, nonce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or all(name != b"dpop" for name, _ in scope["headers"]):
            await self.app(scope, receive, send)
            return

        async def offering(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = await self._with_nonce(list(message["headers"]))
            await send(message)

        await self.app(scope, receive, offering)

    async def _with_nonce(self, headers: Headers) -> Headers:
        if any(name.lower() == b"dpop-nonce" for name, _ in headers):
            return headers
        try:
            return [*headers, (b"dpop-nonce", (await self.nonce(now=datetime.now(UTC))).encode())]
        except AuthenticationUnavailable:
            return headers


class CrossOrigin:
    """Lets pages of the origins that an operator named use the graph with a token (CORS, without cookies)."""

    def __init__(self, app: ASGIApp, *, origins: Iterable[str]) -> None:
        self.app = app
        self.origins = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"]) if scope["type"] == "http" else {}
        origin = headers.get(b"origin")
        if origin is None or origin not in self.origins:
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await preflight(send, origin)
            return

        async def allowed(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0] != b"cross-origin-resource-policy"]
                message["headers"] = [*kept, *granted(origin)]
            await send(message)

        await self.app(scope, receive, allowed)


def granted(origin: bytes) -> Headers:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", b"X-Request-Id, Retry-After, WWW-Authenticate, DPoP-Nonce"),
        (b"vary", b"origin"),
    ]


async def preflight(send: Send, origin: bytes) -> None:
    """This will answer what a browser asks before it sends a page's request."""
    headers: list[tuple[bytes, Any]] = [
        *granted(origin),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", b"authorization, dpop, content-type, accept, x-request-id"),
        (b"access-control-max-age", b"600"),
        (b"content-length", b"0"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
