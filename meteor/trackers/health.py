"""The health of trackers: how many fixes were dropped, and whether the clock is right."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from meteor.store.database import db
from meteor.trackers.models import DroppedFixes, Tracker

COUNTED = timedelta(hours=24)
"""Time for which dropped fixes are shown."""

SILENT = timedelta(minutes=30)
"""Time after which a tracker that says nothing is silent: as long as a position is used for dispatch."""


def dropped(tracker: Tracker, at: datetime) -> Mapping[str, int]:
    """Count the fixes dropped in the last 24 h by reason, the most frequent first."""
    total = func.sum(DroppedFixes.count)
    rows = db.session.execute(
        select(DroppedFixes.reason, total)
        .where(DroppedFixes.hour > at - COUNTED, DroppedFixes.tracker_id == tracker.id)
        .group_by(DroppedFixes.reason)
        .order_by(total.desc(), DroppedFixes.reason)
    )
    return {reason: int(count) for reason, count in rows}


def all_dropped(tracker_ids: Collection[int], at: datetime) -> Mapping[int, int]:
    """Count the dropped fixes of each tracker in the last 24 h; no entry for none."""
    rows = db.session.execute(
        select(DroppedFixes.tracker_id, func.sum(DroppedFixes.count))
        .where(DroppedFixes.hour > at - COUNTED, DroppedFixes.tracker_id.in_(tracker_ids))
        .group_by(DroppedFixes.tracker_id)
    )
    return {tracker_id: int(count) for tracker_id, count in rows}


def state(tracker: Tracker, at: datetime) -> str:
    """ "withdrawn", "never" heard, "silent" for a while, "unplaced" (heard, without a fix), or "heard"."""
    if tracker.withdrawn_at is not None:
        return "withdrawn"
    if tracker.heard_at is None:
        return "never"
    if at - tracker.heard_at > SILENT:
        return "silent"
    return "heard" if tracker.fix_at is not None and at - tracker.fix_at <= SILENT else "unplaced"
