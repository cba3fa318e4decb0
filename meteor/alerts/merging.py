"""Incidents that are one: the alerts of one move to the other, and back when it was a mistake."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from meteor.accounts.models import User
from meteor.agencies.models import Capability
from meteor.alerts import summary
from meteor.alerts.models import Alert
from meteor.dispatch import handover
from meteor.incidents import decisions, escalation, timeline
from meteor.incidents import rules as incidents
from meteor.incidents.models import Escalation, Incident, Merge
from meteor.notices import rules as notices
from meteor.store.database import db, guarded_update


class SameIncident(Exception):
    """An incident cannot be merged into itself."""


class Undone(Exception):
    """The merge was undone before."""


def merge(incident: Incident, into: Incident, at: datetime, actor: User) -> Merge:
    """Handle `incident` as a part of `into`: it is closed as a duplicate, its alerts and its units go over.

    Raises SameIncident; incidents.AlreadyClosed with the number of the one that is closed.
    """
    if incident.id == into.id:
        raise SameIncident(into.number)
    db.session.refresh(incident)
    db.session.refresh(into)
    for each in (into, incident):
        if each.status == "closed":
            raise incidents.AlreadyClosed(each.number)
    run = db.session.get(Escalation, incident.id, populate_existing=True)
    rings = run is not None and run.acknowledged_at is None
    made = Merge(incident=incident, into=into, merged_at=at, merged_by_id=actor.id)
    db.session.add(made)
    db.session.flush()
    incidents.close(incident, "duplicate", "", at, actor, merge_id=made.id)
    incident.merged_into_id = into.id
    timeline.record(incident.id, "merged", at, actor, number=into.number)
    said = {"note": _notes(incident), "from_reporter": True}
    timeline.record(into.id, "merged_here", at, actor, number=incident.number, merge=made.id, **said)
    _move_alerts(incident, into)
    for each in (incident, into):
        summary.recount(each.id)
    decisions.decide(into, "merge", at, actor, merge_id=made.id)
    if run is not None:
        _pass_on(run, made, at, rings=rings)
    handover.hand_over(incident, into, at)
    return made


def undo(made: Merge, at: datetime, actor: User) -> None:
    """Make two of them again: each is what its own alerts and decisions make of it; units on their way go back.

    What its reporters have sent since goes with them. If the other one is closed by now it stays so, and this one is
    open again and offered anew; nor does what it was closed as change. What is held again is told to the call-takers.
    Raises Undone.
    """
    undone = guarded_update(Merge, Merge.id == made.id, Merge.undone_at.is_(None), undone_at=at, undone_by_id=actor.id)
    db.session.expire_all()  # what was read before it was this one's turn may have changed
    if not undone:
        raise Undone
    incident, into = made.incident, made.into.handler
    back = select(Alert.id).where(Alert.incident_id == into.id, _belongs_to(made, into))
    moved = db.session.scalars(back).all()
    mains = _mains(made.into)
    db.session.execute(update(Alert).where(Alert.id.in_(moved)).values(incident_id=incident.id))
    decisions.move(moved, [main.id for main in mains], incident.id)
    incident.merged_into_id = None
    for each in (incident, *mains):
        summary.recount(each.id)
        decisions.bring_in_line(each.id, at, actor)
        if each.held:
            page = f"/incidents/{each.number}"
            notices.tell(f"held:merge:{made.id}:{each.id}", "held", page, role="call_taker", number=each.number)
    _ring_again(incident, made, at)
    main = db.session.get(Escalation, made.into_id, populate_existing=True)
    if main is not None and main.merge_id == made.id:
        escalation.stop(made.into_id, actor, at)
    timeline.record(incident.id, "unmerged", at, actor, number=into.number)
    timeline.record(into.id, "unmerged_here", at, actor, number=incident.number)
    handover.take_back(incident, with_parts(incident), into, made.merged_at, at)


def main_of(one: Incident, other: Incident) -> Incident:
    """Return which of the two incidents handles both.

    An alarm of premises comes first, since it brings their plans, contacts and zones along; then the more urgent, the
    one whose plan asks for more, that a unit is on, whose place is known, that nobody has to release first; else the
    older.
    """
    return min((one, other), key=_precedence)


def asked_no_more(incident: Incident, into: Incident) -> list[Capability]:
    """Capabilities of the merged incident's plan that the main incident's plan does not have."""
    asked = {line.capability for line in into.type.plan}
    return [line.asked for line in incident.type.plan if line.capability not in asked]


def find(incident: Incident) -> Merge | None:
    """The merge by which this incident is a part of another one now."""
    return db.session.scalar(select(Merge).where(Merge.incident_id == incident.id, Merge.undone_at.is_(None)))


def find_undone(incident: Incident) -> Merge | None:
    """The last merge that was undone."""
    undone = select(Merge).where(Merge.incident_id == incident.id, Merge.undone_at.is_not(None))
    return db.session.scalar(undone.order_by(Merge.undone_at.desc()).limit(1))


def parts_of(incident: Incident) -> Sequence[Merge]:
    """The merges by which others are a part of this incident now, in order."""
    stands = select(Merge).where(Merge.into_id == incident.id, Merge.undone_at.is_(None))
    return db.session.scalars(stands.order_by(Merge.id)).all()


def _precedence(incident: Incident) -> tuple[bool, int, int, bool, bool, bool, int]:
    under_way = incident.status in ("dispatched", "on_scene")
    asked = sum(line.count for line in incident.type.plan)
    elsewhere = incident.premises_id is None
    return elsewhere, incident.priority, -asked, not under_way, incident.latitude is None, incident.held, incident.id


def _notes(incident: Incident) -> str:
    """The reporters' notes."""
    told = db.session.scalars(
        select(Alert.note).where(Alert.incident_id == incident.id, Alert.note != "").order_by(Alert.received_at)
    )
    return " · ".join(told)


