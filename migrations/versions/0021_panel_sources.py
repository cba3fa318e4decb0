"""where a panel sends from, what is unconfirmed, and which encrypted messages were taken."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("panels", sa.Column("source", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "panel_events", sa.Column("unconfirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "seen_ciphertexts",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_seen_ciphertexts_panel_id_panels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("panel_id", "fingerprint", name=op.f("pk_seen_ciphertexts")),
    )
    op.create_index(op.f("ix_seen_ciphertexts_until"), "seen_ciphertexts", ["until"])


def downgrade() -> None:
    op.drop_table("seen_ciphertexts")
    op.drop_column("panel_events", "unconfirmed")
    op.drop_column("panels", "source")
