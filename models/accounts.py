"""People who sign in: where each is a member and as what, how they prove who they are, and where they are signed in.

Only account, membership and invitation are ever seen from the graph; the rest is the authorization server's alone.
"""

from datetime import datetime
from enum import auto
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, all_of, empty_list, one_of, random_id
from models.rules.roles import Role
from models.rules.vocabulary import Word


class AccountStatus(Word):
    """Whether a person may sign in anywhere at all."""

    ACTIVE = auto()
    SUSPENDED = auto()


class MembershipStatus(Word):
    """Whether a person may act for the organisation. LEFT is for good: coming back takes another invitation."""

    ACTIVE = auto()
    SUSPENDED = auto()
    LEFT = auto()


class Account(Base):
    """A person who signs in, as others see them. What they prove it with stands in tables of its own."""

    __tablename__ = "account"

    id: Mapped[UUID] = random_id()
    display_name: Mapped[str]
    language: Mapped[str | None]
    "BCP 47; null: as their browser asks."
    status: Mapped[AccountStatus] = one_of(AccountStatus, server_default=AccountStatus.ACTIVE.value)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Membership(Base):
    """A person at an organisation, at one of its sites or at all, and as what. A grant to a program is of one."""

    __tablename__ = "membership"
    __table_args__ = (
        all_of("roles", Role),
        CheckConstraint("(status = 'LEFT') = (left_at IS NOT NULL)", name="left_when"),
        Index(
            "ix_membership_once",
            "account_id",
            "organization_id",
            "site_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("status <> 'LEFT'"),
        ),
        Index("ix_membership_organization_id", "organization_id"),
        UniqueConstraint("id", "account_id", "organization_id"),
    )

    id: Mapped[UUID] = random_id()
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    "Where the roles hold; null: wherever the organisation works."
    roles: Mapped[list[str]] = empty_list()
    status: Mapped[MembershipStatus] = one_of(MembershipStatus, server_default=MembershipStatus.ACTIVE.value)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    left_at: Mapped[datetime | None]


class Invitation(Base):
    """What an administrator hands a person, by a way that both trust, to become a member. It is good for one person."""

    __tablename__ = "invitation"
    __table_args__ = (
        all_of("roles", Role),
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash_is_sha256"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_someone"),
        UniqueConstraint("token_hash"),
        Index("ix_invitation_organization_id", "organization_id"),
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    "SHA-256 of the 256 random bits in the link, which is shown once."
    name: Mapped[str]
    "Whom it is for, in the inviter's words."
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    roles: Mapped[list[str]] = empty_list()
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_provider.id"))
    "Set: the person must sign in there to accept, and is known from then on by what it calls them."
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    "Null: a program or a command did."
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None]


class SignInName(Base):
    """What a person types to say who they are, in small letters (NFKC). It ends in digits of ours, so none is taken."""

    __tablename__ = "sign_in_name"
    __table_args__ = (CheckConstraint("name = lower(name) AND length(name) BETWEEN 3 AND 254", name="plain"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)


class Passkey(Base):
    """A public key that a person's device or key keeps the private half of (WebAuthn Level 3)."""

    __tablename__ = "passkey"

    credential_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    "COSE."
    sign_count: Mapped[int] = mapped_column(BigInteger)
    "Up to 2^32 - 1; 0 for good: its device does not count."
    transports: Mapped[list[str]] = empty_list()
    backed_up: Mapped[bool]
    "It is copied to the person's other devices, so losing one does not lose it."
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Password(Base):
    """What is kept of a password: never enough alone, the code of a Totp goes with it."""

    __tablename__ = "password"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str]
    "argon2id, in its own encoding with parameters and salt."
    changed_at: Mapped[datetime]


class Totp(Base):
    """The secret that a person's app makes codes from (RFC 6238). A step counts once: it must pass `last_step`."""

    __tablename__ = "totp"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    "20 bytes, sealed as `sealed_by` says."
    sealed_by: Mapped[str | None]
    last_step: Mapped[int]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code for the day that phone and passkey are gone; each counts once."""

    __tablename__ = "recovery_code"
    __table_args__ = (CheckConstraint("octet_length(hash) = 32", name="hash_is_sha256"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    "SHA-256 over the account and 80 random bits."
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """How often a name was tried in vain of late, from one address or from all, whether or not it is anyone's."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_at", "at"),)

    name_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    "Over the name as typed, and the address: what people type by mistake is sometimes a password."
    count: Mapped[float]
    at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    "When the name was last proved from that address: there, what strangers guess elsewhere does not count."


class Ceremony(Base):
    """A step of signing in that waits: a passkey's challenge, a code after a password, a provider's answer."""

    __tablename__ = "ceremony"
    __table_args__ = (Index("ix_ceremony_expires_at", "expires_at"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    "SHA-256 of the handle that the browser holds."
    kind: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    said: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    "What the next step must agree with: challenge, state, nonce."
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class BrowserSession(Base):
    """A browser in which a person is signed in; they see it in a list and may end it from anywhere."""

    __tablename__ = "browser_session"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_browser_session_account_id", "account_id"),
        Index("ix_browser_session_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = random_id()
    "The `sid` of tokens (OpenID Connect Back-Channel Logout 1.0, 2.1)."
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    "SHA-256 of the cookie's 256 random bits."
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_provider.id"))
    "Who vouched for the person; null: they proved it here. Such a session acts for the provider's organisation alone."
    auth_time: Mapped[datetime]
    "When the person last proved who they are."
    acr: Mapped[str]
    amr: Mapped[list[str]] = empty_list()
    device: Mapped[str]
    'In words: "Firefox, Android". Never the whole User-Agent.'
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class IdentityProvider(Base):
    """An OpenID Connect issuer that an organisation vouches by. The organisation is this row's, never a claim's."""

    __tablename__ = "identity_provider"
    __table_args__ = (UniqueConstraint("issuer"), Index("ix_identity_provider_organization_id", "organization_id"))

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    issuer: Mapped[str]
    "Exactly as its tokens say it."
    name: Mapped[str]
    client_id: Mapped[str]
    "What Konbit is called there."
    client_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    "Sealed as `sealed_by` says; null: Konbit signs assertions with its own keys (private_key_jwt)."
    sealed_by: Mapped[str | None]
    people: Mapped[bool] = mapped_column(server_default=text("true"))
    "Its people may sign in here."
    machines: Mapped[bool] = mapped_column(server_default=text("false"))
    "Its access tokens for our graph count, of the subjects that clients of ours are bound to."
    known: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    "Its metadata and keys as last read: an hour without it locks nobody out."
    known_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    "When it was last asked for them, by any process and whatever came of it: at most once a minute."
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ExternalIdentity(Base):
    """What a provider calls a person (OpenID Connect Core 2, `sub`), bound by an invitation, never by e-mail."""

    __tablename__ = "external_identity"

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_provider.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
