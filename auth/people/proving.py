"""How a person proves who they are: a name and password, then a code; or a passkey. A password alone is never enough.

A step is several short transactions, because a failure has to be kept whatever becomes of the request, and because no
connection is held while a password is hashed. Names that exist and names that do not cost the same statements and one
hash, and are answered in the same words.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from auth.assurance import PASSKEY, PASSWORD_AND_CODE, PASSWORD_AND_RECOVERY_CODE, Proof
from auth.database import AuthenticationUnavailable
from auth.lockout import Lockout
from auth.people import ceremonies, lockout, names, passkeys, passwords, recovery, sessions, totp
from auth.people.ceremonies import CeremonyKind
from auth.people.lockout import Attempt
from auth.people.passwords import Passwords, TooBusy
from auth.people.sessions import SignedIn
from auth.sealing import KekUnavailable, Sealer
from auth.tokens import Profile
from models.accounts import Account, AccountStatus, Password, RecoveryCode, SignInName, Totp

TRIES = 5
"Codes after one right password."
PER_ADDRESS = 30, timedelta(seconds=2)
"Failures in a row of all names at one address, and how soon one is forgiven: a classroom shares one."


class NotProved(Exception):
    """That was not right; try again."""


class WrongCode(NotProved):
    """The code was not right; wait for the next one, and try again."""

    def __init__(self, handle: str) -> None:
        super().__init__(str(self.__doc__))
        self.handle = handle
        "Of the next try: the one before is used up."


@dataclass(frozen=True, slots=True)
class Proved:
    """Who it is, and by what. `sessions.begin` signs them in, `again` renews a session."""

    account_id: UUID
    proof: Proof


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of whoever is called so, or that nobody is: both are looked up and hashed alike."""

    account_id: UUID | None = None
    hash: str | None = None
    may: bool = False
    "The account is active and has a second factor."


_SECOND = or_(
    exists().where(Totp.account_id == Account.id, Totp.confirmed_at.is_not(None)),
    exists().where(RecoveryCode.account_id == Account.id, RecoveryCode.used_at.is_(None)),
)
_KNOWN = (
    select(Account.id, Password.hash, and_(Account.status == AccountStatus.ACTIVE, _SECOND).label("may"))
    .join(SignInName, SignInName.account_id == Account.id)
    .join(Password, Password.account_id == Account.id)
    .limit(literal_column("1"))
)
_BY_NAME = _KNOWN.where(SignInName.name == bindparam("asked", type_=SignInName.name.type))
_BY_ACCOUNT = _KNOWN.where(SignInName.account_id == bindparam("asked", type_=SignInName.account_id.type))


