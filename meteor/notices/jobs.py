"""What comes round among notices: pushing them to devices, and forgetting what everybody has known for long."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from meteor.notices import devices, push, rules
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.work import Job

KEPT = timedelta(days=90)


def forget_notices(at: datetime) -> None:
    """Delete the notices that were acknowledged more than KEPT ago. What nobody acknowledged stays."""
    db.session.execute(delete(Notice).where(Notice.acknowledged_at < at - KEPT))


JOBS = [Job("notices.retention", 3600, forget_notices), Job("devices.retention", 3600, devices.forget)]
PUSHES = {rules.PUSH: push.spread}
PARTNERS = {push.DEVICE: push.send}
