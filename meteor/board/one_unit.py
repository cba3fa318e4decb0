"""One unit for the board: its crew, its trackers, its incidents of today, and its trail of the last hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from meteor.accounts.models import User
from meteor.agencies.models import Capability, Unit, UnitCapability
from meteor.agencies.positions import freshness, position_source
from meteor.agencies.rules import crew_of
from meteor.dispatch.facts import units_in_danger
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute
from meteor.store.moments import WIB, midnight
from meteor.trackers.models import Tracker, TrackerFix

TRAIL = timedelta(hours=1)
POINTS = 120
"""The most points of a trail: one for each 30 s."""

INCIDENTS = 10

Point = tuple[float, float]


@dataclass(frozen=True)
class OneUnit:
    """A unit with what is known of it. `source` and `freshness` are those of its position.

    `trail` are degrees WGS-84, the oldest first. `trackers` are those in use; `work` are its assignments since midnight
    (WIB), the newest first. Of an officer `in_danger` the phone may give them away: the radio comes first.
    """

    unit: Unit
    crew: Sequence[User]
    capabilities: Sequence[Capability]
    source: str
    freshness: str
    trackers: Sequence[Tracker]
    work: Sequence[Row[Any]]
    trail: Sequence[Point]
    in_danger: bool


def one_unit(call_sign: str, at: datetime) -> OneUnit | None:
    """The unit with this call sign; None if there is none in service."""
    unit = db.session.scalar(select(Unit).where(Unit.call_sign == call_sign, Unit.in_service))
    if unit is None:
        return None
    can = select(Capability).join(UnitCapability, UnitCapability.capability == Capability.code)
    trackers = select(Tracker).where(Tracker.unit_id == unit.id, Tracker.withdrawn_at.is_(None)).order_by(Tracker.name)
    return OneUnit(
        unit,
        crew_of(unit),
        db.session.scalars(can.where(UnitCapability.unit_id == unit.id).order_by(Capability.code)).all(),
        position_source(unit, at),
        freshness(unit, at),
        db.session.scalars(trackers).all(),
        _work(unit.id, at),
        trail(unit.id, at),
        unit.id in units_in_danger(),
    )


def trail(unit_id: int, at: datetime) -> Sequence[Point]:
    """The unit's positions within TRAIL before a moment, by its trackers: POINTS at most, with the first and last."""
    fixes = (
        select(TrackerFix.latitude, TrackerFix.longitude)
        .join(Tracker, Tracker.id == TrackerFix.tracker_id)
        .where(Tracker.unit_id == unit_id, TrackerFix.at > at - TRAIL, TrackerFix.at <= at)
        .order_by(TrackerFix.at)
    )
    points = [(row.latitude, row.longitude) for row in db.session.execute(fixes)]
    if len(points) <= POINTS:
        return points
    return [points[place * (len(points) - 1) // (POINTS - 1)] for place in range(POINTS)]


def _work(unit_id: int, at: datetime) -> Sequence[Row[Any]]:
    return execute(_WORK, unit=unit_id, midnight=midnight(at.astimezone(WIB).date())).all()


_WORK = (
    select(
        Incident.number, IncidentType.name_id, IncidentType.name_en, Assignment.status, Assignment.offered_at,
        Assignment.accepted_at, Assignment.on_scene_at, Assignment.ended_at,
    )
    .join(Incident, Incident.id == Assignment.incident_id)
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .where(
        Assignment.unit_id == bindparam("unit"),
        or_(Assignment.ended_at.is_(None), Assignment.ended_at >= bindparam("midnight")),
        or_(Assignment.ended_at.is_(None), Assignment.accepted_at.is_not(None)),
    )
    .order_by(Assignment.offered_at.desc(), Assignment.id.desc())
    .limit(INCIDENTS)
)  # fmt: skip
