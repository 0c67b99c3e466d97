"""Passkeys (WebAuthn Level 3): keys that a person's own device keeps, and uses once it has verified the person.

They are discoverable, so nobody types a name, and user verification is required, so one is as good as two factors.
No attestation is asked for: which make of device people own is none of our business.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import and_, delete, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.people import ceremonies
from auth.people.ceremonies import CeremonyKind, Waiting
from auth.tokens import Profile
from models.accounts import Account, AccountStatus, Passkey

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST = 20
"Passkeys of one person."
LONGEST_NAME = 60
"Characters of a passkey's name."
LONGEST_ANSWER = 16_384
"Characters of what a browser answers."
LONGEST_ID = 1023
"Bytes of a credential's id (WebAuthn Level 3, 4)."
PATIENCE = 120_000
"Milliseconds that the browser lets the person look for their key."
RP_NAME = "Konbit"


class NotThisPasskey(Exception):
    """The passkey could not be used; try again, or sign in another way."""


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
class NewPasskey:
    """A passkey that was made and is not yet kept."""

    credential_id: bytes
    public_key: bytes
    "COSE."
    sign_count: int
    transports: list[str]
    backed_up: bool


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
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_attestation_object, parse_registration_credential_json
    from webauthn.helpers.structs import AttestationFormat

    said = (await ceremonies.take_up(connection, CeremonyKind.REGISTER_PASSKEY, handle, now=now)).said
    with _refused():
        credential = parse_registration_credential_json(_read(answer))
        _check_client_data(credential.response.client_data_json)
        # Asked for none, a browser passes on none, or what a key says of itself; no other form need be read.
        form = parse_attestation_object(credential.response.attestation_object).fmt
        if form not in (AttestationFormat.NONE, AttestationFormat.PACKED):
            raise NotThisPasskey
        made = verify_registration_response(
            credential=credential,
            expected_challenge=bytes.fromhex(said["challenge"]),
            expected_rp_id=rp_id(profile),
            expected_origin=profile.pages,
            require_user_verification=True,
        )
    if len(made.credential_id) > LONGEST_ID or made.credential_id != credential.raw_id:
        raise NotThisPasskey
    transports = [transport.value for transport in credential.response.transports or []]
    return UUID(said["account"]), NewPasskey(
        made.credential_id, made.credential_public_key, made.sign_count, transports, made.credential_backed_up
    )


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
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json

    with _refused():
        credential = parse_authentication_credential_json(_read(answer))
        _check_client_data(credential.response.client_data_json)
        mine = (
            select(Passkey.account_id, Passkey.public_key)
            .join(Account, Account.id == Passkey.account_id)
            .where(Passkey.credential_id == credential.raw_id, Account.status == AccountStatus.ACTIVE)
        )
        if (row := (await connection.execute(mine)).one_or_none()) is None:
            raise NotThisPasskey
        if credential.response.user_handle != row.account_id.bytes or asked.account_id not in (None, row.account_id):
            raise NotThisPasskey
        proved = verify_authentication_response(
            credential=credential,
            expected_challenge=bytes.fromhex(asked.said["challenge"]),
            expected_rp_id=rp_id(profile),
            expected_origin=profile.pages,
            credential_public_key=row.public_key,
            # The counter is judged below, where two answers at once are told apart.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    grows = or_(
        Passkey.sign_count < proved.new_sign_count, and_(Passkey.sign_count == 0, literal(proved.new_sign_count) == 0)
    )
    counted = (
        update(Passkey)
        .where(Passkey.credential_id == proved.credential_id, grows)
        .values(sign_count=proved.new_sign_count, backed_up=proved.credential_backed_up, last_used_at=now)
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


def rp_id(profile: Profile) -> str:
    """Whom passkeys are made for: the host of the pages. They are of no use to any other site, however it looks."""
    return urlsplit(profile.pages).hostname or ""


async def _descriptors(connection: AsyncConnection, account_id: UUID) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    mine = select(Passkey.credential_id, Passkey.transports).where(Passkey.account_id == account_id)
    return [
        PublicKeyCredentialDescriptor(
            id=row.credential_id, transports=[AuthenticatorTransport(word) for word in row.transports]
        )
        for row in await connection.execute(mine.order_by(Passkey.created_at))
    ]


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER or not isinstance(read := json.loads(answer), dict):
        raise NotThisPasskey
    return read


def _check_client_data(client_data: bytes) -> None:
    """A page that shows ours inside it may not have our passkeys used (WebAuthn Level 3, 7.1 and 7.2)."""
    said = json.loads(client_data)
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise NotThisPasskey


@contextmanager
def _refused() -> Iterator[None]:
    """Whatever a browser answers that cannot be read or is not right is one refusal."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise NotThisPasskey from error
