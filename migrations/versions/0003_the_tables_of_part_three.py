"""the tables of part three."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECKS = {
    "clientproof": "proof IN ('CLIENT_SECRET_BASIC', 'PRIVATE_KEY_JWT', 'NONE', 'TRUSTED_ISSUER')",
    "one_proof": (
        "CASE proof WHEN 'CLIENT_SECRET_BASIC' THEN secret_hash IS NOT NULL AND num_nonnulls(jwks, jwks_uri) = 0"
        " WHEN 'PRIVATE_KEY_JWT' THEN secret_hash IS NULL AND num_nonnulls(jwks, jwks_uri) = 1"
        " ELSE num_nonnulls(secret_hash, jwks, jwks_uri) = 0 END"
    ),
    "trusted_subject": "(proof = 'TRUSTED_ISSUER') = (provider_id IS NOT NULL AND subject IS NOT NULL)",
    "a_machine_is_someones": "organization_id IS NOT NULL OR NOT grants && ARRAY['CLIENT_CREDENTIALS']",
    "previous_secret_hash_is_sha256": "octet_length(previous_secret_hash) = 32",
    "grants_known": (
        "grants <@ ARRAY['CLIENT_CREDENTIALS', 'AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'DEVICE_CODE']::text[]"
    ),
}
BEFORE = {
    "clientproof": "proof IN ('CLIENT_SECRET_BASIC', 'PRIVATE_KEY_JWT')",
    "one_proof": (
        "CASE proof WHEN 'CLIENT_SECRET_BASIC' THEN secret_hash IS NOT NULL AND jwks IS NULL"
        " WHEN 'PRIVATE_KEY_JWT' THEN secret_hash IS NULL AND jwks IS NOT NULL END"
    ),
}


def upgrade() -> None:
    op.create_table(
        "oauth_proof",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_proof")),
    )
    op.create_index("ix_oauth_proof_expires_at", "oauth_proof", ["expires_at"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Double(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("proved_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_sign_in_failure")),
    )
    op.create_index("ix_sign_in_failure_at", "sign_in_failure", ["at"], unique=False)
    op.create_table(
        "ceremony",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_ceremony_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_ceremony")),
    )
    op.create_index("ix_ceremony_expires_at", "ceremony", ["expires_at"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_passkey")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "password",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_password_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_password")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_recovery_code_hash_is_sha256")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)
    op.create_table(
        "sign_in_name",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("name = lower(name) AND length(name) BETWEEN 3 AND 254", name=op.f("ck_sign_in_name_plain")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_name_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_in_name")),
    )
    op.create_index(op.f("ix_sign_in_name_account_id"), "sign_in_name", ["account_id"], unique=False)
    op.create_table(
        "totp",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_by", sa.Text(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_totp_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_totp")),
    )
    op.create_table(
        "identity_provider",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_by", sa.Text(), nullable=True),
        sa.Column("people", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("machines", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("known", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("known_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("suspended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_identity_provider_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_provider")),
        sa.UniqueConstraint("issuer", name=op.f("uq_identity_provider_issuer")),
    )
    op.create_index("ix_identity_provider_organization_id", "identity_provider", ["organization_id"], unique=False)
    op.create_table(
        "browser_session",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("auth_time", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("acr", sa.Text(), nullable=False),
        sa.Column("amr", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_browser_session_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["identity_provider.id"], name=op.f("fk_browser_session_provider_id_identity_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_browser_session_token_hash")),
    )
    op.create_index("ix_browser_session_account_id", "browser_session", ["account_id"], unique=False)
    op.create_index("ix_browser_session_expires_at", "browser_session", ["expires_at"], unique=False)
    op.create_table(
        "external_identity",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_external_identity_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["identity_provider.id"], name=op.f("fk_external_identity_provider_id_identity_provider")
        ),
        sa.PrimaryKeyConstraint("provider_id", "subject", name=op.f("pk_external_identity")),
    )
    op.create_index(op.f("ix_external_identity_account_id"), "external_identity", ["account_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("accepted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "roles <@ ARRAY['REGISTRATION_OFFICER', 'INTAKE', 'CASE_WORKER', 'SUPERVISOR', 'COUNSELLOR', 'FOCAL_POINT', 'HOTLINE_OPERATOR', 'COORDINATOR', 'ENUMERATOR', 'TRAINER', 'ANALYST', 'DIRECTORY_EDITOR', 'NETWORK_STEWARD', 'DATA_PROTECTION_OFFICER', 'ADMINISTRATOR']::text[]",
            name=op.f("ck_invitation_roles_known"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_invitation_accepted_by_someone")
        ),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_invitation_token_hash_is_sha256")),
        sa.ForeignKeyConstraint(["accepted_by"], ["account.id"], name=op.f("fk_invitation_accepted_by_account")),
        sa.ForeignKeyConstraint(["invited_by"], ["account.id"], name=op.f("fk_invitation_invited_by_account")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_invitation_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["identity_provider.id"], name=op.f("fk_invitation_provider_id_identity_provider")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["location.id"], name=op.f("fk_invitation_site_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index("ix_invitation_organization_id", "invitation", ["organization_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "ACTIVE",
                "SUSPENDED",
                "LEFT",
                name="membershipstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="ACTIVE",
            nullable=False,
        ),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("left_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'LEFT') = (left_at IS NOT NULL)", name=op.f("ck_membership_left_when")),
        sa.CheckConstraint(
            "roles <@ ARRAY['REGISTRATION_OFFICER', 'INTAKE', 'CASE_WORKER', 'SUPERVISOR', 'COUNSELLOR', 'FOCAL_POINT', 'HOTLINE_OPERATOR', 'COORDINATOR', 'ENUMERATOR', 'TRAINER', 'ANALYST', 'DIRECTORY_EDITOR', 'NETWORK_STEWARD', 'DATA_PROTECTION_OFFICER', 'ADMINISTRATOR']::text[]",
            name=op.f("ck_membership_roles_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_membership_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["location.id"], name=op.f("fk_membership_site_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "id", "account_id", "organization_id", name=op.f("uq_membership_id_account_id_organization_id")
        ),
    )
    op.create_index(
        "ix_membership_once",
        "membership",
        ["account_id", "organization_id", "site_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status <> 'LEFT'"),
    )
    op.create_index("ix_membership_organization_id", "membership", ["organization_id"], unique=False)
    op.create_table(
        "logout_notice",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("told_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("given_up_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_client.client_id"], name=op.f("fk_logout_notice_client_id_oauth_client")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["browser_session.id"],
            name=op.f("fk_logout_notice_session_id_browser_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logout_notice")),
    )
    op.create_index(
        "ix_logout_notice_due_at",
        "logout_notice",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "oauth_consent",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("given_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_client.client_id"], name=op.f("fk_oauth_consent_client_id_oauth_client")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_oauth_consent_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("membership_id", "client_id", name=op.f("pk_oauth_consent")),
    )
    op.create_table(
        "oauth_grant",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("for_device", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("offline", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("jkt", sa.Text(), nullable=True),
        sa.Column("auth_time", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("acr", sa.Text(), nullable=False),
        sa.Column("amr", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(secret) = 32", name=op.f("ck_oauth_grant_secret_is_256_bits")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_client.client_id"], name=op.f("fk_oauth_grant_client_id_oauth_client")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id", "account_id", "organization_id"],
            ["membership.id", "membership.account_id", "membership.organization_id"],
            name=op.f("fk_oauth_grant_membership_id_account_id_organization_id_membership"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["identity_provider.id"], name=op.f("fk_oauth_grant_provider_id_identity_provider")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["browser_session.id"], name=op.f("fk_oauth_grant_session_id_browser_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_grant")),
        sa.UniqueConstraint(
            "id", "client_id", "organization_id", name=op.f("uq_oauth_grant_id_client_id_organization_id")
        ),
    )
    op.create_index("ix_oauth_grant_account_id", "oauth_grant", ["account_id"], unique=False)
    op.create_index("ix_oauth_grant_session_id", "oauth_grant", ["session_id"], unique=False)
    op.create_table(
        "oauth_request",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pushed", sa.Boolean(), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_client.client_id"], name=op.f("fk_oauth_request_client_id_oauth_client")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_request")),
    )
    op.create_index("ix_oauth_request_expires_at", "oauth_request", ["expires_at"], unique=False)
    op.create_table(
        "oauth_code",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("jkt", sa.Text(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["oauth_grant.id"], name=op.f("fk_oauth_code_grant_id_oauth_grant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_code")),
    )
    op.create_index("ix_oauth_code_expires_at", "oauth_code", ["expires_at"], unique=False)
    op.create_table(
        "oauth_device",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_code", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("jkt", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "PENDING",
                "APPROVED",
                "DENIED",
                name="devicestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="PENDING",
            nullable=False,
        ),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("polled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("interval_seconds", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_oauth_device_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_client.client_id"], name=op.f("fk_oauth_device_client_id_oauth_client")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["oauth_grant.id"], name=op.f("fk_oauth_device_grant_id_oauth_grant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_device")),
        sa.UniqueConstraint("user_code", name=op.f("uq_oauth_device_user_code")),
    )
    op.create_index("ix_oauth_device_expires_at", "oauth_device", ["expires_at"], unique=False)
    op.create_table(
        "oauth_refresh",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["oauth_grant.id"], name=op.f("fk_oauth_refresh_grant_id_oauth_grant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oauth_refresh")),
    )
    op.create_index("ix_oauth_refresh_expires_at", "oauth_refresh", ["expires_at"], unique=False)
    op.create_index("ix_oauth_refresh_grant_id", "oauth_refresh", ["grant_id"], unique=False)
    op.add_column("account", sa.Column("language", sa.Text(), nullable=True))
    op.add_column(
        "account",
        sa.Column(
            "status",
            sa.Enum("ACTIVE", "SUSPENDED", name="accountstatus", native_enum=False, create_constraint=True, length=40),
            server_default="ACTIVE",
            nullable=False,
        ),
    )
    op.add_column(
        "account",
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column(
        "oauth_client", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.add_column(
        "oauth_client", sa.Column("grants", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("oauth_client", sa.Column("jwks_uri", sa.Text(), nullable=True))
    op.add_column(
        "oauth_client",
        sa.Column("known_keys", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("oauth_client", sa.Column("known_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("oauth_client", sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("oauth_client", sa.Column("previous_secret_hash", sa.LargeBinary(), nullable=True))
    op.add_column(
        "oauth_client", sa.Column("previous_secret_until", postgresql.TIMESTAMP(timezone=True), nullable=True)
    )
    op.add_column("oauth_client", sa.Column("provider_id", sa.Uuid(), nullable=True))
    op.add_column("oauth_client", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column(
        "oauth_client",
        sa.Column("redirect_uris", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "oauth_client",
        sa.Column(
            "post_logout_redirect_uris", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("oauth_client", sa.Column("backchannel_logout_uri", sa.Text(), nullable=True))
    op.add_column(
        "oauth_client", sa.Column("dpop_bound", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "oauth_client", sa.Column("requires_par", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "oauth_client",
        sa.Column("wanted_scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.alter_column("oauth_client", "organization_id", existing_type=sa.UUID(), nullable=True)
    op.create_unique_constraint(op.f("uq_oauth_client_id"), "oauth_client", ["id"])
    op.create_unique_constraint(op.f("uq_oauth_client_provider_id_subject"), "oauth_client", ["provider_id", "subject"])
    op.create_foreign_key(
        op.f("fk_oauth_client_provider_id_identity_provider"),
        "oauth_client",
        "identity_provider",
        ["provider_id"],
        ["id"],
    )
    op.add_column("oauth_token", sa.Column("grant_id", sa.Uuid(), nullable=True))
    op.create_index("ix_oauth_token_grant_id", "oauth_token", ["grant_id"], unique=False)
    op.drop_constraint(op.f("fk_oauth_token_client_id_organization_id_oauth_client"), "oauth_token", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_oauth_token_grant_id_client_id_organization_id_oauth_grant"),
        "oauth_token",
        "oauth_grant",
        ["grant_id", "client_id", "organization_id"],
        ["id", "client_id", "organization_id"],
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        op.f("fk_oauth_token_client_id_oauth_client"), "oauth_token", "oauth_client", ["client_id"], ["client_id"]
    )
    # What Alembic does not see: checks that grew, and what the clients of before are granted.
    for name in ("clientproof", "one_proof"):
        op.drop_constraint(op.f(f"ck_oauth_client_{name}"), "oauth_client", type_="check")
    op.execute("UPDATE oauth_client SET grants = ARRAY['CLIENT_CREDENTIALS']")
    op.execute("UPDATE oauth_client SET scopes = scopes || ARRAY['graph:documents', 'graph:introspection']")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_oauth_client_{name}"), "oauth_client", condition)


def downgrade() -> None:
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_oauth_client_{name}"), "oauth_client", type_="check")
    for table in ("oauth_token", "oauth_assertion"):
        op.execute(f"DELETE FROM {table}")
    op.execute(
        "DELETE FROM oauth_client WHERE organization_id IS NULL OR proof NOT IN ('CLIENT_SECRET_BASIC', 'PRIVATE_KEY_JWT') OR jwks_uri IS NOT NULL"
    )
    op.execute(
        "UPDATE oauth_client SET scopes = array_remove(array_remove(scopes, 'graph:documents'), 'graph:introspection')"
    )
    for name, condition in BEFORE.items():
        op.create_check_constraint(op.f(f"ck_oauth_client_{name}"), "oauth_client", condition)
    op.drop_constraint(op.f("fk_oauth_token_client_id_oauth_client"), "oauth_token", type_="foreignkey")
    op.drop_constraint(
        op.f("fk_oauth_token_grant_id_client_id_organization_id_oauth_grant"), "oauth_token", type_="foreignkey"
    )
    op.create_foreign_key(
        op.f("fk_oauth_token_client_id_organization_id_oauth_client"),
        "oauth_token",
        "oauth_client",
        ["client_id", "organization_id"],
        ["client_id", "organization_id"],
    )
    op.drop_index("ix_oauth_token_grant_id", table_name="oauth_token")
    op.drop_column("oauth_token", "grant_id")
    op.drop_constraint(op.f("fk_oauth_client_provider_id_identity_provider"), "oauth_client", type_="foreignkey")
    op.drop_constraint(op.f("uq_oauth_client_provider_id_subject"), "oauth_client", type_="unique")
    op.drop_constraint(op.f("uq_oauth_client_id"), "oauth_client", type_="unique")
    op.alter_column("oauth_client", "organization_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("oauth_client", "wanted_scopes")
    op.drop_column("oauth_client", "requires_par")
    op.drop_column("oauth_client", "dpop_bound")
    op.drop_column("oauth_client", "backchannel_logout_uri")
    op.drop_column("oauth_client", "post_logout_redirect_uris")
    op.drop_column("oauth_client", "redirect_uris")
    op.drop_column("oauth_client", "subject")
    op.drop_column("oauth_client", "provider_id")
    op.drop_column("oauth_client", "previous_secret_until")
    op.drop_column("oauth_client", "previous_secret_hash")
    op.drop_column("oauth_client", "asked_at")
    op.drop_column("oauth_client", "known_at")
    op.drop_column("oauth_client", "known_keys")
    op.drop_column("oauth_client", "jwks_uri")
    op.drop_column("oauth_client", "grants")
    op.drop_column("oauth_client", "id")
    op.drop_column("account", "created_at")
    op.drop_column("account", "status")
    op.drop_column("account", "language")
    op.drop_index("ix_oauth_refresh_grant_id", table_name="oauth_refresh")
    op.drop_index("ix_oauth_refresh_expires_at", table_name="oauth_refresh")
    op.drop_table("oauth_refresh")
    op.drop_index("ix_oauth_device_expires_at", table_name="oauth_device")
    op.drop_table("oauth_device")
    op.drop_index("ix_oauth_code_expires_at", table_name="oauth_code")
    op.drop_table("oauth_code")
    op.drop_index("ix_oauth_request_expires_at", table_name="oauth_request")
    op.drop_table("oauth_request")
    op.drop_index("ix_oauth_grant_session_id", table_name="oauth_grant")
    op.drop_index("ix_oauth_grant_account_id", table_name="oauth_grant")
    op.drop_table("oauth_grant")
    op.drop_table("oauth_consent")
    op.drop_index("ix_logout_notice_due_at", table_name="logout_notice", postgresql_where=sa.text("told_at IS NULL"))
    op.drop_table("logout_notice")
    op.drop_index("ix_membership_organization_id", table_name="membership")
    op.drop_index(
        "ix_membership_once",
        table_name="membership",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status <> 'LEFT'"),
    )
    op.drop_table("membership")
    op.drop_index("ix_invitation_organization_id", table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_external_identity_account_id"), table_name="external_identity")
    op.drop_table("external_identity")
    op.drop_index("ix_browser_session_expires_at", table_name="browser_session")
    op.drop_index("ix_browser_session_account_id", table_name="browser_session")
    op.drop_table("browser_session")
    op.drop_index("ix_identity_provider_organization_id", table_name="identity_provider")
    op.drop_table("identity_provider")
    op.drop_table("totp")
    op.drop_index(op.f("ix_sign_in_name_account_id"), table_name="sign_in_name")
    op.drop_table("sign_in_name")
    op.drop_index(op.f("ix_recovery_code_account_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("password")
    op.drop_index(op.f("ix_passkey_account_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_index("ix_ceremony_expires_at", table_name="ceremony")
    op.drop_table("ceremony")
    op.drop_index("ix_sign_in_failure_at", table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_index("ix_oauth_proof_expires_at", table_name="oauth_proof")
    op.drop_table("oauth_proof")
