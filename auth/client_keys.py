"""The keys of clients that publish theirs at an address (RFC 7591, `jwks_uri`): a copy, asked for anew when it must be.

An address is asked once a minute at most, by all processes together; while it does not answer the copy counts, a day.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from sqlalchemy import select, update

from auth import asked
from auth.database import or_unavailable
from auth.outside import NoAnswer
from auth.published import NoUsableKeys, read_published
from models.oauth import ClientStatus, OAuthClient

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from auth.outside import Outside

RENEWED = timedelta(hours=1)
"The age at which a copy is asked for anew."
LONGEST = timedelta(days=1)
"The age up to which a copy counts while its address does not answer."
UNDER_WAY = timedelta(seconds=10)
"How long after an asking its answer may yet come."
LOOKS, EVERY = 10, 0.2
"How often, and each how many seconds, we look whether another process got the answer."


class KeysWanted(Exception):
    """The client's keys must be asked for before its proof can be judged."""

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.client_id = client_id


def keys_of(client: OAuthClient, *, now: datetime) -> KeySet | None:
    """This will be the copy of a client's keys as far as it counts; None: there is none, or it is too old."""
    if client.known_keys is None or client.known_at is None or now - client.known_at > LONGEST:
        return None
    try:
        found = read_published(client.known_keys)
    except NoUsableKeys:
        return None
    usable: list[OctKey | RSAKey | ECKey | OKPKey] = [key for key in found if isinstance(key, ECKey | RSAKey)]
    return KeySet(usable) if usable else None


def are_wanted(client: OAuthClient, *, kid: object, now: datetime) -> bool:
    """Whether to ask the client's address, or wait for its answer, before a proof by the key `kid` is judged."""
    if client.jwks_uri is None or client.status is not ClientStatus.ACTIVE:
        return False
    keys = keys_of(client, now=now)
    outdated = keys is None or client.known_at is None or now - client.known_at > RENEWED
    if not outdated and keys is not None and (kid is None or any(key.kid == kid for key in keys)):
        return False
    if client.asked_at is None or not asked.lately(client.asked_at, now=now):
        return True
    answered = client.known_at is not None and client.known_at >= client.asked_at
    return not answered and now - client.asked_at < UNDER_WAY


class ClientKeys:
    """Asks for clients' keys."""

    def __init__(self, engine: AsyncEngine, outside: Outside) -> None:
        self._engine = engine
        self._outside = outside
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def renew(self, client_id: str, *, now: datetime) -> None:
        """This will ask for a client's keys, or wait for whoever does. Raises AuthenticationUnavailable."""
        if (asking := self._asking.get(client_id)) is None:
            asking = asyncio.create_task(self._renew(client_id, now=now))
            self._asking[client_id] = asking
            asking.add_done_callback(lambda _: self._asking.pop(client_id, None))
        await asyncio.shield(asking)

    async def _renew(self, client_id: str, *, now: datetime) -> None:
        if (address := await self._may_ask(client_id, now=now)) is None:
            await self._wait(client_id, now=now)
            return
        try:
            said = await self._outside.get(address)
            read_published(said)
        except (NoAnswer, NoUsableKeys, ValueError) as failure:
            structlog.get_logger(log="clients").warning(
                "client's keys not read", client=client_id, reason=type(failure).__name__
            )
            return
        kept = update(OAuthClient).where(OAuthClient.client_id == client_id, OAuthClient.jwks_uri == address)
        with or_unavailable():
            async with self._engine.begin() as connection:
                await connection.execute(kept.values(known_keys=said, known_at=now))

    async def _may_ask(self, client_id: str, *, now: datetime) -> str | None:
        """One statement decides among all processes, and answers the address."""
        mine = update(OAuthClient).where(
            OAuthClient.client_id == client_id,
            OAuthClient.jwks_uri.is_not(None),
            asked.rested(OAuthClient.asked_at, now=now),
        )
        with or_unavailable():
            async with self._engine.begin() as connection:
                address = await connection.scalar(mine.values(asked_at=now).returning(OAuthClient.jwks_uri))
        return None if address is None else str(address)

    async def _wait(self, client_id: str, *, now: datetime) -> None:
        answered = select(OAuthClient.known_at >= OAuthClient.asked_at).where(OAuthClient.client_id == client_id)
        for _ in range(LOOKS):
            with or_unavailable():
                async with self._engine.connect() as connection:
                    if await connection.scalar(answered):
                        return
            await asyncio.sleep(EVERY)
