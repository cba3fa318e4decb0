"""The panic button of an officer on duty: an alert at the unit's place, which all free units nearby are offered."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from sqlalchemy import bindparam, or_, select

from meteor.accounts.models import User
from meteor.agencies.models import Shift, Unit
from meteor.agencies.positions import STALE
from meteor.alerts import cancelling, reading
from meteor.alerts import rules as alerts
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.rules import Receipt
from meteor.dispatch import offers
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import decisions, escalation, timeline
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import COARSE, Place
from meteor.incidents.rules import TypeRow
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute
from meteor.store.moments import LATENCY
from meteor.welfare import checks, following

CODE = "officer_in_danger"
"""The incident type of these alerts; a city without it, or which has switched it off, gets the type of KIND."""

KIND = "emergency"

PRIORITY = 1

LONGEST = 12 * 3600.0
"""Highest time in seconds that a press waits for a network: one shift. A longer one counts as this."""


class NotOnDuty(Exception):
    """The officer was on no unit when they pressed, nor is now."""


def press(user: User, fields: reading.Given, at: datetime) -> Receipt:
    """Store the press of an officer once for its UUID, whatever else is in its form.

    `waited` in the form is how many seconds ago it was pressed: the duty of that moment counts, and the present one
    where there was none, since clocks jump. A press of a crew whose incident is open joins that one. Raises NotOnDuty.
    """
    incoming = reading.incoming_alert(fields, user.id)
    pressed = at - timedelta(seconds=min(_seconds(fields.get("waited")), LONGEST))
    unit = unit_of(user, pressed) or unit_of(user, at)
    if unit is None:
        raise NotOnDuty
    open_one = open_of(unit)
    place, age = place_of(unit, incoming, pressed, at)
    type_row, found = _type()
    flags = [flag for flag in incoming.flags if flag != "old_position"] + ([] if found else ["no_such_type"])
    if age is not None and age > reading.OLD_POSITION:
        flags.append("old_unit_position")
    if age is None and place.latitude is not None:
        flags.append("base_position")
    receipt = alerts.receive(
        replace(
            incoming, source="officer", kind=KIND, silent=False, type_id=type_row.id, priority=PRIORITY, flags=flags,
            place=place, position_age=age, unit_id=unit.id, incident_id=open_one.id if open_one else None,
        ),
        at,
    )  # fmt: skip
    if receipt.first:
        _tell(receipt, unit, user, at, place=place, age=age, again=open_one is not None)
    return receipt


def unit_of(user: User, at: datetime) -> Unit | None:
    """The unit that the user was on duty with at a moment; at the beginning of a duty clocks may differ a little."""
    covers = Shift.started_at <= at + LATENCY, or_(Shift.ended_at.is_(None), Shift.ended_at >= at)
    newest = select(Unit).join(Shift, Shift.unit_id == Unit.id).where(Shift.user_id == user.id, *covers)
    return db.session.scalar(newest.order_by(Shift.started_at.desc()).limit(1))


def open_of(unit: Unit) -> Incident | None:
    """The open incident of an officer of this unit in danger."""
    found = execute(_OPEN_OF, unit=unit.id).scalar()
    return db.session.get(Incident, found) if found is not None else None


def open_alert_of(user_id: int) -> str | None:
    """The id of the user's newest press whose incident is open."""
    found = execute(_OPEN_ALERT, user=user_id).scalar()
    return str(found) if found is not None else None


def is_endangered(user_id: int) -> bool:
    """Return whether the user's newest alert is open and not taken back.

    Who was forced to say so counts as safe too: the answer must not tell the PINs apart.
    """
    found = execute(_OPEN_ALERT, user=user_id).scalar()
    return found is not None and cancelling.cancellation(db.session.get_one(Alert, found)) is None


def place_of(unit: Unit, incoming: IncomingAlert, pressed: datetime, at: datetime) -> tuple[Place, float | None]:
    """The newer of the unit's last position and the tablet's, and its age in seconds.

    A unit without a fresh one that stands at its base is there, at no age. Without any position the place is unknown.
    A position whose age the tablet does not know counts as of LONGEST ago, so that any other is preferred.
    """
    fixes: list[tuple[datetime, Place]] = []
    if unit.position_at is not None and unit.latitude is not None:
        fixes.append((unit.position_at, Place(unit.latitude, unit.longitude, unit.accuracy, following.SOURCE)))
    if incoming.latitude is not None and (incoming.accuracy or 0.0) <= COARSE:
        known = LONGEST if incoming.position_age is None else incoming.position_age
        taken_at = pressed - timedelta(seconds=min(known, LONGEST))
        fixes.append((taken_at, Place(incoming.latitude, incoming.longitude, incoming.accuracy, following.SOURCE)))
    newest = max(fixes, key=lambda fix: fix[0], default=None)
    if unit.at_base and (newest is None or at - newest[0] > STALE):
        return Place(unit.base_latitude, unit.base_longitude, None, following.SOURCE), None
    if newest is None:
        return Place(), None
    return newest[1], max(0.0, (at - newest[0]).total_seconds())


def _tell(
    receipt: Receipt, unit: Unit, user: User, at: datetime, *, place: Place, age: float | None, again: bool
) -> None:
    """Record whose press it is, and ring dispatchers and supervisors; also again for an incident that is open."""
    incident = db.session.get_one(Alert, receipt.id, populate_existing=True).incident
    said = {"unit": unit.call_sign, "position_age": age, "placed": place.latitude is not None}
    if age is not None and age >= LONGEST:
        said["unknown_age"] = True
    timeline.record(incident.id, "officer_in_danger", at, user, **said)
    decisions.add_agency(incident.id, unit.agency_id)  # their colleagues see it, whatever agency leads
    checks.answer(user, at, well=False)
    if (other := offers.withdraw_from_endangered(unit.id, incident.id, at)) is not None:
        reconcile(other, at)
    if again:
        if incident.priority > PRIORITY:  # since it was lowered: a new press is a new cry
            incidents.hear(incident, PRIORITY, at, user, alert_id=receipt.id)
            reconcile(incident.id, at)
        escalation.restart(incident.id, at)
        following.take(incident, place, age, at, receipt.id)
        following.follow(incident, at)
    else:
        escalation.start(incident.id, at)


def _type() -> tuple[TypeRow, bool]:
    """The type of these alerts, and whether the city has it."""
    row = execute(_TYPE, code=CODE).first()
    return (TypeRow.of(row), True) if row else (incidents.type_for(KIND), False)


def _seconds(text: object) -> float:
    """Seconds in a field; 0 for what is no finite number of them."""
    try:
        seconds = float(str(text))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < inf else 0.0  # also where it is not a number


_TYPE = select(IncidentType.id, IncidentType.code, IncidentType.priority, IncidentType.agency_id).where(
    IncidentType.code == bindparam("code"), IncidentType.active
)
_OPEN_OF = (
    select(Incident.id)
    .where(Incident.is_open, Incident.endangered_unit_id.is_not(None))
    .where(Incident.endangered_unit_id == bindparam("unit"))
    .order_by(Incident.id.desc())
)
_OPEN_ALERT = (
    select(Alert.id)
    .join(Incident, Incident.id == Alert.incident_id)
    .where(Alert.reporter_id == bindparam("user"), Alert.unit_id.is_not(None), ~Alert.repeat, Incident.is_open)
    .order_by(Incident.id.desc())
)
