"""changes of an account that wait for its owner."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0020"
down_revision = "0019"

MOMENT = meteor.store.types.Moment(timezone=True)
OPEN = sa.text("ended_at is null")


def upgrade() -> None:
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
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_requests_user_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["users.id"], name=op.f("fk_recovery_requests_requested_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_recovery_requests_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_requests")),
        sa.UniqueConstraint("card_hash", name=op.f("uq_recovery_requests_card_hash")),
    )
    op.create_index(op.f("ix_recovery_requests_user_id"), "recovery_requests", ["user_id"])
    op.create_index(op.f("ix_recovery_requests_ended_at"), "recovery_requests", ["ended_at"])
    op.create_index(
        "uq_recovery_requests_open", "recovery_requests", ["user_id"], unique=True, postgresql_where=OPEN,
        sqlite_where=OPEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("recovery_requests")
