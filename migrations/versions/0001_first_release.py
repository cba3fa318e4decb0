"""The schema of the first release."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "first_release"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("reserve", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("code", name=op.f("uq_agencies_code")),
    )
    op.create_table(
        "api_clients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("webhook_url", sa.String(), nullable=False),
        sa.Column("webhook_salt", sa.String(), nullable=False),
        sa.Column("webhook_key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("webhook_after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("name", name=op.f("uq_api_clients_name")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("chain_number", sa.Integer(), nullable=True),
        sa.Column("chain_hash", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("chain_number", name=op.f("uq_audit_entries_chain_number")),
    )
    op.create_index(op.f("ix_audit_entries_actor_id"), "audit_entries", ["actor_id"])
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"])
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"])
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"])
    op.create_index(
        "ix_audit_entries_unchained",
        "audit_entries",
        ["id"],
        postgresql_where=sa.text("chain_number is null"),
        sqlite_where=sa.text("chain_number is null"),
    )

    op.create_table(
        "capabilities",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_id", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_capabilities")),
    )
    op.create_table(
        "guess_counts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guess_counts")),
    )
    op.create_index(op.f("ix_guess_counts_last_at"), "guess_counts", ["last_at"])

    op.create_table(
        "heartbeats",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "incident_days",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_incident_days")),
    )
    op.create_table(
        "kecamatan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kecamatan")),
        sa.UniqueConstraint("code", name=op.f("uq_kecamatan_code")),
        sa.UniqueConstraint("name", name=op.f("uq_kecamatan_name")),
    )
    op.create_table(
        "kept_answers",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_kept_answers")),
    )
    op.create_index(op.f("ix_kept_answers_created_at"), "kept_answers", ["created_at"])

    op.create_table(
        "landmarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default=sa.text("'other'"), nullable=False),
        sa.Column("aliases", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landmarks")),
        sa.UniqueConstraint("name", name=op.f("uq_landmarks_name")),
    )
    op.create_table(
        "street_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("imported_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_sources")),
    )
    op.create_table(
        "street_levels",
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["street_sources.id"], name=op.f("fk_street_levels_source_id_street_sources")
        ),
        sa.PrimaryKeyConstraint("level", name=op.f("pk_street_levels")),
    )
    op.create_index(op.f("ix_street_levels_source_id"), "street_levels", ["source_id"])

    op.create_table(
        "streets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("radius", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
    )
    op.create_table(
        "map_features",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("geometry", sa.String(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["street_id"], ["streets.id"], name=op.f("fk_map_features_street_id_streets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_features")),
    )
    op.create_index(op.f("ix_map_features_street_id"), "map_features", ["street_id"])

    op.create_table(
        "house_numbers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["street_id"], ["streets.id"], name=op.f("fk_house_numbers_street_id_streets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_numbers")),
    )
    op.create_index(op.f("ix_house_numbers_street_id"), "house_numbers", ["street_id"])

    op.create_table(
        "leases",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_leases")),
    )
    op.create_table(
        "adjacent_authorities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjacent_authorities")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("urgency", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("due_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("failed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["urgency", "due_at", "id", "topic", "destination"],
        postgresql_where=sa.text("done_at is null and failed_at is null"),
        sqlite_where=sa.text("done_at is null and failed_at is null"),
    )
    op.create_index(
        "ix_outbox_done_at",
        "outbox",
        ["done_at"],
        postgresql_where=sa.text("done_at is not null"),
        sqlite_where=sa.text("done_at is not null"),
    )
    op.create_index(
        "ix_outbox_failed_at",
        "outbox",
        ["failed_at"],
        postgresql_where=sa.text("failed_at is not null"),
        sqlite_where=sa.text("failed_at is not null"),
    )
    op.create_index(
        "uq_outbox_subject_unclaimed",
        "outbox",
        ["subject"],
        unique=True,
        postgresql_where=sa.text("attempts = 0"),
        sqlite_where=sa.text("attempts = 0"),
    )

    op.create_table(
        "premises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("entrance_latitude", sa.Double(), nullable=True),
        sa.Column("entrance_longitude", sa.Double(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("opening_hours", sa.JSON(), nullable=False),
        sa.Column("hazards", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises")),
        sa.UniqueConstraint("name", name=op.f("uq_premises_name")),
    )
    op.create_index(op.f("ix_premises_phone"), "premises", ["phone"])

    op.create_table(
        "quotas",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", "day", name=op.f("pk_quotas")),
    )
    crime_figures = op.create_table(
        "crime_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("area", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crime_figures")),
        sa.UniqueConstraint("year", "month", "kind", "area", name=op.f("uq_crime_figures_year_month_kind_area")),
    )
    source = "Polres Probolinggo Kota, peluncuran METEOR, 29 Januari 2024"
    op.bulk_insert(
        crime_figures,
        [{"year": 2021, "cases": 544, "source": source}, {"year": 2022, "cases": 886, "source": source}],
    )
    session_clock = op.create_table(
        "session_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_clock")),
    )
    op.bulk_insert(session_clock, [{"id": 1, "minutes": 0, "holder": ""}])
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("phone_verified_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("suspended_until", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("phone", name=op.f("uq_users_phone")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index("ix_users_phone_end", "users", [sa.literal_column("substr(phone, length(phone) - 3)")])
    op.create_table(
        "client_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("last_used_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_client_tokens_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_client_tokens_digest")),
    )
    op.create_index(op.f("ix_client_tokens_client_id"), "client_tokens", ["client_id"])

    op.create_table(
        "incident_types",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("name_id", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("keywords", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("duplicate_radius", sa.Integer(), server_default=sa.text("250"), nullable=False),
        sa.Column("neighbours", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("silent_approach", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("offer_again_after", sa.Integer(), server_default=sa.text("90"), nullable=False),
        sa.Column("welfare_after", sa.Integer(), server_default=sa.text("40"), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_incident_types_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_types")),
        sa.UniqueConstraint("code", name=op.f("uq_incident_types_code")),
        sa.UniqueConstraint("kind", name=op.f("uq_incident_types_kind")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("used_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invitations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_user_id"), "invitations", ["user_id"])

    op.create_table(
        "emergency_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_emergency_contacts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_contacts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_emergency_contacts_user_id"), "emergency_contacts", ["user_id"])

    op.create_table(
        "kelurahan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kecamatan_id", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("boundary", sa.String(), nullable=True),
        sa.Column("changed_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["kecamatan_id"], ["kecamatan.id"], name=op.f("fk_kelurahan_kecamatan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kelurahan")),
        sa.UniqueConstraint("code", name=op.f("uq_kelurahan_code")),
    )
    op.create_index(op.f("ix_kelurahan_kecamatan_id"), "kelurahan", ["kecamatan_id"])

    op.create_table(
        "members",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_members_agency_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_members_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_agency_id"), "members", ["agency_id"])

    op.create_table(
        "monthly_tests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("result", sa.String(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("done_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_monthly_tests_premises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_tests")),
        sa.UniqueConstraint("premises_id", "month", name=op.f("uq_monthly_tests_premises_id_month")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("acknowledged_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("devices", sa.Integer(), nullable=True),
        sa.Column("pushed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unpushed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("opened_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["users.id"], name=op.f("fk_notices_acknowledged_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_role_acknowledged_at", "notices", ["role", "acknowledged_at"])
    op.create_index(op.f("ix_notices_user_id"), "notices", ["user_id"])
    op.create_index(
        "ix_notices_acknowledged_at",
        "notices",
        ["acknowledged_at"],
        sqlite_where=sa.text("acknowledged_at is not null"),
        postgresql_where=sa.text("acknowledged_at is not null"),
    )

    op.create_table(
        "caller_flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("lifted_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["users.id"], name=op.f("fk_caller_flags_lifted_by_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["users.id"], name=op.f("fk_caller_flags_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_flags")),
    )
    op.create_index(op.f("ix_caller_flags_phone"), "caller_flags", ["phone"])

    op.create_table(
        "panels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("heard_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("trouble_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("silent_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("supervised_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_panels_premises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panels")),
        sa.UniqueConstraint("account", name=op.f("uq_panels_account")),
    )
    op.create_index(op.f("ix_panels_premises_id"), "panels", ["premises_id"])

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("last_used_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"])

    op.create_table(
        "premises_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("pass_phrase_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_premises_contacts_premises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises_contacts")),
    )
    op.create_index(op.f("ix_premises_contacts_phone"), "premises_contacts", ["phone"])
    op.create_index(op.f("ix_premises_contacts_premises_id"), "premises_contacts", ["premises_id"])

    op.create_table(
        "premises_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_premises_pictures_premises_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["users.id"], name=op.f("fk_premises_pictures_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises_pictures")),
    )
    op.create_index(op.f("ix_premises_pictures_premises_id"), "premises_pictures", ["premises_id"])

    op.create_table(
        "premises_users",
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("tested_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ready_word", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_premises_users_premises_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_premises_users_user_id")),
        sa.PrimaryKeyConstraint("premises_id", "user_id", name=op.f("pk_premises_users")),
    )
    op.create_index(op.f("ix_premises_users_user_id"), "premises_users", ["user_id"])

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("used_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])

    op.create_table(
        "recovery_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("card_hash", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_recovery_requests_ended_by_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["users.id"], name=op.f("fk_recovery_requests_requested_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_requests")),
        sa.UniqueConstraint("card_hash", name=op.f("uq_recovery_requests_card_hash")),
    )
    op.create_index(op.f("ix_recovery_requests_ended_at"), "recovery_requests", ["ended_at"])
    op.create_index(op.f("ix_recovery_requests_user_id"), "recovery_requests", ["user_id"])
    op.create_index(
        "uq_recovery_requests_open",
        "recovery_requests",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
        sqlite_where=sa.text("ended_at is null"),
    )

    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("last_seen_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=True),
        sa.Column("last_minute", sa.Integer(), nullable=False),
        sa.Column("due_minute", sa.Integer(), nullable=False),
        sa.Column("proved_minute", sa.Integer(), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("key", name=op.f("uq_sessions_key")),
    )
    op.create_index(
        "ix_sessions_due",
        "sessions",
        ["due_minute"],
        postgresql_where=sa.text("ended_at is null"),
        sqlite_where=sa.text("ended_at is null"),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index(
        "ix_sessions_ended_at",
        "sessions",
        ["ended_at"],
        sqlite_where=sa.text("ended_at is not null"),
        postgresql_where=sa.text("ended_at is not null"),
    )

    op.create_table(
        "totp_secrets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pending_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_totp_secrets_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_totp_secrets")),
        sa.UniqueConstraint("user_id", name=op.f("uq_totp_secrets_user_id")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_sign", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("base_name", sa.String(), nullable=False),
        sa.Column("base_latitude", sa.Double(), nullable=False),
        sa.Column("base_longitude", sa.Double(), nullable=False),
        sa.Column("at_base", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("heading", sa.Double(), nullable=True),
        sa.Column("speed", sa.Double(), nullable=True),
        sa.Column("position_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("position_source", sa.String(), nullable=True),
        sa.Column("moved_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("idle_since", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("in_service", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_units_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("call_sign", name=op.f("uq_units_call_sign")),
    )
    op.create_index(op.f("ix_units_agency_id"), "units", ["agency_id"])
    op.create_index(
        "ix_units_base",
        "units",
        ["status", "base_latitude", "base_longitude"],
        postgresql_where=sa.text("at_base"),
        sqlite_where=sa.text("at_base = 1"),
    )
    op.create_index("ix_units_position", "units", ["status", "latitude", "longitude"])

    op.create_table(
        "trackers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("withdrawn_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("heard_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("fix_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("battery", sa.Double(), nullable=True),
        sa.Column("lag", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_trackers_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trackers")),
        sa.UniqueConstraint("digest", name=op.f("uq_trackers_digest")),
        sa.UniqueConstraint("name", name=op.f("uq_trackers_name")),
    )
    op.create_index(op.f("ix_trackers_unit_id"), "trackers", ["unit_id"])
    op.create_table(
        "tracker_fixes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tracker_id", sa.Integer(), nullable=False),
        sa.Column("at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("speed", sa.Double(), nullable=True),
        sa.Column("heading", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["tracker_id"], ["trackers.id"], name=op.f("fk_tracker_fixes_tracker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracker_fixes")),
    )
    op.create_index(op.f("ix_tracker_fixes_at"), "tracker_fixes", ["at"])
    op.create_index("uq_tracker_fixes_at", "tracker_fixes", ["tracker_id", "at"], unique=True)
    op.create_table(
        "dropped_fixes",
        sa.Column("hour", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("tracker_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tracker_id"], ["trackers.id"], name=op.f("fk_dropped_fixes_tracker_id")),
        sa.PrimaryKeyConstraint("hour", "tracker_id", "reason", name=op.f("pk_dropped_fixes")),
    )

    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
    )
    op.create_index(op.f("ix_user_roles_role"), "user_roles", ["role"])

    op.create_table(
        "escalation_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_escalation_steps_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_steps")),
        sa.UniqueConstraint("type_id", "role", name=op.f("uq_escalation_steps_type_id_role")),
    )
    op.create_table(
        "phone_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["recovery_requests.id"], name=op.f("fk_phone_codes_request_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_phone_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
    )
    op.create_index(op.f("ix_phone_codes_expires_at"), "phone_codes", ["expires_at"])
    op.create_index(op.f("ix_phone_codes_phone"), "phone_codes", ["phone"])
    op.create_index(op.f("ix_phone_codes_user_id"), "phone_codes", ["user_id"])

    op.create_table(
        "plan_items",
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("role_en", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["capability"], ["capabilities.code"], name=op.f("fk_plan_items_capability")),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_plan_items_type_id")),
        sa.PrimaryKeyConstraint("type_id", "capability", name=op.f("pk_plan_items")),
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("last_used_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_push_subscriptions_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_push_subscriptions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscriptions_endpoint")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_push_subscriptions_session_id"), "push_subscriptions", ["session_id"])
    op.create_index(op.f("ix_push_subscriptions_user_id"), "push_subscriptions", ["user_id"])

    op.create_table(
        "remembered_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device_hash", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_remembered_devices_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_remembered_devices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_devices")),
        sa.UniqueConstraint("user_id", "device_hash", name=op.f("uq_remembered_devices_user_id_device_hash")),
    )
    op.create_index(op.f("ix_remembered_devices_session_id"), "remembered_devices", ["session_id"])
    op.create_index(op.f("ix_remembered_devices_user_id"), "remembered_devices", ["user_id"])

    op.create_table(
        "rw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kelurahan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kelurahan_id"], ["kelurahan.id"], name=op.f("fk_rw_kelurahan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rw")),
        sa.UniqueConstraint("kelurahan_id", "number", name=op.f("uq_rw_kelurahan_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seen_ciphertexts",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_seen_ciphertexts_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("panel_id", "fingerprint", name=op.f("pk_seen_ciphertexts")),
    )
    op.create_index(op.f("ix_seen_ciphertexts_until"), "seen_ciphertexts", ["until"])

    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_shifts_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_shifts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_ended_at", "shifts", ["ended_at"])
    op.create_index("ix_shifts_user_id_started_at", "shifts", ["user_id", "started_at"])
    op.create_index(op.f("ix_shifts_unit_id"), "shifts", ["unit_id"])
    op.create_index(
        "uq_shifts_open_user",
        "shifts",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
        sqlite_where=sa.text("ended_at is null"),
    )

    op.create_table(
        "type_advice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_type_advice_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_advice")),
    )
    op.create_index(op.f("ix_type_advice_type_id"), "type_advice", ["type_id"])

    op.create_table(
        "type_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_type_questions_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_questions")),
    )
    op.create_index(op.f("ix_type_questions_type_id"), "type_questions", ["type_id"])

    op.create_table(
        "unit_capabilities",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["capability"], ["capabilities.code"], name=op.f("fk_unit_capabilities_capability")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_capabilities_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "capability", name=op.f("pk_unit_capabilities")),
    )
    op.create_index(op.f("ix_unit_capabilities_capability"), "unit_capabilities", ["capability"])

    op.create_table(
        "unit_kinds",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("speed", sa.Double(), nullable=False),
        sa.Column("detour", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_unit_kinds")),
    )

    op.create_table(
        "zones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_zones_panel_id")),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_zones_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_zones_panel_id_number")),
    )
    op.create_table(
        "rt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rw_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["rw_id"], ["rw.id"], name=op.f("fk_rt_rw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rt")),
        sa.UniqueConstraint("rw_id", "number", name=op.f("uq_rt_rw_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rt_latitude"), "rt", ["latitude"])

    op.create_table(
        "test_modes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("began_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("began_by_id", sa.Integer(), nullable=True),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["began_by_id"], ["users.id"], name=op.f("fk_test_modes_began_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_test_modes_ended_by_id")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_test_modes_premises_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_test_modes_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_modes")),
    )
    op.create_index(op.f("ix_test_modes_premises_id"), "test_modes", ["premises_id"])
    op.create_index(op.f("ix_test_modes_until"), "test_modes", ["until"])

    op.create_table(
        "households",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rt_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rt_id"], ["rt.id"], name=op.f("fk_households_rt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_index(op.f("ix_households_address_key"), "households", ["address_key"])
    op.create_index("ix_households_position", "households", ["latitude", "longitude"])
    op.create_index(op.f("ix_households_rt_id"), "households", ["rt_id"])

    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("place_source", sa.String(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("kelurahan_id", sa.Integer(), nullable=True),
        sa.Column("kelurahan_exact", sa.Boolean(), nullable=False),
        sa.Column("rt_id", sa.Integer(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("opened_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("waiting_since", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("accepted_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("arrived_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("closed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("reopened_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("last_alert_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("last_message_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("reclassified_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_note", sa.String(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("premises_id", sa.Integer(), nullable=True),
        sa.Column("staging_latitude", sa.Double(), nullable=True),
        sa.Column("staging_longitude", sa.Double(), nullable=True),
        sa.Column("dispatcher_id", sa.Integer(), nullable=True),
        sa.Column("endangered_unit_id", sa.Integer(), nullable=True),
        sa.Column("endangered_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dispatcher_id"], ["users.id"], name=op.f("fk_incidents_dispatcher_id")),
        sa.ForeignKeyConstraint(["endangered_unit_id"], ["units.id"], name=op.f("fk_incidents_endangered_unit_id")),
        sa.ForeignKeyConstraint(["kelurahan_id"], ["kelurahan.id"], name=op.f("fk_incidents_kelurahan_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["incidents.id"], name=op.f("fk_incidents_merged_into_id")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_incidents_premises_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_incidents_reporter_id")),
        sa.ForeignKeyConstraint(["rt_id"], ["rt.id"], name=op.f("fk_incidents_rt_id")),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_incidents_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("number", name=op.f("uq_incidents_number")),
    )
    op.create_index(op.f("ix_incidents_kelurahan_id"), "incidents", ["kelurahan_id"])
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["priority", "opened_at"],
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.create_index(
        "ix_incidents_open_confidential",
        "incidents",
        ["confidential"],
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.create_index(
        "ix_incidents_open_endangered",
        "incidents",
        ["endangered_unit_id"],
        sqlite_where=sa.text("status != 'closed' and endangered_unit_id is not null"),
        postgresql_where=sa.text("status != 'closed' and endangered_unit_id is not null"),
    )
    op.create_index(
        "ix_incidents_open_silent",
        "incidents",
        ["silent"],
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.create_index(
        "ix_incidents_open_type",
        "incidents",
        ["type_id"],
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.create_index(op.f("ix_incidents_opened_at"), "incidents", ["opened_at"])
    op.create_index(
        "ix_incidents_premises_id",
        "incidents",
        ["premises_id"],
        sqlite_where=sa.text("premises_id is not null"),
        postgresql_where=sa.text("premises_id is not null"),
    )
    op.create_index(
        "ix_incidents_merged_into_id",
        "incidents",
        ["merged_into_id"],
        sqlite_where=sa.text("merged_into_id is not null"),
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    op.create_index(op.f("ix_incidents_reporter_id"), "incidents", ["reporter_id"])
    op.create_index("ix_incidents_type_opened", "incidents", ["type_id", "opened_at"])
    op.create_index(op.f("ix_incidents_rt_id"), "incidents", ["rt_id"])
    op.create_index(op.f("ix_incidents_waiting_since"), "incidents", ["waiting_since"])

    op.create_table(
        "leaderships",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("rt_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rt_id"], ["rt.id"], name=op.f("fk_leaderships_rt_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_leaderships_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_leaderships")),
    )
    op.create_index(op.f("ix_leaderships_rt_id"), "leaderships", ["rt_id"])

    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("first_incident_id", sa.Integer(), nullable=True),
        sa.Column("premises_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("position_age", sa.Double(), nullable=True),
        sa.Column("place_source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("pressed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("repeat", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("caller_phone", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("caller_name", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["first_incident_id"], ["incidents.id"], name=op.f("fk_alerts_first_incident_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_alerts_incident_id")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_alerts_premises_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_alerts_reporter_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_alerts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        "ix_alerts_first_incident_id",
        "alerts",
        ["first_incident_id"],
        sqlite_where=sa.text("first_incident_id is not null"),
        postgresql_where=sa.text("first_incident_id is not null"),
    )
    op.create_index(
        "ix_alerts_called",
        "alerts",
        ["caller_phone"],
        sqlite_where=sa.text("caller_phone != ''"),
        postgresql_where=sa.text("caller_phone != ''"),
    )
    op.create_index(
        "ix_alerts_called_end",
        "alerts",
        [sa.literal_column("substr(caller_phone, length(caller_phone) - 3)")],
        sqlite_where=sa.text("caller_phone != ''"),
        postgresql_where=sa.text("caller_phone != ''"),
    )
    op.create_index(
        "ix_alerts_first_of_incident",
        "alerts",
        ["incident_id"],
        sqlite_where=sa.text("repeat = 0"),
        postgresql_where=sa.text("not repeat"),
    )
    op.create_index(
        "ix_alerts_first_of_reporter",
        "alerts",
        ["reporter_id", "incident_id"],
        sqlite_where=sa.text("repeat = 0"),
        postgresql_where=sa.text("not repeat"),
    )
    op.create_index(
        "ix_alerts_incident_id_reporter_id_received_at",
        "alerts",
        ["incident_id", "reporter_id", "received_at"],
    )
    op.create_index(
        "ix_alerts_premises_id",
        "alerts",
        ["premises_id"],
        sqlite_where=sa.text("premises_id is not null"),
        postgresql_where=sa.text("premises_id is not null"),
    )
    op.create_index(op.f("ix_alerts_reporter_id"), "alerts", ["reporter_id"])

    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("first_incident_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("distance", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("radius", sa.Double(), nullable=True),
        sa.Column("offered_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("accepted_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("en_route_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("on_scene_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("reported_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("retry_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["users.id"], name=op.f("fk_assignments_accepted_by_id")),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_assignments_added_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_assignments_ended_by_id")),
        sa.ForeignKeyConstraint(["first_incident_id"], ["incidents.id"], name=op.f("fk_assignments_first_incident_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_assignments_incident_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_assignments_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_incident_id"), "assignments", ["incident_id"])
    op.create_index("ix_assignments_unit_id_ended_at", "assignments", ["unit_id", "ended_at"])
    op.create_index("ix_assignments_unit_id_accepted_at", "assignments", ["unit_id", "accepted_at"])
    op.create_index(
        "ix_assignments_offered",
        "assignments",
        ["expires_at"],
        sqlite_where=sa.text("status = 'offered'"),
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_index(
        "uq_assignments_open_unit",
        "assignments",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )

    op.create_table(
        "welfare_checks",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("told_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("rings", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_welfare_checks_assignment_id")),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_welfare_checks")),
    )
    op.create_index(
        "ix_welfare_checks_rings",
        "welfare_checks",
        ["assignment_id"],
        sqlite_where=sa.text("rings = 1"),
        postgresql_where=sa.text("rings"),
    )

    op.create_table(
        "shortfalls",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_shortfalls_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "capability", name=op.f("pk_shortfalls")),
    )
    op.create_index(op.f("ix_shortfalls_capability"), "shortfalls", ["capability"])

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("event_type", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_events_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_incident_id"), "events", ["incident_id"])

    op.create_table(
        "incident_agencies",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_incident_agencies_agency_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_incident_agencies_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "agency_id", name=op.f("pk_incident_agencies")),
    )
    op.create_index(op.f("ix_incident_agencies_agency_id"), "incident_agencies", ["agency_id"])

    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_merges_incident_id")),
        sa.ForeignKeyConstraint(["into_id"], ["incidents.id"], name=op.f("fk_merges_into_id")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["users.id"], name=op.f("fk_merges_merged_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["users.id"], name=op.f("fk_merges_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_into_id"), "merges", ["into_id"])
    op.create_index(
        "uq_merges_incident_id_stands",
        "merges",
        ["incident_id"],
        unique=True,
        sqlite_where=sa.text("undone_at is null"),
        postgresql_where=sa.text("undone_at is null"),
    )

    op.create_table(
        "escalations",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("began_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("next_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("acknowledged_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("merge_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["users.id"], name=op.f("fk_escalations_acknowledged_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_escalations_incident_id")),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_escalations_merge_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_escalations")),
    )
    op.create_index(
        "ix_escalations_running",
        "escalations",
        ["next_at", "began_at"],
        sqlite_where=sa.text("next_at is not null"),
        postgresql_where=sa.text("next_at is not null"),
    )

    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("merge_id", sa.Integer(), nullable=True),
        sa.Column("type_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("place", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_decisions_author_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_decisions_incident_id")),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_decisions_merge_id")),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_decisions_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_incident_id"), "decisions", ["incident_id"])

    op.create_table(
        "panel_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("uptime", sa.Double(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("sequence", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("restore", sa.Boolean(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("told_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("skew", sa.Double(), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("unconfirmed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("repeats", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repeated_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("repeated_digest", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_panel_events_incident_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_panel_events_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_events")),
    )
    op.create_index(op.f("ix_panel_events_incident_id"), "panel_events", ["incident_id"])
    op.create_index("ix_panel_events_panel_id_digest", "panel_events", ["panel_id", "digest"])
    op.create_index(op.f("ix_panel_events_received_at"), "panel_events", ["received_at"])

    op.create_table(
        "residents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("nik_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("nik_index", sa.String(), nullable=True),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("health_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("needs_consent_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("verified_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("rejected_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("rejection", sa.String(), nullable=False),
        sa.Column("claim_hash", sa.String(), nullable=True),
        sa.Column("claim_expires_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("moved_out_on", sa.Date(), nullable=True),
        sa.Column("helps_since", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_residents_household_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_residents_user_id")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["users.id"], name=op.f("fk_residents_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("claim_hash", name=op.f("uq_residents_claim_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_residents_user_id")),
    )
    op.create_index(
        "ix_residents_claimable",
        "residents",
        ["claim_expires_at"],
        postgresql_where=sa.text("claim_hash is not null"),
        sqlite_where=sa.text("claim_hash is not null"),
    )
    op.create_index(op.f("ix_residents_household_id"), "residents", ["household_id"])
    op.create_index(op.f("ix_residents_nik_index"), "residents", ["nik_index"])
    op.create_index(op.f("ix_residents_phone"), "residents", ["phone"])
    op.create_index(
        "uq_residents_nik_index_lives",
        "residents",
        ["nik_index"],
        unique=True,
        postgresql_where=sa.text("verified_at is not null and moved_out_on is null"),
        sqlite_where=sa.text("verified_at is not null and moved_out_on is null"),
    )

    op.create_table(
        "paper_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name=op.f("fk_paper_entries_entered_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_paper_entries_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entries")),
        sa.UniqueConstraint("day", "number", name=op.f("uq_paper_entries_day_number")),
    )
    op.create_index(op.f("ix_paper_entries_entered_at"), "paper_entries", ["entered_at"])
    op.create_index(op.f("ix_paper_entries_incident_id"), "paper_entries", ["incident_id"])
    op.create_table(
        "sent_statuses",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_sent_statuses_client_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_sent_statuses_incident_id")),
        sa.PrimaryKeyConstraint("client_id", "incident_id", name=op.f("pk_sent_statuses")),
    )
    op.create_table(
        "alert_fixes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_fixes_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_fixes")),
    )
    op.create_index(op.f("ix_alert_fixes_alert_id"), "alert_fixes", ["alert_id"])
    op.create_index(op.f("ix_alert_fixes_received_at"), "alert_fixes", ["received_at"])

    op.create_table(
        "callouts",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_callouts_alert_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_callouts_incident_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_callouts_notice_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_callouts")),
    )
    op.create_index(op.f("ix_callouts_alert_id"), "callouts", ["alert_id"])
    op.create_index(op.f("ix_callouts_incident_id"), "callouts", ["incident_id"])

    op.create_table(
        "presences",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_presences_incident_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_presences_user_id")),
        sa.PrimaryKeyConstraint("incident_id", "user_id", name=op.f("pk_presences")),
    )

    op.create_table(
        "contact_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("called_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("called_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["called_by_id"], ["users.id"], name=op.f("fk_contact_calls_called_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_contact_calls_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_calls")),
    )
    op.create_index(op.f("ix_contact_calls_incident_id"), "contact_calls", ["incident_id"])

    op.create_table(
        "premises_cancellations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("said_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_premises_cancellations_alert_id")),
        sa.ForeignKeyConstraint(["said_by_id"], ["users.id"], name=op.f("fk_premises_cancellations_said_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises_cancellations")),
    )
    op.create_index(op.f("ix_premises_cancellations_alert_id"), "premises_cancellations", ["alert_id"])

    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("announced_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("radius", sa.Double(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("aml", sa.String(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("offered_to_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("called_back_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("called_back_by_id", sa.Integer(), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("classified_as", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_calls_alert_id")),
        sa.ForeignKeyConstraint(["called_back_by_id"], ["users.id"], name=op.f("fk_calls_called_back_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_calls_client_id")),
        sa.ForeignKeyConstraint(["offered_to_id"], ["users.id"], name=op.f("fk_calls_offered_to_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name=op.f("fk_calls_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("alert_id", name=op.f("uq_calls_alert_id")),
        sa.UniqueConstraint("client_id", "reference", name=op.f("uq_calls_client_id_reference")),
    )
    op.create_index("ix_calls_phone_end", "calls", [sa.literal_column("substr(phone, length(phone) - 3)")])
    op.create_index("ix_calls_status_received_at", "calls", ["status", "received_at"])
    op.create_index(
        "ix_calls_unclassified", "calls", ["taken_by_id", "announced_at"],
        sqlite_where=sa.text("classified_as is null"), postgresql_where=sa.text("classified_as is null"),
    )  # fmt: skip
    op.create_index(op.f("ix_calls_phone"), "calls", ["phone"])
    op.create_index(op.f("ix_calls_received_at"), "calls", ["received_at"])
    op.create_index(op.f("ix_calls_taken_by_id"), "calls", ["taken_by_id"])

    op.create_table(
        "cancellations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("said_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_cancellations_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellations")),
    )
    op.create_index(op.f("ix_cancellations_alert_id"), "cancellations", ["alert_id"])

    op.create_table(
        "partner_alerts",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_partner_alerts_alert_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_partner_alerts_client_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_partner_alerts")),
    )
    op.create_index(op.f("ix_partner_alerts_client_id"), "partner_alerts", ["client_id"])

    op.create_table(
        "ratings",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("given_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_ratings_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_ratings")),
    )

    op.create_table(
        "alert_shares",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("with_place", sa.Boolean(), nullable=False),
        sa.Column("messaged_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_shares_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert_shares")),
    )

    op.create_table(
        "search_words",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("from_timeline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_search_words_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "incident_id", "from_timeline", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_incident_id"), "search_words", ["incident_id"])

    op.create_table(
        "search_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_progress")),
    )

    op.create_table(
        "response_times",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("kelurahan_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("from_paper", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pressed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("seen_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("triaged_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("offered_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("accepted_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("en_route_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("on_scene_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("closed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("seen_after", sa.Double(), nullable=True),
        sa.Column("accepted_after", sa.Double(), nullable=True),
        sa.Column("on_scene_after", sa.Double(), nullable=True),
        sa.Column("closed_after", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_response_times_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["kelurahan_id"], ["kelurahan.id"], name=op.f("fk_response_times_kelurahan_id")),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_response_times_type_id")),
        sa.PrimaryKeyConstraint("incident_id", "segment", name=op.f("pk_response_times")),
    )
    op.create_index(op.f("ix_response_times_month"), "response_times", ["month"])

    op.create_table(
        "response_times_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("rebuilds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_times_progress")),
    )

    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_watches_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
    )
    op.create_index(
        "uq_watches_user_id_open",
        "watches",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
        sqlite_where=sa.text("ended_at is null"),
    )

    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_user_id", sa.Integer(), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=False),
        sa.Column("written_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("incidents", sa.JSON(), nullable=False),
        sa.Column("signed_by_first_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("signed_by_second_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("refused_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["from_user_id"], ["users.id"], name=op.f("fk_handovers_from_user_id")),
        sa.ForeignKeyConstraint(["to_user_id"], ["users.id"], name=op.f("fk_handovers_to_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(
        "uq_handovers_from_user_id_waiting",
        "handovers",
        ["from_user_id"],
        unique=True,
        postgresql_where=sa.text("signed_by_second_at is null and withdrawn_at is null and refused_at is null"),
        sqlite_where=sa.text("signed_by_second_at is null and withdrawn_at is null and refused_at is null"),
    )
    op.create_index(
        "ix_handovers_to_user_id_waiting",
        "handovers",
        ["to_user_id"],
        postgresql_where=sa.text("signed_by_second_at is null and withdrawn_at is null and refused_at is null"),
        sqlite_where=sa.text("signed_by_second_at is null and withdrawn_at is null and refused_at is null"),
    )
    op.create_table(
        "warning_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("fetched_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("succeeded_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_feeds")),
        sa.UniqueConstraint("name", name=op.f("uq_warning_feeds_name")),
        sa.UniqueConstraint("url", name=op.f("uq_warning_feeds_url")),
    )
    op.create_table(
        "warning_feed_entries",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=False),
        sa.Column("read_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["warning_feeds.id"], name=op.f("fk_warning_feed_entries_feed_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", "key", name=op.f("pk_warning_feed_entries")),
    )
    op.create_table(
        "warnings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sent", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message_type", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("onset", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("expires", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("xml", sa.String(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=True),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("told_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("told_up_to", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["warnings.id"], name=op.f("fk_warnings_ended_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["warning_feeds.id"], name=op.f("fk_warnings_feed_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warnings")),
        sa.UniqueConstraint("identifier", "sender", "sent", name=op.f("uq_warnings_identifier_sender_sent")),
    )
    op.create_index(op.f("ix_warnings_ended_by_id"), "warnings", ["ended_by_id"])
    op.create_index(
        "ix_warnings_expires",
        "warnings",
        ["expires"],
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(op.f("ix_warnings_feed_id"), "warnings", ["feed_id"])
    op.create_index(op.f("ix_warnings_identifier"), "warnings", ["identifier"])
    op.create_index(op.f("ix_warnings_sent"), "warnings", ["sent"])
    op.create_table(
        "warned_kelurahan",
        sa.Column("warning_id", sa.Integer(), nullable=False),
        sa.Column("kelurahan_id", sa.Integer(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["kelurahan_id"], ["kelurahan.id"], name=op.f("fk_warned_kelurahan_kelurahan_id")),
        sa.ForeignKeyConstraint(
            ["warning_id"], ["warnings.id"], name=op.f("fk_warned_kelurahan_warning_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("warning_id", "kelurahan_id", name=op.f("pk_warned_kelurahan")),
    )
    op.create_index(op.f("ix_warned_kelurahan_kelurahan_id"), "warned_kelurahan", ["kelurahan_id"])
    op.create_table(
        "warned_rt",
        sa.Column("warning_id", sa.Integer(), nullable=False),
        sa.Column("rt_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rt_id"], ["rt.id"], name=op.f("fk_warned_rt_rt_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["warning_id"], ["warnings.id"], name=op.f("fk_warned_rt_warning_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("warning_id", "rt_id", name=op.f("pk_warned_rt")),
    )
    op.create_index(op.f("ix_warned_rt_rt_id"), "warned_rt", ["rt_id"])
    op.create_table(
        "warning_references",
        sa.Column("warning_id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["warning_id"], ["warnings.id"], name=op.f("fk_warning_references_warning_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("warning_id", "identifier", "sender", name=op.f("pk_warning_references")),
    )
    op.create_index(op.f("ix_warning_references_identifier"), "warning_references", ["identifier"])
    op.create_table(
        "warning_wishes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("least", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_warning_wishes_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_warning_wishes")),
    )
    op.create_table(
        "warning_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_type", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("hazard", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("onset", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("expires", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("kelurahan_ids", sa.JSON(), nullable=False),
        sa.Column("rw_ids", sa.JSON(), nullable=False),
        sa.Column("rt_ids", sa.JSON(), nullable=False),
        sa.Column("polygon", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("decided_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("refused_by_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("refused_because", sa.String(), nullable=False),
        sa.Column("at_once_reason", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("reviewed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("warning_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_id"], ["warnings.id"], name=op.f("fk_warning_drafts_about_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_warning_drafts_author_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_warning_drafts_decided_by_id")),
        sa.ForeignKeyConstraint(["refused_by_id"], ["users.id"], name=op.f("fk_warning_drafts_refused_by_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["users.id"], name=op.f("fk_warning_drafts_reviewed_by_id")),
        sa.ForeignKeyConstraint(
            ["warning_id"], ["warnings.id"], name=op.f("fk_warning_drafts_warning_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_drafts")),
        sa.UniqueConstraint("warning_id", name=op.f("uq_warning_drafts_warning_id")),
    )
    op.create_index(op.f("ix_warning_drafts_about_id"), "warning_drafts", ["about_id"])
    op.create_index(op.f("ix_warning_drafts_author_id"), "warning_drafts", ["author_id"])
    op.create_index(
        "ix_warning_drafts_waiting",
        "warning_drafts",
        ["written_at"],
        sqlite_where=sa.text("decided_at is null"),
        postgresql_where=sa.text("decided_at is null"),
    )
    op.create_table(
        "hazard_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("place_source", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kelurahan_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("water_level", sa.Integer(), nullable=True),
        sa.Column("danger", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("same_as_id", sa.Uuid(), nullable=True),
        sa.Column("reported_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("answered_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_hazard_reports_alert_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_hazard_reports_client_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_hazard_reports_incident_id")),
        sa.ForeignKeyConstraint(["kelurahan_id"], ["kelurahan.id"], name=op.f("fk_hazard_reports_kelurahan_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_hazard_reports_reporter_id")),
        sa.ForeignKeyConstraint(["same_as_id"], ["hazard_reports.id"], name=op.f("fk_hazard_reports_same_as_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_reports")),
        sa.UniqueConstraint("number", name=op.f("uq_hazard_reports_number")),
    )
    op.create_index(op.f("ix_hazard_reports_alert_id"), "hazard_reports", ["alert_id"])
    op.create_index(op.f("ix_hazard_reports_incident_id"), "hazard_reports", ["incident_id"])
    op.create_index(op.f("ix_hazard_reports_kelurahan_id"), "hazard_reports", ["kelurahan_id"])
    op.create_index(op.f("ix_hazard_reports_reporter_id"), "hazard_reports", ["reporter_id"])
    op.create_index(op.f("ix_hazard_reports_same_as_id"), "hazard_reports", ["same_as_id"])
    op.create_index("ix_hazard_reports_client_id_reported_at", "hazard_reports", ["client_id", "reported_at"])
    op.create_index("ix_hazard_reports_status_reported_at", "hazard_reports", ["status", "reported_at"])
    op.create_index(
        "ix_hazard_reports_waiting",
        "hazard_reports",
        ["reported_at"],
        sqlite_where=sa.text("status in ('received', 'asked')"),
        postgresql_where=sa.text("status in ('received', 'asked')"),
    )
    op.create_table(
        "hazard_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_hazard_messages_author_id")),
        sa.ForeignKeyConstraint(["report_id"], ["hazard_reports.id"], name=op.f("fk_hazard_messages_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_messages")),
    )
    op.create_index(op.f("ix_hazard_messages_author_id"), "hazard_messages", ["author_id"])
    op.create_index(op.f("ix_hazard_messages_report_id"), "hazard_messages", ["report_id"])
    op.create_table(
        "hazard_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["hazard_reports.id"], name=op.f("fk_hazard_photos_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_photos")),
        sa.UniqueConstraint("name", name=op.f("uq_hazard_photos_name")),
    )
    op.create_index(op.f("ix_hazard_photos_report_id"), "hazard_photos", ["report_id"])
    op.create_table(
        "hazard_days",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_hazard_days")),
    )

    op.create_table(
        "incident_viewers",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("seen_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_viewers_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_incident_viewers_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "incident_id", name=op.f("pk_incident_viewers")),
    )

    op.create_table(
        "board_filters",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_board_filters_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_board_filters")),
    )

    op.create_table(
        "road_closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("from_place", sa.String(), nullable=False),
        sa.Column("from_latitude", sa.Double(), nullable=True),
        sa.Column("from_longitude", sa.Double(), nullable=True),
        sa.Column("to_place", sa.String(), nullable=False),
        sa.Column("to_latitude", sa.Double(), nullable=True),
        sa.Column("to_longitude", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("began_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("ends_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_road_closures_author_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_road_closures_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_closures")),
    )
    op.create_index(op.f("ix_road_closures_ends_at"), "road_closures", ["ends_at"])

    op.create_table(
        "staging_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("began_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_staging_areas_incident_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_staging_areas_author_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_staging_areas_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staging_areas")),
    )
    op.create_index(op.f("ix_staging_areas_incident_id"), "staging_areas", ["incident_id"])
    op.create_index(op.f("ix_staging_areas_ended_at"), "staging_areas", ["ended_at"])
    op.create_table(
        "shift_types",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_shift_types_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_types")),
    )
    op.create_index("uq_shift_types_code", "shift_types", ["agency_id", "code"], unique=True)
    op.create_table(
        "planned_shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("shift_type_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ends_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("cancelled_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("short_rest_by_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_planned_shifts_agency_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["users.id"], name=op.f("fk_planned_shifts_planned_by_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["planned_shifts.id"], name=op.f("fk_planned_shifts_replaces_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["shift_type_id"], ["shift_types.id"], name=op.f("fk_planned_shifts_shift_type_id")),
        sa.ForeignKeyConstraint(["short_rest_by_id"], ["users.id"], name=op.f("fk_planned_shifts_short_rest_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_planned_shifts_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_planned_shifts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_shifts")),
    )
    op.create_index("ix_planned_shifts_agency", "planned_shifts", ["agency_id", "starts_at"])
    op.create_index("ix_planned_shifts_user", "planned_shifts", ["user_id", "starts_at"])
    op.create_index("ix_planned_shifts_replaces_id", "planned_shifts", ["replaces_id"])
    op.create_index(
        "uq_planned_shifts_start", "planned_shifts", ["user_id", "starts_at"], unique=True,
        sqlite_where=sa.text("cancelled_at is null"), postgresql_where=sa.text("cancelled_at is null"),
    )  # fmt: skip
    op.create_table(
        "shift_swaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("shift_revision", sa.Integer(), nullable=False),
        sa.Column("colleague_id", sa.Integer(), nullable=False),
        sa.Column("return_shift_id", sa.Integer(), nullable=True),
        sa.Column("return_revision", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("offered_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["colleague_id"], ["users.id"], name=op.f("fk_shift_swaps_colleague_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_shift_swaps_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["return_shift_id"], ["planned_shifts.id"], name=op.f("fk_shift_swaps_return_shift_id")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["planned_shifts.id"], name=op.f("fk_shift_swaps_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_swaps")),
    )
    op.create_index("ix_shift_swaps_shift_id", "shift_swaps", ["shift_id"])
    op.create_index("ix_shift_swaps_return_shift_id", "shift_swaps", ["return_shift_id"])
    op.create_index(
        "ix_shift_swaps_open", "shift_swaps", ["status"],
        sqlite_where=sa.text("status in ('offered', 'agreed')"),
        postgresql_where=sa.text("status in ('offered', 'agreed')"),
    )  # fmt: skip
    op.create_index(
        "uq_shift_swaps_open", "shift_swaps", ["shift_id"], unique=True,
        sqlite_where=sa.text("status in ('offered', 'agreed')"),
        postgresql_where=sa.text("status in ('offered', 'agreed')"),
    )  # fmt: skip
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_leave_recorded_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_leave_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    op.create_index("ix_leave_user", "leave", ["user_id", "last_day"])
    op.create_table(
        "minimum_strengths",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("kecamatan_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("officers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_minimum_strengths_agency_id")),
        sa.ForeignKeyConstraint(["kecamatan_id"], ["kecamatan.id"], name=op.f("fk_minimum_strengths_kecamatan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minimum_strengths")),
    )
    op.create_index("ix_minimum_strengths_agency_id", "minimum_strengths", ["agency_id"])
    op.create_table(
        "roster_calendars",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_roster_calendars_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_roster_calendars")),
        sa.UniqueConstraint("digest", name=op.f("uq_roster_calendars_digest")),
    )
    op.create_table(
        "gathering_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("safe_from", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering_points")),
        sa.UniqueConstraint("name", name=op.f("uq_gathering_points_name")),
    )
    op.create_table(
        "evacuation_routes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("line", sa.JSON(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["gathering_points.id"], name=op.f("fk_evacuation_routes_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_routes")),
        sa.UniqueConstraint("name", name=op.f("uq_evacuation_routes_name")),
    )
    op.create_index(op.f("ix_evacuation_routes_point_id"), "evacuation_routes", ["point_id"])
    op.create_table(
        "safety_answers",
        sa.Column("warning_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("answered_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_safety_answers_author_id")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_safety_answers_resident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["warning_id"], ["warnings.id"], name=op.f("fk_safety_answers_warning_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("warning_id", "resident_id", name=op.f("pk_safety_answers")),
    )
    op.create_index(op.f("ix_safety_answers_answered_at"), "safety_answers", ["answered_at"])
    op.create_index("ix_safety_answers_newest", "safety_answers", ["warning_id", "answered_at"])
    op.create_index(op.f("ix_safety_answers_resident_id"), "safety_answers", ["resident_id"])

    op.create_table(
        "rt_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("all_clear", sa.String(), nullable=False),
        sa.Column("told_up_to", sa.Integer(), nullable=False),
        sa.Column("told_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("over_told_up_to", sa.Integer(), nullable=False),
        sa.Column("over_told_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("settled_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_rt_messages_author_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_rt_messages_ended_by_id")),
        sa.ForeignKeyConstraint(["rt_id"], ["rt.id"], name=op.f("fk_rt_messages_rt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rt_messages")),
    )
    op.create_index(op.f("ix_rt_messages_sent_at"), "rt_messages", ["sent_at"])
    op.create_index("ix_rt_messages_rt_id_sent_at", "rt_messages", ["rt_id", "sent_at"])
    op.create_index("ix_rt_messages_kind_sent_at", "rt_messages", ["kind", "sent_at"])
    for name, column, condition in (
        ("untold", "sent_at", "told_at is null"),
        ("unsettled", "until", "settled_at is null"),
        ("over", "ended_at", "ended_at is not null and over_told_at is null"),
    ):
        op.create_index(
            f"ix_rt_messages_{name}", "rt_messages", [column], sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )  # fmt: skip
    op.create_table(
        "rt_notices_muted",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_rt_notices_muted_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_rt_notices_muted")),
    )
    op.create_table(
        "forward_endpoints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("api_key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("jurisdiction_id", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("succeeded_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("failed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_clients.id"], name=op.f("fk_forward_endpoints_client_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forward_endpoints")),
        sa.UniqueConstraint("name", name=op.f("uq_forward_endpoints_name")),
        sa.UniqueConstraint("url", name=op.f("uq_forward_endpoints_url")),
    )
    op.create_index(op.f("ix_forward_endpoints_client_id"), "forward_endpoints", ["client_id"])
    op.create_table(
        "forwarded_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("repeated_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("sent_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("service_request_id", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_notes", sa.String(), nullable=False),
        sa.Column("checked_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("changed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("closed_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["forward_endpoints.id"], name=op.f("fk_forwarded_reports_endpoint_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["hazard_reports.id"], name=op.f("fk_forwarded_reports_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarded_reports")),
        sa.UniqueConstraint("report_id", "endpoint_id", name=op.f("uq_forwarded_reports_report_id_endpoint_id")),
    )
    op.create_index(op.f("ix_forwarded_reports_endpoint_id"), "forwarded_reports", ["endpoint_id"])
    op.create_index(
        "ix_forwarded_reports_open",
        "forwarded_reports",
        ["endpoint_id", "checked_at"],
        sqlite_where=sa.text("sent_at is not null and closed_at is null"),
        postgresql_where=sa.text("sent_at is not null and closed_at is null"),
    )


def downgrade() -> None:
    op.drop_table("rt_notices_muted")
    op.drop_table("rt_messages")
    op.drop_table("safety_answers")
    op.drop_table("evacuation_routes")
    op.drop_table("gathering_points")
    op.drop_table("roster_calendars")
    op.drop_table("leave")
    op.drop_table("minimum_strengths")
    op.drop_table("shift_swaps")
    op.drop_table("planned_shifts")
    op.drop_table("shift_types")
    op.drop_table("forwarded_reports")
    op.drop_table("forward_endpoints")
    op.drop_table("hazard_days")
    op.drop_table("hazard_photos")
    op.drop_table("hazard_messages")
    op.drop_table("hazard_reports")
    op.drop_table("warning_wishes")
    op.drop_table("warning_drafts")
    op.drop_table("warned_rt")
    op.drop_table("warned_kelurahan")
    op.drop_table("warning_references")
    op.drop_table("warnings")
    op.drop_table("warning_feed_entries")
    op.drop_table("warning_feeds")
    op.drop_table("board_filters")
    op.drop_table("incident_viewers")
    op.drop_table("staging_areas")
    op.drop_table("road_closures")
    op.drop_table("handovers")
    op.drop_table("watches")
    op.drop_table("response_times_progress")
    op.drop_table("response_times")
    op.drop_table("search_progress")
    op.drop_table("search_words")
    op.drop_table("alert_shares")
    op.drop_table("ratings")
    op.drop_table("partner_alerts")
    op.drop_table("cancellations")
    op.drop_table("calls")
    op.drop_table("premises_cancellations")
    op.drop_table("contact_calls")
    op.drop_table("presences")
    op.drop_table("callouts")
    op.drop_table("alert_fixes")
    op.drop_table("sent_statuses")
    op.drop_table("paper_entries")
    op.drop_table("residents")
    op.drop_table("panel_events")
    op.drop_table("decisions")
    op.drop_table("escalations")
    op.drop_table("merges")
    op.drop_table("incident_agencies")
    op.drop_table("events")
    op.drop_table("shortfalls")
    op.drop_table("welfare_checks")
    op.drop_table("assignments")
    op.drop_table("alerts")
    op.drop_table("leaderships")
    op.drop_table("incidents")
    op.drop_table("households")
    op.drop_table("test_modes")
    op.drop_table("rt")
    op.drop_table("zones")
    op.drop_table("unit_kinds")
    op.drop_table("unit_capabilities")
    op.drop_table("type_questions")
    op.drop_table("type_advice")
    op.drop_table("shifts")
    op.drop_table("seen_ciphertexts")
    op.drop_table("rw")
    op.drop_table("remembered_devices")
    op.drop_table("push_subscriptions")
    op.drop_table("plan_items")
    op.drop_table("phone_codes")
    op.drop_table("escalation_steps")
    op.drop_table("user_roles")
    op.drop_table("dropped_fixes")
    op.drop_table("tracker_fixes")
    op.drop_table("trackers")
    op.drop_table("units")
    op.drop_table("totp_secrets")
    op.drop_table("sessions")
    op.drop_table("recovery_requests")
    op.drop_table("recovery_codes")
    op.drop_table("premises_users")
    op.drop_table("premises_pictures")
    op.drop_table("premises_contacts")
    op.drop_table("passkeys")
    op.drop_table("panels")
    op.drop_table("caller_flags")
    op.drop_table("notices")
    op.drop_table("monthly_tests")
    op.drop_table("members")
    op.drop_table("kelurahan")
    op.drop_table("emergency_contacts")
    op.drop_table("invitations")
    op.drop_table("incident_types")
    op.drop_table("client_tokens")
    op.drop_table("users")
    op.drop_table("session_clock")
    op.drop_table("crime_figures")
    op.drop_table("quotas")
    op.drop_table("premises")
    op.drop_table("outbox")
    op.drop_table("adjacent_authorities")
    op.drop_table("leases")
    op.drop_table("house_numbers")
    op.drop_table("map_features")
    op.drop_table("streets")
    op.drop_table("street_levels")
    op.drop_table("street_sources")
    op.drop_table("landmarks")
    op.drop_table("kept_answers")
    op.drop_table("kecamatan")
    op.drop_table("incident_days")
    op.drop_table("heartbeats")
    op.drop_table("guess_counts")
    op.drop_table("capabilities")
    op.drop_table("audit_entries")
    op.drop_table("api_clients")
    op.drop_table("agencies")
