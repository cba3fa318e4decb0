"""keys of notices in the order of their code points."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    _collate("C")


def downgrade() -> None:
    _collate("default")


def _collate(collation: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("notices", "key", type_=sa.String(collation=collation), existing_nullable=False)
