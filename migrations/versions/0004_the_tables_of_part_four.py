"""the tables of part four."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RECORDS = ("ORGANIZATION", "LOCATION", "SERVICE", "SERVICE_AT_LOCATION")
# Words that grew on tables that stood before: (table, constraint, column, words before, words added).
GROWN = (
    ("partner", "partnerkind", "kind", ("HSDS", "CSV"), ("FHIR", "GRAPHQL", "OPENCRVS", "PUSH")),
    ("source_record", "recordkind", "kind", RECORDS, ("AFFILIATION", "ENDPOINT")),
    ("source_link", "recordkind", "kind", RECORDS, ("AFFILIATION", "ENDPOINT")),
    ("sync_run", "syncoutcome", "outcome", ("RUNNING", "COMPLETE", "PARTIAL", "HELD", "FAILED"), ("TRIED", "WAITING")),
)


# CHECKs that are new on tables that stood before: (table, name, condition).
ADDED = (
    ("partner", "poll", "poll_seconds BETWEEN 5 AND 31622400"),
    ("partner", "credential", "num_nonnulls(credential_kind, credential) IN (0, 2)"),
)


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    op.create_table(
        "directory_feed",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("last_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_directory_feed_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_feed")),
    )
    op.create_table(
        "directory_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ORGANIZATION",
                "LOCATION",
                "SERVICE",
                name="directorykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_note")),
    )
    op.create_table(
        "directory_version",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ORGANIZATION",
                "LOCATION",
                "SERVICE",
                name="directorykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "operation",
            sa.Enum(
                "CREATED",
                "UPDATED",
                "REMOVED",
                "MERGED",
                name="versionoperation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("parts", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(document IS NULL) = (operation IN ('REMOVED', 'MERGED'))", name=op.f("ck_directory_version_tombstone")
        ),
        sa.CheckConstraint(
            "(merged_into_id IS NOT NULL) = (operation = 'MERGED')", name=op.f("ck_directory_version_merged")
        ),
        sa.CheckConstraint("visibility <> 'REDACTED'", name=op.f("ck_directory_version_never_redacted")),
        sa.PrimaryKeyConstraint("record_id", "version", name=op.f("pk_directory_version")),
    )
    op.create_index(
        "ix_directory_version_at", "directory_version", ["kind", "at", "record_id", "version"], unique=False
    )
    op.create_index(
        "ix_directory_version_current",
        "directory_version",
        ["kind", "record_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_index("ix_directory_version_parts", "directory_version", ["parts"], unique=False, postgresql_using="gin")
    op.create_index("ix_directory_version_position", "directory_version", ["position"], unique=True)
    op.create_table(
        "duplicate",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ORGANIZATION",
                "LOCATION",
                "SERVICE",
                name="directorykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "MERGED",
                "DISTINCT",
                name="duplicatestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="OPEN",
            nullable=False,
        ),
        sa.Column("found_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_in_order")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_duplicate_score")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_duplicate_first_id_second_id")),
    )
    op.create_index(
        "ix_duplicate_open", "duplicate", ["score", "id"], unique=False, postgresql_where=sa.text("state = 'OPEN'")
    )
    op.create_table(
        "merge",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ORGANIZATION",
                "LOCATION",
                "SERVICE",
                name="directorykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("undone_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_merge_two")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index(
        "ix_merge_standing", "merge", ["merged_id"], unique=True, postgresql_where=sa.text("undone_at IS NULL")
    )
    op.create_table(
        "term_mapping",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "equivalence",
            sa.Enum(
                "EQUIVALENT",
                "WIDER",
                "NARROWER",
                "RELATED",
                name="mapping",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="EQUIVALENT",
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_term_mapping_term_id_term"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_mapping")),
        sa.UniqueConstraint("term_id", "scheme", "code", name=op.f("uq_term_mapping_term_id_scheme_code")),
    )
    op.create_table(
        "organization_identifier",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_identifier_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_identifier")),
        sa.UniqueConstraint(
            "organization_id", "scheme", "value", name=op.f("uq_organization_identifier_organization_id_scheme_value")
        ),
    )
    op.create_table(
        "unmapped",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NETWORK",
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_unmapped_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("record_id", "standard", name=op.f("pk_unmapped")),
    )
    op.create_table(
        "accessibility",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("descriptions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NETWORK",
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_accessibility_location_id_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_accessibility_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility")),
    )
    op.create_index(op.f("ix_accessibility_location_id"), "accessibility", ["location_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ORGANIZATION",
                "LOCATION",
                "SERVICE",
                name="directorykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("overrides", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verified_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NETWORK",
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "NOT overrides OR (partner_id IS NULL AND made_by IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_claim_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_claim_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_claim_partner_id_partner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint(
            "record_id",
            "partner_id",
            "overrides",
            name=op.f("uq_claim_record_id_partner_id_overrides"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_claim_partner_id"), "claim", ["partner_id"], unique=False)
    op.create_table(
        "cost_option",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NETWORK",
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_cost_option_priced")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_cost_option_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_cost_option_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_option")),
    )
    op.create_index(op.f("ix_cost_option_service_id"), "cost_option", ["service_id"], unique=False)
    op.create_table(
        "partner_import",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "RUNNING",
                "DONE",
                "FAILED",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="WAITING",
            nullable=False,
        ),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_partner_import_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_import_partner_id_partner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_import")),
    )
    op.create_index(op.f("ix_partner_import_organization_id"), "partner_import", ["organization_id"], unique=False)
    op.create_index(op.f("ix_partner_import_partner_id"), "partner_import", ["partner_id"], unique=False)
    op.create_index(
        "ix_partner_import_waiting",
        "partner_import",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'WAITING'"),
    )
    op.create_table(
        "required_document",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("documents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NETWORK",
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_required_document_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_required_document_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_required_document")),
    )
    op.create_index(op.f("ix_required_document_service_id"), "required_document", ["service_id"], unique=False)
    op.create_table(
        "service_area",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("pcode", sa.Text(), nullable=True),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NETWORK",
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("num_nonnulls(pcode, names) >= 1", name=op.f("ck_service_area_told")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_service_area_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["pcode"], ["area.pcode"], name=op.f("fk_service_area_pcode_area")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_area_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_area")),
    )
    op.create_index(op.f("ix_service_area_service_id"), "service_area", ["service_id"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("suggested_by", sa.Uuid(), nullable=True),
        sa.Column(
            "origin",
            sa.Enum(
                "MEMBER", "VERIFICATION", name="suggestionorigin", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "ACCEPTED",
                "DECLINED",
                name="suggestionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="OPEN",
            nullable=False,
        ),
        sa.Column("suggested_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'OPEN') = (decided_at IS NULL)", name=op.f("ck_suggestion_decided")),
        sa.CheckConstraint("(suggested_by IS NULL) = (origin = 'VERIFICATION')", name=op.f("ck_suggestion_told_by")),
        sa.ForeignKeyConstraint(
            ["service_id", "organization_id"],
            ["service.id", "service.organization_id"],
            name=op.f("fk_suggestion_service_id_organization_id_service"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["suggested_by"], ["organization.id"], name=op.f("fk_suggestion_suggested_by_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index(op.f("ix_suggestion_organization_id"), "suggestion", ["organization_id"], unique=False)
    op.create_index("ix_suggestion_service_id", "suggestion", ["service_id"], unique=False)
    op.create_index(op.f("ix_suggestion_suggested_by"), "suggestion", ["suggested_by"], unique=False)
    op.create_table(
        "verification_request",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="fr", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reminded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "RIGHT",
                "CHANGED",
                "CLOSED",
                name="verificationanswer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_verification_request_answered")),
        sa.ForeignKeyConstraint(
            ["service_id", "organization_id"],
            ["service.id", "service.organization_id"],
            name=op.f("fk_verification_request_service_id_organization_id_service"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_request")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_verification_request_token_hash")),
    )
    op.create_index(
        "ix_verification_request_due",
        "verification_request",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_verification_request_open",
        "verification_request",
        ["service_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_verification_request_organization_id"), "verification_request", ["organization_id"], unique=False
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("answers_for_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("service_at_location_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC",
                "NETWORK",
                "ORGANIZATION",
                "REDACTED",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NETWORK",
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(answers_for_id, service_id, service_at_location_id, location_id) = 1",
            name=op.f("ck_contact_of_one"),
        ),
        sa.ForeignKeyConstraint(
            ["answers_for_id"],
            ["organization.id"],
            name=op.f("fk_contact_answers_for_id_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_contact_location_id_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_contact_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_location.id"],
            name=op.f("fk_contact_service_at_location_id_service_at_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_contact_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_answers_for_id"), "contact", ["answers_for_id"], unique=False)
    op.create_index(op.f("ix_contact_location_id"), "contact", ["location_id"], unique=False)
    op.create_index(op.f("ix_contact_service_at_location_id"), "contact", ["service_at_location_id"], unique=False)
    op.create_index(op.f("ix_contact_service_id"), "contact", ["service_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "APPROVED",
                "PUBLISHED",
                "WITHDRAWN",
                name="draftstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column("drafted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'PUBLISHED') = (published_at IS NOT NULL)", name=op.f("ck_draft_published")),
        sa.CheckConstraint(
            "(state IN ('APPROVED', 'PUBLISHED')) <= (approved_at IS NOT NULL)", name=op.f("ck_draft_approved")
        ),
        sa.CheckConstraint("(published_at IS NULL) = (import_id IS NULL)", name=op.f("ck_draft_imported")),
        sa.ForeignKeyConstraint(["import_id"], ["partner_import.id"], name=op.f("fk_draft_import_id_partner_import")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_draft_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_organization_id"), "draft", ["organization_id"], unique=False)
    op.add_column("capacity", sa.Column("unit", sa.Text(), nullable=True))
    op.add_column("location", sa.Column("descriptions", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("location", sa.Column("transportation", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("location", sa.Column("removed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("location", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_location_merged_into_id_location"), "location", "location", ["merged_into_id"], ["id"]
    )
    op.add_column("organization", sa.Column("descriptions", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("organization", sa.Column("website", sa.Text(), nullable=True))
    op.add_column("organization", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("organization", sa.Column("removed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("organization", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_organization_merged_into_id_organization"), "organization", "organization", ["merged_into_id"], ["id"]
    )
    op.add_column(
        "partner",
        sa.Column(
            "credential_kind",
            sa.Enum(
                "BEARER",
                "BASIC",
                "HEADER",
                "CLIENT_CREDENTIALS",
                name="credentialkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("partner", sa.Column("credential", sa.LargeBinary(), nullable=True))
    op.add_column("partner", sa.Column("sealed_by", sa.Text(), nullable=True))
    op.add_column("partner", sa.Column("poll_seconds", sa.Integer(), server_default=sa.text("900"), nullable=True))
    op.add_column(
        "partner",
        sa.Column("next_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=True),
    )
    op.add_column("partner", sa.Column("whole_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("partner", sa.Column("paused_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("partner", sa.Column("paused_because", sa.Text(), nullable=True))
    op.add_column("partner", sa.Column("failures", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("partner", sa.Column("losses_accepted_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index(
        "ix_partner_due", "partner", ["next_at"], unique=False, postgresql_where=sa.text("paused_at IS NULL")
    )
    op.add_column("phone", sa.Column("extension", sa.Text(), nullable=True))
    op.add_column(
        "phone",
        sa.Column(
            "kind",
            sa.Enum(
                "VOICE",
                "SMS",
                "WHATSAPP",
                "FAX",
                "TEXTPHONE",
                "OTHER",
                name="phonekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="VOICE",
            nullable=False,
        ),
    )
    op.add_column(
        "phone", sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("schedule", sa.Column("rule", sa.Text(), nullable=True))
    op.add_column("schedule", sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column(
        "service",
        sa.Column(
            "status",
            sa.Enum(
                "ACTIVE",
                "TEMPORARILY_CLOSED",
                "INACTIVE",
                "DEFUNCT",
                name="servicestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="ACTIVE",
            nullable=False,
        ),
    )
    op.add_column("service", sa.Column("alerts", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("service", sa.Column("fees", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("service", sa.Column("application", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("service", sa.Column("website", sa.Text(), nullable=True))
    op.add_column("service", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("service", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("valid_to", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_service_dated",
        "service",
        ["id"],
        unique=False,
        postgresql_where=sa.text("valid_from IS NOT NULL OR valid_to IS NOT NULL"),
    )
    op.create_foreign_key(op.f("fk_service_merged_into_id_service"), "service", "service", ["merged_into_id"], ["id"])
    op.add_column(
        "service_at_location", sa.Column("descriptions", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.add_column("source_record", sa.Column("found_at", sa.Text(), nullable=True))
    op.add_column("source_record", sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("source_record", sa.Column("dismissed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("source_record", sa.Column("dismissed_by", sa.Uuid(), nullable=True))
    op.add_column("source_record", sa.Column("dismissal", sa.Text(), nullable=True))
    op.add_column(
        "sync_run",
        sa.Column(
            "occasion",
            sa.Enum(
                "SCHEDULE", "MANUAL", "PUSH", name="syncoccasion", native_enum=False, create_constraint=True, length=40
            ),
            server_default="SCHEDULE",
            nullable=False,
        ),
    )
    op.add_column("sync_run", sa.Column("whole", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("sync_run", sa.Column("dry_run", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sync_run", sa.Column("import_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_sync_run_import_id"), "sync_run", ["import_id"], unique=False)
    op.create_index(
        "ix_sync_run_waiting", "sync_run", ["id"], unique=False, postgresql_where=sa.text("outcome = 'WAITING'")
    )
    op.create_foreign_key(
        op.f("fk_sync_run_import_id_partner_import"),
        "sync_run",
        "partner_import",
        ["import_id"],
        ["id"],
        ondelete="SET NULL",
    )
    for table, name, column, before, added in GROWN:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, one_of(column, before + added))
    for table, name, condition in ADDED:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    # Partners of before were read when somebody said so, and stay so.
    op.execute("UPDATE partner SET poll_seconds = NULL, next_at = NULL")
    op.execute("INSERT INTO directory_feed DEFAULT VALUES")
    # Every record there is gets its first version.
    for kind in ("organization", "location", "service"):
        op.execute(f"INSERT INTO directory_note (kind, record_id) SELECT '{kind.upper()}', id FROM {kind} ORDER BY id")


def downgrade() -> None:
    for table, name, column, before, added in GROWN:
        op.execute(f"DELETE FROM {table} WHERE {one_of(column, added)}")
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, one_of(column, before))
    op.drop_constraint(op.f("fk_sync_run_import_id_partner_import"), "sync_run", type_="foreignkey")
    op.drop_index("ix_sync_run_waiting", table_name="sync_run", postgresql_where=sa.text("outcome = 'WAITING'"))
    op.drop_index(op.f("ix_sync_run_import_id"), table_name="sync_run")
    op.drop_column("sync_run", "import_id")
    op.drop_column("sync_run", "dry_run")
    op.drop_column("sync_run", "whole")
    op.drop_column("sync_run", "occasion")
    op.drop_column("source_record", "dismissal")
    op.drop_column("source_record", "dismissed_by")
    op.drop_column("source_record", "dismissed_at")
    op.drop_column("source_record", "since")
    op.drop_column("source_record", "found_at")
    op.drop_column("service_at_location", "descriptions")
    op.drop_constraint(op.f("fk_service_merged_into_id_service"), "service", type_="foreignkey")
    op.drop_index(
        "ix_service_dated",
        table_name="service",
        postgresql_where=sa.text("valid_from IS NOT NULL OR valid_to IS NOT NULL"),
    )
    op.drop_column("service", "merged_into_id")
    op.drop_column("service", "valid_to")
    op.drop_column("service", "valid_from")
    op.drop_column("service", "email")
    op.drop_column("service", "website")
    op.drop_column("service", "application")
    op.drop_column("service", "fees")
    op.drop_column("service", "alerts")
    op.drop_column("service", "status")
    op.drop_column("schedule", "notes")
    op.drop_column("schedule", "rule")
    op.drop_column("phone", "languages")
    op.drop_column("phone", "kind")
    op.drop_column("phone", "extension")
    op.drop_index("ix_partner_due", table_name="partner", postgresql_where=sa.text("paused_at IS NULL"))
    op.drop_column("partner", "losses_accepted_at")
    op.drop_column("partner", "failures")
    op.drop_column("partner", "paused_because")
    op.drop_column("partner", "paused_at")
    op.drop_column("partner", "whole_at")
    op.drop_column("partner", "next_at")
    op.drop_column("partner", "poll_seconds")
    op.drop_column("partner", "sealed_by")
    op.drop_column("partner", "credential")
    op.drop_column("partner", "credential_kind")
    op.drop_constraint(op.f("fk_organization_merged_into_id_organization"), "organization", type_="foreignkey")
    op.drop_column("organization", "merged_into_id")
    op.drop_column("organization", "removed_at")
    op.drop_column("organization", "email")
    op.drop_column("organization", "website")
    op.drop_column("organization", "descriptions")
    op.drop_constraint(op.f("fk_location_merged_into_id_location"), "location", type_="foreignkey")
    op.drop_column("location", "merged_into_id")
    op.drop_column("location", "removed_at")
    op.drop_column("location", "transportation")
    op.drop_column("location", "descriptions")
    op.drop_column("capacity", "unit")
    op.drop_index(op.f("ix_draft_organization_id"), table_name="draft")
    op.drop_table("draft")
    op.drop_index(op.f("ix_contact_service_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_service_at_location_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_location_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_answers_for_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(op.f("ix_verification_request_organization_id"), table_name="verification_request")
    op.drop_index(
        "ix_verification_request_open", table_name="verification_request", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(
        "ix_verification_request_due", table_name="verification_request", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_table("verification_request")
    op.drop_index(op.f("ix_suggestion_suggested_by"), table_name="suggestion")
    op.drop_index("ix_suggestion_service_id", table_name="suggestion")
    op.drop_index(op.f("ix_suggestion_organization_id"), table_name="suggestion")
    op.drop_table("suggestion")
    op.drop_index(op.f("ix_service_area_service_id"), table_name="service_area")
    op.drop_table("service_area")
    op.drop_index(op.f("ix_required_document_service_id"), table_name="required_document")
    op.drop_table("required_document")
    op.drop_index(
        "ix_partner_import_waiting", table_name="partner_import", postgresql_where=sa.text("state = 'WAITING'")
    )
    op.drop_index(op.f("ix_partner_import_partner_id"), table_name="partner_import")
    op.drop_index(op.f("ix_partner_import_organization_id"), table_name="partner_import")
    op.drop_table("partner_import")
    op.drop_index(op.f("ix_cost_option_service_id"), table_name="cost_option")
    op.drop_table("cost_option")
    op.drop_index(op.f("ix_claim_partner_id"), table_name="claim")
    op.drop_table("claim")
    op.drop_index(op.f("ix_accessibility_location_id"), table_name="accessibility")
    op.drop_table("accessibility")
    op.drop_table("unmapped")
    op.drop_table("organization_identifier")
    op.drop_table("term_mapping")
    op.drop_index("ix_merge_standing", table_name="merge", postgresql_where=sa.text("undone_at IS NULL"))
    op.drop_table("merge")
    op.drop_index("ix_duplicate_open", table_name="duplicate", postgresql_where=sa.text("state = 'OPEN'"))
    op.drop_table("duplicate")
    op.drop_index("ix_directory_version_position", table_name="directory_version")
    op.drop_index("ix_directory_version_parts", table_name="directory_version", postgresql_using="gin")
    op.drop_index("ix_directory_version_current", table_name="directory_version", postgresql_where=sa.text("current"))
    op.drop_index("ix_directory_version_at", table_name="directory_version")
    op.drop_table("directory_version")
    op.drop_table("directory_note")
    op.drop_table("directory_feed")
