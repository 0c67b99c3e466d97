"""A place to sign in at: two engines, as two processes have them, and people who have what they sign in with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from auth.assurance import PASSKEY, Proof
from auth.database import open_auth_engine
from auth.kek import HeldKey
from auth.people import accounts, names, passkey_answers, passkeys, passwords, recovery, sessions, totp
from auth.people.passwords import Passwords
from auth.people.proving import Prover
from auth.people.sessions import SignedIn
from auth.sealing import Sealer
from auth.tokens import Profile
from models.rules.roles import Role
from tests.auth.deployment import PROFILE, Deployment
from tests.auth.people.authenticator import Device

T = TypeVar("T")

PASSWORD = "kat pye chèz anba pye mango"
ADDRESS = "192.0.2.1"


@dataclass
class Person:
    account_id: UUID
    name: str = ""
    "To sign in by."
    secret: bytes = b""
    "Of the app that makes codes."
    recovery_codes: list[str] = field(default_factory=list)


@dataclass
class Household:
    """What tests of signing in start from."""

    deployment: Deployment
    engines: tuple[AsyncEngine, AsyncEngine]
    sealer: Sealer
    passwords: Passwords
    profile: Profile = PROFILE

    def prover(self, process: int = 0) -> Prover:
        return Prover(self.engines[process], self.profile, self.sealer, self.passwords)

    async def at(self, work: Callable[[AsyncConnection], Awaitable[T]], process: int = 0) -> T:
        """This will do some work in a transaction of its own."""
        async with self.engines[process].begin() as connection:
            return await work(connection)

    async def at_once(
        self, work: Callable[[AsyncConnection], Awaitable[T]], times: int = 50
    ) -> list[T | BaseException]:
        """This will do the same so many times at once, half of them in each process."""
        doing = [self.at(work, number % 2) for number in range(times)]
        return await asyncio.gather(*doing, return_exceptions=True)

    async def account(self, display_name: str = "Marie Test") -> UUID:
        now = self.deployment.clock.now
        return await self.at(lambda c: accounts.create(c, display_name=display_name, language="ht", now=now))

    async def person(self, *, password: str = PASSWORD) -> Person:
        """This will make someone who has a name, a password, an app and recovery codes."""
        now = self.deployment.clock.now
        person = Person(await self.account(), secret=totp.make())
        sealed, sealed_by = totp.seal(person.secret, person.account_id, self.sealer)
        hashed = await self.passwords.hash(password)
        async with self.engines[0].begin() as connection:
            person.name = await names.give(connection, person.account_id, "marie")
            await passwords.keep(connection, person.account_id, hashed, now=now)
            await totp.keep(connection, person.account_id, sealed, sealed_by, step=0, now=now)
            person.recovery_codes = await recovery.make(connection, person.account_id)
        return person

    async def device(self, account_id: UUID, **otherwise: object) -> Device:
        """This will give the account a passkey."""
        device = self.a_device(**otherwise)
        now = self.deployment.clock.now
        async with self.engines[0].begin() as connection:
            asked = await passkeys.ask_to_register(
                connection, account_id, name="marie", display_name="Marie", profile=self.profile, now=now
            )
            answer = device.register(asked.options)
            _, made = await passkeys.registered(connection, asked.handle, answer, profile=self.profile, now=now)
            await passkeys.keep(connection, account_id, made, name="telefòn", now=now)
        return device

    def a_device(self, **otherwise: object) -> Device:
        place = {"origin": self.profile.pages, "rp_id": passkey_answers.rp_id(self.profile)}
        return Device(**(place | otherwise))  # type: ignore[arg-type]

    async def signed_in(self, account_id: UUID, *, proof: Proof = PASSKEY) -> tuple[str, SignedIn]:
        now = self.deployment.clock.now
        return await self.at(lambda c: sessions.begin(c, account_id=account_id, proof=proof, user_agent=None, now=now))

    async def member(self, account_id: UUID, *roles: Role, organization_id: UUID | None = None) -> UUID:
        rows = await self.deployment.sql(
            "INSERT INTO membership (account_id, organization_id, roles) VALUES ($1, $2, $3) RETURNING id",
            *(account_id, organization_id or self.deployment.brc, [role.value for role in roles]),
        )
        return UUID(str(rows[0]["id"]))

    def code(self, person: Person, *, steps: int = 0) -> str:
        """What the person's app shows now, or so many steps from now."""
        return totp.code(person.secret, totp.step_of(self.deployment.clock.now + steps * timedelta(seconds=30)))


@asynccontextmanager
async def household(deployment: Deployment) -> AsyncIterator[Household]:
    """This will open a second pool, as a second process has one, and close it after."""
    second = open_auth_engine(deployment.urls.auth)
    hasher = Passwords()
    try:
        yield Household(deployment, (deployment.engine, second), Sealer([HeldKey(bytes(32))]), hasher)
    finally:
        hasher.close()
        await second.dispose()


def won(results: list[T | BaseException]) -> list[T]:
    return [result for result in results if not isinstance(result, BaseException)]


def lost(results: list[T | BaseException]) -> list[BaseException]:
    return [result for result in results if isinstance(result, BaseException)]
