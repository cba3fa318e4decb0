"""when an alert last joined an incident."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("last_alert_at", meteor.store.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("incidents", "last_alert_at")
