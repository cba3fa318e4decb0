"""Fixes of trackers: the trail, and the position of the unit (automatic vehicle location)."""

from datetime import datetime

from sqlalchemy import select

from meteor.agencies.rules import report_position
from meteor.store.database import db
from meteor.trackers.messages import Fix
from meteor.trackers.models import Tracker


def take(tracker_id: int, fix: Fix, at: datetime) -> str:
    """Take a tracker's fix, received at `at`."""
    tracker = db.session.scalars(select(Tracker).where(Tracker.id == tracker_id).with_for_update()).one()
    tracker.heard_at = at
    tracker.battery = fix.battery if fix.battery is not None else tracker.battery
    return report_position(tracker.unit, fix.latitude, fix.longitude, fix.accuracy, fix.taken_at, at)