@dataclass(frozen=True, slots=True)
class Prover:
    """One is made per process."""

    engine: AsyncEngine
    profile: Profile
    sealer: Sealer
    passwords: Passwords
    addresses: Lockout = field(default_factory=lambda: Lockout(*PER_ADDRESS))

    async def password(self, name: str, password: str, *, address: str, now: datetime) -> str:
        """This will check a password and answer the handle for the code that is next.

        `address` is where the request came from. Raises NotProved, LockedOut (with the time to wait), TooBusy.
        """
        called = names.normal(name)
        attempt = Attempt.of(called, address=address)
        return await self._password(_BY_NAME, called, password, attempt, address=address, now=now)

    async def password_again(self, signed_in: SignedIn, password: str, *, address: str, now: datetime) -> str:
        """This will do the same for someone who is signed in, and so need not say who they are."""
        # In capitals, so it is no name that anyone can type.
        attempt = Attempt.of(f"ACCOUNT {signed_in.account_id}", address=address)
        return await self._password(_BY_ACCOUNT, signed_in.account_id, password, attempt, address=address, now=now)

    async def code(self, handle: str, typed: str, *, now: datetime) -> Proved:
        """This will check a code from the person's app, or a recovery code, after the password.

        Raises CeremonyOver, LockedOut, WrongCode (with the handle of the next try), NotProved after the last one.
        """
        async with self.engine.begin() as connection:
            waiting = await ceremonies.take_up(connection, CeremonyKind.CODE, handle, now=now)
            account_id, said = waiting.account_id, waiting.said
            if account_id is None:
                raise NotProved
            await lockout.try_code(connection, account_id, now=now)
        async with self.engine.begin() as connection:
            if (proof := await self._factor(connection, account_id, typed, now=now)) is not None:
                attempt = Attempt(bytes.fromhex(said["here"]), bytes.fromhex(said["anywhere"]))
                await lockout.proved(connection, account_id, attempt, now=now)
                return Proved(account_id, proof)
            if said["tries"] >= TRIES:
                raise NotProved
            again = said | {"tries": said["tries"] + 1}
            next_try = await ceremonies.begin(connection, CeremonyKind.CODE, said=again, account_id=account_id, now=now)
        raise WrongCode(next_try)

    async def passkey(self, handle: str, answer: str, *, now: datetime) -> Proved:
        """This will check what a browser answered to `passkeys.ask_to_sign_in`.

        Raises CeremonyOver, NotThisPasskey, CountedBack. The challenge is used up whatever was answered.
        """
        async with self.engine.begin() as connection:
            asked = await ceremonies.take_up(connection, CeremonyKind.USE_PASSKEY, handle, now=now)
        async with self.engine.begin() as connection:
            account_id = await passkeys.used(connection, asked, answer, profile=self.profile, now=now)
        return Proved(account_id, PASSKEY)

    async def _password(
        self,
        statement: Select[UUID, str, bool],
        asked: str | UUID,
        password: str,
        attempt: Attempt,
        *,
        address: str,
        now: datetime,
    ) -> str:
        self.addresses.check("", address, now=now)
        async with self.engine.begin() as connection:
            await lockout.try_password(connection, attempt, now=now)
            known = await _look_up(connection, statement, asked)
        try:
            verdict = await self.passwords.verify(known.hash, password)
            outdated = await self.passwords.hash(password) if verdict.outdated else None
        except TooBusy:
            async with self.engine.begin() as connection:
                await lockout.forgiven(connection, attempt)
            raise
        if not verdict.right or not known.may or known.account_id is None:
            self.addresses.failed("", address, now=now)
            raise NotProved
        said = {"here": attempt.here.hex(), "anywhere": attempt.anywhere.hex(), "tries": 1}
        async with self.engine.begin() as connection:
            await lockout.forgiven(connection, attempt)
            if outdated is not None:
                await passwords.keep(connection, known.account_id, outdated, now=now)
            return await ceremonies.begin(
                connection, CeremonyKind.CODE, said=said, account_id=known.account_id, now=now
            )

    async def _factor(
        self, connection: AsyncConnection, account_id: UUID, typed: str, *, now: datetime
    ) -> Proof | None:
        plain = "".join(typed.split())
        if len(plain) != totp.DIGITS:
            return PASSWORD_AND_RECOVERY_CODE if await recovery.use(connection, account_id, plain, now=now) else None
        try:
            right = await totp.check(connection, account_id, plain, sealer=self.sealer, now=now)
        except KekUnavailable as unavailable:
            raise AuthenticationUnavailable from unavailable
        return PASSWORD_AND_CODE if right else None


async def again(
    connection: AsyncConnection, signed_in: SignedIn, proved: Proved, *, now: datetime
) -> tuple[str, SignedIn]:
    """This will renew the session of someone who has proved again who they are, and answer the new cookie's value.

    Raises NotProved where it is someone else, SessionOver.
    """
    if proved.account_id != signed_in.account_id or signed_in.provider_id is not None:
        raise NotProved
    return await sessions.renew(connection, signed_in, proof=proved.proof, now=now)


async def _look_up(connection: AsyncConnection, statement: Select[UUID, str, bool], asked: str | UUID) -> _Known:
    row: Any = (await connection.execute(statement, {"asked": asked})).one_or_none()
    return _Known() if row is None else _Known(row.id, row.hash, row.may)
