"""Crews that are on scene for long without a word: they are asked whether all is well, then the dispatchers are told.

A word of a crew is an event of a member, on duty on the unit since it arrived, on the incident's timeline: a step, a
note, an answer to the question, the panic button while it is asked. The arrival counts too. Positions do not: tablets
send them by themselves. Where a sound could betray a crew, the dispatchers are told at once instead: they ask by radio.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from meteor.accounts.models import User
from meteor.agencies.models import Shift, Unit
from meteor.agencies.rules import shift_of
from meteor.dispatch import responders
from meteor.dispatch.models import Assignment
from meteor.dispatch.statements import in_danger
from meteor.incidents import timeline
from meteor.incidents.models import Event, Incident
from meteor.notices import rules as notices
from meteor.protocols.kinds import DOMESTIC_VIOLENCE
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute
from meteor.store.moments import AHEAD
from meteor.store.work import TOO_OLD, within_share
from meteor.welfare.models import WelfareCheck

PATIENCE = timedelta(seconds=60)
"""Time that a crew has to answer."""

SILENT = "welfare_silent"
"""The kind of notice to the dispatchers."""


def check(at: datetime) -> bool:
    """Ask crews that are due, tell the dispatchers of those that did not answer, end what is no longer true.

    Each once for each question. A deadline that is over TOO_OLD ago (no scheduler ran) is only reported. Whether there
    is more to do.
    """
    steps = [(row, step) for row in execute(_ON_SCENE).all() if (step := _step(row, at))]
    steps += [(row, _end) for row in execute(_OVER).all()]
    done = 0
    for row, step in within_share(steps):
        done += 1
        step(row, at)
    return done < len(steps)


def due(at: datetime) -> datetime | None:
    """`at` if a crew is on scene, or was asked and has left, else None."""
    return at if execute(_ON_SCENE).first() or execute(_OVER).first() else None


def answer(user: User, at: datetime, *, well: bool = True) -> None:
    """The crew that `user` belongs to says that all is well, or that it needs help; nothing where it was not asked."""
    shift = shift_of(user)
    row = execute(_RINGING, unit=shift.unit_id).first() if shift else None
    if row is not None:
        if well:
            timeline.record(row.incident_id, "welfare_well", at, user, unit=row.unit)
        else:
            timeline.record(row.incident_id, "welfare_help", at, user, unit=row.unit)
        _end(row, at)


def _step(row: Any, at: datetime) -> Any:
    """The step that is due for a unit on scene, if there is one."""
    heard = max(moment for moment in (row.on_scene_at, row.word_at) if moment)
    if row.asked_at is not None and row.asked_at > at + AHEAD:
        return _correct
    waits = row.asked_at is not None and heard < row.asked_at
    if row.rings and not (waits and row.minutes):
        return _end
    if waits and row.rings and row.told_at is None and at >= row.asked_at + PATIENCE:
        return _tell
    due = _due(row, heard)
    return _ask if due is not None and at >= due else None


def _correct(row: Any, at: datetime) -> None:
    """The clock was ahead when the crew was asked, and went back since: it counts as asked now."""
    db.session.execute(update(WelfareCheck).where(WelfareCheck.assignment_id == row.id).values(asked_at=at))


def _due(row: Any, heard: datetime) -> datetime | None:
    """Return when the crew is to be asked; None if the incident's type asks nothing.

    It counts from the last sign of life or question, and is not before the last change of type.
    """
    since = max(heard, row.asked_at) if row.asked_at else heard
    due = since + timedelta(minutes=row.minutes)
    return max(due, row.reclassified_at or due) if row.minutes else None


def _ask(row: Any, at: datetime) -> None:
    """Ask every member of the crew. The dispatchers are told instead where that is late, or a sound would be heard."""
    heard = max(moment for moment in (row.on_scene_at, row.word_at) if moment)
    due = _due(row, heard)
    late = due is not None and at - due > TOO_OLD
    rings, told_at = bool(row.rings) or not late, at if late or row.hushed else None
    db.session.merge(WelfareCheck(assignment_id=row.id, asked_at=at, told_at=told_at, rings=rings))
    db.session.flush()
    minutes = int((at - heard).total_seconds() // 60)
    if late:
        _report(row, at)
    elif row.hushed:
        _have_asked_by_radio(row, minutes, at)
    else:
        _ask_crew(row, minutes, at)


def _ask_crew(row: Any, minutes: int, at: datetime) -> None:
    """Ring everybody on duty on the unit, also where the question of before still rings."""
    timeline.record(row.incident_id, "welfare_asked", at, unit=row.unit, minutes=minutes)
    notices.acknowledge_all(f"{responders.WELFARE}:{row.id}:", None, at)
    for user_id in execute(_CREW, unit=row.unit_id).scalars().all():
        key = f"{responders.WELFARE}:{row.id}:{user_id}"
        notices.tell_anew(key, "welfare_check", f"/incidents/{row.number}", user_id=user_id, unit=row.unit)


def _have_asked_by_radio(row: Any, minutes: int, at: datetime) -> None:
    """Tell the dispatchers, and nobody on scene, that the crew has given no word for so many minutes."""
    timeline.record(row.incident_id, "welfare_due", at, unit=row.unit, minutes=minutes)
    _tell_dispatchers(row, "welfare_by_radio", at, unit=row.unit, minutes=minutes)


def _tell(row: Any, at: datetime) -> None:
    """Tell the dispatchers that the crew did not answer, until one of them knows or the crew gives a word."""
    db.session.execute(update(WelfareCheck).where(WelfareCheck.assignment_id == row.id).values(told_at=at))
    if at - row.asked_at - PATIENCE > TOO_OLD:
        _report(row, at)
        return
    timeline.record(row.incident_id, "welfare_silent", at, unit=row.unit)
    _tell_dispatchers(row, "welfare_silent", at, unit=row.unit)


def _report(row: Any, at: datetime) -> None:
    """Report what was due long ago, beside what the dispatchers were told of this crew: that names the unit."""
    key = f"{SILENT}:{row.id}:late:{at.isoformat()}"
    notices.tell(key, "deadline_missed", f"/incidents/{row.number}", role="dispatcher", number=row.number)


def _tell_dispatchers(row: Any, kind: str, at: datetime, **detail: Any) -> None:
    """Ring the dispatchers anew; of what they were told of this crew before, nothing stays on their screens."""
    notices.acknowledge_all(f"{SILENT}:{row.id}:", None, at)
    key = f"{SILENT}:{row.id}:{at.isoformat()}"
    notices.tell(key, kind, f"/incidents/{row.number}", role="dispatcher", number=row.number, **detail)


def _end(row: Any, at: datetime) -> None:
    """End all ringing of the question."""
    db.session.execute(update(WelfareCheck).where(WelfareCheck.assignment_id == row.id).values(rings=False))
    for beginning in (responders.WELFARE, SILENT):
        notices.acknowledge_all(f"{beginning}:{row.id}:", None, at)


# The crew that arrived counts, and the incident of before a merge: neither a relief nor a merge makes a crew silent.
_of_crew = select(Shift.user_id).where(
    Shift.unit_id == Assignment.unit_id, or_(Shift.ended_at.is_(None), Shift.ended_at >= Assignment.on_scene_at)
)
_word = select(func.max(Event.at)).where(
    or_(Event.incident_id == Assignment.incident_id, Event.incident_id == Assignment.first_incident_id),
    Event.actor_id.in_(_of_crew.correlate(Assignment)),
)
_hushed = or_(
    IncidentType.silent_approach,
    IncidentType.kind == DOMESTIC_VIOLENCE,
    Incident.silent,
    in_danger(Unit),
)
_ROW = (
    select(
        Assignment.id, Assignment.incident_id, Assignment.unit_id, Assignment.on_scene_at, Incident.number,
        Incident.reclassified_at,
        Unit.call_sign.label("unit"), IncidentType.welfare_after.label("minutes"), WelfareCheck.asked_at,
        WelfareCheck.told_at, WelfareCheck.rings, _hushed.label("hushed"),
        _word.correlate(Assignment).scalar_subquery().label("word_at"),
    )
    .join(Incident, Incident.id == Assignment.incident_id)
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .join(Unit, Unit.id == Assignment.unit_id)
)  # fmt: skip
_ON_SCENE = (
    _ROW.outerjoin(WelfareCheck, WelfareCheck.assignment_id == Assignment.id)
    .where(Assignment.ended_at.is_(None), Assignment.status == "on_scene", Assignment.on_scene_at.is_not(None))
    .order_by(Incident.priority, Assignment.id)
)
_ASKED = _ROW.join(WelfareCheck, WelfareCheck.assignment_id == Assignment.id).where(WelfareCheck.rings)
_OVER = _ASKED.where(Assignment.ended_at.is_not(None))
_RINGING = _ASKED.where(Assignment.ended_at.is_(None), Assignment.unit_id == bindparam("unit"))
_CREW = select(Shift.user_id).where(Shift.unit_id == bindparam("unit"), Shift.ended_at.is_(None))
