"""since when a panel is supervised as it is."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("panels", sa.Column("supervised_at", meteor.store.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("panels", "supervised_at")
