"""floods: what many alerts of one account leave behind is found without reading them all."""

from datetime import UTC
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

OPEN = "status != 'closed'"
WAITING = "done_at is null and failed_at is null"
AT_HOME = "domestic_violence"
CALLS = ("neighbour", "neighbour_watch", "neighbourhood")


def upgrade() -> None:
    false = "0" if _sqlite() else "false"
    op.execute(f"ALTER TABLE alerts ADD COLUMN repeat BOOLEAN DEFAULT {false} NOT NULL")
    op.execute(f"ALTER TABLE incidents ADD COLUMN confidential BOOLEAN DEFAULT {false} NOT NULL")
    op.execute("ALTER TABLE outbox ADD COLUMN subject VARCHAR")
    op.execute("ALTER TABLE outbox ADD COLUMN urgency INTEGER DEFAULT 5 NOT NULL")
    op.create_table(
        "callouts",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], op.f("fk_callouts_notice_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], op.f("fk_callouts_alert_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], op.f("fk_callouts_incident_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_callouts")),
    )
    op.create_index(op.f("ix_callouts_alert_id"), "callouts", ["alert_id"])
    op.create_index(op.f("ix_callouts_incident_id"), "callouts", ["incident_id"])
    _mark_repeats()
    _mark_confidential()
    _call_out()
    _ask_anew()
    _make_indexes()


def downgrade() -> None:
    for name in ("ix_incidents_open_confidential", "ix_incidents_open_silent", "ix_incidents_open_type"):
        op.drop_index(name, "incidents")
    for name in ("ix_alerts_first_of_incident", "ix_alerts_first_of_reporter"):
        op.drop_index(name, "alerts")
    op.drop_index("ix_alerts_incident_id_reporter_id_received_at", "alerts")
    op.create_index(op.f("ix_alerts_incident_id"), "alerts", ["incident_id"])
    op.drop_index("uq_outbox_subject_unclaimed", "outbox")
    op.drop_index("ix_outbox_waiting", "outbox")
    _partial("ix_outbox_waiting", "outbox", ["due_at"], WAITING)
    op.drop_table("callouts")
    for table, column in (
        ("outbox", "urgency"), ("outbox", "subject"), ("incidents", "confidential"), ("alerts", "repeat"),
    ):  # fmt: skip
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _make_indexes() -> None:
    op.drop_index(op.f("ix_alerts_incident_id"), "alerts")
    columns = ["incident_id", "reporter_id", "received_at"]
    op.create_index("ix_alerts_incident_id_reporter_id_received_at", "alerts", columns)
    first = "repeat = 0" if _sqlite() else "not repeat"
    _partial("ix_alerts_first_of_reporter", "alerts", ["reporter_id", "incident_id"], first)
    _partial("ix_alerts_first_of_incident", "alerts", ["incident_id"], first)
    _partial("ix_incidents_open_type", "incidents", ["type_id"], OPEN)
    _partial("ix_incidents_open_silent", "incidents", ["silent"], OPEN)
    _partial("ix_incidents_open_confidential", "incidents", ["confidential"], OPEN)
    op.drop_index("ix_outbox_waiting", "outbox")
    _partial("ix_outbox_waiting", "outbox", ["urgency", "due_at"], WAITING)
    _partial("uq_outbox_subject_unclaimed", "outbox", ["subject"], "attempts = 0", unique=True)


def _mark_repeats() -> None:
    """Of an account's alerts of an incident all but the first are repetitions."""
    op.execute(
        "UPDATE alerts SET repeat = (1 = 1) WHERE reporter_id IS NOT NULL AND EXISTS (SELECT 1 FROM alerts AS earlier"
        " WHERE earlier.incident_id = alerts.incident_id AND earlier.reporter_id = alerts.reporter_id"
        " AND (earlier.received_at < alerts.received_at"
        " OR (earlier.received_at = alerts.received_at AND earlier.id < alerts.id)))"
    )


def _mark_confidential() -> None:
    """What was silent or said to be violence at home stays kept from neighbours."""
    ids = {row[0] for row in _rows("SELECT id FROM incidents WHERE silent")}
    ids |= {row[0] for row in _rows("SELECT incident_id FROM alerts WHERE silent OR kind = 'domestic_violence'")}
    codes = {row[0] for row in _rows("SELECT code FROM incident_types WHERE kind = 'domestic_violence'")}
    events = sa.table("events", sa.column("incident_id"), sa.column("deed"), sa.column("detail", sa.JSON))
    found = sa.select(events.c.incident_id, events.c.deed, events.c.detail)
    told = {
        row.incident_id
        for row in op.get_bind().execute(found.where(events.c.deed.in_(["retyped", "kind_said"])))
        if (row.deed == "kind_said" and row.detail.get("kind") == AT_HOME)
        or (row.deed == "retyped" and codes & {row.detail.get("before"), row.detail.get("after")})
    }
    for first, now in _rows("SELECT first_incident_id, incident_id FROM alerts WHERE first_incident_id IS NOT NULL"):
        ids |= {now} if first in told else set()
    incidents = sa.table("incidents", sa.column("id"), sa.column("confidential", sa.Boolean))
    for incident_id in ids | told:
        op.execute(sa.update(incidents).where(incidents.c.id == incident_id).values(confidential=True))


def _call_out() -> None:
    """The neighbours who are called at this moment."""
    callouts = sa.table("callouts", sa.column("notice_id"), sa.column("alert_id", sa.Uuid), sa.column("incident_id"))
    notices = sa.table("notices", sa.column("id"), sa.column("key"), sa.column("kind"))
    query = sa.select(notices.c.id, notices.c.key).where(
        notices.c.kind.in_(CALLS), sa.not_(notices.c.key.startswith("over:"))
    )
    alerts = {row[0] for row in op.get_bind().execute(sa.select(sa.table("alerts", sa.column("id", sa.Uuid)).c.id))}
    for notice_id, key in op.get_bind().execute(query).all():
        kind, about, _ = key.split(":")
        if kind == "helpers":
            op.execute(sa.insert(callouts).values(notice_id=notice_id, incident_id=int(about)))
        elif UUID(about) in alerts:
            op.execute(sa.insert(callouts).values(notice_id=notice_id, alert_id=UUID(about)))


def _ask_anew() -> None:
    """What waits to ring the neighbourhood waits once for each incident."""
    outbox = sa.table(
        "outbox", sa.column("id"), sa.column("key"), sa.column("topic"),
        sa.column("payload", sa.JSON), sa.column("done_at"), sa.column("failed_at"),
    )  # fmt: skip
    waiting = sa.select(outbox).where(outbox.c.done_at.is_(None), outbox.c.failed_at.is_(None))
    alerts = sa.table(
        "alerts", sa.column("id", sa.Uuid), sa.column("incident_id"),
        sa.column("received_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    for row in op.get_bind().execute(waiting.where(outbox.c.topic == "neighbourhood")).all():
        of = sa.select(alerts.c.incident_id, alerts.c.received_at).where(alerts.c.id == UUID(row.payload["alert_id"]))
        incident_id, at = op.get_bind().execute(of).one()
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        payload = {"incident_id": incident_id, "at": at.isoformat()}
        op.execute(sa.update(outbox).where(outbox.c.id == row.id).values(topic="turned", payload=payload))


def _rows(query: str) -> Any:
    return op.get_bind().execute(sa.text(query)).all()


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
