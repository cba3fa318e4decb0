"""Jobs of notices: push to devices, and deletion of old acknowledged notices."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from meteor.accounts import telling
from meteor.notices import devices, push, rules
from meteor.notices.models import Notice
from meteor.notices.rules import acknowledge_all, tell
from meteor.store.database import db
from meteor.store.work import Job

KEPT = timedelta(days=90)


def forget_notices(at: datetime) -> None:
    """Delete notices acknowledged more than KEPT ago."""
    db.session.execute(delete(Notice).where(Notice.acknowledged_at < at - KEPT))


def raise_of_accounts(payload: dict[str, Any], at: datetime) -> None:
    """Raise a notice, or acknowledge notices, from the outbox items of accounts."""
    if "acknowledge" in payload:
        acknowledge_all(payload["acknowledge"], None, at)
    else:
        tell(**payload["notice"])


JOBS = [Job("notices.retention", 3600, forget_notices), Job("devices.retention", 3600, devices.forget)]
PUSHES = {rules.PUSH: push.spread}
HANDLERS = {telling.NOTICE: raise_of_accounts}
PARTNERS = {push.DEVICE: push.send}
