"""What the token, introspection and revocation endpoints decide, in the shapes that Authlib calls them by."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, InvalidScopeError, OAuth2Request, TokenMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from auth.proofs import Post
from auth.scopes import Scope, UnknownScope, parse_scopes, scope_text
from auth.standing import Standing
from auth.tokens import AccessToken, Profile, SubjectKind
from models.oauth import OAuthClient

if TYPE_CHECKING:
    from auth.exchange import Exchange


class InvalidTarget(OAuth2Error):
    """The requested resource is not the one that tokens of this server are good for (RFC 8707, section 2)."""

    error = "invalid_target"
    description = "This server issues tokens for its graph alone."


class ProofMissing(OAuth2Error):
    """The tokens of this client are always bound to a key (RFC 9449, section 5.2)."""

    error = "invalid_dpop_proof"
    description = "This client must send a DPoP proof."


class PostRequest(OAuth2Request):
    """A request as Authlib reads it. `uri` is the public address: behind a proxy, the one seen here is not."""

    def __init__(self, post: Post, *, uri: str) -> None:
        super().__init__("POST", uri)
        self.post = post
        self.payload = BasicOAuth2Payload(post.form)

    @property
    def form(self) -> dict[str, str]:
        return self.post.form


@dataclass(frozen=True, slots=True)
class MachineClient(ClientMixin):
    """A client that has proved who it is."""

    client_id: str
    organization_id: UUID
    scopes: frozenset[Scope]
    dpop_bound: bool = False

    @classmethod
    def of(cls, record: OAuthClient) -> "MachineClient":
        known = frozenset(scope for scope in Scope if scope.value in record.scopes)
        return cls(record.client_id, record.organization_id, known, record.dpop_bound)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def grant(self, requested: str | None) -> frozenset[Scope]:
        """This will say which scopes a token gets: those asked for, or all it may. Raises InvalidScopeError."""
        try:
            scopes = self.scopes if requested is None else parse_scopes(requested)
        except UnknownScope as error:
            raise InvalidScopeError from error
        if not scopes or not scopes <= self.scopes:
            raise InvalidScopeError
        return scopes


@dataclass(frozen=True, slots=True)
class PresentedToken(TokenMixin):
    """A token that someone shows to be introspected or revoked: well signed and not ended."""

    token: AccessToken
    standing: Standing | None
    now: datetime

    def check_client(self, client: MachineClient) -> bool:
        return self.token.client_id == client.client_id

    def is_expired(self) -> bool:
        return self.token.expires_at <= self.now

    def is_revoked(self) -> bool:
        return self.standing is None


class ClientCredentials(ClientCredentialsGrant):
    """RFC 6749, section 4.4: a machine acts for itself, and so for its organisation. There is no refresh token."""

    server: "Exchange"

    def validate_token_request(self) -> None:
        super().validate_token_request()
        if self.request.payload.data.get("resource", self.server.profile.audience) != self.server.profile.audience:
            raise InvalidTarget

    def validate_requested_scope(self) -> None:
        self.request.client.grant(self.request.payload.scope)


class Introspection(IntrospectionEndpoint):
    """RFC 7662, for tokens of one's own organisation; any other token is simply not active."""

    server: "Exchange"

    def check_params(self, request: PostRequest, client: MachineClient) -> None:
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> PresentedToken | None:
        return self.server.presented_token()

    def check_permission(self, token: PresentedToken, client: MachineClient, request: PostRequest) -> bool:
        return token.token.organization_id == client.organization_id

    def introspect_token(self, token: PresentedToken) -> dict[str, Any]:
        return _introspected(token, self.server.profile)


class Revocation(RevocationEndpoint):
    """RFC 7009, for a client's own tokens. One that has ended or was never ours needs no revoking."""

    server: "Exchange"

    def check_params(self, request: PostRequest, client: MachineClient) -> None:
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> PresentedToken | None:
        return self.server.presented_token()

    def revoke_token(self, token: PresentedToken, request: PostRequest) -> None:
        self.server.revoke(token.token.token_id)


def _require_token(request: PostRequest) -> None:
    """A hint that is wrong or unknown is no mistake: there is one kind of token to look for (RFC 7009, section 2.1)."""
    if "token" not in request.form:
        raise InvalidRequestError("The parameter token is missing.")


def _introspected(presented: PresentedToken, profile: Profile) -> dict[str, Any]:
    token, standing = presented.token, presented.standing
    return {
        "active": True,
        "token_type": "Bearer",
        "iss": profile.issuer,
        "aud": profile.audience,
        "sub": token.client_id,
        "sub_kind": SubjectKind.CLIENT.value,
        "client_id": token.client_id,
        "organization": str(token.organization_id),
        "scope": scope_text(standing.scopes if standing else ()),
        "jti": str(token.token_id),
        "iat": int(token.issued_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
    }
