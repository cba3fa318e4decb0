"""tries at passwords are counted in rows."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "guess_counts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guess_counts")),
    )
    op.create_index(op.f("ix_guess_counts_last_at"), "guess_counts", ["last_at"])


def downgrade() -> None:
    op.drop_table("guess_counts")
