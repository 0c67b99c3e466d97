"""Passkeys (WebAuthn Level 3): keys that a person's own device keeps, and uses once it has verified the person.

They are discoverable, so nobody types a name, and user verification is required, so one is as good as two factors.
No attestation is asked for: which make of device people own is none of our business.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, delete, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.people import ceremonies
from auth.people.ceremonies import CeremonyKind, Waiting
from auth.people.passkey_answers import NewPasskey, NotThisPasskey, check_used, read_made, read_used, rp_id
from auth.tokens import Profile
from models.accounts import Account, AccountStatus, Passkey

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST = 20
"Passkeys of one person."
LONGEST_NAME = 60
"Characters of a passkey's name."
PATIENCE = 120_000
"Milliseconds that the browser lets the person look for their key."
RP_NAME = "Konbit"


class CountedBack(NotThisPasskey):
    """The passkey has counted back, so there may be a copy of it; remove it, and sign in another way."""


class TooManyPasskeys(Exception):
    """A person may have at most 20 passkeys; remove one first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is to do, and the handle of the step that waits for its answer."""

    handle: str
    options: dict[str, Any]
    "For PublicKeyCredential.parseCreationOptionsFromJSON, or parseRequestOptionsFromJSON."


@dataclass(frozen=True, slots=True)
class Listed:
    """A passkey as its person sees it."""

    credential_id: bytes
    name: str
    backed_up: bool
    "It is copied to the person's other devices."
    created_at: datetime
    last_used_at: datetime | None


async def ask_to_register(
    connection: AsyncConnection, account_id: UUID, *, name: str, display_name: str, profile: Profile, now: datetime
) -> Asked:
    """This will ask the browser to make a passkey for the account, which may not be there yet.

    `name` and `display_name` are what the person's device shows when it asks which passkey to use.
    Raises TooManyPasskeys.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AttestationConveyancePreference,
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = await _descriptors(connection, account_id)
    if len(known) >= MOST:
        raise TooManyPasskeys
    options = generate_registration_options(
        rp_id=rp_id(profile),
        rp_name=RP_NAME,
        user_id=account_id.bytes,
        user_name=name,
        user_display_name=display_name,
        timeout=PATIENCE,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=known,
    )
    said = {"challenge": options.challenge.hex(), "account": str(account_id)}
    handle = await ceremonies.begin(connection, CeremonyKind.REGISTER_PASSKEY, said=said, now=now)
    return Asked(handle, options_to_json_dict(options))


async def registered(
    connection: AsyncConnection, handle: str, answer: str, *, profile: Profile, now: datetime
) -> tuple[UUID, NewPasskey]:
    """This will check what the browser answered, and say for which account that is.

    Raises CeremonyOver, NotThisPasskey.
    """
    said = (await ceremonies.take_up(connection, CeremonyKind.REGISTER_PASSKEY, handle, now=now)).said
    return UUID(said["account"]), read_made(answer, challenge=bytes.fromhex(said["challenge"]), profile=profile)


async def keep(connection: AsyncConnection, account_id: UUID, passkey: NewPasskey, *, name: str, now: datetime) -> None:
    """This will make the passkey one of the account's. Raises NotThisPasskey where it is anyone's already."""
    kept = insert(Passkey).values(
        credential_id=passkey.credential_id,
        account_id=account_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        transports=passkey.transports,
        backed_up=passkey.backed_up,
        name=fit_name(name),
        created_at=now,
    )
    try:
        async with connection.begin_nested():
            await connection.execute(kept)
    except IntegrityError as error:
        raise NotThisPasskey from error


async def ask_to_sign_in(
    connection: AsyncConnection, *, profile: Profile, now: datetime, account_id: UUID | None = None
) -> Asked:
    """This will ask the browser for any passkey of ours; with `account_id`, for one of that person's."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=rp_id(profile),
        timeout=PATIENCE,
        allow_credentials=None if account_id is None else await _descriptors(connection, account_id),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    said = {"challenge": options.challenge.hex()}
    kind = CeremonyKind.USE_PASSKEY
    handle = await ceremonies.begin(connection, kind, said=said, account_id=account_id, now=now)
    return Asked(handle, options_to_json_dict(options))


async def used(connection: AsyncConnection, asked: Waiting, answer: str, *, profile: Profile, now: datetime) -> UUID:
    """This will check what the browser answered to the step that was taken up, and say whose passkey it was.

    A counter that does not grow means that the key was copied (WebAuthn Level 3, 6.1.1). One statement decides, so of
    two answers with one counter one is refused. Raises NotThisPasskey, CountedBack.
    """
    credential = read_used(answer)
    mine = (
        select(Passkey.account_id, Passkey.public_key)
        .join(Account, Account.id == Passkey.account_id)
        .where(Passkey.credential_id == credential.raw_id, Account.status == AccountStatus.ACTIVE)
    )
    if (row := (await connection.execute(mine)).one_or_none()) is None:
        raise NotThisPasskey
    if credential.response.user_handle != row.account_id.bytes or asked.account_id not in (None, row.account_id):
        raise NotThisPasskey
    challenge = bytes.fromhex(asked.said["challenge"])
    use = check_used(credential, public_key=row.public_key, challenge=challenge, profile=profile)
    grows = or_(Passkey.sign_count < use.sign_count, and_(Passkey.sign_count == 0, literal(use.sign_count) == 0))
    counted = (
        update(Passkey)
        .where(Passkey.credential_id == credential.raw_id, grows)
        .values(sign_count=use.sign_count, backed_up=use.backed_up, last_used_at=now)
        .returning(Passkey.account_id)
    )
    if (account_id := await connection.scalar(counted)) is None:
        raise CountedBack
    return account_id


async def listed(connection: AsyncConnection, account_id: UUID) -> list[Listed]:
    """This will be the account's passkeys, oldest first."""
    columns = select(
        Passkey.credential_id, Passkey.name, Passkey.backed_up, Passkey.created_at, Passkey.last_used_at
    ).where(Passkey.account_id == account_id)
    rows = await connection.execute(columns.order_by(Passkey.created_at, Passkey.credential_id))
    return [Listed(*row) for row in rows]


async def rename(connection: AsyncConnection, account_id: UUID, credential_id: bytes, name: str) -> None:
    """This will change what the person calls a passkey of theirs."""
    mine = and_(Passkey.credential_id == credential_id, Passkey.account_id == account_id)
    await connection.execute(update(Passkey).where(mine).values(name=fit_name(name)))


async def remove(connection: AsyncConnection, account_id: UUID, credential_id: bytes) -> bool:
    """This will forget a passkey; False: the account has no such one. auth.people.changing keeps the last way in."""
    mine = and_(Passkey.credential_id == credential_id, Passkey.account_id == account_id)
    return (await connection.execute(delete(Passkey).where(mine))).rowcount == 1


def fit_name(text: str) -> str:
    """The name as it is kept: on one line, and no longer than a list can show."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())[:LONGEST_NAME]


async def _descriptors(connection: AsyncConnection, account_id: UUID) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    mine = select(Passkey.credential_id, Passkey.transports).where(Passkey.account_id == account_id)
    return [
        PublicKeyCredentialDescriptor(
            id=row.credential_id, transports=[AuthenticatorTransport(word) for word in row.transports]
        )
        for row in await connection.execute(mine.order_by(Passkey.created_at))
    ]
