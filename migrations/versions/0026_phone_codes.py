"""codes that prove phone numbers."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("users", sa.Column("phone_verified_at", meteor.store.types.Moment(timezone=True), nullable=True))
    op.create_table(
        "phone_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["recovery_requests.id"], name=op.f("fk_phone_codes_request_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_phone_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
    )
    for column in ("expires_at", "phone", "user_id"):
        op.create_index(op.f(f"ix_phone_codes_{column}"), "phone_codes", [column], unique=False)


def downgrade() -> None:
    op.drop_table("phone_codes")
    op.drop_column("users", "phone_verified_at")
