"""Refresh tokens: each is used once and followed by another; an old one that comes back ends them all (RFC 9700, 4.14).

A client whose answer was lost asks again, so for ten seconds the same successor is answered. It is not stored: with the
grant's secret and the old token in hand it can be written again, and with neither alone.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import TokenMixin
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant
from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from auth import opaque
from auth.base64url import base64url
from auth.grants import IMPATIENCE, end_grant, lock_grant, see_session
from auth.opaque import hash_of
from auth.scopes import scope_text
from auth.standing import known_scopes
from models.grants import OAuthGrant, OAuthRefresh

if TYPE_CHECKING:
    from auth.endpoints import ProvenClient
    from auth.exchange import Exchange

IDLE = timedelta(days=14)
"After which a refresh token that was not used has ended."


@dataclass(frozen=True, slots=True)
class Shown(TokenMixin):
    """A refresh token that may be used, its grant locked."""

    text: str
    grant: OAuthGrant

    def check_client(self, client: "ProvenClient") -> bool:
        return self.grant.client_id == client.client_id

    def get_scope(self) -> str:
        return scope_text(known_scopes(self.grant.scopes))


class RefreshToken(RefreshTokenGrant):
    """RFC 6749, section 6. A public client's token counts only with the key it is bound to (RFC 9449, section 5)."""

    server: "Exchange"

    def authenticate_refresh_token(self, refresh_token: str) -> Shown | None:
        """This will lock the grant of the token; None: it is none, or not this client's, or has ended, or was used."""
        session, now, client = self.server.session, self.server.now, self.request.client
        which = _grant_of(refresh_token) & (OAuthGrant.client_id == client.client_id)
        grant = lock_grant(session, which, now=now)
        if grant is None or not _is_bound_well(grant, client, self.server.jkt):
            return None
        # Read after the lock: what another one did with the token while this one waited is seen.
        kept = select(OAuthRefresh.used_at, OAuthRefresh.expires_at).where(OAuthRefresh.hash == hash_of(refresh_token))
        row = session.execute(kept).one()
        if row.used_at is not None and now - row.used_at > IMPATIENCE:
            end_grant(session, OAuthGrant.id == grant.id, now=now)
            return None
        return Shown(refresh_token, grant) if row.expires_at > now else None

    def authenticate_user(self, refresh_token: Shown) -> OAuthGrant:
        return refresh_token.grant

    def issue_token(self, user: OAuthGrant, refresh_token: Shown) -> dict[str, Any]:
        token: dict[str, Any] = super().issue_token(user, refresh_token)
        see_session(self.server.session, user, now=self.server.now)
        return token | {"refresh_token": self._turn(refresh_token)}

    def revoke_old_credential(self, refresh_token: Shown) -> None:
        """It was used up by being followed."""

    def _turn(self, shown: Shown) -> str:
        """The successor; of any number of uses at once one makes it, and all answer it."""
        session, now = self.server.session, self.server.now
        following = successor(shown.text, secret=shown.grant.secret)
        used = (
            update(OAuthRefresh)
            .where(OAuthRefresh.hash == hash_of(shown.text), OAuthRefresh.used_at.is_(None))
            .values(used_at=now)
            .returning(OAuthRefresh.hash)
        )
        if session.execute(used).first() is not None:
            _keep(session, following, shown.grant, now=now)
        return following


def first_refresh_token(session: Session, grant: OAuthGrant, *, now: datetime) -> str:
    """This will make the token that begins a grant's family. One statement."""
    text, _ = opaque.make()
    _keep(session, text, grant, now=now)
    return text


def successor(text: str, *, secret: bytes) -> str:
    """This will write the one token that follows this one: HMAC-SHA256 in base64url, 43 characters."""
    return base64url(hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256"))


def _keep(session: Session, text: str, grant: OAuthGrant, *, now: datetime) -> None:
    ends = min(now + IDLE, grant.expires_at)
    kept = insert(OAuthRefresh).values(hash=hash_of(text), grant_id=grant.id, issued_at=now, expires_at=ends)
    session.execute(kept)


def _grant_of(text: str) -> ColumnElement[bool]:
    return OAuthGrant.id.in_(select(OAuthRefresh.grant_id).where(OAuthRefresh.hash == hash_of(text)))


def _is_bound_well(grant: OAuthGrant, client: "ProvenClient", jkt: str | None) -> bool:
    if grant.jkt is None:
        return not client.public
    return jkt is not None and hmac.compare_digest(grant.jkt, jkt)
