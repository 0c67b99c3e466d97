"""How does no request of ours lead inside by accident? The guard sits at the transport, below names and redirects.

A name is resolved once, every address it has must be allowed, and the connection goes to just that address. So neither
a redirect nor a name that changes its mind can lead inside (server-side request forgery).
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import httpx2

NAT64 = ipaddress.ip_network("64:ff9b::/96")
GLOBAL = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out for the public network. What else `is_global` says is public may be inner: site-local
(fec0::/10), IPv4 in other forms (::/96, ::ffff:0:0:0/96), a network's own NAT64 (64:ff9b:1::/48)."""


class InnerAddress(Exception):
    """The address leads into a network that is not public."""


def networks(texts: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """This will read networks such as 127.0.0.0/8. Raises ValueError."""
    return tuple(ipaddress.ip_network(text) for text in texts)


class Guarded(httpx2.AsyncHTTPTransport):
    """Reaches public addresses, and those of the networks that an operator allows; refuses by InnerAddress."""

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
                named = "" if url.host == address else f"{url.host} is "
                raise InnerAddress(f"{named}{address}, in a network that is not public")
        return addresses

    def _may_reach(self, address: IPv4Address | IPv6Address) -> bool:
        reached = _embedded(address)
        given_out = isinstance(reached, IPv4Address) or reached in GLOBAL
        public = given_out and reached.is_global and not reached.is_multicast
        return public or any(reached in network for network in self._allowed if network.version == reached.version)


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, where it does: mapped, 6to4 or NAT64."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address
