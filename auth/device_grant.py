"""What a device does: ask for a code, show it, and ask from time to time whether a person has said yes (RFC 8628)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidGrantError, InvalidRequestError, UnauthorizedClientError
from authlib.oauth2.rfc8628 import (
    AuthorizationPendingError,
    DeviceAuthorizationEndpoint,
    DeviceCodeGrant,
    ExpiredTokenError,
    SlowDownError,
)
from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.endpoints import InvalidTarget
from auth.grants import IMPATIENCE, LASTS, end_grant, lock_grant
from auth.opaque import hash_of, make
from auth.scopes import Scope, scope_text
from auth.standing import known_scopes
from auth.tokens import LIFETIME as TOKEN_LIFETIME
from auth.user_codes import make_user_code, shown
from models.grants import DeviceStatus, OAuthDevice, OAuthGrant

if TYPE_CHECKING:
    from auth.endpoints import PostRequest, ProvenClient
    from auth.exchange import Exchange

PAGE = "/device"
"Where a person types the code."

LIFETIME = timedelta(minutes=10)
"Of a code, from its making to the device's last question."

INTERVAL = 5
"Seconds that a device waits between questions; whoever asks sooner waits so much longer from then on."


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A device code that has just been used, and what it stands for."""

    grant: OAuthGrant

    def get_scope(self) -> str:
        return scope_text(known_scopes(self.grant.scopes))


class DeviceAuthorization(DeviceAuthorizationEndpoint):
    """RFC 8628, section 3.1. A device that shows a DPoP proof here must redeem its code with the same key."""

    server: "Exchange"

    def create_endpoint_response(self, request: "PostRequest") -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        client: ProvenClient = self.authenticate_client(request)
        if not client.check_grant_type(DeviceCode.GRANT_TYPE):
            raise UnauthorizedClientError
        if request.form.get("resource", self.server.profile.audience) != self.server.profile.audience:
            raise InvalidTarget
        device_code, user_code = begin(
            self.server.session,
            client_id=client.client_id,
            scopes=client.device_scopes(request.payload.scope),
            jkt=self.server.jkt,
            now=self.server.now,
        )
        page, code = self.server.profile.pages + PAGE, shown(user_code)
        answer = {
            "device_code": device_code,
            "user_code": code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={code}",
            "expires_in": int(LIFETIME.total_seconds()),
            "interval": INTERVAL,
        }
        return 200, answer, []


class DeviceCode(DeviceCodeGrant):
    """RFC 8628, section 3.4. Authlib's own never uses the code up; here one statement does, and one device wins."""

    server: "Exchange"

    def validate_token_request(self) -> None:
        code = self.request.form.get("device_code")
        if code is None:
            raise InvalidRequestError("The parameter device_code is missing.")
        client: ProvenClient = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError
        session, now, jkt = self.server.session, self.server.now, self.server.jkt
        grant_id = redeem(session, code, client_id=client.client_id, jkt=jkt, now=now)
        if (grant := lock_grant(session, OAuthGrant.id == grant_id, now=now)) is None:
            raise InvalidGrantError
        grant.expires_at = now + (LASTS if client.may_refresh(jkt) else TOKEN_LIFETIME)
        self.request.client, self.request.user, self.request.credential = client, grant, Redeemed(grant)


def begin(
    session: Session, *, client_id: str, scopes: Iterable[Scope], jkt: str | None, now: datetime
) -> tuple[str, str]:
    """This will make a device code and a user code, and answer both. One statement, as a rule."""
    device_code, hashed = make()
    while True:
        user_code = make_user_code()
        added = insert(OAuthDevice).values(
            hash=hashed,
            user_code=user_code,
            client_id=client_id,
            scopes=sorted(scopes),
            jkt=jkt,
            interval_seconds=INTERVAL,
            expires_at=now + LIFETIME,
        )
        free = added.on_conflict_do_nothing(index_elements=["user_code"]).returning(OAuthDevice.hash)
        if session.execute(free).first() is not None:
            return device_code, user_code


def redeem(session: Session, code: str, *, client_id: str, jkt: str | None, now: datetime) -> UUID:
    """This will use up a device code that was approved, and say the grant's id. `jkt` is the key that asks, if any.

    Raises AuthorizationPendingError, SlowDownError, AccessDeniedError, ExpiredTokenError (RFC 8628, section 3.5), and
    InvalidGrantError where it is none, or another client's or key's, or was used. One statement, or up to four.
    """
    theirs = and_(OAuthDevice.hash == hash_of(code), OAuthDevice.client_id == client_id)
    taken = (
        update(OAuthDevice)
        .where(
            theirs,
            or_(OAuthDevice.jkt.is_(None), OAuthDevice.jkt == jkt),
            OAuthDevice.status == DeviceStatus.APPROVED,
            OAuthDevice.used_at.is_(None),
            OAuthDevice.expires_at > now,
        )
        .values(used_at=now)
        .returning(OAuthDevice.grant_id)
        .execution_options(synchronize_session=False)
    )
    if (row := session.execute(taken).one_or_none()) is not None:
        grant_id: UUID = row.grant_id
        return grant_id
    device = session.execute(select(OAuthDevice).where(theirs)).scalar_one_or_none()
    if device is None or device.jkt not in (None, jkt):
        raise InvalidGrantError
    if device.used_at is not None:
        if now - device.used_at > IMPATIENCE:
            end_grant(session, OAuthGrant.id == device.grant_id, now=now)
        raise InvalidGrantError
    if device.expires_at <= now:
        raise ExpiredTokenError
    if device.status is DeviceStatus.DENIED:
        raise AccessDeniedError
    raise _not_yet(session, device, now=now)


def _not_yet(session: Session, device: OAuthDevice, *, now: datetime) -> OAuth2Error:
    """Only who waits on takes a lock, to count how hastily it asks: those who come too late pass one another."""
    session.refresh(device, with_for_update=True)
    before, device.polled_at = device.polled_at, now
    if before is not None and now - before < timedelta(seconds=device.interval_seconds):
        device.interval_seconds += INTERVAL
        return SlowDownError()
    return AuthorizationPendingError()
