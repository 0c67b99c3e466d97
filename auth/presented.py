"""What someone shows to have it introspected or revoked: an access token or a refresh token, and what is left of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from authlib.oauth2.rfc6749 import TokenMixin
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.grants import behalf, end_grant, find_grant
from auth.opaque import hash_of
from auth.scopes import scope_text
from auth.standing import Standing, ask_standing, known_scopes, read_standing
from auth.tokens import AccessToken, Profile, token_claims
from models.grants import OAuthGrant, OAuthRefresh
from models.oauth import OAuthToken

if TYPE_CHECKING:
    from auth.endpoints import ProvenClient


class Presented(Protocol):
    """One of the two kinds of token, as the endpoints ask it."""

    def check_client(self, client: "ProvenClient") -> bool: ...

    def is_expired(self) -> bool: ...

    def is_revoked(self) -> bool: ...

    def may_be_read_by(self, client: "ProvenClient") -> bool: ...

    def described(self, profile: Profile) -> dict[str, Any]: ...

    def revoke(self, session: Session, *, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class PresentedAccess(TokenMixin):
    """An access token: well signed and not ended."""

    token: AccessToken
    standing: Standing | None
    "None: it counts no more."

    def check_client(self, client: "ProvenClient") -> bool:
        return self.token.client_id == client.client_id

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return self.standing is None

    def may_be_read_by(self, client: "ProvenClient") -> bool:
        return self.token.organization_id == client.organization_id

    def described(self, profile: Profile) -> dict[str, Any]:
        """This will say what the token is good for at this moment, in the words of RFC 7662, section 2.2."""
        scopes = () if self.standing is None else self.standing.scopes & self.token.scopes
        return token_claims(self.token, profile=profile) | {
            "token_type": "Bearer" if self.token.jkt is None else "DPoP",
            "scope": scope_text(scopes),
        }

    def revoke(self, session: Session, *, now: datetime) -> None:
        """This will end this token, and no other of its grant. Revoking it again changes nothing."""
        alive = update(OAuthToken).where(OAuthToken.jti == self.token.token_id, OAuthToken.revoked_at.is_(None))
        session.execute(alive.values(revoked_at=now))


@dataclass(frozen=True, slots=True)
class PresentedRefresh(TokenMixin):
    """A refresh token, and its grant. It means something to its own client alone."""

    grant: OAuthGrant
    issued_at: datetime
    expires_at: datetime
    counts: bool

    def check_client(self, client: "ProvenClient") -> bool:
        return self.grant.client_id == client.client_id

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return not self.counts

    def may_be_read_by(self, client: "ProvenClient") -> bool:
        return self.check_client(client)

    def described(self, profile: Profile) -> dict[str, Any]:
        person = behalf(self.grant)
        return {
            "iss": profile.issuer,
            "sub": str(person.account_id),
            "sub_kind": person.kind.value,
            "client_id": self.grant.client_id,
            "organization": str(self.grant.organization_id),
            "scope": scope_text(known_scopes(self.grant.scopes)),
            "iat": int(self.issued_at.timestamp()),
            "exp": int(self.expires_at.timestamp()),
        }

    def revoke(self, session: Session, *, now: datetime) -> None:
        """This will end the grant with all its tokens (RFC 7009, section 2.1)."""
        end_grant(session, OAuthGrant.id == self.grant.id, now=now)


def presented_access(session: Session, token: AccessToken, *, now: datetime) -> PresentedAccess:
    """This will ask what an access token is good for. One statement."""
    row = session.execute(ask_standing(token, now=now)).one_or_none()
    return PresentedAccess(token, read_standing(row, token))


def presented_refresh(session: Session, text: str, *, now: datetime) -> PresentedRefresh | None:
    """This will look a refresh token up; None: it is none of ours. At most three statements."""
    kept = (
        select(OAuthGrant, OAuthRefresh.issued_at, OAuthRefresh.expires_at, OAuthRefresh.used_at)
        .join(OAuthRefresh, OAuthRefresh.grant_id == OAuthGrant.id)
        .where(OAuthRefresh.hash == hash_of(text))
    )
    if (row := session.execute(kept).one_or_none()) is None:
        return None
    stands = find_grant(session, OAuthGrant.id == row.OAuthGrant.id, now=now) is not None
    counts = stands and row.used_at is None and row.expires_at > now
    return PresentedRefresh(row.OAuthGrant, row.issued_at, row.expires_at, counts)
