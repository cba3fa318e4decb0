"""how often an unconfirmed event of a panel was repeated."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("panel_events", sa.Column("repeats", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("panel_events", sa.Column("repeated_at", meteor.store.types.Moment(timezone=True), nullable=True))
    op.add_column(
        "panel_events", sa.Column("repeated_digest", sa.String(), server_default=sa.text("''"), nullable=False)
    )


def downgrade() -> None:
    for name in ("repeated_digest", "repeated_at", "repeats"):
        op.drop_column("panel_events", name)
