"""Places to which the city is called again and again. They may be homes: only those who direct units see them."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select

from meteor.incidents.models import Incident
from meteor.store.database import db

LEAST = 3
"""Incidents that make a place one of these."""

WITHIN = timedelta(days=90)

MOST = 500
"""Number of places that are shown, those with most incidents."""

EXACT = 100
"""Radius in metres of a position that names a place. A call may be placed by the name of a kelurahan alone."""

SQUARE = 0.0005
"""Side of a square that counts as one place, in degrees: about 55 m. A phone's position is not exact to a house."""


class RepeatPlace(NamedTuple):
    """A place with its number of incidents and the latest of them."""

    incidents: int
    latest: Incident


def exactly_placed(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions of incidents opened from `start` until before `end` whose position is EXACT or of premises.

    Drills, duplicates and parts of a merged incident do not count.
    """
    return (
        Incident.opened_at >= start,
        Incident.opened_at < end,
        Incident.latitude.is_not(None),
        Incident.longitude.is_not(None),
        or_(Incident.premises_id.is_not(None), Incident.accuracy <= EXACT),
        Incident.drill.is_(False),
        Incident.merged_into_id.is_(None),
        Incident.outcome.is_distinct_from("duplicate"),
    )


def place_of(latitude: float, longitude: float, premises_id: int | None) -> Hashable:
    """Return the key that incidents at one place share: the premises, or the SQUARE."""
    return premises_id or (round(latitude / SQUARE), round(longitude / SQUARE))


def repeat_places(end: datetime) -> list[RepeatPlace]:
    """Places with LEAST incidents or more WITHIN the days before `end`, most first."""
    query = (
        select(Incident.id, Incident.premises_id, Incident.latitude, Incident.longitude)
        .where(*exactly_placed(end - WITHIN, end))
        .order_by(Incident.opened_at, Incident.id)
    )
    found: defaultdict[Hashable, list[int]] = defaultdict(list)
    rows: Sequence[Any] = db.session.execute(query).all()
    for id_, premises_id, latitude, longitude in rows:
        found[place_of(latitude, longitude, premises_id)].append(id_)
    most = sorted((ids for ids in found.values() if len(ids) >= LEAST), key=lambda ids: (-len(ids), -ids[-1]))[:MOST]
    latest = select(Incident).where(Incident.id.in_([ids[-1] for ids in most]))
    incidents = {incident.id: incident for incident in db.session.scalars(latest)}
    return [RepeatPlace(len(ids), incidents[ids[-1]]) for ids in most]
