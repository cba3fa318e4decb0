"""Questions and advice of incident types, and the words that find them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("incident_types", sa.Column("keywords", sa.String(), nullable=False, server_default=sa.text("''")))

    op.create_table(
        "type_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_type_questions_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_questions")),
    )
    with op.batch_alter_table("type_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_type_questions_type_id"), ["type_id"], unique=False)

    op.create_table(
        "type_advice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_type_advice_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_advice")),
    )
    with op.batch_alter_table("type_advice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_type_advice_type_id"), ["type_id"], unique=False)


def downgrade() -> None:
    op.drop_table("type_advice")
    op.drop_table("type_questions")
    op.drop_column("incident_types", "keywords")
