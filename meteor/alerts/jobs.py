"""Job of alerts: deletion of old positions."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from meteor.alerts.models import Alert, AlertFix
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.work import Job

KEPT = timedelta(days=90)


def forget_fixes(at: datetime) -> None:
    """Delete the later positions of phones whose incident was closed more than KEPT ago. The alert itself stays."""
    closed = (
        select(Incident.id)
        .join(Alert, Alert.incident_id == Incident.id)
        .where(Alert.id == AlertFix.alert_id, Incident.status == "closed", Incident.closed_at < at - KEPT)
    )
    db.session.execute(delete(AlertFix).where(AlertFix.received_at < at - KEPT, closed.exists()))


JOBS = [Job("fixes.retention", 3600, forget_fixes)]
