"""How does the authorization server ask others? Once, briefly, over https, guarded, no redirect followed."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

OWN_MACHINE = {"127.0.0.1", "::1", "localhost"}
"Hosts to which http is as good as https."
PORTS = {"http": 80, "https": 443}
LARGEST = 256 * 1024
"Bytes of an answer."
PATIENCE = 10.0
"Seconds for one answer, however it drips."
TO_CONNECT = 5.0


class UnfitAddress(ValueError):
    """It must be an address that begins with https:// and carries no name, password or fragment."""


class NoAnswer(Exception):
    """Another's server did not answer as it should."""


def same_server(one: str, other: str) -> bool:
    """Whether two addresses lead to one server, as far as they tell: this machine's names are all one."""

    def place(address: str) -> tuple[str | None, int | None]:
        parts = urlsplit(address)
        host = "localhost" if parts.hostname in OWN_MACHINE else parts.hostname
        return host, parts.port or PORTS.get(parts.scheme)

    return place(one) == place(other)


@dataclass(frozen=True, slots=True)
class Answer:
    """What another's server said."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """This will read the JSON object in it. Raises NoAnswer."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError) as failure:
            raise NoAnswer("it is no JSON") from failure
        if not isinstance(said, dict):
            raise NoAnswer("it is no JSON object")
        return said


def check_address(url: str) -> str:
    """This will answer the address where we may ask there: https, or http on this machine. Raises UnfitAddress."""
    try:
        parts = urlsplit(url)
        fit = bool(parts.hostname) and parts.port != 0 and parts.username is None and parts.password is None
    except ValueError as failure:
        raise UnfitAddress from failure
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in OWN_MACHINE)
    if not fit or not secure or parts.fragment or "#" in url or not (url.isascii() and url.isprintable()):
        raise UnfitAddress
    return url


class Outside:
    """Others' servers: on the public network, and in those that the operator allows (KONBIT_ALLOW_NETWORKS)."""

    def __init__(self, allowed_networks: Sequence[str] = ()) -> None:
        self._allowed = tuple(allowed_networks)

    async def get(self, url: str) -> dict[str, Any]:
        """This will read a JSON object. Raises NoAnswer, also where the status is not 200, and UnfitAddress."""
        answer = await self._ask("GET", url, form=None, headers={})
        if answer.status != 200:
            raise NoAnswer(f"it answered {answer.status}")
        return answer.json()

    async def post(self, url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> Answer:
        """This will send a form, whatever the status of the answer. Raises NoAnswer and UnfitAddress."""
        return await self._ask("POST", url, form=form, headers=headers or {})

    async def _ask(
        self, method: str, url: str, *, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Answer:
        # Imported when first needed: a program that nobody registers a provider at starts without it.
        import httpx2

        from auth.guarded import Guarded, InnerAddress, networks

        check_address(url)
        try:
            async with (
                asyncio.timeout(PATIENCE),
                httpx2.AsyncClient(
                    transport=Guarded(networks(self._allowed)),
                    timeout=httpx2.Timeout(PATIENCE, connect=TO_CONNECT),
                    follow_redirects=False,
                    trust_env=False,
                    headers={"user-agent": "Konbit", "accept": "application/json", "accept-encoding": "identity"},
                ) as client,
                client.stream(method, url, data=None if form is None else dict(form), headers=dict(headers)) as answer,
            ):
                if answer.headers.get("content-encoding", "identity") != "identity":
                    raise NoAnswer("it is compressed, and could grow to any size")
                body = bytearray()
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) > LARGEST:
                        raise NoAnswer(f"its answer is larger than {LARGEST} bytes")
                return Answer(answer.status_code, bytes(body))
        except (InnerAddress, httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as failure:
            raise NoAnswer(f"{type(failure).__name__}: {failure}".rstrip(": ")) from failure
