"""when METEOR was told of a call."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("calls", sa.Column("announced_at", meteor.store.types.Moment(timezone=True), nullable=True))
    op.execute("UPDATE calls SET announced_at = received_at WHERE client_id IS NOT NULL")


def downgrade() -> None:
    op.drop_column("calls", "announced_at")
