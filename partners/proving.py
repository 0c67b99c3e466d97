"""How do we prove to a partner's server who we are? Its own origin is shown the secret, and nobody else.

At the transport, below redirects and the links that a server sends: each request is judged by where it goes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote_plus

import httpx2

from partners.records import Unreadable

LARGEST_TOKEN = 64 * 1024
"Bytes of a token endpoint's answer."
SPARE = 30.0
"Seconds before its end that a token is taken as ended."
UNTOLD = 300.0
"Seconds that a token lasts whose server does not say (RFC 6749, 5.1: expires_in is RECOMMENDED)."
PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int | None]


class NotLetIn(Unreadable):
    """The partner's authorization server gave us no token."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Where a token is asked for, and by whom (RFC 6749, 4.4)."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None = None
    shown: str = "basic"
    "basic, post (RFC 6749, 2.3.1); query: both in the address, as OpenCRVS wants it and OAuth does not."


@dataclass(slots=True)
class Tokens:
    """Tokens that still count, by whose they are; kept in memory alone."""

    held: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What one partner's server is shown."""

    origin: Origin
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    grant: Grant | None = None
    tokens: Tokens = field(default_factory=Tokens, repr=False)
    key: str = ""
    "By which its token is kept among others."


def origin_of(url: httpx2.URL | str) -> Origin:
    """This will be scheme, host and port (RFC 6454). Raises httpx2.InvalidURL."""
    parts = httpx2.URL(url)
    return parts.scheme, parts.host, parts.port or PORTS.get(parts.scheme)


class Proving(httpx2.AsyncBaseTransport):
    """Shows the proof to its origin, and passes on all else as it is."""

    def __init__(self, within: httpx2.AsyncBaseTransport, proof: Proof) -> None:
        self._within = within
        self._proof = proof

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if origin_of(request.url) != self._proof.origin:
            return await self._within.handle_async_request(request)
        answer = await self._within.handle_async_request(await self._shown(request))
        if answer.status_code == 401 and self._proof.grant:
            # It may have been taken back before its end: a new one is worth one more question.
            await answer.aclose()
            self._proof.tokens.held.pop(self._proof.key, None)
            answer = await self._within.handle_async_request(await self._shown(request))
        return answer

    async def aclose(self) -> None:
        await self._within.aclose()

    async def _shown(self, request: httpx2.Request) -> httpx2.Request:
        headers = httpx2.Headers(request.headers)
        headers.update(self._proof.headers)
        if self._proof.grant:
            headers["authorization"] = f"Bearer {await self._token(self._proof.grant, request.extensions)}"
        return httpx2.Request(
            request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
        )

    async def _token(self, grant: Grant, extensions: Mapping[str, Any]) -> str:
        held = self._proof.tokens.held.get(self._proof.key)
        if held and monotonic() < held[1]:
            return held[0]
        asked = _question(grant, dict(extensions))
        answer = await self._within.handle_async_request(asked)
        try:
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > LARGEST_TOKEN:
                    raise NotLetIn(f"{grant.token_url}: its answer is larger than {LARGEST_TOKEN} bytes.")
        finally:
            await answer.aclose()
        said = _object(bytes(body))
        token, lasts = said.get("access_token"), said.get("expires_in", UNTOLD)
        if answer.status_code != 200 or not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
            raise NotLetIn(f"{grant.token_url} answered {answer.status_code}{_told(said)}. Is the credential right?")
        seconds = float(lasts) if isinstance(lasts, int | float) and not isinstance(lasts, bool) else UNTOLD
        self._proof.tokens.held[self._proof.key] = token, monotonic() + seconds - SPARE
        return token


def _question(grant: Grant, extensions: dict[str, Any]) -> httpx2.Request:
    """What asks for a token, by whom shown as the server wants it."""
    form = {"grant_type": "client_credentials"} | ({"scope": grant.scope} if grant.scope else {})
    client = {"client_id": grant.client_id, "client_secret": grant.client_secret}
    headers = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "Konbit directory"}
    if grant.shown == "query":
        url = httpx2.URL(grant.token_url).copy_merge_params({**form, **client})
        return httpx2.Request("POST", url, headers=headers, extensions=extensions)
    if grant.shown == "post":
        form |= client
    asked = httpx2.Request("POST", grant.token_url, data=form, headers=headers, extensions=extensions)
    if grant.shown == "post":
        return asked
    auth = httpx2.BasicAuth(quote_plus(grant.client_id), quote_plus(grant.client_secret))
    return next(auth.auth_flow(asked))


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _told(said: Mapping[str, Any]) -> str:
    """The error's code alone: what else such a server says may repeat what it was told."""
    code = said.get("error")
    return f" ({code})" if isinstance(code, str) and re.fullmatch("[a-z_]{1,40}", code) else ""
