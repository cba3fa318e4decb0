"""The state of the response to an incident, by its units.

What callers, reporters and premises are told comes from here, so that "on the way" is said of a unit that has departed
and of no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from meteor.dispatch.models import Assignment
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db

STATES = ("closed", "on_scene", "en_route", "accepted", "left", "held", "asked", "unanswered", "nobody", "waiting")
"""States of a response: that of the most advanced unit, or the reason for none."""


@dataclass(frozen=True)
class IncidentResponse:
    """The open assignments of an incident by status, each list in the order of the offers.

    `state` is one of STATES. `left`: units were there and have gone. `nobody`: no unit is free. `waiting`: no unit has
    been asked. `version` changes whenever any of this does.
    """

    incident: Incident
    state: str
    asked: Sequence[Assignment]
    accepted: Sequence[Assignment]
    en_route: Sequence[Assignment]
    on_scene: Sequence[Assignment]
    version: str

    @property
    def coming(self) -> int:
        """The number of units that have accepted or are under way."""
        return len(self.accepted) + len(self.en_route)


def response_to(incident: Incident) -> IncidentResponse:
    """The response to `incident` as the database has it now."""
    rows = db.session.scalars(
        select(Assignment)
        .where(Assignment.incident_id == incident.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    ).all()
    offered, accepted, en_route, on_scene = (
        [row for row in rows if row.status == status] for status in ("offered", "accepted", "en_route", "on_scene")
    )
    furthest = "on_scene" if on_scene else "en_route" if en_route else "accepted" if accepted else ""
    state = _state(incident, furthest, asked=bool(offered))
    version = str(timeline.version_of(incident.id))
    return IncidentResponse(incident, state, offered, accepted, en_route, on_scene, version)


def _state(incident: Incident, furthest: str, *, asked: bool) -> str:
    if incident.status == "closed":
        return "closed"
    if furthest or asked:
        return furthest or "asked"
    if incident.held:
        return "held"
    if incident.status == "on_scene":
        return "left"
    reasons = {gap.reason for gap in incident.shortfall}
    return "unanswered" if "unanswered" in reasons else "nobody" if reasons else "waiting"
