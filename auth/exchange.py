"""Authlib's server for one request: it holds the transaction, the keys and the moment, and nothing outlives it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidRequestError,
    UnsupportedGrantTypeError,
)
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from auth.endpoints import (
    ClientCredentials,
    Introspection,
    MachineClient,
    PostRequest,
    PresentedToken,
    ProofMissing,
    Revocation,
)
from auth.keys import Keys, KeyWithdrawn, not_retired
from auth.lockout import Lockout
from auth.proofs import Doorkeeper, TooManyAttempts
from auth.scopes import scope_text
from auth.standing import ask_standing, read_standing
from auth.tokens import LIFETIME, AccessToken, Profile, write_token
from models.oauth import OAuthKey, OAuthToken

_CHALLENGE = ("WWW-Authenticate", 'Basic realm="konbit", charset="UTF-8"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers: a status, a JSON object, and headers beyond the usual."""

    status: int
    body: dict[str, Any]
    headers: tuple[tuple[str, str], ...] = ()


class Exchange(AuthorizationServer):
    """One is made per request, because Authlib's hooks are not told of a transaction or a clock."""

    def __init__(
        self,
        session: Session,
        *,
        profile: Profile,
        keys: Keys,
        lockout: Lockout,
        presented: AccessToken | None,
        now: datetime,
        jkt: str | None = None,
    ) -> None:
        """jkt: thumbprint of the key that the sender has proved to hold; tokens are then bound to it (RFC 9449)."""
        super().__init__()
        self.profile = profile
        self._session = session
        self._keys = keys
        self._doorkeeper = Doorkeeper(session, lockout, profile.issuer, now)
        self._presented = presented
        self._now = now
        self._jkt = jkt
        self._issued: AccessToken | None = None
        self.register_grant(ClientCredentials)
        self.register_endpoint(Introspection)
        self.register_endpoint(Revocation)

    def authenticate_client(self, request: PostRequest, methods: list[str], endpoint: str = "token") -> MachineClient:
        """This will let the doorkeeper decide: Authlib's own methods say whether a client exists."""
        return MachineClient.of(self._doorkeeper.prove(request.post))

    def token(self, request: PostRequest) -> Answer:
        """This will answer the token endpoint."""
        if request.payload.grant_type is None:
            return self.handle_error_response(request, InvalidRequestError("The parameter grant_type is missing."))
        answer: Answer = self.create_token_response(request)
        return answer

    def introspect(self, request: PostRequest) -> Answer:
        """This will answer the introspection endpoint."""
        answer: Answer = self.create_endpoint_response(Introspection.ENDPOINT_NAME, request)
        return answer

    def withdraw(self, request: PostRequest) -> Answer:
        """This will answer the revocation endpoint."""
        answer: Answer = self.create_endpoint_response(Revocation.ENDPOINT_NAME, request)
        return answer

    def generate_token(
        self,
        grant_type: str,
        client: MachineClient,
        user: None = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = False,
    ) -> dict[str, Any]:
        """This will write an access token; Authlib's own generator knows no clock but the system's. Raises ProofMissing."""
        if client.dpop_bound and self._jkt is None:
            raise ProofMissing
        self._issued = AccessToken(
            token_id=uuid4(),
            client_id=client.client_id,
            organization_id=client.organization_id,
            scopes=client.grant(scope),
            issued_at=self._now.replace(microsecond=0),
            expires_at=self._now.replace(microsecond=0) + LIFETIME,
            jkt=self._jkt,
        )
        return {
            "access_token": write_token(self._issued, key=self._keys.signing, profile=self.profile),
            "token_type": "Bearer" if self._jkt is None else "DPoP",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": scope_text(self._issued.scopes),
        }

    def save_token(self, token: dict[str, Any], request: PostRequest) -> None:
        """This will keep what was issued: without its row, a token counts for nothing. Raises KeyWithdrawn."""
        if (issued := self._issued) is None:
            raise RuntimeError("A token was saved before it was written.")
        key = select(OAuthKey.kid).where(OAuthKey.kid == self._keys.signing.kid, not_retired(self._now))
        if self._session.execute(key).first() is None:
            raise KeyWithdrawn
        self._session.execute(
            insert(OAuthToken).values(
                jti=issued.token_id,
                client_id=issued.client_id,
                organization_id=issued.organization_id,
                kid=self._keys.signing.kid,
                scopes=sorted(issued.scopes),
                issued_at=issued.issued_at,
                expires_at=issued.expires_at,
            )
        )

    def presented_token(self) -> PresentedToken | None:
        """This will say of the token in the request what the database knows; None: it is not one of ours, or ended."""
        if (token := self._presented) is None:
            return None
        row = self._session.execute(ask_standing(token, now=self._now)).one_or_none()
        return PresentedToken(token, read_standing(row, token), self._now)

    def revoke(self, token_id: UUID) -> None:
        """This will end a token. Revoking it again changes nothing."""
        alive = update(OAuthToken).where(OAuthToken.jti == token_id, OAuthToken.revoked_at.is_(None))
        self._session.execute(alive.values(revoked_at=self._now))

    def create_oauth2_request(self, request: PostRequest) -> PostRequest:
        return request

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]) -> Answer:
        return Answer(status, body)

    def handle_error_response(self, request: PostRequest, error: OAuth2Error) -> Answer:
        """This will answer in our words: Authlib's repeat the request, or tell which clients exist."""
        if isinstance(error, InvalidClientError):
            return _refusal(401, error.error, "The client could not be authenticated.", _CHALLENGE)
        if isinstance(error, UnsupportedGrantTypeError):
            return _refusal(400, error.error, "The grant is not one of grant_types_supported.")
        if isinstance(error, TooManyAttempts):
            return _refusal(error.status_code, error.error, error.description, ("Retry-After", str(error.seconds)))
        return _refusal(error.status_code, error.error, error.description)


def _refusal(status: int, error: str, description: str, *headers: tuple[str, str]) -> Answer:
    body = {"error": error}
    if description:
        body["error_description"] = description
    return Answer(status, body, headers)
