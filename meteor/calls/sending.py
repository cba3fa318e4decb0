"""Incidents of calls: a new one, or one more alert on an existing one."""

from datetime import datetime

from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.alerts import rules as alerts
from meteor.alerts import separating
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import KINDS, Alert
from meteor.calls import call_details, classifying, drafts, rules
from meteor.calls.call_details import CallDetails
from meteor.calls.holding import hold
from meteor.calls.models import Call
from meteor.dispatch import override
from meteor.incidents import decisions, timeline
from meteor.incidents import rules as incidents
from meteor.incidents.models import Decision, Incident
from meteor.incidents.places import Place
from meteor.protocols import scripts
from meteor.protocols.models import IncidentType
from meteor.store.database import db


class MissingDetails(Exception):
    """Required details are missing: `fields` of "type", "place", "phone"."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class Over(Exception):
    """The incident was closed meanwhile, so that a call cannot join it."""


def open_incident(call: Call, at: datetime, user: User) -> Alert:
    """Send help to what was typed: type, place (a point or words) and phone are enough. Sent twice it is sent once.

    Raises MissingDetails; holding.CallTaken if somebody else has the call.
    """
    hold(call, at, user)
    said = call_details.read(drafts.shown(call))
    if call.alert is not None:
        return call.alert
    if said.type is None or said.missing:
        raise MissingDetails(said.missing)
    return _send(call, said, said.type, None, at, user)


def join(call: Call, incident: Incident, at: datetime, user: User) -> Alert:
    """Attach the call to an existing incident as one more alert. Raises Over; holding.CallTaken."""
    hold(call, at, user)
    if call.alert is not None:
        return call.alert
    db.session.refresh(incident)
    if (incident.merged_into or incident).status == "closed":
        raise Over(incident.number)
    return _send(call, call_details.read(drafts.shown(call)), incident.type, incident, at, user)


def separate(call: Call, at: datetime, user: User) -> Incident:
    """It was about something else after all: the alert gets an incident of its own, of what was typed.

    Raises MissingDetails; holding.CallTaken; separating.OnlyAlert.
    """
    hold(call, at, user)
    said = call_details.read(drafts.shown(call))
    if call.alert is None or said.type is None or said.place is None:
        raise MissingDetails([name for name in said.missing if name != "phone"])
    row = incidents.TypeRow.of(said.type, said.priority)
    return separating.separate(call.alert, row, said.place, at, user)


def add(call: Call, text: str, at: datetime, user: User) -> bool | None:
    """Add a caller's further words as a note for all crews, the new priority, and the place if it was told anew.

    An incident that others reported too, or that somebody else has changed since, becomes no less urgent by one
    caller's answers, and stays where it is. Returns whether it has moved, None if the place is the same as before.
    Raises MissingDetails; CallTaken.
    """
    hold(call, at, user)
    if call.alert is None:
        raise MissingDetails(["type"])
    incident = call.alert.incident
    moved = _correct_place(call, call.alert, at, user)
    if text.strip():
        incidents.note(incident, text.strip()[: alerts.LONGEST_NOTE], at, user)
        drafts.forget(call, "more")
    answers = scripts.answers_in(call.draft)
    if incident.status == "closed" or not scripts.answered(incident.type_id, answers):
        return moved
    priority = scripts.priority_after(incident.type, answers)
    if priority > incident.priority and not _shared(call) and not _decided_by_others(call.alert):
        incidents.reprioritise(incident, priority, at, user, alert_id=call.alert_id)
    else:
        incidents.hear(incident, priority, at, user, alert_id=call.alert_id)
    return moved


def note_place(call: Call, label: str, at: datetime, user: User) -> bool:
    """Note the words for the place for all crews, after the `label`. Returns whether the incident did not know them."""
    place = call_details.read(drafts.shown(call)).place
    if call.alert is None or place is None or not place.words:
        return False
    incident, note = call.alert.incident, f"{label} {place.words}"
    placed = select(Decision.place).where(Decision.incident_id == incident.id, Decision.place.is_not(None))
    known = {(each or {}).get("words") for each in db.session.scalars(placed)}
    noted = {event.detail.get("note") for event in timeline.of_incident(incident.id) if event.event_type == "note"}
    if place.words in known or note in noted:
        return False
    incidents.note(incident, note, at, user)
    return True


def _correct_place(call: Call, alert: Alert, at: datetime, user: User) -> bool | None:
    place, incident = call_details.read(drafts.shown(call)).place, alert.incident
    newest = decisions.newest(incident.id, "place")
    told = alert if newest is None else incident
    if place is None or place.latitude is None or _point(place) == _point(told):
        return None
    decided = newest is not None and newest.alert_id != alert.id
    if decided or _shared(call) or incident.status == "closed" or incident.premises_id is not None:
        return False
    override.correct_place(incident, place, at, user, alert_id=alert.id)
    return True


def _point(told: Place | Alert | Incident) -> tuple[float | None, ...]:
    return told.latitude, told.longitude, told.accuracy


def _send(
    call: Call, said: CallDetails, kind: IncidentType, incident: Incident | None, at: datetime, user: User
) -> Alert:
    phone = rules.phone_of(said.phone) or call.phone
    receipt = alerts.receive(_incoming(call, said, kind, incident, phone), at, user)
    if call.classified_as not in (None, "normal"):
        classifying.correct(call, "normal", "", at, user)
    values = {"alert_id": receipt.id, "phone": phone, "classified_as": "normal"}
    db.session.execute(update(Call).where(Call.id == call.id).values(values))
    db.session.refresh(call)
    return db.session.get_one(Alert, receipt.id)


def _incoming(
    call: Call, said: CallDetails, kind: IncidentType, incident: Incident | None, phone: str | None
) -> IncomingAlert:
    note = said.whole_note
    rest = note[alerts.LONGEST_NOTE :]
    return IncomingAlert(
        id=call.id, source="call", kind=kind.kind if kind.kind in KINDS else "other", reporter_id=_person(phone),
        note=note[: alerts.LONGEST_NOTE], silent=said.silent, flags=["note_cut"] if rest else [],
        given={"note": rest} if rest else {}, type_id=kind.id, priority=said.priority,
        place=said.place or Place(source="call"), incident_id=incident.id if incident else None,
        latitude=said.place.latitude if said.place else None, longitude=said.place.longitude if said.place else None,
        accuracy=said.place.accuracy if said.place else None,
        caller_phone=phone or said.phone or call.caller, caller_name=said.name,
    )  # fmt: skip


def _person(phone: str | None) -> int | None:
    """The user with this number, so that calls and presses join (rule 6)."""
    return db.session.scalar(select(User.id).where(User.phone == phone, User.active)) if phone else None


def _decided_by_others(alert: Alert) -> bool:
    """Return whether something else than this call decided type or priority last."""
    kinds = ("type", "kind_said", "priority", "merge")
    newest = decisions.newest(alert.incident_id, *kinds)
    return newest is not None and newest.alert_id != alert.id


def _shared(call: Call) -> bool:
    """Return whether others reported the incident too."""
    alert = call.alert
    others = select(Alert.id).where(Alert.incident_id == alert.incident_id, Alert.id != alert.id) if alert else None
    return others is not None and db.session.scalar(others.limit(1)) is not None
