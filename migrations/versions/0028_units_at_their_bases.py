"""the index of bases holds only units that stand there."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

COLUMNS = ["status", "base_latitude", "base_longitude"]


def upgrade() -> None:
    op.drop_index("ix_units_base", "units")
    op.create_index(
        "ix_units_base", "units", COLUMNS, postgresql_where=sa.text("at_base"), sqlite_where=sa.text("at_base = 1")
    )


def downgrade() -> None:
    op.drop_index("ix_units_base", "units")
    op.create_index("ix_units_base", "units", COLUMNS)
