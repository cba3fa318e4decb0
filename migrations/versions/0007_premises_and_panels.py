"""premises and alarm panels."""

import sqlalchemy as sa
from alembic import op

import meteor.store.types

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "premises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("entrance_latitude", sa.Double(), nullable=True),
        sa.Column("entrance_longitude", sa.Double(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("opening_hours", sa.JSON(), nullable=False),
        sa.Column("hazards", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises")),
        sa.UniqueConstraint("name", name=op.f("uq_premises_name")),
    )
    with op.batch_alter_table("premises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_premises_phone"), ["phone"], unique=False)

    op.create_table(
        "monthly_tests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("result", sa.String(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("done_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_monthly_tests_premises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_tests")),
        sa.UniqueConstraint("premises_id", "month", name=op.f("uq_monthly_tests_premises_id_month")),
    )
    op.create_table(
        "panels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("heard_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("trouble_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("silent_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("created_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_panels_premises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panels")),
        sa.UniqueConstraint("account", name=op.f("uq_panels_account")),
    )
    with op.batch_alter_table("panels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panels_premises_id"), ["premises_id"], unique=False)

    op.create_table(
        "premises_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("pass_phrase_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_premises_contacts_premises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises_contacts")),
    )
    with op.batch_alter_table("premises_contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_premises_contacts_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_premises_contacts_premises_id"), ["premises_id"], unique=False)

    op.create_table(
        "premises_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_premises_pictures_premises_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["users.id"], name=op.f("fk_premises_pictures_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises_pictures")),
    )
    with op.batch_alter_table("premises_pictures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_premises_pictures_premises_id"), ["premises_id"], unique=False)

    op.create_table(
        "premises_users",
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_premises_users_premises_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_premises_users_user_id")),
        sa.PrimaryKeyConstraint("premises_id", "user_id", name=op.f("pk_premises_users")),
    )
    with op.batch_alter_table("premises_users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_premises_users_user_id"), ["user_id"], unique=False)

    op.create_table(
        "escalation_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_escalation_steps_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_steps")),
        sa.UniqueConstraint("type_id", "role", name=op.f("uq_escalation_steps_type_id_role")),
    )
    op.create_table(
        "zones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_zones_panel_id")),
        sa.ForeignKeyConstraint(["type_id"], ["incident_types.id"], name=op.f("fk_zones_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_zones_panel_id_number")),
    )
    op.create_table(
        "test_modes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("began_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("began_by_id", sa.Integer(), nullable=True),
        sa.Column("until", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["began_by_id"], ["users.id"], name=op.f("fk_test_modes_began_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_test_modes_ended_by_id")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_test_modes_premises_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_test_modes_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_modes")),
    )
    with op.batch_alter_table("test_modes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_test_modes_premises_id"), ["premises_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_test_modes_until"), ["until"], unique=False)

    op.create_table(
        "escalations",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("began_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("acknowledged_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["users.id"], name=op.f("fk_escalations_acknowledged_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_escalations_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_escalations")),
    )
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalations_next_at"), ["next_at"], unique=False)

    op.create_table(
        "panel_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", meteor.store.types.Moment(timezone=True), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("sequence", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("restore", sa.Boolean(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("told_at", meteor.store.types.Moment(timezone=True), nullable=True),
        sa.Column("skew", sa.Double(), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_panel_events_incident_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_panel_events_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_events")),
    )
    with op.batch_alter_table("panel_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_events_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index("ix_panel_events_panel_id_digest", ["panel_id", "digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_events_received_at"), ["received_at"], unique=False)

    op.add_column("incident_types", sa.Column("neighbours", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "incident_types", sa.Column("silent_approach", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    # SQLite makes a table anew for a constraint, and must not while other tables refer to it; this it can do in place.
    op.execute(
        "ALTER TABLE incidents ADD COLUMN premises_id INTEGER "
        "CONSTRAINT fk_incidents_premises_id REFERENCES premises (id)"
    )
    op.create_index(op.f("ix_incidents_premises_id"), "incidents", ["premises_id"], unique=False)
    op.add_column("incidents", sa.Column("staging_latitude", sa.Double(), nullable=True))
    op.add_column("incidents", sa.Column("staging_longitude", sa.Double(), nullable=True))
    for name in ("role_id", "role_en"):
        op.add_column("plan_items", sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("residents", sa.Column("helps_since", meteor.store.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("residents", "helps_since")
    op.drop_column("plan_items", "role_en")
    op.drop_column("plan_items", "role_id")
    op.drop_column("incidents", "staging_longitude")
    op.drop_column("incidents", "staging_latitude")
    op.drop_index(op.f("ix_incidents_premises_id"), "incidents")
    op.execute("ALTER TABLE incidents DROP COLUMN premises_id")
    op.drop_column("incident_types", "silent_approach")
    op.drop_column("incident_types", "neighbours")
    with op.batch_alter_table("panel_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_events_received_at"))
        batch_op.drop_index("ix_panel_events_panel_id_digest")
        batch_op.drop_index(batch_op.f("ix_panel_events_incident_id"))

    op.drop_table("panel_events")
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalations_next_at"))

    op.drop_table("escalations")
    with op.batch_alter_table("test_modes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_test_modes_until"))
        batch_op.drop_index(batch_op.f("ix_test_modes_premises_id"))

    op.drop_table("test_modes")
    op.drop_table("zones")
    op.drop_table("escalation_steps")
    with op.batch_alter_table("premises_users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_premises_users_user_id"))

    op.drop_table("premises_users")
    with op.batch_alter_table("premises_pictures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_premises_pictures_premises_id"))

    op.drop_table("premises_pictures")
    with op.batch_alter_table("premises_contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_premises_contacts_premises_id"))
        batch_op.drop_index(batch_op.f("ix_premises_contacts_phone"))

    op.drop_table("premises_contacts")
    with op.batch_alter_table("panels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panels_premises_id"))

    op.drop_table("panels")
    op.drop_table("monthly_tests")
    with op.batch_alter_table("premises", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_premises_phone"))

    op.drop_table("premises")
