"""Late closures: a crew tapped them without a network. What changed since then keeps the incident open."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.agencies.rules import shift_of
from meteor.dispatch.models import Assignment
from meteor.dispatch.too_late import CurrentState, current_state
from meteor.incidents.models import Decision, Incident, Merge
from meteor.store.database import db


class Change(NamedTuple):
    """A fact after which a crew must look again before the incident is closed.

    `kind` is "another_alert", "message" (of a reporter), "reclassified" (type or priority), "separated" (alerts moved
    to another incident), "reopened", or of the unit with the call sign `unit` "asked", "at_work" and, for the crew's
    own one, "ended".
    """

    kind: str
    at: datetime
    unit: str = ""


class ChangedSinceTap(Exception):
    """A closure was reported later, and `change` happened after the tap. `current` is the incident's state."""

    def __init__(self, change: Change, tapped: datetime, current: CurrentState) -> None:
        super().__init__(change.kind)
        self.change, self.tapped, self.current = change, tapped, current


def check(incident: Incident, actor: User | None, tapped: datetime, *, later: bool) -> None:
    """Raise ChangedSinceTap if anything happened after the tap.

    It names the end of the crew's own job, else the latest change. `later` is whether the tap waited for a network.
    """
    shift = shift_of(actor) if actor else None
    unit = shift.unit if shift else None
    ended = _ended(incident, unit, tapped, later=later) if unit else None
    known = [*_of_incident(incident), *_of_units(incident, unit)]
    change = ended or max((each for each in known if each.at > tapped), key=lambda each: each.at, default=None)
    if change:
        raise ChangedSinceTap(change, tapped, current_state(incident))


def _ended(incident: Incident, unit: Unit, tapped: datetime, *, later: bool) -> Change | None:
    """The end of the unit's latest assignment after the tap. A withdrawal counts also from before a later report."""
    own = select(Assignment).where(Assignment.incident_id == incident.id, Assignment.unit_id == unit.id)
    latest = db.session.scalar(own.order_by(Assignment.id.desc()).limit(1))
    if latest is None or latest.ended_at is None or latest.reason == "closed":
        return None
    unknown = latest.ended_at > tapped or (later and latest.status == "withdrawn")
    return Change("ended", latest.ended_at, unit.call_sign) if unknown else None


def _of_incident(incident: Incident) -> Iterator[Change]:
    columns = {
        "reopened": incident.reopened_at, "another_alert": incident.last_alert_at,
        "message": incident.last_message_at, "reclassified": incident.reclassified_at,
    }  # fmt: skip
    yield from (Change(kind, at) for kind, at in columns.items() if at)
    for merge in db.session.scalars(select(Merge).where(Merge.into_id == incident.id)):
        yield Change("another_alert", merge.merged_at)
        if merge.undone_at:
            yield Change("separated", merge.undone_at)
    split = select(Decision.at).where(Decision.incident_id == incident.id, Decision.kind == "split")
    yield from (Change("separated", at) for at in db.session.scalars(split))


def _of_units(incident: Incident, own: Unit | None) -> Iterator[Change]:
    """Offers to other units, and the receipt of their steps.

    The crew could not know of a step that another crew reported later.
    """
    others = select(Unit.call_sign, Assignment.offered_at, Assignment.reported_at).join(Assignment.unit)
    for row in db.session.execute(others.where(Assignment.incident_id == incident.id, Unit.id != (own and own.id))):
        yield Change("asked", row.offered_at, row.call_sign)
        if row.reported_at:
            yield Change("at_work", row.reported_at, row.call_sign)
