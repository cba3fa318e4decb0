"""The one intake: an alert from any channel, taken once, joined to an incident, with the nearest unit on its way."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, insert, select, update

from meteor.accounts.models import User
from meteor.alerts import cancelling
from meteor.alerts.cries import Cry
from meteor.alerts.joining import Joined, open_or_join
from meteor.alerts.models import Alert
from meteor.dispatch import offers, override, responders
from meteor.incidents import confidentiality, timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import COARSE, Place
from meteor.notices import rules as notices
from meteor.residents.models import Household, Resident
from meteor.store import quotas
from meteor.store.database import db, execute, serialise
from meteor.store.quotas import Limit

LONGEST_NOTE = 2000

_PRESSED = ("panic", "sas")

PRESSES = Limit("presses", 500, _l("presses"))
SHORT_NOTE = 200
"""Characters that are kept of the note of a press beyond PRESSES."""

_NEVER_HELD = ("call", "sas")  # a call-taker has listened; an alarm is of premises, not of a person


@dataclass(frozen=True)
class Receipt:
    """The answer to a cry: `first` is false when it had been taken before."""

    id: UUID
    number: str
    status: str
    first: bool


def receive(cry: Cry, at: datetime, actor: User | None = None) -> Receipt:
    """Take a cry for help: once for each UUID, joined to the reporter's open incident or opening one, and dispatched.

    Never refuses (rule 2). What is doubtful is flagged; a suspended reporter's alert is held for a call-taker, unless
    one has listened already or it is an alarm of premises; a drill is closed as it is opened and dispatches nobody. A
    UUID that belongs to someone else's alert is turned into another one, always the same for the same reporter. `actor`
    is who took it, if somebody did.
    """
    serialise()
    alert_id, known = _known(cry)
    if known:
        return Receipt(alert_id, known.number, known.status, first=False)
    cry = _reduced(cry, at)
    place, home_flags = _place(cry)
    held = not cry.drill and cry.source not in _NEVER_HELD and _is_suspended(cry.reporter_id, at)
    flags = [*cry.flags, *home_flags, *(["held"] if held else [])]
    joined = open_or_join(cry, place, flags, held, at, actor)
    incident_id, cancelled = joined.id, joined.new is None and cancelling.cry_again(joined.id)
    writes = cancelled or cry.source != "panic" or joined.earlier.writes(at, news=joined.news)
    execute(
        _TAKE,
        id=alert_id, source=cry.source, reporter_id=cry.reporter_id, incident_id=incident_id, kind=cry.kind,
        latitude=cry.latitude, longitude=cry.longitude, accuracy=cry.accuracy, position_age=cry.position_age,
        place_source=place.source, note=cry.note, silent=cry.silent, drill=cry.drill, flags=flags, given=cry.given,
        received_at=at, caller_phone=cry.caller_phone, caller_name=cry.caller_name, premises_id=cry.premises_id,
        repeat=joined.earlier.times > 0,
    )  # fmt: skip
    if cry.silent or cry.kind == confidentiality.KIND:
        confidentiality.keep(incident_id)
    if writes:
        timeline.record(
            incident_id, "received", at, actor, source=cry.source, kind=cry.kind, note=cry.note, flags=flags,
            drill=cry.drill, place_source=place.source, accuracy=cry.accuracy, silent=cry.silent,
        )  # fmt: skip
    if joined.new is None:
        execute(_JOINED, incident=joined.id, at=at)
    if joined.new is None and not held:
        _tell_again(cry, joined, at, cancelled=cancelled)
    if not cry.drill:
        _see_to(joined, alert_id, held, writes, at, actor)
    return Receipt(alert_id, joined.number, joined.status, first=True)


def _tell_again(cry: Cry, joined: Joined, at: datetime, *, cancelled: bool) -> None:
    """Who has called before calls again: crews and dispatchers are rung, whatever was taken back before."""
    pressed = cry.source in _PRESSED and cry.reporter_id is not None and joined.earlier.times > 0
    if cancelled or pressed:
        responders.tell("called_again", joined.id, joined.number, at, anew=cancelled)


def _reduced(cry: Cry, at: datetime) -> Cry:
    """The cry; beyond PRESSES of its reporter on this day with little text, so that nobody fills the disk."""
    pressed = cry.source in _PRESSED and cry.reporter_id is not None and not cry.drill
    if not pressed or quotas.fits(f"user:{cry.reporter_id}", PRESSES, at):
        return cry
    return replace(cry, note=cry.note[:SHORT_NOTE], given={}, flags=[*cry.flags, "reduced"])


def find(user: User, alert_id: UUID) -> Alert | None:
    """The alert, if `user` raised it."""
    return db.session.scalar(select(Alert).where(Alert.id == alert_id, Alert.reporter_id == user.id))


def _see_to(joined: Joined, alert_id: UUID, held: bool, writes: bool, at: datetime, actor: User | None) -> None:
    """Send units and let the neighbourhood be told. A repetition that says nothing new changes neither."""
    if held:
        if writes:
            notices.tell(
                f"held:{alert_id}", "held", f"/incidents/{joined.number}", role="call_taker", number=joined.number
            )
        return
    if joined.new:
        offers.offer_first(joined.new, at)
    elif writes:
        _go_on(joined.id, at, actor)
    timeline.turn(joined.id, at)


def _go_on(incident_id: int, at: datetime, actor: User | None) -> None:
    """Offer what an incident lacks. One that waited for a call-taker is let go by the word of who need not wait."""
    override.release(db.session.get_one(Incident, incident_id), at, actor)
    offers.offer_nearest(incident_id, at)


def _known(cry: Cry) -> tuple[UUID, Any]:
    """The UUID to take the cry under, and the number and status of its incident if it was taken before."""
    row = execute(_KNOWN, alert=cry.id).first()
    if row is None or row.reporter_id == cry.reporter_id:
        return cry.id, row
    own_id = uuid5(cry.id, str(cry.reporter_id))
    return own_id, execute(_KNOWN, alert=own_id).first()


def _place(cry: Cry) -> tuple[Place, list[str]]:
    """What was said; else the device's, unless it only knows the region and there is a home; else the home or none."""
    if cry.place is not None:
        return cry.place, []
    located = cry.latitude is not None and cry.longitude is not None
    device = Place(cry.latitude, cry.longitude, cry.accuracy, "device")
    if located and (cry.accuracy or 0.0) <= COARSE:
        return device, []
    home = execute(_HOME, reporter=cry.reporter_id).first() if cry.reporter_id else None
    if home:
        flag = "coarse_position" if located else "home_position"
        return Place(home.latitude, home.longitude, home.accuracy, "home"), [flag]
    return (device, []) if located else (Place(), [])


def _is_suspended(reporter_id: int | None, at: datetime) -> bool:
    until = execute(_SUSPENDED, reporter=reporter_id).scalar() if reporter_id else None
    return until is not None and until > at


_JOINED = update(Incident).where(Incident.id == bindparam("incident")).values(last_alert_at=bindparam("at"))
_TAKE = insert(Alert)
_KNOWN = (
    select(Alert.reporter_id, Incident.number, Incident.status)
    .join(Alert.incident)
    .where(Alert.id == bindparam("alert"))
)
_HOME = (
    select(Household.latitude, Household.longitude, Household.accuracy)
    .join(Resident, Resident.household_id == Household.id)
    .where(
        Resident.user_id == bindparam("reporter"),
        Household.latitude.is_not(None),
        Resident.moved_out_on.is_(None),
    )
)
_SUSPENDED = select(User.suspended_until).where(User.id == bindparam("reporter"))
