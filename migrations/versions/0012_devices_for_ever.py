"""the id of a device is never given again: PostgreSQL never does, SQLite only where it is told so."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _make_anew(sqlite_autoincrement=True)


def downgrade() -> None:
    _make_anew()


def _make_anew(**how: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("push_subscriptions", recreate="always", table_kwargs=how):
            pass
