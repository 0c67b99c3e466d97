"""How do we ask a partner's server? Within limits of time and size, patiently, and guarded (auth/guarded.py)."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from auth import guarded
from auth.guarded import Guarded, networks
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


class Asker:
    """Asks one partner's server."""

    def __init__(self, client: httpx2.AsyncClient, patience: Patience) -> None:
        self._client = client
        self._patience = patience

    async def get(self, url: str, **query: str | int) -> bytes:
        """This will be the body of the answer. Raises NotFound, NoAnswer, TooLarge or InnerAddress."""
        reason = "was not asked"
        for attempt in range(1, self._patience.tries + 1):
            try:
                async with asyncio.timeout(self._patience.whole):
                    answer, body = await self._once(url, query)
            except guarded.InnerAddress as failure:
                raise InnerAddress(f"{failure}. If that is meant, allow it with --allow-network.") from failure
            except (httpx2.UnsupportedProtocol, httpx2.InvalidURL, httpx2.TooManyRedirects) as failure:
                raise NoAnswer(f"{url}: {failure}") from failure
            except (httpx2.HTTPError, TimeoutError) as failure:
                reason, asked = f"{type(failure).__name__}: {failure}".rstrip(": "), None
            else:
                if answer.is_success:
                    return body
                reason, asked = f"answered {answer.status_code}", _retry_after(answer)
                if answer.status_code in (404, 410):
                    raise NotFound(f"{url} {reason}")
                if answer.status_code not in RETRIED:
                    raise NoAnswer(f"{url} {reason}. Check the address and whether the partner lets us in.")
            if asked is not None and asked > self._patience.longest_pause:
                raise NoAnswer(f"{url} {reason} and asks to be left alone for {asked:.0f} s. Sync it later.")
            if attempt < self._patience.tries:
                await asyncio.sleep(asked if asked is not None else self._backoff(attempt))
        raise NoAnswer(f"{url}, asked {self._patience.tries} times: {reason}. Is the partner's system up?")

    async def _once(self, url: str, query: dict[str, str | int]) -> tuple[httpx2.Response, bytes]:
        async with self._client.stream("GET", url, params=query or None) as answer:
            body = bytearray()
            if answer.is_success:
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > self._patience.largest:
                        raise TooLarge(
                            f"{url}: more than {self._patience.largest} bytes. Ask the partner for smaller pages."
                        )
            return answer, bytes(body)

    def _backoff(self, attempt: int) -> float:
        longest = self._patience.pause * 2 ** (attempt - 1)
        return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, guards nothing


@asynccontextmanager
async def asker(allowed_networks: Sequence[str], patience: Patience) -> AsyncIterator[Asker]:
    """This will open what asks one partner's server, and close its connections after."""
    async with httpx2.AsyncClient(
        transport=Guarded(networks(allowed_networks)),
        timeout=httpx2.Timeout(patience.read, connect=patience.connect),
        follow_redirects=True,
        max_redirects=patience.redirects,
        trust_env=False,
        headers={"user-agent": "Konbit directory", "accept": "application/json, text/csv;q=0.9, */*;q=0.1"},
    ) as client:
        yield Asker(client, patience)


def _retry_after(answer: httpx2.Response) -> float | None:
    """Seconds a server asks to be left alone for (RFC 9110, 10.2.3); None where it does not say."""
    said = answer.headers.get("retry-after", "")
    if said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    now = datetime.now(UTC) if moment.tzinfo else datetime.now(UTC).replace(tzinfo=None)
    return max(0.0, (moment - now).total_seconds())
