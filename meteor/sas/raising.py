"""Incidents of alarms: the one that an alarm joins, and changes of its priority."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from meteor.accounts.models import User
from meteor.alerts import rules as alerts
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.repeats import UNCONFIRMED
from meteor.alerts.rules import Receipt
from meteor.dispatch import rules as dispatch
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import decisions, escalation
from meteor.incidents import rules as incidents
from meteor.incidents.models import Escalation, Incident
from meteor.incidents.places import Place
from meteor.notices import rules as notices
from meteor.premises.models import Premises
from meteor.sas.consequences import NEVER_LOWERED, Said, urgency
from meteor.store.database import db, execute

EXACT = 10.0
"""Metres: the accuracy of a position that the administrator chose."""

KNOWN = timedelta(minutes=5)
"""Time for which an acknowledgement covers another alarm that joins the incident."""

_RECENT = 20  # incidents of the same premises, of which the newest few can be open or handled elsewhere


def receive(incoming: IncomingAlert, said: Said, premises: Premises, at: datetime) -> Receipt:
    """Take an alarm of the premises once: joined to what is open there or opening an incident, dispatched, escalated.

    What is not urgent enough for the siren is told to the call-takers. A drill opens an incident that is closed at
    once, and no more.
    """
    joined = None if incoming.drill else belongs_to(premises.id, said)
    receipt = alerts.receive(
        replace(
            incoming, kind=said.kind, type_id=said.type.id, priority=said.type.priority, silent=said.silent,
            flags=[*incoming.flags, *said.flags], place=place_of(premises), premises_id=premises.id,
            incident_id=joined.id if joined else None,
        ),
        at,
    )  # fmt: skip
    if receipt.first and not incoming.drill:
        incident = of_alert(receipt)
        if joined is not None:
            if UNCONFIRMED not in incoming.flags:
                _mark_confirmed(incident)
            make_more_urgent(incident, said, at, alert_id=receipt.id)
            if said.firm:
                _ring_again(incident, at)
        _announce(incident, premises, at)
    return receipt


def ring_again(incident: Incident, said: Said, premises: Premises, at: datetime) -> None:
    """Let an alarm that is only counted ring as one that joins its incident does."""
    incidents.alert_joined(incident.id, at)
    if said.firm:
        _ring_again(incident, at)
    _announce(incident, premises, at)


def would_change(incident: Incident, said: Said) -> bool:
    """Return whether a joining alarm changes the incident's type, priority or handling.

    It also does while the incident is held or was taken back.
    """
    if incident.cancelled or incident.held or (said.silent and not incident.silent):
        return True
    if said.type.id == incident.type_id:
        return said.type.priority < incident.priority
    return _becomes(incident, said)


def belongs_to(premises_id: int, said: Said) -> Incident | None:
    """The open incident of the premises that an alarm is about: one of the same type, else the newest that it may join.

    None if there is none, or if it needs other help than every one that is there and none of them gives way to it. To a
    hold-up the police come already, and to burglars who are known to be inside: those never give way to a fire. Where
    crews were and have left, nobody sees what happens now.
    """
    there = [incident for incident in open_at(premises_id) if not dispatch.is_deserted(incident.id)]
    same = next((incident for incident in there if incident.type_id == said.type.id), None)
    return same or next((incident for incident in there if _gives_way(incident, said)), None)


def _gives_way(incident: Incident, said: Said) -> bool:
    if incident.type.code in NEVER_LOWERED:
        return incident.type.code == "hold_up" and not said.firm
    return incident.priority > 1 or not said.firm or said.type.code == "hold_up"


def open_at(premises_id: int) -> list[Incident]:
    """The open incidents of alarms of these premises, newest first, also where another incident handles one."""
    query = select(Incident).where(
        Incident.premises_id == premises_id,
        or_(Incident.is_open, Incident.merged_into_id.is_not(None)),
    )
    found = db.session.scalars(query.order_by(Incident.id.desc()).limit(_RECENT)).all()
    return list(dict.fromkeys(it.handler for it in found if it.handler.is_open))


def make_more_urgent(
    incident: Incident, said: Said, at: datetime, actor: User | None = None, *, alert_id: UUID | None = None
) -> None:
    """Let the incident become what an alarm says, if that is more urgent than what it is, and offer what that needs."""
    type_ = said.type
    if type_.id == incident.type_id:
        if type_.priority < decisions.view_of(incident.id, alone=True).what.priority:
            raise_priority(incident, type_.priority, at, actor, alert_id=alert_id)
        return
    if _becomes(incident, said):
        priority = min(type_.priority, incident.priority)
        incidents.retype(incident, replace(type_, priority=priority), at, actor, alert_id=alert_id)
        _offer(incident, at)


def _becomes(incident: Incident, said: Said) -> bool:
    """Return whether the incident becomes one of the alarm's type."""
    before = urgency(incident.priority, incident.type.code)
    more = said.firm or urgency(said.type.priority, said.type.code) < before
    return more and incident.type.code not in NEVER_LOWERED


def raise_priority(
    incident: Incident, priority: int, at: datetime, actor: User | None = None, *, alert_id: UUID | None
) -> None:
    """Raise the incident to `priority`, and offer it again by its plan, unless what was merged into it did before."""
    before = incident.priority
    incidents.hear(incident, priority, at, actor, alert_id=alert_id)
    if incident.priority != before:
        _offer(incident, at)


def place_of(premises: Premises) -> Place:
    """The place of premises, which is the place of their alarms' incidents."""
    return Place(premises.latitude, premises.longitude, EXACT, "premises")


def of_alert(receipt: Receipt) -> Incident:
    """The incident that an alert came to."""
    return db.session.get_one(Alert, receipt.id, populate_existing=True).incident


def _announce(incident: Incident, premises: Premises, at: datetime) -> None:
    """Begin the chain of an alarm that has none yet, or tell the call-takers of one that can wait."""
    if incident.priority <= escalation.SIREN:
        escalation.start(incident.id, at)
        return
    notices.tell(
        f"alarm_signal:{incident.id}:", "alarm_signal", f"/incidents/{incident.number}", role="call_taker",
        number=incident.number, premises=premises.name,
    )  # fmt: skip


def _mark_confirmed(incident: Incident) -> None:
    if UNCONFIRMED in incident.flags:
        incident.flags = [flag for flag in incident.flags if flag != UNCONFIRMED]
        db.session.flush()


def _ring_again(incident: Incident, at: datetime) -> None:
    """Require another acknowledgement after a while, and restart a chain that has reached nobody."""
    if execute(_KNOWN, incident=incident.id, since=at - KNOWN).first() is None:
        escalation.restart(incident.id, at)


def _offer(incident: Incident, at: datetime) -> None:
    reconcile(incident.id, at)
    escalation.restart(incident.id, at)


_KNOWN = select(Escalation.incident_id).where(
    Escalation.incident_id == bindparam("incident"), Escalation.acknowledged_at >= bindparam("since")
)
