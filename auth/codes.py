"""Authorization codes: redeemed once, by the client they were made for, which shows what it hid (RFC 6749, 4.1; 7636).

A code counts as used from its first showing by the right client, whatever else was wrong with it: nobody guesses twice.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from sqlalchemy import select, update

from auth.grants import IMPATIENCE, LASTS, end_grant, lock_grant
from auth.opaque import hash_of
from auth.scopes import scope_text
from auth.standing import known_scopes
from auth.tokens import LIFETIME
from models.grants import OAuthCode, OAuthGrant

if TYPE_CHECKING:
    from auth.endpoints import ProvenClient
    from auth.exchange import Exchange

CODE_LIFETIME = timedelta(seconds=60)
"From a person's yes to the end of the code."


@dataclass(frozen=True, slots=True)
class Redeemed(AuthorizationCodeMixin):
    """A code that has just been used, and what it stands for."""

    grant: OAuthGrant
    redirect_uri: str
    code_challenge: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return scope_text(known_scopes(self.grant.scopes))


class S256(CodeChallenge):
    """PKCE with S256 and nothing else; a code without a challenge is never made."""

    def get_authorization_code_challenge_method(self, authorization_code: Redeemed) -> str:
        return "S256"


class AuthorizationCode(AuthorizationCodeGrant):
    """RFC 6749, section 4.1.3: a client shows the code that a person's browser brought it."""

    server: "Exchange"

    def query_authorization_code(self, code: str, client: "ProvenClient") -> Redeemed | None:
        """This will use the code up; None: it is none, or not this client's, or used or ended."""
        session, now = self.server.session, self.server.now
        taken = (
            update(OAuthCode)
            .where(
                OAuthCode.hash == hash_of(code),
                OAuthCode.used_at.is_(None),
                OAuthCode.expires_at > now,
                OAuthGrant.id == OAuthCode.grant_id,
                OAuthGrant.client_id == client.client_id,
            )
            .values(used_at=now)
            .returning(
                OAuthCode.grant_id, OAuthCode.redirect_uri, OAuthCode.code_challenge, OAuthCode.nonce, OAuthCode.jkt
            )
            .execution_options(synchronize_session=False)
        )
        if (row := session.execute(taken).one_or_none()) is None:
            self._end_if_stolen(code, client)
            return None
        if row.jkt is not None and row.jkt != self.server.jkt:
            return None
        if (grant := lock_grant(session, OAuthGrant.id == row.grant_id, now=now)) is None:
            return None
        self.server.nonce = row.nonce
        return Redeemed(grant, row.redirect_uri, row.code_challenge)

    def _end_if_stolen(self, code: str, client: "ProvenClient") -> None:
        used_before = self.server.now - IMPATIENCE
        stolen = select(OAuthCode.grant_id).where(OAuthCode.hash == hash_of(code), OAuthCode.used_at < used_before)
        which = OAuthGrant.id.in_(stolen) & (OAuthGrant.client_id == client.client_id)
        end_grant(self.server.session, which, now=self.server.now)

    def authenticate_user(self, authorization_code: Redeemed) -> OAuthGrant:
        """This will let the grant live on: until now, when all is proved, it was to end with its code."""
        lasts = LASTS if self.request.client.may_refresh(self.server.jkt) else LIFETIME
        authorization_code.grant.expires_at = self.server.now + lasts
        return authorization_code.grant

    def delete_authorization_code(self, authorization_code: Redeemed) -> None:
        """It was used up by its first showing."""
