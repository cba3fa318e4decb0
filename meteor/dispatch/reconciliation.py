"""The reconciler: what follows from an incident's facts is brought about and written here, and nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import update

from meteor.dispatch import offers, relocation, shortfall_notices
from meteor.dispatch.choice import Choice, LineChoice
from meteor.dispatch.facts import Assigned, Facts, State, calls_all_nearby, facts_of, missing, progress, surplus
from meteor.incidents import timeline
from meteor.incidents.models import FROM_PAPER, Incident
from meteor.incidents.shortfall import Gap, gaps, keep
from meteor.notices import rules as notices
from meteor.store.database import db


def reconcile(incident_id: int, at: datetime, *, corrected: bool = False) -> None:
    """Bring an incident in line with its assignments and its response plan. Idempotent.

    Offers that nobody waits for go back, and what is missing is offered to the nearest units, unless a call-taker has
    to release the incident first: a held one lacks nothing. Where an officer is in danger all free units nearby are
    asked beside. Unanswered offers follow a place that has moved, or that staff `corrected`. Status, times and
    shortfall follow, and what is no longer true stops ringing. So do they for an incident that lost a unit to this one.
    """
    facts = facts_of(incident_id)
    if facts.incident.status == "closed":
        _keep_shortfall(facts.incident, [], at)
        _settle("unaccepted", facts.incident, at)
        return
    _withdraw(surplus(facts), facts, at)
    displaced: list[int] = []
    if relocation.has_moved(facts):
        displaced = relocation.follow_place(facts_of(incident_id), at, corrected=corrected)
        facts = facts_of(incident_id)
    robbed: list[int] = []
    if facts.incident.held:
        _keep_shortfall(facts.incident, [], at)
    else:
        lines = missing(facts)
        choice, robbed = offers.offer_nearest(facts, lines, at) if lines else (Choice(()), [])
        _keep_shortfall(facts.incident, [_gap(line, facts) for line in choice.lines if line.shortfall], at)
    if calls_all_nearby(facts):
        offers.offer_nearby(facts_of(incident_id), at)
    _keep_progress(facts, at)
    for lesser in (*displaced, *robbed):  # only now: what was chosen for this one is not free for those
        reconcile(lesser, at)


def offer_beside(incident_id: int, at: datetime) -> None:
    """Offer each line that is offered, but not accepted, to the next nearest as well: the first to accept goes.

    Where nobody is asked since no unit was there to be asked, the next one that is free will be, by
    `overdue.serve_waiting`.
    """
    facts = facts_of(incident_id)
    if not any(each.status == "offered" for each in facts.current) and gaps(incident_id):
        return
    lines = missing(facts, accepted_only=True)
    if lines and facts.incident.status != "closed" and not facts.incident.held:
        choice, robbed = offers.offer_nearest(facts, lines, at)
        for each in (incident_id, *robbed) if choice.picks else ():
            reconcile(each, at)


def _withdraw(surplus: Iterable[Assigned], facts: Facts, at: datetime) -> None:
    for each in surplus:
        by = _taken_by(each.capability, facts)
        reason = "taken" if by else "not_needed"
        if offers.end_assignment(each.id, "withdrawn", at, reason):
            timeline.record(facts.incident.id, "withdrawn", at, unit=each.call_sign, reason=reason, by=by)


def _taken_by(capability: str, facts: Facts) -> str:
    """The call sign of who accepted this line of the plan last; empty where the plan no longer has it."""
    taken = [(each.accepted_at, each.call_sign) for each in facts.current if each.capability == capability]
    return max(((at, unit) for at, unit in taken if at), default=(None, ""))[1]


def _keep_progress(facts: Facts, at: datetime) -> None:
    """Write status and times where they have changed; an incident waits from the moment when nobody goes to it.

    One that was entered from paper waits once a dispatcher has released it: until then the paper says who goes.
    """
    incident, now = facts.incident, progress(facts)
    asked = facts.plan or any(each.ended_at is None for each in facts.current)
    on_paper = incident.held and FROM_PAPER in incident.flags
    waits = now.status in ("open", "reopened") and asked and not on_paper
    waiting_since = (incident.waiting_since or at) if waits else None
    derived = incident._replace(
        status=now.status, accepted_at=now.accepted_at, arrived_at=now.arrived_at,
        waiting_since=waiting_since, escalated=incident.escalated if waiting_since == incident.waiting_since else 0,
    )  # fmt: skip
    changed = {name: value for name, value in derived._asdict().items() if value != getattr(incident, name)}
    if changed:
        db.session.execute(update(Incident).where(Incident.id == incident.id).values(changed))
    if "waiting_since" in changed and not waits:
        _settle("unaccepted", incident, at)


def _gap(line: LineChoice, facts: Facts) -> Gap:
    capability = line.line.capability
    exists = any(capability in verdict.candidate.capabilities for verdict in line.verdicts)
    silent = {each.unit_id for each in facts.current if each.status == "expired" and each.capability == capability}
    reason = "unanswered" if silent else "busy" if exists else "none"
    return Gap(capability, line.shortfall, reason, len(silent))


def _keep_shortfall(incident: State, shortfall: Sequence[Gap], at: datetime) -> None:
    """Write the shortfall if it has changed, and tell the dispatchers of what is missing only now, and why."""
    before = gaps(incident.id)
    unasked = [gap for gap in shortfall if gap.reason != "unanswered"]
    if unasked:
        shortfall_notices.correct(incident, unasked)
    if shortfall == before:
        return
    keep(incident.id, shortfall, before)
    known = {(gap.capability, gap.reason): gap.count for gap in before}
    grown = [gap for gap in shortfall if gap.count > known.get((gap.capability, gap.reason), 0)]
    if grown:
        timeline.record(incident.id, "nobody_left", at, shortfall=[asdict(gap) for gap in shortfall])
    if any(gap.reason == "unanswered" for gap in grown):
        offers.alarm("unanswered", incident.number, str(incident.id), role="dispatcher", anew=True)
    if any(gap.reason != "unanswered" for gap in grown):
        shortfall_notices.tell(incident, unasked, at)
    if all(gap.reason != "unanswered" for gap in shortfall):
        _settle("unanswered", incident, at)
    if not unasked:
        _settle("nobody_left", incident, at)


def _settle(kind: str, incident: State, at: datetime) -> None:
    notices.acknowledge_all(f"{kind}:{incident.id}:", None, at)
