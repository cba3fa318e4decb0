"""Fixes of trackers: the trail, and the position of the unit (automatic vehicle location)."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, insert, select, update

from meteor import geo
from meteor.agencies.positions import FASTEST, MOVED, OUTLIERS, position_of, report_position
from meteor.store import quotas
from meteor.store.database import db, execute, insert_into
from meteor.trackers import clock
from meteor.trackers.limits import FIXES
from meteor.trackers.messages import Fix
from meteor.trackers.models import DroppedFixes, Tracker, TrackerFix

REASONS = ("mocked", "nowhere", "future", "old", "inaccurate", "repeated", "impossible", "too_many")
"""Reasons for which a fix is dropped.

Of those that are "too_many" only the point of the trail is: see limits.FIXES.
"""

AHEAD = timedelta(seconds=60)
"""Highest lead of a tracker's clock. What comes from later would keep out all right fixes until then."""

OLDEST = timedelta(days=7)
"""Highest age of a fix that waited for a network; an older one is of a clock that was reset."""

INACCURATE = 500.0
"""Metres. What is worse comes from cells, not satellites, and in a city of 8 km would send the wrong unit."""

THINNED = timedelta(seconds=60)
"""A trail has a point for every MOVED metres, and one for so much time that a unit stands."""


class Point(NamedTuple):
    """A fix that was taken before: degrees WGS-84, metres."""

    at: datetime
    latitude: float
    longitude: float
    accuracy: float | None


def take(tracker_id: int, fix: Fix, at: datetime) -> str:
    """Take a tracker's fix, received at `at`. Empty if it is kept, otherwise the reason of REASONS.

    One that is older than the last, as in a batch after a dead zone, takes its place in the trail and moves nothing.
    """
    tracker = execute(_TRACKER, tracker=tracker_id).one()
    trail = _point_before(tracker, fix.taken_at)
    reason = _refusal(tracker, fix, trail, at)
    moves = not reason and (tracker.fix_at is None or fix.taken_at > tracker.fix_at)
    _note(tracker, fix, at, moves=moves)
    if reason:
        _count(tracker, reason, at)
        return reason
    _extend_trail(tracker, fix, trail, at)
    if moves:
        report_position(
            position_of(tracker.unit_id), fix.latitude, fix.longitude, fix.accuracy, fix.taken_at, at, "tracker",
            (fix.heading, fix.speed),
        )  # fmt: skip
    return ""


def _note(tracker: Row[Any], fix: Fix, at: datetime, *, moves: bool) -> None:
    """Note what a message says of the tracker itself, and its place if that is the newest."""
    said: dict[str, Any] = {"heard_at": at, "lag": clock.lag(tracker, fix, at)}
    if fix.battery is not None:
        said["battery"] = fix.battery
    if moves:
        said |= {"fix_at": fix.taken_at, "accuracy": fix.accuracy}
        said |= {"latitude": fix.latitude, "longitude": fix.longitude}
    execute(_HEARD, tracker=tracker.id, **said)


def _refusal(tracker: Row[Any], fix: Fix, trail: Point | None, at: datetime) -> str:
    if fix.mocked:
        return "mocked"
    if fix.latitude == 0 and fix.longitude == 0:  # what a device says that does not know
        return "nowhere"
    if not at - OLDEST <= fix.taken_at <= at + AHEAD:
        return "future" if fix.taken_at > at else "old"
    if (fix.accuracy or 0.0) > INACCURATE:
        return "inaccurate"
    if fix.taken_at == tracker.fix_at or (trail and fix.taken_at == trail.at):
        return "repeated"
    return "impossible" if _is_impossible(fix, _last(tracker, fix.taken_at) or trail) else ""


def _is_impossible(fix: Fix, before: Point | None) -> bool:
    """Return whether the unit would have driven faster than FASTEST since the fix before.

    Both fixes are taken to be as wrong as their accuracy (metres) allows.
    """
    if before is None or fix.taken_at - before.at > OUTLIERS:
        return False
    moved = geo.metres((before.latitude, before.longitude), (fix.latitude, fix.longitude))
    unsure = (fix.accuracy or 0.0) + (before.accuracy or 0.0)
    return bool(moved - unsure > FASTEST * (fix.taken_at - before.at).total_seconds())


def _extend_trail(tracker: Row[Any], fix: Fix, trail: Point | None, at: datetime) -> None:
    """Add a point to the trail if it says more than the one before it."""
    if trail and fix.taken_at - trail.at < THINNED:
        moved = geo.metres((trail.latitude, trail.longitude), (fix.latitude, fix.longitude))
        if moved < MOVED:
            return
    if not quotas.fits(f"tracker:{tracker.id}", FIXES, at):
        _count(tracker, "too_many", at)
        return
    execute(
        _POINT, tracker_id=tracker.id, at=fix.taken_at, latitude=fix.latitude, longitude=fix.longitude,
        accuracy=fix.accuracy, speed=fix.speed, heading=fix.heading,
    )  # fmt: skip


def _last(tracker: Row[Any], taken_at: datetime) -> Point | None:
    """The tracker's last fix, if the one of `taken_at` follows it."""
    if tracker.fix_at is None or taken_at < tracker.fix_at or tracker.latitude is None or tracker.longitude is None:
        return None
    return Point(tracker.fix_at, tracker.latitude, tracker.longitude, tracker.accuracy)


def _point_before(tracker: Row[Any], taken_at: datetime) -> Point | None:
    """The newest point of the trail that is not later than `taken_at`."""
    row = execute(_POINT_BEFORE, tracker=tracker.id, taken_at=taken_at).first()
    return Point(row.at, row.latitude, row.longitude, row.accuracy) if row else None


def _count(tracker: Row[Any], reason: str, at: datetime) -> None:
    """Count a dropped fix, in one statement."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    one = insert_into(DroppedFixes).values(hour=hour, tracker_id=tracker.id, reason=reason, count=1)
    table = DroppedFixes.__table__.c
    counted = one.on_conflict_do_update(
        index_elements=[table.hour, table.tracker_id, table.reason], set_={"count": table.count + 1}
    )
    db.session.execute(counted)


_TRACKER = select(
    Tracker.id, Tracker.unit_id, Tracker.heard_at, Tracker.lag, Tracker.fix_at, Tracker.latitude, Tracker.longitude,
    Tracker.accuracy,
).where(Tracker.id == bindparam("tracker"))  # fmt: skip
_HEARD = update(Tracker).where(Tracker.id == bindparam("tracker"))
_POINT = insert(TrackerFix)
_POINT_BEFORE = (
    select(TrackerFix.at, TrackerFix.latitude, TrackerFix.longitude, TrackerFix.accuracy)
    .where(TrackerFix.tracker_id == bindparam("tracker"), TrackerFix.at <= bindparam("taken_at"))
    .order_by(TrackerFix.at.desc())
    .limit(1)
)
