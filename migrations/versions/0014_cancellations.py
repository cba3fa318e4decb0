"""cancellations of alerts."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
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
    op.create_index(op.f("ix_cancellations_alert_id"), "cancellations", ["alert_id"], unique=False)
    # SQLite makes a table anew for what batch mode does, and must not while other tables refer to it.
    op.add_column("incidents", sa.Column("cancelled", sa.String(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column("incidents", "cancelled")
    op.drop_index(op.f("ix_cancellations_alert_id"), "cancellations")
    op.drop_table("cancellations")
