"""The alarm screen of the command centre: unacknowledged and acknowledged alarms, troubles and tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import joinedload

from meteor.dispatch import plan_slots
from meteor.dispatch.plan_slots import PlanSlot
from meteor.dispatch.roster import RosterUnit, nearest_free
from meteor.incidents import chains, escalation, timeline
from meteor.incidents.chains import Chain
from meteor.incidents.models import Escalation, Event, Incident
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.premises import records
from meteor.premises.models import Premises
from meteor.sas import supervision, testing
from meteor.sas.models import Panel, TestMode
from meteor.sas.places import premises_of
from meteor.sas.readiness import Readiness, readiness
from meteor.sas.refusals import REFUSED
from meteor.sas.signals import Signal, signals_of
from meteor.store.database import db, execute
from meteor.store.models import Heartbeat
from meteor.store.moments import is_fresh
from meteor.store.versions import version_of

PATIENCE = timedelta(seconds=10)
"""The scheduler takes the steps of the chains every second; it stands still when it has not for so long."""

NEAREST = 4
"""Number of nearest free units shown for each alarm."""

WHOLE = 10
"""Number of alarms shown in full. Further alarms show type, place and handler only."""

TROUBLES, LATELY = (
    frozenset({*REFUSED.values(), "panel_unhandled", "panel_too_many", "panel_flooded"}),
    timedelta(hours=24),
)
"""Kinds of notices that nothing else on the screen shows, and how long they stand there."""


@dataclass(frozen=True)
class Alarm:
    """An open alarm: its incident, its chain, where it was raised, what was said there, newest first, and who goes.

    Of one that is not `whole` the last is left out.
    """

    incident: Incident
    chain: Chain
    places: Sequence[Premises]
    whole: bool
    signals: Sequence[Signal] = ()
    slots: Sequence[PlanSlot] = ()
    nearest: Sequence[RosterUnit] = ()


@dataclass(frozen=True)
class Screen:
    """The alarm screen: unacknowledged alarms, the most urgent first, and acknowledged ones.

    `missed` are panels that are not heard, `troubles` what dispatchers were told of other panels LATELY, known or not.
    `unwell` names what stands still, of "scheduler" (no step of a chain is taken) and "receiver" (no panel is heard).
    `readiness` is only there while no alarm rings. `version` changes with whatever is shown, but for clocks, which run
    by themselves.
    """

    ringing: Sequence[Alarm]
    seen_to: Sequence[Alarm]
    tests: Sequence[TestMode]
    missed: Sequence[Panel]
    troubles: Sequence[Notice]
    unwell: Sequence[str]
    readiness: Readiness | None
    version: str


def screen(at: datetime) -> Screen:
    """The alarm screen at a moment."""
    runs = db.session.scalars(
        select(Escalation)
        .join(Escalation.incident)
        .where(Incident.is_open)
        .order_by(Escalation.acknowledged_at.is_not(None), Incident.priority, Escalation.began_at)
        .options(joinedload(Escalation.incident), joinedload(Escalation.acknowledged_by))
        .execution_options(populate_existing=True)
    ).all()
    alarms = [_alarm(run, at, whole=place < WHOLE) for place, run in enumerate(runs)]
    ringing = [alarm for alarm in alarms if alarm.chain.acknowledged_at is None]
    seen_to = [alarm for alarm in alarms if alarm.chain.acknowledged_at is not None]
    tests, missed, ill = testing.running(at), missed_panels(), unwell(at)
    troubles = notices.recent("dispatcher", TROUBLES, at - LATELY)
    ready = None if ringing else readiness(at, tests, heard="receiver" not in ill)
    shown = {
        "alarms": [_shown(alarm) for alarm in alarms],
        "tests": [test.id for test in tests],
        "missed": [(panel.id, panel.trouble_at, panel.silent_at) for panel in missed],
        "troubles": [notice.id for notice in troubles],
        "unwell": ill,
        "ready": ready and (ready.panels, [(test.id, test.ended_at) for test in ready.tests], ready.staff),
    }
    return Screen(ringing, seen_to, tests, missed, troubles, ill, ready, version_of(shown))


def state(at: datetime) -> object:
    """What tells at once that the screen is another: alarms and their newest event, tests, panels missed, what is ill.

    Without the ORM: it is asked in front of Flask.
    """
    alarms, missed, tests = execute(_ALARMS).one(), execute(_MISSED).all(), execute(_TESTS, at=at).all()
    return tuple(alarms), [tuple(row) for row in (*missed, *tests)], unwell(at)


def unwell(at: datetime) -> list[str]:
    """The stopped ones of "scheduler" and "receiver"."""
    beat = execute(_BEAT).scalar()
    stopped = [] if beat and is_fresh(beat, PATIENCE, at) else ["scheduler"]
    deaf = supervision.is_needed() and supervision.listening_since(at) is None
    return [*stopped, *(["receiver"] if deaf else [])]


def missed_panels() -> Sequence[Panel]:
    """The panels that have not been heard for too long, the longest first: a trouble at first, silent later."""
    return db.session.scalars(select(Panel).where(_is_missed()).order_by(Panel.heard_at)).all()


def _is_missed() -> ColumnElement[bool]:
    return Panel.active & (Panel.trouble_at.is_not(None) | Panel.silent_at.is_not(None))


def _alarm(run: Escalation, at: datetime, *, whole: bool) -> Alarm:
    incident, chain = run.incident, chains.chain(run)
    places = premises_of(incident)
    if not whole:
        return Alarm(incident, chain, places, whole)
    near = nearest_free(incident, at, NEAREST)
    return Alarm(incident, chain, places, whole, signals_of(incident), plan_slots.of_incident(incident), near)


def _shown(alarm: Alarm) -> object:
    """The state that an alarm's part of the screen shows. Distances are rounded to 10 m, against jitter."""
    units = [(slot.call_sign, slot.distance and round(slot.distance, -1)) for slot in alarm.slots]
    near = [(it.unit.id, it.distance and round(it.distance, -1), it.freshness) for it in alarm.nearest]
    places = [
        (records.values_of(one), alarm.whole and [*map(records.contact_values, one.contacts), len(one.pictures)])
        for one in alarm.places
    ]
    signals = [(signal.at, signal.repeats) for signal in alarm.signals]
    return alarm.incident.id, alarm.whole, timeline.version_of(alarm.incident.id), units, near, places, signals


_BEAT = select(Heartbeat.at).where(Heartbeat.job == escalation.JOB)
_NEWEST = select(func.max(Event.id)).where(Event.incident_id == Escalation.incident_id).correlate(Escalation)
_MISSED = select(Panel.id, Panel.trouble_at, Panel.silent_at).where(_is_missed()).order_by(Panel.id)
_TESTS = select(TestMode.id).where(testing.runs(bindparam("at"))).order_by(TestMode.id)
_ALARMS = (
    select(func.count(), func.max(_NEWEST.scalar_subquery()))
    .select_from(Escalation)
    .join(Incident, Incident.id == Escalation.incident_id)
    .where(Incident.is_open)
)
