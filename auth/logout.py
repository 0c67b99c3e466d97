"""How a session ends everywhere: a program asks for it, and all others are told.

OpenID Connect RP-Initiated Logout 1.0 and Back-Channel Logout 1.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.openid import IdToken, InvalidIdToken, read_hint
from auth.people.sessions import SignedIn
from auth.redirects import with_query
from auth.tokens import Profile
from models.oauth import ClientStatus, OAuthClient

LIFETIME = timedelta(minutes=2)
"Of a logout token: it is made when it is sent."

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_STATE = 512


@dataclass(frozen=True, slots=True)
class SigningOut:
    """What a program asks for that sends a person's browser to sign out, as far as it is true."""

    client_id: str | None = None
    "The program, where it said so truly."
    session_id: UUID | None = None
    "The session that an ID token of ours names; None: there was none, or it names none."
    redirect: str | None = None
    "Where the browser goes afterwards, `state` included; None: it stays on our page."

    def must_confirm(self, signed_in: SignedIn | None) -> bool:
        """Whether to ask the person first: anyone can send a browser here, only their program has the token."""
        return signed_in is not None and signed_in.session_id != self.session_id


async def read_signing_out(
    connection: AsyncConnection, parameters: Mapping[str, str], *, keys: Mapping[str, ECKey], profile: Profile
) -> SigningOut:
    """This will read what the browser brought to the end_session_endpoint; `keys` are the published ones by kid.

    What is not true counts as not said: then the person is asked, and the browser goes nowhere. At most one statement.
    """
    hint = _hint(parameters, keys=keys, profile=profile)
    client_id = parameters.get("client_id", hint.client_id if hint else None)
    if hint is not None and hint.client_id != client_id:
        return SigningOut()
    session_id = None if hint is None else hint.behalf.session_id
    asked = parameters.get("post_logout_redirect_uri")
    if client_id is None:
        return SigningOut(session_id=session_id)
    active = select(OAuthClient.post_logout_redirect_uris).where(
        OAuthClient.client_id == client_id, OAuthClient.status == ClientStatus.ACTIVE
    )
    registered: list[str] | None = (await connection.execute(active)).scalar_one_or_none()
    if registered is None:
        return SigningOut(session_id=session_id)
    if asked is None or asked not in registered:
        return SigningOut(client_id, session_id)
    state = parameters.get("state", "")
    told = {"state": state} if 1 <= len(state) <= LONGEST_STATE else {}
    return SigningOut(client_id, session_id, with_query(asked, told))


def write_logout_token(
    *, client_id: str, account_id: UUID, session_id: UUID, now: datetime, key: ECKey, profile: Profile
) -> str:
    """This will sign what one program is told (Back-Channel Logout 1.0, 2.4). It has no nonce: it is no ID token."""
    claims = {
        "iss": profile.issuer,
        "sub": str(account_id),
        "aud": client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": str(uuid4()),
        "sid": str(session_id),
        "events": {EVENT: {}},
    }
    return jwt.encode({"alg": "ES256", "typ": "logout+jwt", "kid": key.kid}, claims, key, algorithms=["ES256"])


def _hint(parameters: Mapping[str, str], *, keys: Mapping[str, ECKey], profile: Profile) -> IdToken | None:
    if "id_token_hint" not in parameters:
        return None
    try:
        return read_hint(parameters["id_token_hint"], keys=keys, profile=profile)
    except InvalidIdToken:
        return None
