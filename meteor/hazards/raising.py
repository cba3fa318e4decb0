"""Incidents that the disaster agency makes of hazards: one at a time."""

from datetime import datetime
from uuid import uuid5

from meteor.accounts.models import User
from meteor.alerts import rules as alerts
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.hazards.alerting import BURNS, type_of
from meteor.hazards.clusters import open_incident_of, parts, phone_of
from meteor.hazards.handling import TooLate, say, subject
from meteor.hazards.models import OPEN, HazardReport
from meteor.hazards.places import Found
from meteor.incidents.models import Incident
from meteor.store import audit
from meteor.store.database import db, guarded_update


class AlreadyRaised(Exception):
    """Units were sent already: the hazard has an open incident."""


def make_incident(report: HazardReport, priority: int | None, at: datetime, actor: User) -> Incident:
    """Have units dispatched to the hazard; it counts as verified. `priority` (1–4) in place of the type's.

    Another incident is made only once the last one is closed.

    The alert has no reporter, so that it joins no other incident of theirs; crews find whom to call. Raises
    AlreadyRaised or TooLate.
    """
    db.session.refresh(report)
    told = [report, *parts(report)]
    if open_incident_of(told):
        raise AlreadyRaised
    if report.same_as_id is not None or report.status not in OPEN:
        raise TooLate
    before = report.incident_id
    receipt = alerts.receive(_alert(report, priority), at, actor)
    incident = db.session.get_one(Alert, receipt.id).incident
    as_seen = HazardReport.incident_id == before
    if not guarded_update(HazardReport, HazardReport.id == report.id, as_seen, incident_id=incident.id):
        raise AlreadyRaised
    for each in told:
        each.incident_id, each.status, each.answered_at = incident.id, "verified", each.answered_at or at
        say(each, "incident", incident.number, at, actor)
    audit.record(actor, "hazard_raised", subject(report), incident=incident.number)
    return incident


def _alert(report: HazardReport, priority: int | None) -> IncomingAlert:
    """The alert that the agency raises for the report. Its UUID follows from the report's: it is stored once."""
    made = sum(message.kind == "incident" for message in report.messages)
    type_ = type_of(report.kind)
    place = Found(report.latitude, report.longitude, report.accuracy, report.place_source, report.place)
    return IncomingAlert(
        uuid5(report.id, f"incident-{made}"), "hazard", BURNS if report.kind == BURNS else "disaster", None,
        latitude=report.latitude, longitude=report.longitude, accuracy=report.accuracy,
        note=report.note[: alerts.LONGEST_NOTE],
        type_id=type_.id if type_ else None, priority=priority, place=place.of_alert(), caller_phone=phone_of(report),
        caller_name=report.reporter.name if report.reporter else report.name,
    )  # fmt: skip
