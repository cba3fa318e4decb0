"""secrets of webhooks are sealed instead of made from the index key, so that it can be rotated"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("api_clients") as table:
        table.add_column(sa.Column("webhook_key_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("api_clients") as table:
        table.drop_column("webhook_key_sealed")
