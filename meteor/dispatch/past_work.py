"""The work of a unit that was done without METEOR: an assignment with the times that were written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from meteor.accounts.models import User
from meteor.agencies import avl
from meteor.agencies.models import Unit
from meteor.dispatch.facts import facts_of, most_needed
from meteor.dispatch.models import Assignment
from meteor.dispatch.offers import OFFER_TIME
from meteor.dispatch.override import busy
from meteor.incidents import decisions
from meteor.incidents.models import Incident
from meteor.store.database import db, guarded_update


@dataclass(frozen=True)
class PastWork:
    """A unit's steps in their order. Without `cleared` the unit is still at work."""

    unit: Unit
    accepted: datetime
    en_route: datetime | None = None
    on_scene: datetime | None = None
    cleared: datetime | None = None

    @property
    def status(self) -> str:
        """The status of the assignment that these steps make."""
        if self.cleared:
            return "cleared"
        return "on_scene" if self.on_scene else "en_route" if self.en_route else "accepted"

    @property
    def steps(self) -> dict[str, datetime]:
        """The steps with a time, by their event types."""
        times = {"accepted": self.accepted, "en_route": self.en_route, "on_scene": self.on_scene}
        return {step: at for step, at in (times | {"cleared": self.cleared}).items() if at}


def enter(incident: Incident, work: PastWork, at: datetime, actor: User) -> None:
    """Store what `actor` enters at the moment `at`. The unit is asked nothing; its steps are not on the timeline yet.

    A unit that is still at work must be free until now. Raises override.UnitBusy.
    """
    unit = work.unit
    if not work.cleared:
        _occupy(unit, work, incident)
    decisions.add_agency(incident.id, unit.agency_id)
    able = [row.capability for row in unit.capabilities]
    values: dict[str, Any] = {
        "incident_id": incident.id, "unit_id": unit.id, "capability": most_needed(facts_of(incident.id), able),
        "status": work.status, "offered_at": work.accepted, "expires_at": work.accepted + OFFER_TIME,
        "accepted_at": work.accepted, "en_route_at": work.en_route or work.on_scene, "on_scene_at": work.on_scene,
        "ended_at": work.cleared, "reported_at": at, "added_by_id": actor.id,
        "ended_by_id": actor.id if work.cleared else None,
    }  # fmt: skip
    db.session.execute(insert(Assignment).values(values))


def _occupy(unit: Unit, work: PastWork, incident: Incident) -> None:
    status = "assigned" if work.status == "accepted" else work.status
    if not guarded_update(Unit, Unit.id == unit.id, Unit.status == "available", status=status):
        raise busy(unit)
    if work.on_scene:
        avl.arrive(unit, incident.latitude, incident.longitude, work.on_scene)
    elif work.en_route:
        avl.set_out(unit, work.en_route)
