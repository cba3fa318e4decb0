"""The reporter says that they are safe, or that it was a mistake: it counts for what they had sent before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update

from meteor.accounts.models import User
from meteor.alerts.models import Alert, Cancellation
from meteor.dispatch import offers
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db

REASONS = ("safe", "mistake")


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
    cancelled = of_incident(alert.incident_id)
    db.session.execute(update(Incident).where(Incident.id == alert.incident_id).values(cancelled=cancelled))
    timeline.record(alert.incident_id, "cancelled", at, actor, reason=reason, forced=forced)
    reconcile(alert.incident_id, at)
    if forced:
        offers.alarm("forced", alert.incident.number, f"{alert.id}:{at.isoformat()}", role="dispatcher")


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


def others_need_help(alert: Alert) -> bool:
    """Return whether another reporter's alert stands, not cancelled with the right PIN."""
    newest = _newest(alert.incident_id)
    taken_back = select(Cancellation.alert_id).where(Cancellation.id.in_(newest), ~Cancellation.forced)
    others = select(Alert.id).where(
        Alert.incident_id == alert.incident_id,
        Alert.reporter_id.is_distinct_from(alert.reporter_id),
        Alert.id.not_in(taken_back),
    )
    return db.session.scalar(others.limit(1)) is not None


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
