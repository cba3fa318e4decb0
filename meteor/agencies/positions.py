"""Positions of units: which fix of which source counts, and how old and how live it is."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, bindparam, func, select, update

from meteor import geo
from meteor.agencies.models import Shift, Unit
from meteor.store.database import execute

AT_BASE = 150.0
"""Metres around the base within which a unit stands at its base."""

CLOCK_AHEAD = timedelta(seconds=300)
"""Highest lead of a device's clock (Resgrid, Traccar); a fix from further in the future is dropped."""

FASTEST = 70.0
"""Metres per second; what would have been faster since the last fix is an outlier (standards of Resgrid, Traccar)."""

LIVE = timedelta(seconds=60)
"""A younger fix of a better source counts more; a device that is heard sends every 5 to 15 s."""

HEADS = 2.0
"""Metres per second; the course of what is slower is the error of its fixes."""

TURNED = 15.0
"""Degrees; a turn of less wakes no polled view."""

MOVED = 20.0
"""Metres; a tracker's move of less is its error, and wakes no polled view."""

SHOWN_ANEW = timedelta(seconds=60)
"""Time after which polled views show the age of a tracker's position anew, although the unit stands still."""

OUTLIERS = timedelta(seconds=60)
"""Highest age of the last fix for dropping outliers: an older one may have been the outlier."""

STALE = timedelta(minutes=10)
"""A position older than this is shown as stale and ranks last."""

UNUSABLE = timedelta(minutes=30)
"""A position older than this is not used for dispatch; the base counts instead, if the unit stands there."""


class Positioned(Protocol):
    """What is stored of a unit's position: a unit, or those columns of it."""

    @property
    def at_base(self) -> bool: ...
    @property
    def position_at(self) -> datetime | None: ...
    @property
    def position_source(self) -> str | None: ...
    @property
    def heading(self) -> float | None: ...
    @property
    def speed(self) -> float | None: ...


def keep_fix(
    user_id: int, latitude: float, longitude: float, accuracy: float | None, taken_at: datetime, at: datetime
) -> str | None:
    """Keep a fix (degrees WGS-84, metres) of the unit that the user is on duty with. Answers as `report_position` does.

    None off duty.
    """
    unit = execute(_ON_DUTY_WITH, user=user_id).first()
    return report_position(unit, latitude, longitude, accuracy, taken_at, at) if unit else None


def position_of(unit_id: int) -> Row[Any]:
    """What `report_position` compares a fix of this unit with."""
    return execute(_OF_UNIT, unit=unit_id).one()


def report_position(
    unit: Unit | Row[Any],
    latitude: float,
    longitude: float,
    accuracy: float | None,
    taken_at: datetime,
    at: datetime,
    source: str = "tablet",
    course: tuple[float | None, float | None] = (None, None),
) -> str:
    """Keep a fix (degrees WGS-84, metres) of a "tablet" or "tracker". Empty if it is kept, otherwise why it is not.

    `course` is its heading (degrees from true north) and speed (m/s).
    """
    if taken_at > at + CLOCK_AHEAD:
        return "from the future"
    taken_at = min(taken_at, at)
    if _has_better(unit, source, taken_at):
        return "a tracker says where the unit is"
    if _is_comparable(unit, source) and _is_outlier(unit, latitude, longitude, accuracy or 0.0, taken_at):
        return "farther away than anybody drives"
    if _stands_still(unit, source, latitude, longitude):
        return _keep(unit, taken_at, course, moved_at=_shown_at(unit, taken_at))
    at_base = geo.metres((latitude, longitude), (unit.base_latitude, unit.base_longitude)) <= AT_BASE
    return _keep(
        unit, taken_at, course, moved_at=taken_at, latitude=latitude, longitude=longitude, accuracy=accuracy,
        position_source=source, at_base=at_base,
    )  # fmt: skip


def freshness(unit: Positioned, at: datetime) -> str:
    """Freshness of the unit's position: "fresh", "stale" (ranks last), "unusable" (too old) or "unknown"."""
    if unit.position_at is None:
        return "unknown"
    age = at - unit.position_at
    return "fresh" if age <= STALE else "stale" if age <= UNUSABLE else "unusable"


