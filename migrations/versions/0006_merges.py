"""incidents that are one."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "incident_types",
        sa.Column("duplicate_radius", sa.Integer(), nullable=False, server_default=sa.text("250")),
    )
    # SQLite makes a table anew for a constraint, and must not while other tables refer to it; this it can do in place.
    for table, column in (("incidents", "merged_into_id"), ("alerts", "first_incident_id")):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column} REFERENCES incidents (id)"
        )
    op.create_index(op.f("ix_alerts_first_incident_id"), "alerts", ["first_incident_id"], unique=False)
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_merges_incident_id")),
        sa.ForeignKeyConstraint(["into_id"], ["incidents.id"], name=op.f("fk_merges_into_id")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["users.id"], name=op.f("fk_merges_merged_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["users.id"], name=op.f("fk_merges_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_into_id"), ["into_id"], unique=False)
        batch_op.create_index(
            "uq_merges_incident_id_stands",
            ["incident_id"],
            unique=True,
            sqlite_where=sa.text("undone_at is null"),
            postgresql_where=sa.text("undone_at is null"),
        )


def downgrade() -> None:
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index("uq_merges_incident_id_stands")
        batch_op.drop_index(batch_op.f("ix_merges_into_id"))

    op.drop_table("merges")
    op.drop_index(op.f("ix_alerts_first_incident_id"), "alerts")
    op.execute("ALTER TABLE alerts DROP COLUMN first_incident_id")
    op.execute("ALTER TABLE incidents DROP COLUMN merged_into_id")
    op.drop_column("incident_types", "duplicate_radius")
