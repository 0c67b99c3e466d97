"""Authlib's server for one request: it holds the transaction, the keys and the moment, and nothing outlives it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidRequestError,
    UnauthorizedClientError,
    UnsupportedGrantTypeError,
)
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auth.codes import S256, AuthorizationCode
from auth.device_grant import DeviceAuthorization, DeviceCode
from auth.endpoints import (
    ClientCredentials,
    Introspection,
    InvalidTarget,
    PostRequest,
    ProofMissing,
    ProvenClient,
    Revocation,
)
from auth.grants import behalf
from auth.keys import Keys, KeyWithdrawn, not_retired
from auth.lockout import Lockout
from auth.openid import IdToken, write_id_token
from auth.presented import Presented, presented_access, presented_refresh
from auth.proofs import Doorkeeper, TooManyAttempts
from auth.pushing import PushedAuthorization
from auth.refreshing import RefreshToken, first_refresh_token
from auth.scopes import Scope, scope_text
from auth.tokens import LIFETIME, AccessToken, Profile, write_token
from models.grants import OAuthGrant
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
        jkt: str | None,
        asks: bool,
    ) -> None:
        """`jkt` is the thumbprint of the key that the sender has proved to hold: tokens are bound to it (RFC 9449).

        None: they have proved none. `asks`: KeysWanted is raised where a client's keys must be asked for first.
        """
        super().__init__()
        self.profile = profile
        self.session = session
        self._keys = keys
        self._doorkeeper = Doorkeeper(session, lockout, profile.issuer, now, asks)
        self._presented = presented
        self.now = now
        self.jkt = jkt
        self.nonce: str | None = None
        "What the client asked to read again in its ID token; set by the code that is redeemed."
        self._issued: AccessToken | None = None
        self._grant: OAuthGrant | None = None
        self.register_grant(ClientCredentials)
        self.register_grant(AuthorizationCode, [S256()])
        self.register_grant(RefreshToken)
        self.register_grant(DeviceCode)
        self.register_endpoint(DeviceAuthorization)
        self.register_endpoint(PushedAuthorization)
        self.register_endpoint(Introspection)
        self.register_endpoint(Revocation)

    def authenticate_client(self, request: PostRequest, methods: list[str], endpoint: str = "token") -> ProvenClient:
        """This will let the doorkeeper decide: Authlib's own methods say whether a client exists."""
        client = ProvenClient.of(self._doorkeeper.prove(request.post))
        if client.public and endpoint == Introspection.ENDPOINT_NAME:
            raise InvalidClientError
        if client.dpop_bound and endpoint == "token" and self.jkt is None:
            raise ProofMissing
        return client

    def token(self, request: PostRequest) -> Answer:
        """This will answer the token endpoint."""
        if request.payload.grant_type is None:
            return self.handle_error_response(request, InvalidRequestError("The parameter grant_type is missing."))
        if request.form.get("resource", self.profile.audience) != self.profile.audience:
            return self.handle_error_response(request, InvalidTarget())
        answer: Answer = self.create_token_response(request)
        return answer

    def device_authorization(self, request: PostRequest) -> Answer:
        """This will answer the device authorization endpoint."""
        answer: Answer = self.create_endpoint_response(DeviceAuthorization.ENDPOINT_NAME, request)
        return answer

    def push(self, request: PostRequest) -> Answer:
        """This will answer the endpoint for pushed authorization requests."""
        answer: Answer = self.create_endpoint_response(PushedAuthorization.ENDPOINT_NAME, request)
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
        client: ProvenClient,
        user: OAuthGrant | None = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = False,
    ) -> dict[str, Any]:
        """This will write an access token; Authlib's own generator knows no clock but the system's.

        `user` is what a person granted; None: the client acts for itself.
        """
        issued = self._write(client, user, scope)
        answer: dict[str, Any] = {
            "access_token": write_token(issued, key=self._keys.signing, profile=self.profile),
            "token_type": "Bearer" if self.jkt is None else "DPoP",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": scope_text(issued.scopes),
        }
        if user is not None and include_refresh_token and client.may_refresh(self.jkt):
            user.jkt = self.jkt if client.public else None
            answer["refresh_token"] = first_refresh_token(self.session, user, now=self.now)
        if issued.behalf is not None and Scope.OPENID in issued.scopes:
            who = IdToken(client.client_id, issued.behalf, issued.issued_at, self.nonce)
            answer["id_token"] = write_id_token(
                who, access_token=answer["access_token"], key=self._keys.signing, profile=self.profile
            )
        return answer

    def _write(self, client: ProvenClient, grant: OAuthGrant | None, scope: str | None) -> AccessToken:
        organization_id = client.organization_id if grant is None else grant.organization_id
        if organization_id is None:
            raise UnauthorizedClientError  # the network's own acts for people alone
        at = self.now.replace(microsecond=0)
        self._grant = grant
        self._issued = AccessToken(
            token_id=uuid4(),
            client_id=client.client_id,
            organization_id=organization_id,
            scopes=client.own_scopes(scope) if grant is None else client.scopes_of(grant, scope),
            issued_at=at,
            expires_at=at + LIFETIME,
            behalf=None if grant is None else behalf(grant),
            jkt=self.jkt,
        )
        return self._issued

    def save_token(self, token: dict[str, Any], request: PostRequest) -> None:
        """This will keep what was issued: without its row, a token counts for nothing. Raises KeyWithdrawn."""
        if (issued := self._issued) is None:
            raise RuntimeError("A token was saved before it was written.")
        key = select(OAuthKey.kid).where(OAuthKey.kid == self._keys.signing.kid, not_retired(self.now))
        if self.session.execute(key).first() is None:
            raise KeyWithdrawn
        self.session.execute(
            insert(OAuthToken).values(
                jti=issued.token_id,
                client_id=issued.client_id,
                grant_id=None if self._grant is None else self._grant.id,
                organization_id=issued.organization_id,
                kid=self._keys.signing.kid,
                scopes=sorted(issued.scopes),
                issued_at=issued.issued_at,
                expires_at=issued.expires_at,
            )
        )

    def presented_token(self, text: str) -> Presented | None:
        """This will say what the database knows of a token; None: it is not one of ours, or an access token ended."""
        if self._presented is not None:
            return presented_access(self.session, self._presented, now=self.now)
        return presented_refresh(self.session, text, now=self.now)

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
