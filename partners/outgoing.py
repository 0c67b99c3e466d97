"""How do we ask a partner's server? Within limits of time and size, patiently, and guarded (auth/guarded.py)."""

import asyncio
import random
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from auth import guarded
from auth.guarded import Guarded, networks
from partners.proving import Proof, Proving
from partners.records import Unreadable

LARGEST = 32 * 1024 * 1024
"Bytes that are read at once, of an answer or a file."
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often we ask. Seconds and bytes."""

    connect: float = 5
    read: float = 30
    whole: float = 180
    "One answer, however it drips."
    tries: int = 4
    pause: float = 0.5
    "Before the second try; it doubles, and is drawn between half and all of itself."
    longest_pause: float = 60
    "A server that asks for a longer one (Retry-After) is left alone until the next sync."
    largest: int = LARGEST
    redirects: int = 5


class InnerAddress(Unreadable):
    """The address leads into a network that is not public. If that is meant, allow it with --allow-network."""


class TooLarge(Unreadable):
    """The answer is larger than is read at once (32 MiB). Ask the partner for smaller pages."""


class NoAnswer(Unreadable):
    """The partner's server did not answer as it should."""


class NotFound(NoAnswer):
    """The partner's server does not have it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a partner's server answered."""

    status: int
    headers: Mapping[str, str]
    "Found by any spelling of their names."
    body: bytes


class Asker:
    """Asks one partner's server."""

    def __init__(self, client: httpx2.AsyncClient, patience: Patience) -> None:
        self._client = client
        self._patience = patience
        self.left_alone_for: float | None = None
        "Seconds that the server asked to be left alone for (Retry-After), where that is longer than we wait."

    def hastily(self) -> "Asker":
        """The same server asked once, where finding out what it is may well fail."""
        return Asker(self._client, replace(self._patience, tries=1))

    async def get(self, url: str, **query: str | int) -> bytes:
        """This will be the body of the answer. Raises NotFound, NoAnswer, TooLarge or InnerAddress."""
        return (await self.ask("GET", url, query=query)).body

    async def ask(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Reply:
        """This will be the answer to one question, that of success or 304 (where `headers` asked for that).

        Asked again where that may help, so it must change nothing there. Raises NotFound, NoAnswer, TooLarge or
        InnerAddress.
        """
        try:
            request = self._client.build_request(method, url, params=query or None, headers=headers, json=json)
        except httpx2.InvalidURL as failure:
            raise NoAnswer(f"{url[:200]}: {failure}") from failure
        reason = "was not asked"
        for attempt in range(1, self._patience.tries + 1):
            if self.left_alone_for is not None:
                raise NoAnswer(f"{url} was not asked: the server wants to be left alone. Sync it later.")
            try:
                async with asyncio.timeout(self._patience.whole):
                    reply = await self._once(url, request)
            except guarded.InnerAddress as failure:
                raise InnerAddress(f"{failure}. If that is meant, allow it with --allow-network.") from failure
            except (httpx2.UnsupportedProtocol, httpx2.InvalidURL, httpx2.TooManyRedirects) as failure:
                raise NoAnswer(f"{url}: {failure}") from failure
            except (httpx2.HTTPError, TimeoutError) as failure:
                reason, asked = f"{type(failure).__name__}: {failure}".rstrip(": "), None
            else:
                if reply.status < 300 or reply.status == 304:
                    return reply
                reason, asked = f"answered {reply.status}", _retry_after(reply.headers)
                if reply.status in (404, 410):
                    raise NotFound(f"{url} {reason}")
                if reply.status not in RETRIED:
                    raise NoAnswer(f"{url} {reason}. Check the address and whether the partner lets us in.")
            if asked is not None and asked > self._patience.longest_pause:
                self.left_alone_for = asked
                raise NoAnswer(f"{url} {reason} and asks to be left alone for {asked:.0f} s. Sync it later.")
            if attempt < self._patience.tries:
                await asyncio.sleep(asked if asked is not None else self._backoff(attempt))
        times = "once" if self._patience.tries == 1 else f"{self._patience.tries} times"
        raise NoAnswer(f"{url}, asked {times}: {reason}. Is the partner's system up?")

    async def _once(self, url: str, request: httpx2.Request) -> Reply:
        answer = await self._client.send(request, stream=True)
        try:
            body = await self._body(url, answer) if answer.is_success else b""
        finally:
            await answer.aclose()
        return Reply(answer.status_code, answer.headers, body)

    async def _body(self, url: str, answer: httpx2.Response) -> bytes:
        """Unpacked by ourselves, no further than we read: a few bytes of gzip can be made into any number."""
        packing = answer.headers.get("content-encoding", "identity").strip().lower()
        if packing not in ("identity", "gzip", "x-gzip", ""):
            raise NoAnswer(f"{url} is packed as {packing[:20]}, which nobody asked for. Only gzip is unpacked.")
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in packing else None
        body, most = bytearray(), self._patience.largest
        async for part in answer.aiter_raw():
            try:
                body += unpacking.decompress(part, most + 1 - len(body)) if unpacking else part
            except zlib.error as failure:
                raise httpx2.DecodingError(str(failure)) from failure
            if len(body) > most:
                raise TooLarge(f"{url}: more than {most} bytes. Ask the partner for smaller pages.")
        if unpacking and not unpacking.eof:
            raise httpx2.DecodingError("what was packed was cut short")
        return bytes(body)

    def _backoff(self, attempt: int) -> float:
        longest = self._patience.pause * 2 ** (attempt - 1)
        return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, guards nothing


@asynccontextmanager
async def asker(
    allowed_networks: Sequence[str], patience: Patience, proof: Proof | None = None
) -> AsyncIterator[Asker]:
    """This will open what asks one partner's server, and close its connections after.

    proof: how we prove who we are; it goes to the partner's own origin alone, wherever redirects and links lead.
    """
    guard = Guarded(networks(allowed_networks))
    async with httpx2.AsyncClient(
        transport=Proving(guard, proof) if proof else guard,
        timeout=httpx2.Timeout(patience.read, connect=patience.connect),
        follow_redirects=True,
        max_redirects=patience.redirects,
        trust_env=False,
        headers={
            "user-agent": "Konbit directory",
            "accept": "application/json, text/csv;q=0.9, */*;q=0.1",
            "accept-encoding": "gzip",
        },
    ) as client:
        yield Asker(client, patience)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds a server asks to be left alone for (RFC 9110, 10.2.3); None where it does not say."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return float(said[:12])
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    now = datetime.now(UTC) if moment.tzinfo else datetime.now(UTC).replace(tzinfo=None)
    return max(0.0, (moment - now).total_seconds())