def heading(unit: Positioned, at: datetime) -> float | None:
    """Return the unit's heading (degrees from true north); None unless it is live and moves."""
    moves = unit.speed is not None and unit.speed >= HEADS
    live = unit.position_at is not None and at - unit.position_at <= LIVE
    return unit.heading if moves and live else None


def course(heading: float | None) -> int | None:
    """A heading (degrees from true north) in steps of TURNED, for versions: 359 and 1 are the same."""
    return None if heading is None else round(heading / TURNED) % round(360 / TURNED)


def position_source(unit: Positioned, at: datetime) -> str:
    """Source of the position that counts: "tracker", "tablet", "crew", or "base"; empty if nothing is known."""
    if unit.at_base and freshness(unit, at) != "fresh":
        return "base"
    return unit.position_source or ""


def _keep(unit: Unit | Row[Any], taken_at: datetime, course: tuple[float | None, float | None], **values: Any) -> str:
    values |= {"heading": course[0], "speed": course[1], "position_at": taken_at}
    kept = execute(_KEEP_FIX, unit=unit.id, taken_at=taken_at, **values).first()
    return "" if kept else "not newer than the position that is known"


def _has_better(unit: Unit | Row[Any], source: str, taken_at: datetime) -> bool:
    """Return whether a tablet's fix gives way to a live tracker, which stays with the vehicle."""
    if source == "tracker" or unit.position_source != "tracker" or unit.position_at is None:
        return False
    return bool(taken_at - unit.position_at <= LIVE)


def _is_comparable(unit: Unit | Row[Any], source: str) -> bool:
    """Return whether both fixes may be of one device.

    A tablet and a tracker are at different places without any speed.
    """
    return source == unit.position_source or "tracker" not in (source, unit.position_source)


def _stands_still(unit: Unit | Row[Any], source: str, latitude: float, longitude: float) -> bool:
    """Return whether a tracker has moved less than MOVED since it gave the unit's position."""
    if source != "tracker" or unit.position_source != "tracker" or unit.latitude is None or unit.longitude is None:
        return False
    return geo.metres((unit.latitude, unit.longitude), (latitude, longitude)) < MOVED


def _shown_at(unit: Unit | Row[Any], taken_at: datetime) -> datetime:
    """The moment of the position that polled views show, for a unit that stands still."""
    shown = unit.moved_at
    return taken_at if shown is None or taken_at - shown >= SHOWN_ANEW else shown


def _is_outlier(unit: Unit | Row[Any], latitude: float, longitude: float, accuracy: float, taken_at: datetime) -> bool:
    """Return whether the unit would have driven faster than FASTEST between the fixes.

    Both fixes are taken to be as wrong as their accuracy (metres) allows.
    """
    if unit.position_at is None or unit.latitude is None or unit.longitude is None:
        return False
    if not timedelta() < taken_at - unit.position_at <= OUTLIERS:
        return False
    unsure = accuracy + (unit.accuracy or 0.0)
    moved = geo.metres((unit.latitude, unit.longitude), (latitude, longitude))
    return bool(moved - unsure > FASTEST * (taken_at - unit.position_at).total_seconds())


_POSITION = select(
    Unit.id, Unit.base_latitude, Unit.base_longitude, Unit.latitude, Unit.longitude, Unit.accuracy, Unit.position_at,
    Unit.position_source, Unit.moved_at,
)  # fmt: skip
_OF_UNIT = _POSITION.where(Unit.id == bindparam("unit"))
_ON_DUTY_WITH = _POSITION.join(Shift, Shift.unit_id == Unit.id).where(
    Shift.user_id == bindparam("user"), Shift.ended_at.is_(None)
)
_KEEP_FIX = (
    update(Unit)
    .where(Unit.id == bindparam("unit"), func.coalesce(Unit.position_at < bindparam("taken_at"), True))
    .returning(Unit.id)
)
