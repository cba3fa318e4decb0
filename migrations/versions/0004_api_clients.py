"""clients of the API."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
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
        sa.Column("webhook_after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("name", name=op.f("uq_api_clients_name")),
    )
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
    with op.batch_alter_table("client_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_tokens_client_id"), ["client_id"], unique=False)

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
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_answers_created_at"), ["created_at"], unique=False)

    op.create_table(
        "partner_alerts",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_partner_alerts_alert_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_partner_alerts_client_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_partner_alerts")),
    )
    with op.batch_alter_table("partner_alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_alerts_client_id"), ["client_id"], unique=False)

    op.create_table(
        "told_statuses",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_told_statuses_client_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_told_statuses_incident_id")),
        sa.PrimaryKeyConstraint("client_id", "incident_id", name=op.f("pk_told_statuses")),
    )


def downgrade() -> None:
    op.drop_table("told_statuses")
    with op.batch_alter_table("partner_alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_alerts_client_id"))

    op.drop_table("partner_alerts")
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_answers_created_at"))

    op.drop_table("kept_answers")
    with op.batch_alter_table("client_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_tokens_client_id"))

    op.drop_table("client_tokens")
    op.drop_table("api_clients")
