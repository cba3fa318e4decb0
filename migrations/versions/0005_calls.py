"""112 calls."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("caller_phone", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("alerts", sa.Column("caller_name", sa.String(), nullable=False, server_default=sa.text("''")))

    op.create_table(
        "number_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("lifted_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["users.id"], name=op.f("fk_number_marks_lifted_by_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["users.id"], name=op.f("fk_number_marks_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_marks")),
    )
    with op.batch_alter_table("number_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_marks_phone"), ["phone"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
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
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(
            "ix_calls_live",
            ["status", "received_at"],
            unique=False,
            sqlite_where=sa.text("status in ('ringing', 'taken')"),
            postgresql_where=sa.text("status in ('ringing', 'taken')"),
        )
        batch_op.create_index(batch_op.f("ix_calls_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_received_at"), ["received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_taken_by_id"), ["taken_by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calls_taken_by_id"))
        batch_op.drop_index(batch_op.f("ix_calls_received_at"))
        batch_op.drop_index(batch_op.f("ix_calls_phone"))
        batch_op.drop_index(
            "ix_calls_live",
            sqlite_where=sa.text("status in ('ringing', 'taken')"),
            postgresql_where=sa.text("status in ('ringing', 'taken')"),
        )

    op.drop_table("calls")
    with op.batch_alter_table("number_marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_number_marks_phone"))

    op.drop_table("number_marks")

    op.drop_column("alerts", "caller_name")
    op.drop_column("alerts", "caller_phone")
