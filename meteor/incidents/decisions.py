"""Decisions about incidents: written down as they are made, and what they make of the incident."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from meteor.accounts.models import User
from meteor.incidents import escalation, staging, timeline
from meteor.incidents.assessment import Said, View, What, assess
from meteor.incidents.models import Decision, Incident, IncidentAgency, Merge
from meteor.incidents.places import Place, columns_of, named_place, place_of
from meteor.notices import unread
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute, insert_once

OF_THE_UNIT = ("base_position", "old_unit_position")
"""Flags that say of a place that it is where a unit was thought to be: another place has none of them."""


def decide(incident: Incident, kind: str, at: datetime, author: User | None, reason: str = "", **values: Any) -> None:
    """Record a decision (see incidents.assessment) and make the incident what it is by it."""
    record(incident.id, kind, at, author, reason, **values)
    bring_in_line(incident.id, at, author, reason)


def record(
    incident_id: int, kind: str, at: datetime, author: User | None = None, reason: str = "", *,
    place: Place | None = None, alert_id: UUID | None = None, **values: Any,
) -> None:  # fmt: skip
    """Record a decision, with the `values` of its kind and the alert that it follows from."""
    execute(
        _RECORD, incident_id=incident_id, kind=kind, at=at, author_id=author.id if author else None, reason=reason,
        alert_id=alert_id, place=asdict(place) if place else None, **values,
    )  # fmt: skip


def view_of(incident_id: int, *, alone: bool = False) -> View:
    """Return the incident by the decisions that count; `alone`, without merged incidents."""
    rows = [row for row in execute(_COUNTING, incident=incident_id) if row.kind != "merge" or not alone]
    said = [
        Said(
            row.kind, row.at, row.author_id, What(row.type_id or 0, row.type_kind or "", row.priority or 0),
            Place(**row.place or {}), bool(row.held), row.merge_id or 0, row.outcome, row.reason,
        )
        for row in rows
    ]  # fmt: skip
    parts = {row.merge_id: view_of(row.part_id) for row in rows if row.kind == "merge"}
    return assess(said, rows[0].reporter_id if rows else None, parts)


def move(alert_ids: Collection[UUID], from_ids: Collection[int], incident_id: int) -> None:
    """Let what was decided about incidents because of alerts go with these to another one."""
    follow = Decision.alert_id.in_(alert_ids), Decision.incident_id.in_(from_ids)
    db.session.execute(update(Decision).where(*follow).values(incident_id=incident_id))


def newest(incident_id: int, *kinds: str) -> Decision | None:
    """The last decision of these kinds that counts."""
    query = select(Decision).outerjoin(Merge, Merge.id == Decision.merge_id)
    mine = query.where(Decision.incident_id == incident_id, Decision.kind.in_(kinds), Merge.undone_at.is_(None))
    return db.session.scalar(mine.order_by(Decision.id.desc()).limit(1))


def undone_merges(incident_id: int) -> set[int]:
    """The ids of merges into the incident that were undone."""
    undone = select(Merge.id).where(Merge.into_id == incident_id, Merge.undone_at.is_not(None))
    return set(db.session.scalars(undone))


def bring_in_line(incident_id: int, at: datetime, author: User | None = None, reason: str = "") -> None:
    """Make of an incident what its decisions say, and record on its timeline what changes. Idempotent.

    One that was closed with an outcome stays what it was then. What makes an incident no longer confidential, only
    alerts.summary says, which knows its alerts.
    The agency that leads by another type gets it into its queue; what has become P1 must be acknowledged again.
    """
    incident = db.session.get_one(Incident, incident_id, populate_existing=True)
    type_, priority, place, before = incident.type, incident.priority, place_of(incident), named_place(incident)
    changed = _changed(incident, view_of(incident_id))
    if not changed:
        return
    if changed.keys() & {"type_id", "priority"}:
        changed["reclassified_at"] = at
    db.session.execute(update(Incident).where(Incident.id == incident_id).values(changed))
    db.session.refresh(incident)
    if "type_id" in changed:
        add_agency(incident_id, incident.type.agency_id)
        staging.propose(incident_id)
        said = {"before": type_.code, "after": incident.type.code, "priority": priority, "reason": reason}
        timeline.record(incident_id, "retyped", at, author, **said)
    elif "priority" in changed:
        said = {"before": priority, "after": incident.priority, "reason": reason}
        timeline.record(incident_id, "reprioritised", at, author, **said)
    if "type_id" in changed or incident.priority != priority or place_of(incident) != place:
        unread.reorder(incident.number)
    if incident.priority != priority and incident.is_open:
        escalation.rise(incident_id, priority, incident.priority, at)
    if place_of(incident) != place:
        where = {name: changed[name] for name in ("latitude", "longitude", "accuracy")}
        said = {"before": before, "after": named_place(incident), "source": incident.place_source}
        timeline.record(incident_id, "moved", at, author, **where, **said)
    if changed.get("held") is False and incident.is_open:
        timeline.record(incident_id, "released", at, author)


def add_agency(incident_id: int, agency_id: int) -> None:
    """Put the incident into an agency's queue."""
    execute(insert_once(IncidentAgency), incident_id=incident_id, agency_id=agency_id)


def _changed(incident: Incident, view: View) -> dict[str, Any]:
    """The columns that differ from what the decisions say. What is released or reopened waits for units from now on."""
    closed = view.closed_at is not None
    stays = closed and incident.status == "closed" and incident.merged_into_id is None
    derived = {
        "type_id": incident.type_id if stays else view.what.type_id,
        "priority": incident.priority if stays else view.what.priority,
        "held": view.held and not closed,
        "confidential": incident.confidential or view.confidential, "closed_at": view.closed_at,
        "outcome": view.outcome, "outcome_note": view.outcome_note, "reopened_at": view.reopened_at,
    }  # fmt: skip
    changed = {name: value for name, value in derived.items() if value != getattr(incident, name)}
    if closed != (incident.status == "closed"):
        changed["status"] = "closed" if closed else "reopened" if view.reopened_at else "open"
    if changed.keys() & {"held", "status"}:
        changed["waiting_since"] = None
    if stays or view.place == place_of(incident):
        return changed
    return changed | columns_of(view.place, [flag for flag in incident.flags if flag not in OF_THE_UNIT])


_RECORD = insert(Decision)
_COUNTING = (
    select(
        Decision.kind, Decision.at, Decision.author_id, Decision.reason, Decision.merge_id, Decision.type_id,
        IncidentType.kind.label("type_kind"), Decision.priority, Decision.place, Decision.held, Decision.outcome,
        Merge.incident_id.label("part_id"), Incident.reporter_id,
    )
    .join(Incident, Incident.id == Decision.incident_id)
    .outerjoin(IncidentType, IncidentType.id == Decision.type_id)
    .outerjoin(Merge, Merge.id == Decision.merge_id)
    .where(Decision.incident_id == bindparam("incident"), Merge.undone_at.is_(None))
    .order_by(Decision.id)
)  # fmt: skip
