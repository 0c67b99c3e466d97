"""What the token, introspection and revocation endpoints decide, in the shapes that Authlib calls them by.

The grants that people give have modules of their own: codes, refreshing, devices.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, InvalidScopeError, OAuth2Request
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from auth.presented import Presented
from auth.proofs import Post
from auth.scopes import OF_DEVICES, OF_PEOPLE, Scope, UnknownScope, parse_scopes
from auth.standing import known_scopes
from models.grants import OAuthGrant
from models.oauth import ClientGrant, ClientProof, OAuthClient

if TYPE_CHECKING:
    from auth.exchange import Exchange


GRANT_TYPES = {
    "client_credentials": ClientGrant.CLIENT_CREDENTIALS,
    "authorization_code": ClientGrant.AUTHORIZATION_CODE,
    "refresh_token": ClientGrant.REFRESH_TOKEN,
    "urn:ietf:params:oauth:grant-type:device_code": ClientGrant.DEVICE_CODE,
}
"The words on the wire (RFC 6749; RFC 8628, section 3.4)."


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
class ProvenClient(ClientMixin):
    """A client that has proved who it is, or that cannot, being public."""

    client_id: str
    organization_id: UUID | None
    "None: the network's own."
    scopes: frozenset[Scope]
    grants: frozenset[str]
    public: bool
    dpop_bound: bool = False

    @classmethod
    def of(cls, record: OAuthClient) -> "ProvenClient":
        return cls(
            record.client_id,
            record.organization_id,
            known_scopes(record.scopes),
            frozenset(record.grants),
            public=record.proof is ClientProof.NONE,
            dpop_bound=record.dpop_bound,
        )

    def check_grant_type(self, grant_type: str) -> bool:
        return GRANT_TYPES.get(grant_type) in self.grants

    def may_refresh(self, jkt: str | None) -> bool:
        """Whether it gets refresh tokens: a public client only such as are bound to its key (RFC 9700, 2.2.2)."""
        return ClientGrant.REFRESH_TOKEN in self.grants and (not self.public or jkt is not None)

    def device_scopes(self, requested: str | None) -> frozenset[Scope]:
        """This will say what a device asks a person for: of trainings alone, or all of it. Raises InvalidScopeError."""
        return _some(_asked(requested, self.scopes & OF_DEVICES))

    def own_scopes(self, requested: str | None) -> frozenset[Scope]:
        """This will say what it may do for itself: what it asks for, or all it may. Raises InvalidScopeError."""
        return _some(_asked(requested, self.scopes) - OF_PEOPLE)

    def scopes_of(self, grant: OAuthGrant, requested: str | None) -> frozenset[Scope]:
        """This will say what it may do for a person: what it asks for of what they granted, or all of that.

        What the client has lost since is left out. Raises InvalidScopeError.
        """
        return _some(_asked(requested, known_scopes(grant.scopes)) & self.scopes)


class ClientCredentials(ClientCredentialsGrant):
    """RFC 6749, section 4.4: a machine acts for itself, and so for its organisation. There is no refresh token."""

    server: "Exchange"

    def validate_requested_scope(self) -> None:
        self.request.client.own_scopes(self.request.payload.scope)


class Introspection(IntrospectionEndpoint):
    """RFC 7662, for tokens of one's own organisation; any other token is simply not active."""

    server: "Exchange"

    def check_params(self, request: PostRequest, client: ProvenClient) -> None:
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Presented | None:
        return self.server.presented_token(token_string)

    def check_permission(self, token: Presented, client: ProvenClient, request: PostRequest) -> bool:
        return token.may_be_read_by(client)

    def introspect_token(self, token: Presented) -> dict[str, Any]:
        return {"active": True} | token.described(self.server.profile)


class Revocation(RevocationEndpoint):
    """RFC 7009, for a client's own tokens. One that has ended or was never ours needs no revoking."""

    server: "Exchange"

    def check_params(self, request: PostRequest, client: ProvenClient) -> None:
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Presented | None:
        return self.server.presented_token(token_string)

    def revoke_token(self, token: Presented, request: PostRequest) -> None:
        token.revoke(self.server.session, now=self.server.now)


def _require_token(request: PostRequest) -> None:
    """A hint that is wrong or unknown is no mistake: what a token is shows in the token (RFC 7009, section 2.1)."""
    if "token" not in request.form:
        raise InvalidRequestError("The parameter token is missing.")


def _asked(requested: str | None, most: frozenset[Scope]) -> frozenset[Scope]:
    try:
        scopes = most if requested is None else parse_scopes(requested)
    except UnknownScope as error:
        raise InvalidScopeError from error
    if not scopes <= most:
        raise InvalidScopeError
    return scopes


def _some(scopes: frozenset[Scope]) -> frozenset[Scope]:
    if not scopes:
        raise InvalidScopeError
    return scopes
