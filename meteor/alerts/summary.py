"""State of an incident by its alerts: silent, confidential, taken back, perhaps forced."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import aliased

from meteor.alerts import cancelling
from meteor.alerts.models import Alert
from meteor.incidents import decisions
from meteor.incidents.models import Incident
from meteor.protocols.kinds import DOMESTIC_VIOLENCE
from meteor.store.database import db, execute


def add(
    incident_id: int, kind: str, at: datetime, *, silent: bool, new: bool, unit_id: int | None = None
) -> bool:  # fmt: skip
    """Count an alert in that has come at this moment; `new` is whether it opened the incident.

    A silent one makes the incident silent, and neighbours are not told of it; nor are they of DOMESTIC_VIOLENCE and of
    an officer in danger, whose unit is `unit_id`. What was taken back before it is so no longer. Returns whether it had
    been.
    """
    if silent or unit_id is not None or kind == DOMESTIC_VIOLENCE:
        keeps: dict[str, Any] = {"confidential": True, **({"silent": True} if silent else {})}
        if unit_id is not None:
            keeps |= {"endangered_unit_id": unit_id, "endangered_at": at}
        db.session.execute(update(Incident).where(Incident.id == incident_id).values(keeps))
    if new:
        return False
    return execute(_NOT_CANCELLED, incident=incident_id).first() is not None


def recount(incident_id: int) -> None:
    """Derive all of it from the incident's alerts anew, after some have joined or left.

    An incident that was merged into another one stays as silent and confidential as its alerts, which went there.
    """
    alert, incident = aliased(Alert), db.session.get_one(Incident, incident_id)
    ones = select(alert.id).where(alert.incident_id == incident.handler.id)
    if incident.merged_into_id is not None:
        ones = ones.where(alert.first_incident_id == incident_id)
    hidden = or_(alert.silent, alert.kind == DOMESTIC_VIOLENCE, alert.unit_id.is_not(None))
    kept = db.session.scalar(select(ones.where(hidden).exists()))
    db.session.execute(
        update(Incident)
        .where(Incident.id == incident_id)
        .values(
            silent=ones.where(alert.silent).exists(),
            confidential=kept or decisions.view_of(incident_id).confidential,
            cancelled=cancelling.of_incident(incident_id),
            flags=cancelling.flags_of(incident_id, ones),
            **cancelling.danger_of(incident.handler.id),
        ),
        execution_options={"synchronize_session": False},
    )


_NOT_CANCELLED = (
    update(Incident)
    .where(Incident.id == bindparam("incident"), Incident.cancelled != "")
    .values(cancelled="")
    .returning(Incident.id)
)
