"""The scheduler's own job: disk space."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.scheduler import corrections
from meteor.store import disk
from meteor.store.database import db
from meteor.store.work import Job

KEY = "disk:"
AGAIN = timedelta(days=1)
"""Interval of repeated notices about a disk that is still nearly full."""


def watch_disks(at: datetime) -> None:
    """Notify administrators of a disk with less than disk.LOW. Acknowledge the notice once there is space."""
    low = disk.low()
    if not low:
        notices.acknowledge_all(KEY, None, at)
        return
    known = or_(Notice.acknowledged_at.is_(None), Notice.acknowledged_by_id.is_not(None))
    told = select(Notice.id).where(Notice.key.startswith(KEY), Notice.created_at > at - AGAIN, known)
    if db.session.scalar(told.limit(1)) is None:
        name, left = min(low.items(), key=lambda pair: pair[1])
        megabytes = left // 1024**2
        notices.tell(f"{KEY}{at.isoformat()}", "disk_low", "/admin/audit", role="admin", disk=name, megabytes=megabytes)


JOBS = [Job("disk.space", 60, watch_disks), corrections.JOB]