def _pass_on(run: Escalation, made: Merge, at: datetime, *, rings: bool) -> None:
    """Start the chain of the main incident, if it has none, and end it at once if this one was acknowledged."""
    if db.session.get(Escalation, made.into_id, populate_existing=True):
        return
    escalation.start(made.into_id, at)
    if not rings:
        escalation.stop(made.into_id, run.acknowledged_by, at)
    db.session.execute(update(Escalation).where(Escalation.incident_id == made.into_id).values(merge_id=made.id))


def _move_alerts(incident: Incident, into: Incident) -> None:
    first = func.coalesce(Alert.first_incident_id, Alert.incident_id)
    db.session.execute(
        update(Alert).where(Alert.incident_id == incident.id).values(incident_id=into.id, first_incident_id=first)
    )


def _belongs_to(made: Merge, into: Incident) -> ColumnElement[bool]:
    """The alerts that came to the merged incident or its parts, and what their reporters or premises sent since."""
    parts = with_parts(made.incident)
    premises = select(Incident.premises_id).where(Incident.id.in_(parts), Incident.premises_id.is_not(None))
    of_premises = Alert.premises_id.in_(premises) & Alert.premises_id.is_distinct_from(into.premises_id)
    theirs = select(Alert.reporter_id).where(Alert.first_incident_id.in_(parts))
    others = select(Alert.reporter_id).where(
        Alert.incident_id == into.id,
        Alert.received_at <= made.merged_at,
        Alert.reporter_id.is_not(None),
        or_(Alert.first_incident_id.is_(None), Alert.first_incident_id.not_in(parts)),
    )
    of_reporters = and_(Alert.reporter_id.in_(theirs), Alert.reporter_id.not_in(others))
    since = and_(Alert.received_at > made.merged_at, or_(of_reporters, of_premises))
    return or_(Alert.first_incident_id.in_(parts), since)


def with_parts(incident: Incident) -> set[int]:
    """The ids of the incident and of all that are a part of it, directly or through others."""
    return {incident.id}.union(*(with_parts(part.incident) for part in parts_of(incident)))


def _mains(incident: Incident) -> list[Incident]:
    """The incident and all that it became a part of, directly or through others."""
    return [incident, *(_mains(incident.merged_into) if incident.merged_into else [])]


def _ring_again(incident: Incident, made: Merge, at: datetime) -> None:
    run = db.session.get(Escalation, incident.id, populate_existing=True)
    if run is not None and run.acknowledged_at == made.merged_at:  # nobody saw to it when the merge ended its alarm
        escalation.resume(incident.id, incident.priority, at)
