"""The table of response times: the scheduler makes the rows anew of incidents that something happened to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from meteor.incidents import timeline
from meteor.incidents.models import FROM_PAPER, Event, Incident
from meteor.statistics.clocks import clocks_of
from meteor.statistics.models import ResponseTimes, ResponseTimesProgress
from meteor.statistics.moments import Moments
from meteor.store.database import db, execute, insert_once
from meteor.store.moments import WIB
from meteor.store.work import within_share

SLICE = 200
"""Events that are looked through at a time."""

_ROW = 1


def extend(at: datetime) -> bool:
    """Renew the incidents of the next events, as many as a job's share allows. Returns whether more are left.

    Whatever changes a row is on the timeline, and ids of events are in the order of commits, since there is one writer
    at a time (store.transactions): no event is passed over.
    """
    done = reached = _done()
    events = select(Event.id, Event.incident_id).where(Event.id > done).order_by(Event.id).limit(SLICE).subquery()
    latest = func.max(events.c.id)
    query = select(latest, events.c.incident_id).group_by(events.c.incident_id).order_by(latest)
    seen: set[int] = set()
    for event_id, incident_id in within_share(db.session.execute(query).all()):
        if incident_id not in seen:
            seen |= _renew(incident_id)
        reached = event_id
    if reached > done:
        execute(insert_once(ResponseTimesProgress), id=_ROW, event_id=0)
        db.session.execute(update(ResponseTimesProgress).values(event_id=reached))
    return timeline.version() > reached


def due(at: datetime) -> datetime | None:
    """`at` if there are events that the table does not know, else None."""
    return at if timeline.version() > _done() else None


def rebuild() -> None:
    """Have the scheduler make the table anew, from the first event on, since a rule has changed.

    Until an incident's turn its rows stay as they are: figures are never of a part of a month.
    """
    db.session.execute(update(ResponseTimesProgress).values(event_id=0, rebuilds=ResponseTimesProgress.rebuilds + 1))


def rows_of(incident: Incident) -> list[dict[str, Any]]:
    """The rows that an incident has in the table."""
    return [
        {
            "incident_id": incident.id, "segment": number, "type_id": incident.type_id, "priority": incident.priority,
            "kelurahan_id": incident.kelurahan_id, "source": incident.source,
            "from_paper": FROM_PAPER in incident.flags,
            **_days(moments.received_at), **moments._asdict(), **_seconds(moments),
        }
        for number, moments in enumerate(clocks_of(incident), start=1)
    ]  # fmt: skip


def _days(at: datetime) -> dict[str, Any]:
    here = at.astimezone(WIB)
    return {"month": f"{here:%Y-%m}", "day": here.date().isoformat(), "hour": here.hour}


def _seconds(moments: Moments) -> dict[str, float | None]:
    """The seconds from the receipt to each step that has a limit, and to the closure."""
    steps = {
        "seen_after": moments.seen_at,
        "accepted_after": moments.accepted_at,
        "on_scene_after": moments.on_scene_at,
        "closed_after": moments.closed_at,
    }
    return {name: (at - moments.received_at).total_seconds() if at else None for name, at in steps.items()}


def _done() -> int:
    return db.session.scalar(select(ResponseTimesProgress.event_id).where(ResponseTimesProgress.id == _ROW)) or 0


def _renew(incident_id: int) -> set[int]:
    """Make the rows of an incident and of the one that handles it. Returns the ids of both.

    An incident that was deleted since its event was read has no rows: they were deleted with it.
    """
    incident = db.session.get(Incident, incident_id, populate_existing=True)
    both = {incident_id, incident.handler.id} if incident is not None else {incident_id}
    for each in both:
        if (found := db.session.get(Incident, each, populate_existing=True)) is not None:
            _write(each, rows_of(found))
    return both


def _write(incident_id: int, rows: Iterable[dict[str, Any]]) -> None:
    mine = ResponseTimes.incident_id == incident_id
    rows = list(rows)
    columns = list(ResponseTimes.__table__.columns)
    before = db.session.execute(select(*columns).where(mine).order_by(ResponseTimes.segment)).all()
    if [row._asdict() for row in before] == rows:
        return
    db.session.execute(delete(ResponseTimes).where(mine))
    if rows:
        db.session.execute(insert(ResponseTimes), rows)
