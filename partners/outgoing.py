"""How do we ask another's server? Within limits of time and size, patiently, and never an inner address by accident.

The guard sits at the transport: a name is resolved once, every address it has must be allowed, and the connection goes
to just that address. So neither a redirect nor a name that changes its mind can lead inside.
"""

import asyncio
import ipaddress
import random
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import httpx2

from partners.records import Unreadable

LARGEST = 32 * 1024 * 1024
"Bytes that are read at once, of an answer or a file."
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
NAT64 = ipaddress.ip_network("64:ff9b::/96")


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
    networks = tuple(ipaddress.ip_network(network) for network in allowed_networks)
    async with httpx2.AsyncClient(
        transport=_Guarded(networks),
        timeout=httpx2.Timeout(patience.read, connect=patience.connect),
        follow_redirects=True,
        max_redirects=patience.redirects,
        trust_env=False,
        headers={"user-agent": "Konbit directory", "accept": "application/json, text/csv;q=0.9, */*;q=0.1"},
    ) as client:
        yield Asker(client, patience)


class _Guarded(httpx2.AsyncHTTPTransport):
    def __init__(self, allowed: Sequence[IPv4Network | IPv6Network]) -> None:
        super().__init__(trust_env=False)
        self._allowed = allowed

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        addresses = await self._addresses(request.url)
        for position, address in enumerate(addresses, 1):
            pinned = httpx2.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions | {"sni_hostname": request.url.host},
            )
            try:
                return await super().handle_async_request(pinned)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if position == len(addresses):
                    raise
        raise httpx2.ConnectError(f"{request.url.host} has no address")

    async def _addresses(self, url: httpx2.URL) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
        except OSError as failure:
            raise httpx2.ConnectError(f"{url.host} is not known") from failure
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if not self._may_reach(ipaddress.ip_address(address.partition("%")[0])):
                raise InnerAddress(
                    f"{url.host} is {address}, in a network that is not public. "
                    "If that is meant, allow it with --allow-network."
                )
        return addresses

    def _may_reach(self, address: IPv4Address | IPv6Address) -> bool:
        reached = _embedded(address)
        public = reached.is_global and not reached.is_multicast
        return public or any(reached in network for network in self._allowed if network.version == reached.version)


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, where it does: mapped, 6to4 or NAT64."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


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
