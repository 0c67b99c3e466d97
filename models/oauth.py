"""Which programs may ask for tokens, the keys that sign tokens, and what was issued.

Of these only the clients are ever seen from the graph, without their secrets; the rest is the role auth's alone.
"""

from datetime import datetime
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, all_of, empty_list, one_of
from models.rules.roles import Role
from models.rules.vocabulary import Word


class ClientStatus(Word):
    """Whether a client may be given tokens, and whether those it has still count."""

    ACTIVE = auto()
    SUSPENDED = auto()


class ClientProof(Word):
    """How a client proves who it is (RFC 7591, `token_endpoint_auth_method`, in capitals)."""

    CLIENT_SECRET_BASIC = auto()
    PRIVATE_KEY_JWT = auto()
    NONE = auto()
    "A public client: whatever it holds, its user holds too. PKCE and DPoP stand in."
    TRUSTED_ISSUER = auto()
    "It never comes to our token endpoint: its tokens are written by an issuer that its organisation vouches by."


class ClientGrant(Word):
    """How a client may come by tokens (RFC 7591, `grant_types`, in capitals)."""

    CLIENT_CREDENTIALS = auto()
    AUTHORIZATION_CODE = auto()
    REFRESH_TOKEN = auto()
    DEVICE_CODE = auto()


class OAuthClient(Base):
    """A program: of one organisation, or the network's own. Its scopes and roles are read at each use of a token.

    An organisation's client acts for that organisation and its members, and nobody else's.
    """

    __tablename__ = "oauth_client"
    __table_args__ = (
        UniqueConstraint("client_id", "organization_id"),
        UniqueConstraint("id"),
        CheckConstraint("client_id ~ '^[A-Za-z0-9._~-]{3,100}$'", name="client_id_is_plain"),
        CheckConstraint(
            "CASE proof WHEN 'CLIENT_SECRET_BASIC' THEN secret_hash IS NOT NULL AND num_nonnulls(jwks, jwks_uri) = 0"
            " WHEN 'PRIVATE_KEY_JWT' THEN secret_hash IS NULL AND num_nonnulls(jwks, jwks_uri) = 1"
            " ELSE num_nonnulls(secret_hash, jwks, jwks_uri) = 0 END",
            name="one_proof",
        ),
        CheckConstraint(
            "(proof = 'TRUSTED_ISSUER') = (provider_id IS NOT NULL AND subject IS NOT NULL)", name="trusted_subject"
        ),
        CheckConstraint(
            "organization_id IS NOT NULL OR NOT grants && ARRAY['CLIENT_CREDENTIALS']", name="a_machine_is_someones"
        ),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_is_sha256"),
        CheckConstraint("octet_length(previous_secret_hash) = 32", name="previous_secret_hash_is_sha256"),
        UniqueConstraint("provider_id", "subject"),
        all_of("roles", Role),
        all_of("grants", ClientGrant),
    )

    client_id: Mapped[str] = mapped_column(primary_key=True)
    "Characters that need no escaping in a form, a header or a URL."
    id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    "What the graph and the audit know it by."
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    "Null: the network's own, such as the dashboard; it serves every member and asks for no consent."
    name: Mapped[str]
    grants: Mapped[list[str]] = empty_list()
    proof: Mapped[ClientProof] = one_of(ClientProof)
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    "SHA-256 of a random secret of 256 bits: there is nothing to guess, so nothing to slow down."
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    "Public keys (RFC 7517, section 5)."
    jwks_uri: Mapped[str | None]
    "Where it publishes them instead, https; `known_keys` is what was read there last."
    known_keys: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    known_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    "When they were last asked for there, by any process and whatever came of it: at most once a minute."
    previous_secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    "The secret before a rotation, good until `previous_secret_until`."
    previous_secret_until: Mapped[datetime | None]
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_provider.id"))
    subject: Mapped[str | None]
    "What that issuer calls it (`sub`)."
    redirect_uris: Mapped[list[str]] = empty_list()
    "Compared as texts; a loopback one without its port (RFC 8252, 7.3)."
    post_logout_redirect_uris: Mapped[list[str]] = empty_list()
    backchannel_logout_uri: Mapped[str | None]
    dpop_bound: Mapped[bool] = mapped_column(server_default=text("false"))
    "Its access tokens are always bound to a key (RFC 9449, 5.2)."
    requires_par: Mapped[bool] = mapped_column(server_default=text("false"))
    scopes: Mapped[list[str]] = empty_list()
    "The most it may ask for, as the network's steward granted; a word that auth.scopes does not know grants nothing."
    wanted_scopes: Mapped[list[str]] = empty_list()
    "What its organisation asks the steward for."
    roles: Mapped[list[str]] = empty_list()
    status: Mapped[ClientStatus] = one_of(ClientStatus, server_default=ClientStatus.ACTIVE.value)
    created_at: Mapped[datetime]


class OAuthKey(Base):
    """A key that signs access tokens: published from its making until `retires_at`, signing from `signs_from` on.

    The key that signs is the one whose `signs_from` passed last, so at most one does.
    """

    __tablename__ = "oauth_key"
    __table_args__ = (
        UniqueConstraint("signs_from"),
        CheckConstraint("signs_from >= created_at", name="published_before_it_signs"),
    )

    kid: Mapped[str] = mapped_column(primary_key=True)
    "The key's thumbprint (RFC 7638)."
    public_jwk: Mapped[dict[str, Any]]
    private_key: Mapped[bytes]
    "The private JWK, as `sealed_by` says."
    sealed_by: Mapped[str | None]
    "The key that wraps the private key; null: it is stored in the clear."
    created_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    retires_at: Mapped[datetime | None]
    "When its last token has ended; null: no successor is known yet."


class OAuthToken(Base):
    """An access token that was issued. A token without its row is worth nothing, even well signed."""

    __tablename__ = "oauth_token"
    __table_args__ = (
        ForeignKeyConstraint(
            ["grant_id", "client_id", "organization_id"],
            ["oauth_grant.id", "oauth_grant.client_id", "oauth_grant.organization_id"],
            ondelete="CASCADE",
        ),
        Index("ix_oauth_token_grant_id", "grant_id"),
        CheckConstraint("expires_at > issued_at", name="ends_after_it_begins"),
        Index("ix_oauth_token_expires_at", "expires_at"),
    )

    jti: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id"))
    grant_id: Mapped[UUID | None]
    "Of a person; null: the client acts for itself, and so for its own organisation."
    organization_id: Mapped[UUID]
    kid: Mapped[str] = mapped_column(ForeignKey("oauth_key.kid"))
    scopes: Mapped[list[str]] = empty_list()
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OAuthAssertion(Base):
    """A client assertion that was used (RFC 7523, section 3, `jti`). Its key makes a second use impossible."""

    __tablename__ = "oauth_assertion"
    __table_args__ = (
        CheckConstraint("octet_length(jti) <= 255", name="jti_is_short"),
        Index("ix_oauth_assertion_expires_at", "expires_at"),
    )

    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id"), primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    "When the assertion ends by itself and the row may be forgotten."
