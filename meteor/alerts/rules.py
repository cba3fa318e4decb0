"""The one intake: an alert from any channel, taken once, joined to an incident, with the nearest unit on its way."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, insert, select

from meteor.accounts.models import User
from meteor.alerts import summary
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.joining import Joined, open_or_join
from meteor.alerts.models import Alert
from meteor.dispatch import override, responders
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import decisions, timeline
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import COARSE, Place
from meteor.notices import rules as notices
from meteor.residents.models import Household, Resident
from meteor.store import quotas
from meteor.store.database import db, execute
from meteor.store.quotas import Limit
from meteor.territory.area_index import RT_RADIUS

LONGEST_NOTE = 2000

_PRESSED = ("panic", "sas", "officer")

PRESSES = Limit("presses", 500, _l("presses"))
SHORT_NOTE = 200
"""Characters that are kept of the note of a press beyond PRESSES."""

WAITED = 30.0
"""Seconds from the press to its sending beyond which the timeline says so: fewer are those of a slow network."""

_NEVER_HELD = ("call", "sas", "officer")  # a call-taker has listened; an alarm is of premises, or of a crew on duty


@dataclass(frozen=True)
class Receipt:
    """The answer to an alert: `first` is false for an alert that was stored before."""

    id: UUID
    number: str
    status: str
    first: bool


def receive(incoming: IncomingAlert, at: datetime, actor: User | None = None) -> Receipt:
    """Store an alert once for its UUID, join or open its incident, and dispatch units.

    Never refuses (rule 2). What is doubtful is flagged; a suspended reporter's alert is held for a call-taker, unless
    one has listened already or it is an alarm of premises; a drill is closed as it is opened and dispatches nobody. A
    UUID that belongs to someone else's alert is turned into another one, always the same for the same reporter. `actor`
    is who took it, if somebody did.
    """
    alert_id, known = _known(incoming)
    if known:
        return Receipt(alert_id, known.number, known.status, first=False)
    incoming = _reduced(incoming, at)
    place, home_flags = _place(incoming)
    held = not incoming.drill and incoming.source not in _NEVER_HELD and _is_suspended(incoming.reporter_id, at)
    flags = [*incoming.flags, *home_flags, *(["held"] if held else [])]
    joined = open_or_join(incoming, place, flags, held, at, actor)
    incident_id = joined.id
    cancelled = summary.add(
        incident_id, incoming.kind, at, silent=incoming.silent, new=joined.new, unit_id=incoming.unit_id
    )
    writes = cancelled or incoming.source != "panic" or joined.earlier.writes(at, news=joined.news)
    execute(
        _TAKE,
        id=alert_id, source=incoming.source, reporter_id=incoming.reporter_id, incident_id=incident_id,
        kind=incoming.kind,
        latitude=incoming.latitude, longitude=incoming.longitude, accuracy=incoming.accuracy,
        position_age=incoming.position_age,
        place_source=place.source, note=incoming.note, silent=incoming.silent, drill=incoming.drill, flags=flags,
        given=incoming.given,
        received_at=at, pressed_at=None if incoming.waited is None else at - timedelta(seconds=incoming.waited),
        caller_phone=incoming.caller_phone, caller_name=incoming.caller_name,
        premises_id=incoming.premises_id, unit_id=incoming.unit_id,
        repeat=joined.earlier.times > 0,
    )  # fmt: skip
    if writes:
        timeline.record(
            incident_id, "received", at, actor, source=incoming.source, kind=incoming.kind, note=incoming.note,
            flags=flags,
            drill=incoming.drill, place_source=place.source, accuracy=incoming.accuracy, silent=incoming.silent,
            **({"waited": incoming.waited} if (incoming.waited or 0.0) > WAITED else {}),
        )  # fmt: skip
    if not joined.new:
        incidents.alert_joined(joined.id, at)
    if not joined.new and not held:
        _tell_again(incoming, joined, at, cancelled=cancelled)
    if not incoming.drill:
        _see_to(joined, alert_id, held, writes, at, actor)
    return Receipt(alert_id, joined.number, joined.status, first=True)


def _tell_again(incoming: IncomingAlert, joined: Joined, at: datetime, *, cancelled: bool) -> None:
    """Notify crews and dispatchers of a repeated press, also after a cancellation."""
    pressed = incoming.source in _PRESSED and incoming.reporter_id is not None and joined.earlier.times > 0
    if cancelled:
        responders.tell("called_after_all", joined.id, joined.number, at, anew=True)
    elif pressed:
        responders.tell("called_again", joined.id, joined.number, at)


def _reduced(incoming: IncomingAlert, at: datetime) -> IncomingAlert:
    """The alert; with little text beyond PRESSES of its reporter on one day, to protect the disk."""
    pressed = incoming.source in _PRESSED and incoming.reporter_id is not None and not incoming.drill
    if not pressed or quotas.fits(f"user:{incoming.reporter_id}", PRESSES, at):
        return incoming
    return replace(incoming, note=incoming.note[:SHORT_NOTE], given={}, flags=[*incoming.flags, "reduced"])


def find(user: User, alert_id: UUID) -> Alert | None:
    """The alert, if `user` raised it."""
    return db.session.scalar(select(Alert).where(Alert.id == alert_id, Alert.reporter_id == user.id))


def _see_to(joined: Joined, alert_id: UUID, held: bool, writes: bool, at: datetime, actor: User | None) -> None:
    """Send units and let the neighbourhood be told. A repetition that says nothing new, nor where, changes neither."""
    if held and writes:
        notices.tell(f"held:{alert_id}", "held", f"/incidents/{joined.number}", role="call_taker", number=joined.number)
    elif writes and not joined.new and decisions.view_of(joined.id, alone=True).held:
        # One that waited for a call-taker is let go by the word of who need not wait.
        override.release(db.session.get_one(Incident, joined.id), at, actor)
    if writes or joined.new or joined.moved:
        reconcile(joined.id, at)
    if not held:
        timeline.visibility_changed(joined.id, at)


def _known(incoming: IncomingAlert) -> tuple[UUID, Any]:
    """The UUID to store the alert under, with number and status of its incident if it was stored before."""
    row = execute(_KNOWN, alert=incoming.id).first()
    if row is None or row.reporter_id == incoming.reporter_id:
        return incoming.id, row
    own_id = uuid5(incoming.id, str(incoming.reporter_id))
    return own_id, execute(_KNOWN, alert=own_id).first()


def _place(incoming: IncomingAlert) -> tuple[Place, list[str]]:
    """The stated place, else the device's, else the home. A device's coarse place yields to a home.

    A home is only assumed: it says no more exactly than by its RT where the reporter is.
    """
    if incoming.place is not None:
        return incoming.place, []
    located = incoming.latitude is not None and incoming.longitude is not None
    device = Place(incoming.latitude, incoming.longitude, incoming.accuracy, "device")
    if located and (incoming.accuracy or 0.0) <= COARSE:
        return device, []
    home = execute(_HOME, reporter=incoming.reporter_id).first() if incoming.reporter_id else None
    if home:
        flag = "coarse_position" if located else "home_position"
        doubt = max(home.accuracy or 0.0, RT_RADIUS)  # however exactly it was measured, the reporter may be elsewhere
        return Place(home.latitude, home.longitude, doubt, "home", rt_id=home.rt_id), [flag]
    return (device, []) if located else (Place(), [])


def _is_suspended(reporter_id: int | None, at: datetime) -> bool:
    until = execute(_SUSPENDED, reporter=reporter_id).scalar() if reporter_id else None
    return until is not None and until > at


_TAKE = insert(Alert)
_KNOWN = (
    select(Alert.reporter_id, Incident.number, Incident.status)
    .join(Alert.incident)
    .where(Alert.id == bindparam("alert"))
)
_HOME = (
    select(Household.latitude, Household.longitude, Household.accuracy, Household.rt_id)
    .join(Resident, Resident.household_id == Household.id)
    .where(
        Resident.user_id == bindparam("reporter"),
        Household.latitude.is_not(None),
        Resident.moved_out_on.is_(None),
    )
)
_SUSPENDED = select(User.suspended_until).where(User.id == bindparam("reporter"))
