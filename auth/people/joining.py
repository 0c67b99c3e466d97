"""How an invited person joins: as who they are signed in as, or anew, with a passkey, or with a password and a code.

An account comes to be in the transaction that takes up its invitation, with a way to sign in, or not at all.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.assurance import PASSKEY, PASSWORD_AND_CODE
from auth.people import accounts, ceremonies, invitations, names, passkeys, passwords, recovery, sessions, totp
from auth.people.ceremonies import CeremonyKind
from auth.people.changing import PATIENCE, NewSecret, VouchedFor, first_step, shown
from auth.people.invitations import AnothersIdentity, Identity, ProviderNeeded
from auth.people.passkey_answers import NotThisPasskey
from auth.people.passkeys import Asked
from auth.people.sessions import SignedIn
from auth.sealing import Sealer
from auth.tokens import Profile
from models.rules.passwords import check


@dataclass(frozen=True, slots=True)
class Joined:
    """A person who has an account from now on, and is signed in."""

    cookie: str
    signed_in: SignedIn
    membership_id: UUID
    sign_in_name: str | None = None
    "What to type from now on, with the password; None: a passkey needs no name."
    recovery_codes: tuple[str, ...] = ()
    "To be shown this once."


@dataclass(frozen=True, slots=True)
class Newcomer:
    """How a person who joins wants to be called and spoken to."""

    display_name: str
    language: str | None
    user_agent: str | None


async def as_oneself(connection: AsyncConnection, token: str, signed_in: SignedIn, *, now: datetime) -> UUID:
    """This will make who is signed in a member, and answer the membership.

    Raises InvitationOver, ProviderNeeded, VouchedFor: a provider speaks for its own organisation alone.
    """
    if signed_in.provider_id is not None:
        raise VouchedFor
    return await invitations.accept(connection, token, account_id=signed_in.account_id, now=now)


async def ask_for_passkey(
    connection: AsyncConnection, token: str, display_name: str, *, profile: Profile, now: datetime
) -> Asked:
    """This will ask the browser to make a passkey for an account to be.

    Raises InvitationOver, ProviderNeeded, UnfitDisplayName.
    """
    await _check_open(connection, token, now=now)
    name = accounts.fit_name(display_name)
    return await passkeys.ask_to_register(connection, uuid4(), name=name, display_name=name, profile=profile, now=now)


async def with_passkey(
    connection: AsyncConnection,
    token: str,
    newcomer: Newcomer,
    handle: str,
    answer: str,
    *,
    passkey_name: str,
    profile: Profile,
    now: datetime,
) -> Joined:
    """This will make the account with the passkey that the browser made, its membership, and a session.

    Raises InvitationOver, ProviderNeeded, CeremonyOver, NotThisPasskey, UnfitDisplayName, UnknownLanguage.
    """
    account_id, made = await passkeys.registered(connection, handle, answer, profile=profile, now=now)
    try:
        async with connection.begin_nested():
            membership_id = await _create(connection, token, newcomer, account_id, now=now)
    except IntegrityError as error:
        # It was made for an account that stands already, by whoever is signed in to that.
        raise NotThisPasskey from error
    await passkeys.keep(connection, account_id, made, name=passkey_name, now=now)
    cookie, signed_in = await sessions.begin(
        connection, account_id=account_id, proof=PASSKEY, user_agent=newcomer.user_agent, now=now
    )
    return Joined(cookie, signed_in, membership_id)


def check_password(password: str, *, display_name: str, proposed_name: str) -> None:
    """This will refuse a password before it is hashed, which is done with no connection at hand.

    Raises UnfitDisplayName, UnfitPassword.
    """
    check(password, own=[accounts.fit_name(display_name), proposed_name])


async def ask_for_code(
    connection: AsyncConnection,
    token: str,
    display_name: str,
    hashed: str,
    *,
    proposed_name: str,
    sealer: Sealer,
    now: datetime,
) -> NewSecret:
    """This will keep a password for an account to be, and show the secret whose first code is next.

    Raises InvitationOver, ProviderNeeded, UnfitDisplayName, KekUnavailable.
    """
    await _check_open(connection, token, now=now)
    called = accounts.fit_name(display_name)
    account_id, secret = uuid4(), totp.make()
    sealed, sealed_by = totp.seal(secret, account_id, sealer)
    said = {
        "account": str(account_id),
        "hash": hashed,
        "name": names.normal(proposed_name)[: names.PROPOSED],
        "secret": sealed.hex(),
        "sealed_by": sealed_by,
    }
    handle = await ceremonies.begin(connection, CeremonyKind.FIRST_CODE, said=said, now=now, lifetime=PATIENCE)
    return shown(handle, secret, name=called)


async def with_password(
    connection: AsyncConnection,
    token: str,
    newcomer: Newcomer,
    handle: str,
    typed: str,
    *,
    sealer: Sealer,
    now: datetime,
) -> Joined:
    """This will make the account with password, secret and recovery codes, its membership, and a session.

    Raises InvitationOver, ProviderNeeded, CeremonyOver, UnfitDisplayName, UnknownLanguage, KekUnavailable, and
    WrongFirstCode: rolled back, the handle stays good.
    """
    said = (await ceremonies.take_up(connection, CeremonyKind.FIRST_CODE, handle, now=now)).said
    account_id, sealed, sealed_by = UUID(said["account"]), bytes.fromhex(said["secret"]), said["sealed_by"]
    step = first_step(totp.open_sealed(sealed, sealed_by, account_id, sealer), typed, now=now)
    membership_id = await _create(connection, token, newcomer, account_id, now=now)
    await passwords.keep(connection, account_id, said["hash"], now=now)
    await totp.keep(connection, account_id, sealed, sealed_by, step=step, now=now)
    name = await names.give(connection, account_id, said["name"] or newcomer.display_name)
    codes = await recovery.make(connection, account_id)
    cookie, signed_in = await sessions.begin(
        connection, account_id=account_id, proof=PASSWORD_AND_CODE, user_agent=newcomer.user_agent, now=now
    )
    return Joined(cookie, signed_in, membership_id, sign_in_name=name, recovery_codes=tuple(codes))


async def by_provider(
    connection: AsyncConnection,
    token: str,
    newcomer: Newcomer,
    identity: Identity,
    *,
    signed_in: SignedIn | None,
    now: datetime,
) -> UUID:
    """This will make a member of whom the invitation's provider has just vouched for, and answer the account.

    It is the account that goes by that identity already; else the one that is signed in here; else a new one. What the
    provider says of names and e-mail addresses decides nothing.

    Raises InvitationOver, ProviderNeeded, AnothersIdentity, UnfitDisplayName, UnknownLanguage.
    """
    here = signed_in.account_id if signed_in is not None and signed_in.provider_id is None else None
    known = await invitations.known_as(connection, identity)
    if known is not None and here not in (None, known):
        raise AnothersIdentity
    account_id = known or here
    if account_id is None:
        account_id = await accounts.create(
            connection, display_name=newcomer.display_name, language=newcomer.language, now=now
        )
    await invitations.accept(connection, token, account_id=account_id, identity=identity, now=now)
    return account_id


async def _check_open(connection: AsyncConnection, token: str, *, now: datetime) -> None:
    if (await invitations.look(connection, token, now=now)).provider_id is not None:
        raise ProviderNeeded


async def _create(
    connection: AsyncConnection, token: str, newcomer: Newcomer, account_id: UUID, *, now: datetime
) -> UUID:
    await accounts.create(
        connection,
        display_name=newcomer.display_name,
        language=newcomer.language,
        account_id=account_id,
        now=now,
    )
    return await invitations.accept(connection, token, account_id=account_id, now=now)
