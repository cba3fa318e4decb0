"""places and what people call them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("landmarks", sa.Column("kind", sa.String(), nullable=False, server_default=sa.text("'other'")))
    op.add_column("landmarks", sa.Column("aliases", sa.String(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "neighbours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbours")),
    )


def downgrade() -> None:
    op.drop_table("neighbours")
    op.drop_column("landmarks", "aliases")
    op.drop_column("landmarks", "kind")
