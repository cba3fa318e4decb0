"""premises of alerts."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    # SQLite makes a table anew for a constraint, and must not while other tables refer to it; this it can do in place.
    op.execute(
        "ALTER TABLE alerts ADD COLUMN premises_id INTEGER CONSTRAINT fk_alerts_premises_id REFERENCES premises (id)"
    )
    op.execute(
        "UPDATE alerts SET premises_id = (SELECT premises_id FROM incidents"
        " WHERE id = COALESCE(alerts.first_incident_id, alerts.incident_id)) WHERE source = 'sas'"
    )
    op.create_index(op.f("ix_alerts_premises_id"), "alerts", ["premises_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_alerts_premises_id"), "alerts")
    op.execute("ALTER TABLE alerts DROP COLUMN premises_id")
