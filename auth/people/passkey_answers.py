"""What a browser answers when a passkey is made or used, read and checked (WebAuthn Level 3, 7.1 and 7.2).

The person was verified, on our pages and in no other site's frame, with the challenge that we made.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from auth.tokens import Profile

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticationCredential

LONGEST_ANSWER = 16_384
"Characters of what a browser answers."
LONGEST_ID = 1023
"Bytes of a credential's id (WebAuthn Level 3, 4)."


class NotThisPasskey(Exception):
    """The passkey could not be used; try again, or sign in another way."""


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
class Use:
    """What a passkey that was used says of itself."""

    sign_count: int
    "0 for good: its device does not count."
    backed_up: bool


def rp_id(profile: Profile) -> str:
    """Whom passkeys are made for: the host of the pages. They are of no use to any other site, however it looks."""
    return urlsplit(profile.pages).hostname or ""


def read_made(answer: str, *, challenge: bytes, profile: Profile) -> NewPasskey:
    """This will be the passkey that was made. Raises NotThisPasskey."""
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_attestation_object, parse_registration_credential_json
    from webauthn.helpers.structs import AttestationFormat

    with _refused():
        credential = parse_registration_credential_json(_read(answer))
        _check_client_data(credential.response.client_data_json)
        # Asked for none, a browser passes on none, or what a key says of itself; no other form need be read.
        form = parse_attestation_object(credential.response.attestation_object).fmt
        if form not in (AttestationFormat.NONE, AttestationFormat.PACKED):
            raise NotThisPasskey
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(profile),
            expected_origin=profile.pages,
            require_user_verification=True,
        )
    if len(made.credential_id) > LONGEST_ID or made.credential_id != credential.raw_id:
        raise NotThisPasskey
    transports = sorted({transport.value for transport in credential.response.transports or ()})
    return NewPasskey(
        made.credential_id, made.credential_public_key, made.sign_count, transports, made.credential_backed_up
    )


def read_used(answer: str) -> "AuthenticationCredential":
    """This will be what was answered, unproved: it says which passkey it claims to be of. Raises NotThisPasskey."""
    from webauthn.helpers import parse_authentication_credential_json

    with _refused():
        credential = parse_authentication_credential_json(_read(answer))
        _check_client_data(credential.response.client_data_json)
    return credential


def check_used(credential: "AuthenticationCredential", *, public_key: bytes, challenge: bytes, profile: Profile) -> Use:
    """This will prove it by the public key that is kept. Raises NotThisPasskey.

    The counter is not judged here: two answers at once are told apart by the database alone.
    """
    from webauthn import verify_authentication_response

    with _refused():
        proved = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(profile),
            expected_origin=profile.pages,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    return Use(proved.new_sign_count, proved.credential_backed_up)


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER or not isinstance(read := json.loads(answer), dict):
        raise NotThisPasskey
    return read


def _check_client_data(client_data: bytes) -> None:
    """A page that shows ours inside it may not have our passkeys used."""
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
