"""The time of a step that a crew reports: the moment of the tap where it is plausible, else the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from meteor.accounts.models import User
from meteor.dispatch import late_closures
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import LATENCY

AHEAD = timedelta(minutes=5)
"""Highest time of a tap in the future: device clocks are corrected while a step waits."""

OLDEST = timedelta(hours=12)
"""Highest age of a tap: one shift."""

LATER = timedelta(seconds=30)
"""A step that is received so long after its tap is shown as reported later."""


@dataclass(frozen=True)
class StepTime:
    """Times of a step: done (`at`) and received. `refused` is an implausible time of the tap."""

    at: datetime
    received: datetime
    refused: datetime | None = None

    @property
    def detail(self) -> dict[str, Any]:
        """Details for the timeline; empty for a step that was received at once."""
        if self.refused is not None:
            return {"received_at": self.received.isoformat(), "refused_tap": self.refused.isoformat()}
        if self.received - self.at >= LATER:
            return {"received_at": self.received.isoformat()}
        return {}


def step_time(tapped: datetime | None, received: datetime, earliest: datetime | None = None) -> StepTime:
    """The time that counts. A tap is not plausible before `earliest`, over OLDEST ago or over AHEAD in the future.

    One that is early by less than LATENCY counts as `earliest`: the step before it was longer under way.
    """
    if tapped is None:
        return StepTime(received, received)
    if earliest is not None and timedelta() < earliest - tapped < LATENCY:
        tapped = earliest
    early = tapped < received - OLDEST or (earliest is not None and tapped < earliest)
    if early or tapped > received + AHEAD:
        return StepTime(received, received, tapped)
    return StepTime(min(tapped, received), received)


def previous_step(assignment: Assignment) -> datetime:
    """The time of the assignment's latest step."""
    steps = (assignment.offered_at, assignment.accepted_at, assignment.en_route_at, assignment.on_scene_at)
    return max(at for at in steps if at is not None)


def closing_time(
    incident: Incident,
    still_open: Sequence[Assignment],
    tapped: datetime | None,
    received: datetime,
    actor: User | None,
) -> StepTime:
    """The time of a closure, not before any known step of the incident.

    Raises late_closures.ChangedSinceTap.
    """
    if tapped is None:
        return StepTime(received, received)
    db.session.refresh(incident)
    if incident.is_open:
        late_closures.check(incident, actor, min(tapped, received), later=received - tapped >= LATER)
    known = [incident.opened_at, incident.accepted_at, incident.arrived_at, *map(previous_step, still_open)]
    return step_time(tapped, received, max(at for at in known if at is not None))
