"""Self-dispatch: a crew takes an incident that lacks what its unit can do, where no offer asks another unit for it."""

from datetime import datetime

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.dispatch import candidates, nearest, offers, override, rules
from meteor.dispatch.choice import Candidate, Choice, Reason
from meteor.dispatch.facts import Facts, facts_of, missing, units_in_danger
from meteor.dispatch.models import Assignment
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed
from meteor.incidents.shortfall import gaps
from meteor.store.database import db

HELD = "held"
"""The obstacle of an incident that a call-taker has to release first; all others are those of `choice.Reason`."""


class NotOpenToUnit(Exception):
    """The unit may not take the incident; `obstacle` is HELD or a Reason."""

    def __init__(self, obstacle: str) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


def may_take(incident: Incident, unit: Unit, at: datetime) -> bool:
    """Return whether the unit's crew may take the incident now. Each tablet on the incident's page asks it often."""
    if incident.status == "closed" or incident.held or unit.status != "available" or not gaps(incident.id):
        return False
    return bool(_choice(facts_of(incident.id), unit, at).picks)


def take(incident: Incident, unit: Unit, at: datetime, actor: User) -> None:
    """Offer the incident to the crew's own unit and accept it for `actor`.

    The offer counts as added by `actor`, so that statistics of METEOR's own offers leave it out. Raises
    incidents.AlreadyClosed, override.UnitBusy, NotOpenToUnit.
    """
    db.session.refresh(incident)
    db.session.refresh(unit)
    if incident.status == "closed":
        raise AlreadyClosed(incident.number)
    if incident.held:
        raise NotOpenToUnit(HELD)
    if unit.status != "available":
        raise override.busy(unit)
    choice = _choice(facts_of(incident.id), unit, at)
    if not choice.picks:
        raise NotOpenToUnit(_obstacle(choice))
    capability = next(line.line.capability for line in choice.lines if line.picks)
    distance = offers.distance(unit, incident)
    offer = offers.offer_to(incident, unit.id, capability, distance, at, actor.id)
    timeline.record(
        incident.id, "self_dispatched", at, actor,
        unit=unit.call_sign, distance=distance, radius=incident.accuracy, capability=capability,
    )  # fmt: skip
    rules.accept(db.session.get_one(Assignment, offer), at, actor)


def _choice(facts: Facts, unit: Unit, at: datetime) -> Choice:
    """The choice for what is missing as if there were no other unit.

    The same rules as for METEOR's offers, except two: an offer that ran out is no obstacle, and the crew knows its own
    place.
    """
    able = frozenset(row.capability for row in unit.capabilities)
    lines = missing(facts)
    kept = [line.capability for line in lines if line.capability in able] if facts.incident.priority >= 3 else []
    spare = {(unit.agency_id, it): candidates.spare(db.session.connection(), unit.agency_id, it, 1, at) for it in kept}
    own = Candidate(
        unit.id, unit.call_sign, unit.agency_id, able, unit.status, None, None, "fresh", unit.idle_since
    )  # fmt: skip
    refused = {each.unit_id for each in facts.current if each.ended_by_id is not None}
    return nearest.choose(
        None, [own], lines, facts.incident.priority, refused=refused, in_danger=units_in_danger(), spare=spare
    )


def _obstacle(choice: Choice) -> str:
    """The reason against the unit for a line that it could fill; NO_CAPABILITY if it can fill none."""
    reasons = [verdict.reason for line in choice.lines for verdict in line.verdicts]
    return next((reason for reason in reasons if reason != Reason.NO_CAPABILITY), Reason.NO_CAPABILITY)
