"""The reconciler: what follows from an incident's facts is brought about and written here, and nowhere else."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update

from meteor.dispatch import offers
from meteor.dispatch.facts import Assigned, Facts, facts_of, missing, progress, surplus
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.shortfall import read, written
from meteor.notices import rules as notices
from meteor.store.database import db, serialise

WHILE_OPEN = ("nobody_left", "unaccepted")
"""Kinds of notices to the command centre that are true at most while an incident is open."""


def reconcile(incident_id: int, at: datetime) -> None:
    """Bring an incident in line with its assignments and its response plan. Idempotent.

    Offers that nobody waits for go back, and what is missing is offered to the nearest units, unless a call-taker has
    to release the incident first. Status, times and shortfall follow, and what is no longer true stops ringing. So do
    they for an incident that lost a unit to this one.
    """
    serialise()
    facts = facts_of(incident_id)
    if facts.incident.status == "closed":
        for kind in WHILE_OPEN:
            _settle(kind, facts, at)
        return
    _withdraw(surplus(facts), facts, at)
    robbed: list[int] = []
    shortfall = facts.incident.shortfall
    if not facts.incident.held:
        lines = missing(facts)
        choice, robbed = offers.offer_nearest(facts, lines, at) if lines else (None, [])
        shortfall = written({line.capability: line.count for line in (choice.shortfall if choice else ())})
    _keep(facts, shortfall, at)
    for lesser in robbed:  # only now: what was chosen for this one is not free for those
        reconcile(lesser, at)


def offer_beside(incident_id: int, at: datetime) -> None:
    """Offer each line that is offered, but not accepted, to the next nearest as well: the first to accept goes."""
    serialise()
    facts = facts_of(incident_id)
    lines = missing(facts, accepted_only=True)
    if lines and facts.incident.status != "closed" and not facts.incident.held:
        for lesser in offers.offer_nearest(facts, lines, at)[1]:
            reconcile(lesser, at)


def _withdraw(surplus: Iterable[Assigned], facts: Facts, at: datetime) -> None:
    for each in surplus:
        if offers.end_assignment(each.id, "withdrawn", at, "taken"):
            by = _taken_by(each.capability, facts)
            timeline.record(facts.incident.id, "withdrawn", at, unit=each.call_sign, reason="taken", by=by)


def _taken_by(capability: str, facts: Facts) -> str:
    """The call sign of who accepted this line of the plan last; empty where the plan no longer has it."""
    taken = [(each.accepted_at, each.call_sign) for each in facts.current if each.capability == capability]
    return max(((at, unit) for at, unit in taken if at), default=(None, ""))[1]


def _keep(facts: Facts, shortfall: str, at: datetime) -> None:
    """Write what follows from the facts, as far as it has changed, and tell the dispatchers of a new shortfall."""
    incident, now = facts.incident, progress(facts)
    asked = facts.plan or any(each.ended_at is None for each in facts.current)
    waits = now.status in ("open", "reopened") and asked
    waiting_since = (incident.waiting_since or at) if waits else None
    derived = incident._replace(
        status=now.status, accepted_at=now.accepted_at, arrived_at=now.arrived_at, shortfall=shortfall,
        waiting_since=waiting_since, escalated=incident.escalated if waiting_since == incident.waiting_since else 0,
    )  # fmt: skip
    changed = {name: value for name, value in derived._asdict().items() if value != getattr(incident, name)}
    if not changed:
        return
    db.session.execute(update(Incident).where(Incident.id == incident.id).values(changed))
    if "waiting_since" in changed and not waits:
        _settle("unaccepted", facts, at)
    if "shortfall" in changed:
        _tell_shortfall(facts, shortfall, at)


def _tell_shortfall(facts: Facts, shortfall: str, at: datetime) -> None:
    incident = facts.incident
    if not shortfall:
        _settle("nobody_left", facts, at)
        return
    before = read(incident.shortfall)
    if any(count > before.get(capability, 0) for capability, count in read(shortfall).items()):
        timeline.record(incident.id, "nobody_left", at, shortfall=shortfall)
        offers.alarm("nobody_left", incident.id, f"{incident.id}:{at.isoformat()}", role="dispatcher")


def _settle(kind: str, facts: Facts, at: datetime) -> None:
    notices.acknowledge_all(f"{kind}:{facts.incident.id}:", None, at)
