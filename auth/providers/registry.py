"""Which issuers are registered, and what we know of each: a copy, asked for anew and used while the issuer is down.

An issuer is asked once a minute at most, by all processes together, whatever keys strangers' tokens name.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from sqlalchemy import Row, select, update

from auth import asked
from auth.database import or_unavailable
from auth.outside import NoAnswer
from auth.providers.registration import Known, Registration, UnfitMetadata, discover, read_known
from models.accounts import IdentityProvider

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from auth.outside import Outside

FRESH = timedelta(seconds=30)
"How long a process goes on with the registrations it has read."
RENEWED = timedelta(minutes=10)
"The age at which a copy is asked for anew, beside what goes on."
LONGEST = timedelta(days=1)
"The age up to which a copy counts while its issuer is away: a key that it withdrew cannot count for longer."


class ProviderAway(Exception):
    """The organisation's provider does not answer, and what is known of it is too old or nothing."""


class Registry:
    """The issuers as this process knows them."""

    def __init__(self, engine: AsyncEngine, outside: Outside) -> None:
        self.engine = engine
        self.outside = outside
        self._registered: dict[UUID, Registration] = {}
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()
        self._asking: dict[UUID, asyncio.Task[None]] = {}
        self._asked_at: dict[UUID, datetime] = {}

    async def of_issuer(self, issuer: object, *, now: datetime) -> Registration | None:
        """This will be the registration of an issuer; None: it has none, or is suspended. Raises what `find` raises."""
        for age in (FRESH, timedelta(seconds=1)):
            await self._younger_than(age, now=now)
            for registration in self._registered.values():
                if registration.issuer == issuer:
                    return registration
        return None

    async def find(self, provider_id: UUID, *, now: datetime) -> Registration | None:
        """This will be a registration; None: there is none, or it is suspended. Raises AuthenticationUnavailable.

        One statement every second, and for one that is not known; else none.
        """
        await self._younger_than(timedelta(seconds=1), now=now)
        if provider_id not in self._registered:
            await self._younger_than(timedelta(0), now=now)
        return self._registered.get(provider_id)

    async def known(self, registration: Registration, *, now: datetime, but: Known | None = None) -> Known:
        """This will say what an issuer said of itself, `but` no copy that turned out to be outdated, if it can be had.

        Raises ProviderAway, AuthenticationUnavailable.
        """
        registration = self._registered.get(registration.provider_id, registration)
        known = registration.known
        if known is None or known is but or now - known.read_at > LONGEST:
            await asyncio.shield(self._ask(registration, now=now))
            known = self._registered.get(registration.provider_id, registration).known
        elif now - known.read_at > RENEWED and not self._asked_lately(registration.provider_id, now=now):
            self._ask(registration, now=now)
        if known is None or now - known.read_at > LONGEST:
            raise ProviderAway
        return known

    def _ask(self, registration: Registration, *, now: datetime) -> asyncio.Task[None]:
        """One asking per issuer at a time: it goes on for all who wait, whoever gives up."""
        provider_id = registration.provider_id
        if (asking := self._asking.get(provider_id)) is None:
            asking = asyncio.create_task(self._renew(registration, now=now))
            self._asking[provider_id] = asking
            asking.add_done_callback(lambda asked: self._asked(provider_id, asked))
        return asking

    def _asked(self, provider_id: UUID, asked: asyncio.Task[None]) -> None:
        del self._asking[provider_id]
        if not asked.cancelled() and (failure := asked.exception()) is not None:
            log = structlog.get_logger(log="providers")
            log.warning("provider not asked", provider=str(provider_id), raised=type(failure).__name__)

    def _asked_lately(self, provider_id: UUID, *, now: datetime) -> bool:
        return asked.lately(self._asked_at.get(provider_id), now=now)

    async def _renew(self, registration: Registration, *, now: datetime) -> None:
        provider_id, log = registration.provider_id, structlog.get_logger(log="providers")
        if self._asked_lately(provider_id, now=now):
            await self._younger_than(timedelta(seconds=1), now=now)
            return
        self._asked_at[provider_id] = now
        if await self._may_ask(provider_id, now=now):
            try:
                said = await discover(self.outside, registration.issuer)
                read_known(said, issuer=registration.issuer, read_at=now)
            except (NoAnswer, ValueError) as failure:
                log.warning("provider does not answer", provider=str(provider_id), reason=str(failure))
            else:
                await self._keep(provider_id, said, now=now)
        await self._younger_than(timedelta(0), now=now)

    async def _may_ask(self, provider_id: UUID, *, now: datetime) -> bool:
        """One statement decides among all processes."""
        rested = asked.rested(IdentityProvider.asked_at, now=now)
        mine = update(IdentityProvider).where(IdentityProvider.id == provider_id, rested).values(asked_at=now)
        with or_unavailable():
            async with self.engine.begin() as connection:
                return (await connection.execute(mine)).rowcount == 1

    async def _keep(self, provider_id: UUID, said: dict[str, Any], *, now: datetime) -> None:
        kept = update(IdentityProvider).where(IdentityProvider.id == provider_id).values(known=said, known_at=now)
        with or_unavailable():
            async with self.engine.begin() as connection:
                await connection.execute(kept)

    async def _younger_than(self, age: timedelta, *, now: datetime) -> None:
        if self._is_younger(age, now=now):
            return
        async with self._reading:
            if self._is_younger(age, now=now):
                return
            columns = select(IdentityProvider.__table__).where(IdentityProvider.suspended_at.is_(None))
            with or_unavailable():
                async with self.engine.connect() as connection:
                    rows = (await connection.execute(columns)).all()
            self._registered = {row.id: self._registration(row) for row in rows}
            self._read_at = now

    def _is_younger(self, age: timedelta, *, now: datetime) -> bool:
        return self._read_at is not None and -age < now - self._read_at < age

    def _registration(self, row: Row[Any]) -> Registration:
        before = self._registered.get(row.id)
        known = before.known if before is not None else None
        if known is None or known.read_at != row.known_at:
            known = _known(row)
        return Registration(
            provider_id=row.id,
            organization_id=row.organization_id,
            issuer=row.issuer,
            client_id=row.client_id,
            client_secret=row.client_secret,
            sealed_by=row.sealed_by,
            people=row.people,
            machines=row.machines,
            known=known,
        )


def _known(row: Row[Any]) -> Known | None:
    if row.known is None or row.known_at is None:
        return None
    try:
        return read_known(row.known, issuer=row.issuer, read_at=row.known_at)
    except UnfitMetadata:
        return None
