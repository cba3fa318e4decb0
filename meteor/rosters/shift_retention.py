"""Deletion of old planned shifts and their swaps."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from meteor.agencies.models import Agency
from meteor.rosters.models import PlannedShift, ShiftSwap
from meteor.store.database import db

KEPT = timedelta(days=731)
"""Age after which planned shifts are deleted."""

AT_ONCE = 500
"""Shifts that are deleted in one transaction."""


def forget(at: datetime) -> bool:
    """Delete AT_ONCE planned shifts that began more than KEPT ago, with their swaps. True if more may be left."""
    old = select(PlannedShift.id).where(
        PlannedShift.agency_id.in_(select(Agency.id)),  # the index begins with it
        PlannedShift.starts_at < at - KEPT,
    )
    ids = db.session.scalars(old.limit(AT_ONCE)).all()
    if ids:
        swapped = or_(ShiftSwap.shift_id.in_(ids), ShiftSwap.return_shift_id.in_(ids))
        db.session.execute(delete(ShiftSwap).where(swapped))
        db.session.execute(delete(PlannedShift).where(PlannedShift.id.in_(ids)))
    return len(ids) == AT_ONCE
