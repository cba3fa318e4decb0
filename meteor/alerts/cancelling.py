"""The reporter says that they are safe, or that it was a mistake: it counts for what they had sent before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, insert, select, update

from meteor.accounts.models import User
from meteor.alerts.models import Alert, Cancellation
from meteor.dispatch import offers, responders
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.contributions import contributed
from meteor.store.database import db

REASONS = ("safe", "mistake")

FORCED = "forced"
"""The flag of an incident that was cancelled with a wrong PIN or pass phrase."""

FORCED_ALERTS = contributed["forced_alerts"]
"""Functions that ask for other packages' cancellations with a wrong code."""


def cancel(alert: Alert, reason: str, at: datetime, actor: User, *, forced: bool = False) -> None:
    """Take back what the reporter of `alert` has raised so far in its incident; an officer still closes that.

    `reason` is one of REASONS. A reporter who has a PIN and gives another one may be `forced` to: the answer looks the
    same, and the dispatcher is alarmed. Raises ValueError for another reason.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    db.session.refresh(alert)
    said = {"reason": reason, "forced": forced}
    newest = select(Cancellation.alert_id).where(Cancellation.id.in_(_newest(alert.incident_id))).filter_by(**said)
    raised = db.session.scalars(_raised_by_reporter(alert).where(Alert.id.not_in(newest))).all()
    if raised:
        db.session.execute(insert(Cancellation), [{"alert_id": each, **said, "said_at": at} for each in raised])
    values = {"cancelled": of_incident(alert.incident_id), **danger_of(alert.incident_id)}
    db.session.execute(update(Incident).where(Incident.id == alert.incident_id).values(values))
    timeline.record(alert.incident_id, "cancelled", at, actor, reason=reason, forced=forced)
    reconcile(alert.incident_id, at)
    if values["cancelled"]:
        responders.acknowledge_all(alert.incident_id, at, ["called_after_all"])
    if forced:
        alarm_forced(alert, at)


def alarm_forced(alert: Alert, at: datetime) -> None:
    """Mark the incident as perhaps forced, and alarm the dispatchers."""
    incident = alert.incident
    incident.flags = flags_of(incident.id, select(Alert.id).where(Alert.incident_id == incident.id))
    offers.alarm("forced", incident.number, f"{alert.id}:{at.isoformat()}", role="dispatcher")


def flags_of(incident_id: int, alerts: Select[UUID]) -> list[str]:
    """The flags of an incident with these alerts; FORCED follows from their cancellations.

    One wrong code is enough: a right one later may be forced out of them too.
    """
    wrong = select(Cancellation.id).where(Cancellation.forced, Cancellation.alert_id.in_(alerts))
    asked = (wrong, *(ask(alerts) for ask in FORCED_ALERTS.values()))
    forced = any(db.session.scalar(each.limit(1)) is not None for each in asked)
    known = db.session.scalars(select(Incident.flags).where(Incident.id == incident_id)).one()
    others = [flag for flag in known if flag != FORCED]
    return [*others, FORCED] if forced else others


def cancellation(alert: Alert) -> str | None:
    """The reporter's cancellation of `alert` and all later ones in its incident; None if one is not cancelled."""
    taken_back = select(Cancellation.id).where(Cancellation.alert_id == Alert.id).exists()
    if db.session.scalar(_raised_by_reporter(alert).where(~taken_back).limit(1)) is not None:
        return None
    last = select(Cancellation.reason).where(Cancellation.alert_id == alert.id).order_by(Cancellation.id.desc())
    return db.session.scalar(last.limit(1))


def of_incident(incident_id: int) -> str:
    """The reason of the last cancellation, if every alert of the incident is taken back; else empty.

    A cancellation with a wrong PIN never counts.
    """
    stand = select(Cancellation).where(Cancellation.id.in_(_newest(incident_id)), ~Cancellation.forced)
    in_force = db.session.scalars(stand.order_by(Cancellation.id)).all()
    raised = db.session.scalar(select(func.count()).where(Alert.incident_id == incident_id))
    return in_force[-1].reason if in_force and len(in_force) == raised else ""


def danger_of(incident_id: int) -> dict[str, Any]:
    """The columns of an incident about an officer in danger, by its alerts: of the newest that is not taken back.

    A cancellation with a wrong PIN never counts.
    """
    taken_back = Alert.id.in_(_taken_back(incident_id))
    presses = select(Alert.unit_id, case((taken_back, None), else_=Alert.received_at)).where(
        Alert.incident_id == incident_id, Alert.unit_id.is_not(None)
    )
    newest = db.session.execute(presses.order_by(taken_back, Alert.received_at.desc()).limit(1)).first()
    unit_id, at = newest or (None, None)
    return {"endangered_unit_id": unit_id, "endangered_at": at}


def others_need_help(alert: Alert) -> bool:
    """Return whether another reporter's alert of the incident is not cancelled with the right PIN."""
    others = select(Alert.id).where(
        Alert.incident_id == alert.incident_id,
        Alert.reporter_id.is_distinct_from(alert.reporter_id),
        Alert.id.not_in(_taken_back(alert.incident_id)),
    )
    return db.session.scalar(others.limit(1)) is not None


def _taken_back(incident_id: int) -> Select[UUID]:
    """Asks for the ids of the incident's alerts that are taken back."""
    return select(Cancellation.alert_id).where(Cancellation.id.in_(_newest(incident_id)), ~Cancellation.forced)


def _newest(incident_id: int) -> Select[int]:
    """Asks for the id of the newest cancellation of each alert of an incident."""
    return (
        select(func.max(Cancellation.id))
        .join(Alert, Alert.id == Cancellation.alert_id)
        .where(Alert.incident_id == incident_id)
        .group_by(Cancellation.alert_id)
    )


def _raised_by_reporter(alert: Alert) -> Select[UUID]:
    """Asks for the ids of what the reporter of `alert` has raised in its incident."""
    return select(Alert.id).where(Alert.incident_id == alert.incident_id, Alert.reporter_id == alert.reporter_id)
