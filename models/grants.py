"""What people have let programs do in their name, and the short-lived things by which it is asked for and proved.

Whatever is used once has `used_at` and is consumed by one UPDATE that finds it null.
"""

from datetime import datetime
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, empty_list, one_of, random_id
from models.rules.vocabulary import Word


class DeviceStatus(Word):
    """What became of a code that a device shows (RFC 8628)."""

    PENDING = auto()
    APPROVED = auto()
    DENIED = auto()


class OAuthConsent(Base):
    """The scopes that a person has agreed to for a program, so that it need not ask again."""

    __tablename__ = "oauth_consent"

    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id"), primary_key=True)
    scopes: Mapped[list[str]] = empty_list()
    given_at: Mapped[datetime]


class OAuthGrant(Base):
    """One authorisation: a person, at one organisation, lets one program act. All its tokens are one family.

    Ending the grant ends every token of it; refresh and revocation lock this row.
    """

    __tablename__ = "oauth_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["membership_id", "account_id", "organization_id"],
            ["membership.id", "membership.account_id", "membership.organization_id"],
        ),
        UniqueConstraint("id", "client_id", "organization_id"),
        Index("ix_oauth_grant_account_id", "account_id"),
        Index("ix_oauth_grant_session_id", "session_id"),
        CheckConstraint("octet_length(secret) = 32", name="secret_is_256_bits"),
    )

    id: Mapped[UUID] = random_id()
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id"))
    account_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("browser_session.id"))
    "Where it was given: the `sid`. Without offline_access the grant ends with it; null: a device's."
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_provider.id"))
    "Who vouched for the person, as in that session; suspended, the grant stands no more. Null: they proved it here."
    for_device: Mapped[bool] = mapped_column(server_default=text("false"))
    offline: Mapped[bool] = mapped_column(server_default=text("false"))
    "It outlives the browser's session (offline_access, and every device's)."
    scopes: Mapped[list[str]] = empty_list()
    jkt: Mapped[str | None]
    "Thumbprint of the key that refresh tokens are bound to (RFC 9449); never null for a public client that refreshes."
    auth_time: Mapped[datetime]
    acr: Mapped[str]
    amr: Mapped[list[str]] = empty_list()
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    "With it, and with a refresh token in hand, its one successor can be written again."
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    "When it ends whatever is done with it."
    ended_at: Mapped[datetime | None]


class OAuthCode(Base):
    """An authorization code (RFC 6749, 4.1; RFC 7636)."""

    __tablename__ = "oauth_code"
    __table_args__ = (Index("ix_oauth_code_expires_at", "expires_at"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"))
    redirect_uri: Mapped[str]
    code_challenge: Mapped[str]
    "S256."
    nonce: Mapped[str | None]
    jkt: Mapped[str | None]
    "The key that must redeem it (RFC 9449, section 10)."
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthRefresh(Base):
    """A refresh token of a grant. Used, it has a successor; used again after the window, the whole grant ends."""

    __tablename__ = "oauth_refresh"
    __table_args__ = (
        Index("ix_oauth_refresh_expires_at", "expires_at"),
        Index("ix_oauth_refresh_grant_id", "grant_id"),
    )

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthDevice(Base):
    """A device that waits for a person to type its code elsewhere (RFC 8628)."""

    __tablename__ = "oauth_device"
    __table_args__ = (UniqueConstraint("user_code"), Index("ix_oauth_device_expires_at", "expires_at"))

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    "Of the device code."
    user_code: Mapped[str]
    "As it is compared: letters without vowels, no hyphen."
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id"))
    scopes: Mapped[list[str]] = empty_list()
    jkt: Mapped[str | None]
    "The key that asked for the code, and so must redeem it; null: it showed none."
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    "Who typed the code first: for anyone else there is no such code from then on."
    status: Mapped[DeviceStatus] = one_of(DeviceStatus, server_default=DeviceStatus.PENDING.value)
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"))
    polled_at: Mapped[datetime | None]
    interval_seconds: Mapped[int] = mapped_column(server_default=text("5"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthRequest(Base):
    """An authorization request that was pushed (RFC 9126), or that waits while the person signs in and decides."""

    __tablename__ = "oauth_request"
    __table_args__ = (Index("ix_oauth_request_expires_at", "expires_at"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    "Of the handle: the end of a request_uri, or what the sign-in pages carry along."
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id"))
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
    "Its parameters, checked."
    pushed: Mapped[bool]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthProof(Base):
    """A DPoP proof that was used (RFC 9449, 11.1). Its key makes a second use impossible."""

    __tablename__ = "oauth_proof"
    __table_args__ = (Index("ix_oauth_proof_expires_at", "expires_at"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    "SHA-256 over the key's thumbprint and `jti`."
    expires_at: Mapped[datetime]


class LogoutNotice(Base):
    """What a program has yet to be told: that a session ended (OpenID Connect Back-Channel Logout 1.0)."""

    __tablename__ = "logout_notice"
    __table_args__ = (Index("ix_logout_notice_due_at", "due_at", postgresql_where=text("told_at IS NULL")),)

    id: Mapped[UUID] = random_id()
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("browser_session.id", ondelete="CASCADE"))
    account_id: Mapped[UUID]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
