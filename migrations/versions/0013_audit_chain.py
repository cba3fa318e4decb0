"""the audit log is hash-chained."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

UNCHAINED = sa.text("chain_number is null")


def upgrade() -> None:
    with op.batch_alter_table("audit_entries") as table:
        table.add_column(sa.Column("chain_number", sa.Integer(), nullable=True))
        table.add_column(sa.Column("chain_hash", sa.String(), nullable=True))
        table.create_unique_constraint(op.f("uq_audit_entries_chain_number"), ["chain_number"])
        table.create_index("ix_audit_entries_unchained", ["id"], postgresql_where=UNCHAINED, sqlite_where=UNCHAINED)


def downgrade() -> None:
    with op.batch_alter_table("audit_entries") as table:
        table.drop_index("ix_audit_entries_unchained", postgresql_where=UNCHAINED, sqlite_where=UNCHAINED)
        table.drop_constraint(op.f("uq_audit_entries_chain_number"), type_="unique")
        table.drop_column("chain_hash")
        table.drop_column("chain_number")
