"""The history of a user's premises: alarms and tests."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.premises.models import Premises
from meteor.premises.rules import owned_by
from meteor.sas.models import Panel, PanelEvent, PremisesCancellation
from meteor.store.database import db

SHOWN = 20
"""Highest number of shown tests of panels."""


def alarms_of(user: User) -> Select[Alert]:
    """The alarms of the premises of `user`, from panels and the button, and the button's tests."""
    theirs = owned_by(user).with_only_columns(Premises.id)
    return select(Alert).where(Alert.source == "sas", Alert.premises_id.in_(theirs))


def find(user: User, alert_id: UUID) -> Alert | None:
    """The alarm, if `user` raised it or it is of their premises."""
    theirs = owned_by(user).with_only_columns(Premises.id)
    own = or_(Alert.reporter_id == user.id, Alert.premises_id.in_(theirs))
    return db.session.scalar(select(Alert).where(Alert.id == alert_id, Alert.source == "sas", own))


def cancellation_of(alert: Alert) -> PremisesCancellation | None:
    """The newest cancellation of the alarm by its premises."""
    said = select(PremisesCancellation).where(PremisesCancellation.alert_id == alert.id)
    return db.session.scalar(said.order_by(PremisesCancellation.id.desc()).limit(1))


def panel_tests_of(user: User) -> Sequence[PanelEvent]:
    """Events in test of the panels of the user's premises, newest first, SHOWN at most."""
    theirs = owned_by(user).with_only_columns(Premises.id)
    said = select(PanelEvent).join(PanelEvent.panel).where(Panel.premises_id.in_(theirs), PanelEvent.test)
    return db.session.scalars(said.order_by(PanelEvent.received_at.desc()).limit(SHOWN)).all()


def raised_by(alert: Alert) -> str:
    """The source of an alarm: a user's name, or the panel's."""
    if alert.reporter:
        return alert.reporter.name
    event = db.session.get(PanelEvent, alert.id)
    return event.panel.label if event else ""
