"""The place of a burst on the map: in the middle of its incidents."""

from collections.abc import Sequence
from statistics import fmean

from sqlalchemy import select

from meteor.dispatch.bursts import QueueEntry
from meteor.dispatch.queue import Group
from meteor.incidents.models import Incident
from meteor.store.database import db


def bursts_middles(entries: Sequence[QueueEntry]) -> dict[Group, tuple[float, float]]:
    """The mean position of the incidents of each burst, in degrees WGS-84; bursts without any position are left out."""
    bursts = [entry for entry in entries if len(entry.incidents) > 1]
    if not bursts:
        return {}
    ids = [it.id for entry in bursts for it in entry.incidents]
    known = (Incident.id.in_(ids), Incident.latitude.is_not(None), Incident.longitude.is_not(None))
    rows = db.session.execute(select(Incident.id, Incident.latitude, Incident.longitude).where(*known))
    places = {row.id: (row.latitude, row.longitude) for row in rows}
    found = {entry.group: [places[it.id] for it in entry.incidents if it.id in places] for entry in bursts}
    return {
        group: (fmean(at[0] for at in points), fmean(at[1] for at in points))
        for group, points in found.items()
        if points
    }
