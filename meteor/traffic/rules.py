"""Close a road and open it again; choose a staging area and end it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from meteor.accounts.models import User
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed
from meteor.store import audit
from meteor.store.database import db, execute, guarded_update
from meteor.traffic.models import RoadClosure, StagingArea


class AlreadyEnded(Exception):
    """The closure or staging area has ended, by itself or by another user."""


def close_road(values: dict[str, Any], at: datetime, actor: User) -> RoadClosure:
    """Mark a stretch as closed. `values` are columns of RoadClosure: what the user gave."""
    closure = RoadClosure(**values, began_at=at, author_id=actor.id)
    db.session.add(closure)
    db.session.flush()
    until = closure.ends_at.isoformat() if closure.ends_at else None
    audit.record(actor, "road_closed", f"road_closures:{closure.id}", street=closure.street,
                 from_place=closure.from_place, to_place=closure.to_place, reason=closure.reason,
                 until=until)  # fmt: skip
    return closure


def reopen_road(closure: RoadClosure, at: datetime, actor: User) -> None:
    """Mark a stretch as open again. Raises AlreadyEnded."""
    lasts = RoadClosure.ends_at.is_(None) | (RoadClosure.ends_at > at)
    if not guarded_update(RoadClosure, RoadClosure.id == closure.id, lasts, ends_at=at, ended_by_id=actor.id):
        raise AlreadyEnded
    audit.record(actor, "road_reopened", f"road_closures:{closure.id}", street=closure.street)


def choose_area(
    name: str, point: tuple[float, float], incident: Incident | None, at: datetime, actor: User
) -> StagingArea:
    """Choose where units gather, in degrees WGS-84. Raises AlreadyClosed where the incident is closed."""
    if incident is not None:
        db.session.refresh(incident)
        if not incident.is_open:
            raise AlreadyClosed
        timeline.record(incident.id, "staging_area_set", at, actor, name=name, latitude=point[0], longitude=point[1])
    area = StagingArea(
        name=name, latitude=point[0], longitude=point[1], incident=incident, began_at=at, author_id=actor.id
    )
    db.session.add(area)
    db.session.flush()
    audit.record(actor, "staging_area_set", f"staging_areas:{area.id}", name=name,
                 incident=incident.number if incident else None)  # fmt: skip
    return area


def end_with_incidents(at: datetime) -> None:
    """End the staging areas of incidents that are closed, also of those that were merged into a closed one."""
    ended = execute(_OF_CLOSED).scalars().all()
    if ended:
        db.session.execute(update(StagingArea).where(StagingArea.id.in_(ended)).values(ended_at=at))


def due(at: datetime) -> datetime | None:
    """`at` if a closed incident has a staging area, else None."""
    return at if execute(_OF_CLOSED).first() else None


def end_area(area: StagingArea, at: datetime, actor: User) -> None:
    """End a staging area. Raises AlreadyEnded."""
    lasts = StagingArea.ended_at.is_(None)
    if not guarded_update(StagingArea, StagingArea.id == area.id, lasts, ended_at=at, ended_by_id=actor.id):
        raise AlreadyEnded
    if area.incident_id is not None:
        timeline.record(area.incident_id, "staging_area_ended", at, actor, name=area.name)
    audit.record(actor, "staging_area_ended", f"staging_areas:{area.id}", name=area.name)


_handler = aliased(Incident)
_OF_CLOSED = (
    select(StagingArea.id)
    .join(Incident, Incident.id == StagingArea.incident_id)
    .join(_handler, _handler.id == func.coalesce(Incident.merged_into_id, Incident.id))
    .where(StagingArea.ended_at.is_(None), ~_handler.is_open)
)
