"""Job of trackers: deletion of old trails."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from meteor.store.database import db
from meteor.store.work import Job
from meteor.trackers.models import DroppedFixes, TrackerFix

KEPT = timedelta(days=90)

AT_ONCE = 1000
"""Points that are deleted in one transaction: a press may be waiting for the right to write."""


def forget_trails(at: datetime) -> bool:
    """Delete points of trails and counts that are older than KEPT. True if there are more."""
    db.session.execute(delete(DroppedFixes).where(DroppedFixes.hour < at - KEPT))
    old = select(TrackerFix.id).where(TrackerFix.at < at - KEPT).order_by(TrackerFix.at).limit(AT_ONCE)
    gone = db.session.scalars(delete(TrackerFix).where(TrackerFix.id.in_(old)).returning(TrackerFix.id)).all()
    return len(gone) == AT_ONCE


JOBS = [Job("trails.retention", 3600, forget_trails)]
