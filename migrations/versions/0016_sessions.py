"""sessions are rows. Everybody signs in once more."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0016"
down_revision = "0015"

MOMENT = meteor.store.types.Moment(timezone=True)
LIVE = sa.text("ended_at is null")


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=True),
        sa.Column("last_minute", sa.Integer(), nullable=False),
        sa.Column("due_minute", sa.Integer(), nullable=False),
        sa.Column("proved_minute", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("key", name=op.f("uq_sessions_key")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index("ix_sessions_due", "sessions", ["due_minute"], postgresql_where=LIVE, sqlite_where=LIVE)
    clock = op.create_table(
        "session_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_clock")),
    )
    op.bulk_insert(clock, [{"id": 1, "minutes": 0, "holder": ""}])
    op.drop_column("users", "session_version")
    with op.batch_alter_table("push_subscriptions", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_column("session_version")
        batch.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_push_subscriptions_session_id"), "sessions", ["session_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(op.f("ix_push_subscriptions_session_id"), ["session_id"])


def downgrade() -> None:
    with op.batch_alter_table("push_subscriptions", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_index(op.f("ix_push_subscriptions_session_id"))
        batch.drop_constraint(op.f("fk_push_subscriptions_session_id"), type_="foreignkey")
        batch.drop_column("session_id")
        batch.add_column(sa.Column("session_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("users", sa.Column("session_version", sa.Integer(), nullable=False, server_default="1"))
    op.drop_table("session_clock")
    op.drop_table("sessions")
