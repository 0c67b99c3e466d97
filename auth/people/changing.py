"""How a signed-in person changes what they sign in with. Each change needs a proof of the last five minutes.

Whom a provider vouched for changes nothing here: it would let that provider's people into other organisations.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.assurance import is_fresh
from auth.people import accounts, ceremonies, names, passkeys, passwords, recovery, sessions, totp
from auth.people.ceremonies import CeremonyKind
from auth.people.passkey_answers import NotThisPasskey
from auth.people.passkeys import Asked
from auth.people.sessions import SignedIn
from auth.sealing import Sealer
from auth.tokens import Profile
from models.accounts import ExternalIdentity, Passkey, Password, Totp
from models.rules.passwords import check

PATIENCE = timedelta(minutes=15)
"From showing a secret to the first code."


class ProofNeeded(Exception):
    """Prove again that it is you: this takes a sign-in of the last five minutes."""


class VouchedFor(Exception):
    """Your organisation's own provider signs you in; what you sign in with is changed there."""


class LastWayIn(Exception):
    """This is the last way in that you have; add another one first."""


class WrongFirstCode(Exception):
    """The code was not right; the telephone's clock may be wrong. Try the next one."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a person can sign in with, for the page where they change it."""

    names: list[str]
    passkeys: list[passkeys.Listed]
    password: bool
    totp: bool
    recovery_codes: int
    "That are left."


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret for an app that makes codes, shown once; it counts from the first right code on."""

    handle: str
    as_text: str
    "In groups of four."
    as_address: str
    "For a QR code."


async def ways(connection: AsyncConnection, account_id: UUID) -> Ways:
    """This will be what the account can be signed in to with."""
    return Ways(
        names=await names.of(connection, account_id),
        passkeys=await passkeys.listed(connection, account_id),
        password=await passwords.stored(connection, account_id) is not None,
        totp=await totp.stands(connection, account_id),
        recovery_codes=await recovery.left(connection, account_id),
    )


def check_fresh(signed_in: SignedIn, *, now: datetime) -> None:
    """Raises VouchedFor, ProofNeeded."""
    if signed_in.provider_id is not None:
        raise VouchedFor
    if not is_fresh(signed_in.auth_time, now=now):
        raise ProofNeeded


async def ask_for_passkey(
    connection: AsyncConnection, signed_in: SignedIn, *, profile: Profile, now: datetime
) -> Asked:
    """This will ask the browser to make one more passkey. Raises VouchedFor, ProofNeeded, TooManyPasskeys."""
    check_fresh(signed_in, now=now)
    name = signed_in.display_name
    return await passkeys.ask_to_register(
        connection, signed_in.account_id, name=name, display_name=name, profile=profile, now=now
    )


async def add_passkey(
    connection: AsyncConnection,
    signed_in: SignedIn,
    handle: str,
    answer: str,
    *,
    name: str,
    profile: Profile,
    now: datetime,
) -> None:
    """This will keep the passkey that the browser made.

    Raises VouchedFor, ProofNeeded, CeremonyOver, NotThisPasskey.
    """
    check_fresh(signed_in, now=now)
    account_id, made = await passkeys.registered(connection, handle, answer, profile=profile, now=now)
    if account_id != signed_in.account_id:
        raise NotThisPasskey
    await passkeys.keep(connection, account_id, made, name=name, now=now)


async def remove_passkey(
    connection: AsyncConnection, signed_in: SignedIn, credential_id: bytes, *, now: datetime
) -> bool:
    """This will forget a passkey, and end all sessions but this one, and what programs were let do in others, or by
    devices: the device may be in other hands.

    False: the person has no such one. Raises VouchedFor, ProofNeeded, LastWayIn.
    """
    check_fresh(signed_in, now=now)
    await accounts.hold(connection, signed_in.account_id)
    if not await passkeys.remove(connection, signed_in.account_id, credential_id):
        return False
    await _keep_a_way_in(connection, signed_in.account_id)
    await sessions.end_others(connection, signed_in, now=now, offline_too=True)
    return True


async def check_password(connection: AsyncConnection, signed_in: SignedIn, password: str, *, now: datetime) -> None:
    """This will refuse a password before it is hashed, which is done with no connection at hand.

    Raises VouchedFor, ProofNeeded, UnfitPassword.
    """
    check_fresh(signed_in, now=now)
    check(password, own=[signed_in.display_name, *await names.of(connection, signed_in.account_id)])


async def change_password(connection: AsyncConnection, signed_in: SignedIn, hashed: str, *, now: datetime) -> None:
    """This will put a password in place of the one before, if any, and end all sessions and grants but this one's.

    It signs in with a code alone, so `new_secret` comes first. Raises VouchedFor, ProofNeeded.
    """
    check_fresh(signed_in, now=now)
    await passwords.keep(connection, signed_in.account_id, hashed, now=now)
    await sessions.end_others(connection, signed_in, now=now, offline_too=True)


async def new_secret(connection: AsyncConnection, signed_in: SignedIn, *, sealer: Sealer, now: datetime) -> NewSecret:
    """This will make a secret for an app; the one before counts until the first code of this one.

    Raises VouchedFor, ProofNeeded, KekUnavailable.
    """
    check_fresh(signed_in, now=now)
    secret = totp.make()
    sealed, sealed_by = totp.seal(secret, signed_in.account_id, sealer)
    said = {"secret": sealed.hex(), "sealed_by": sealed_by}
    handle = await ceremonies.begin(
        connection, CeremonyKind.NEW_TOTP, said=said, account_id=signed_in.account_id, now=now, lifetime=PATIENCE
    )
    shown_as = next(iter(await names.of(connection, signed_in.account_id)), signed_in.display_name)
    return shown(handle, secret, name=shown_as)


async def confirm_secret(
    connection: AsyncConnection, signed_in: SignedIn, handle: str, typed: str, *, sealer: Sealer, now: datetime
) -> None:
    """This will put the new secret in place of the one before, and end all sessions and grants but this one's.

    Raises VouchedFor, ProofNeeded, CeremonyOver, KekUnavailable, WrongFirstCode: rolled back, the handle stays good.
    """
    check_fresh(signed_in, now=now)
    waiting = await ceremonies.take_up(connection, CeremonyKind.NEW_TOTP, handle, now=now)
    if waiting.account_id != signed_in.account_id:
        raise ceremonies.CeremonyOver
    sealed, sealed_by = bytes.fromhex(waiting.said["secret"]), waiting.said["sealed_by"]
    step = first_step(totp.open_sealed(sealed, sealed_by, signed_in.account_id, sealer), typed, now=now)
    await totp.keep(connection, signed_in.account_id, sealed, sealed_by, step=step, now=now)
    await sessions.end_others(connection, signed_in, now=now, offline_too=True)


async def new_recovery_codes(connection: AsyncConnection, signed_in: SignedIn, *, now: datetime) -> list[str]:
    """This will make ten codes, shown once; those of before are void. Raises VouchedFor, ProofNeeded."""
    check_fresh(signed_in, now=now)
    return await recovery.make(connection, signed_in.account_id)


def shown(handle: str, secret: bytes, *, name: str) -> NewSecret:
    """A secret as it is shown to its person."""
    return NewSecret(handle, totp.as_text(secret), totp.as_address(secret, issuer=passkeys.RP_NAME, name=name))


def first_step(secret: bytes, typed: str, *, now: datetime) -> int:
    """The step of a first code. Raises WrongFirstCode."""
    if (step := totp.matching_step(secret, typed, now=now)) is None:
        raise WrongFirstCode
    return step


async def _keep_a_way_in(connection: AsyncConnection, account_id: UUID) -> None:
    """Raises LastWayIn where nothing is left; the caller rolls back."""
    left = select(func.count()).select_from(Passkey).where(Passkey.account_id == account_id).scalar_subquery()
    password = exists().where(Password.account_id == account_id) & exists().where(Totp.account_id == account_id)
    elsewhere = exists().where(ExternalIdentity.account_id == account_id)
    if not await connection.scalar(select((left > 0) | password | elsewhere)):
        raise LastWayIn
