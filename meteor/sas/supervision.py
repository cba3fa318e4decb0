"""Supervision of panels: heard as often as they should be, while METEOR could hear them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import lazyload

from meteor.notices import rules as notices
from meteor.sas import alarms, testing
from meteor.sas.models import Panel, PanelEvent
from meteor.store.database import db, execute, insert_once
from meteor.store.models import Heartbeat
from meteor.store.moments import AHEAD, WIB, is_fresh
from meteor.store.work import within_share

RECEIVER, LISTENING = "sas.receiver", "sas.receiver.since"
"""Heartbeats: when the receiver was last well, and since when it has been without a pause."""

PAUSE = timedelta(seconds=30)
"""A receiver that has not been well for so long does not listen; what it missed is not held against panels."""

TROUBLE, SILENT = 1.5, 2.0
"""Missed intervals of a panel until a trouble, and until an incident."""

MISSED = "350"
"""Contact ID's code for trouble in communication, under which METEOR notes that a panel is missed."""

_MOMENTS = Panel.heard_at, Panel.supervised_at, Panel.trouble_at, Panel.silent_at
_BEATS = Heartbeat.job.in_((RECEIVER, LISTENING))
_HEARD = select(Heartbeat.job, Heartbeat.at).where(_BEATS)
_ACTIVE = select(Panel.id).where(Panel.active).limit(1)


def beat(at: datetime) -> None:
    """The receiver is well: it listens, and the database takes what it hears."""
    if listening_since(at) is None:
        _write(LISTENING, at)
    _write(RECEIVER, at)


def listening_since(at: datetime) -> datetime | None:
    """Return since when panels could be heard without a pause; None if they cannot be now."""
    beats = {row.job: row.at for row in execute(_HEARD)}
    return beats.get(LISTENING) if RECEIVER in beats and is_fresh(beats[RECEIVER], PAUSE, at) else None


def last_listened() -> datetime | None:
    """Return when the receiver was last well; None if it never ran."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.job == RECEIVER))


def is_needed() -> bool:
    """Return whether there is a panel that wants to be heard."""
    return execute(_ACTIVE).first() is not None


def note(panel: Panel, at: datetime) -> None:
    """End the trouble of a panel that was heard."""
    before = panel.heard_at or at
    panel.heard_at = max(before, at) if before <= at + AHEAD else at
    was_missed, panel.trouble_at = panel.trouble_at, None
    was_silent, panel.silent_at = panel.silent_at, None
    if was_missed:
        notices.acknowledge_all(f"panel_missed:{panel.id}:", None, at)
    if was_silent:
        db.session.flush()
        alarms.heard_again(panel, at)


def begin_anew(panel: Panel, at: datetime) -> None:
    """Start supervision again after a change of the panel's interval."""
    panel.supervised_at, panel.trouble_at, panel.silent_at = at, None, None
    notices.acknowledge_all(f"panel_missed:{panel.id}:", None, at)


def look(at: datetime) -> bool:
    """See to panels that are missed: first a trouble, then an incident of low priority, each once.

    As many as a job's share of the time allows. Returns whether more are due.

    One that was never heard is not connected yet. While METEOR does not listen nobody is missed, and afterwards the
    time counts from when it began to listen again. What is in test may be switched off.
    """
    _correct(at)
    since = listening_since(at)
    if since is None:
        return False
    due = [panel_id for panel_id, moment in _missed_from(since, at) if moment <= at]
    done = 0
    for panel_id in within_share(due):
        done += 1
        _see_to(panel_id, since, at)
    return done < len(due)


def next_missed(at: datetime) -> datetime | None:
    """Return when the next panel is a trouble or silent; `at` if the clock was ahead."""
    panels = select(Panel.id).where(or_(*(moment > at + AHEAD for moment in _MOMENTS))).limit(1)
    beats = select(Heartbeat.job).where(_BEATS, Heartbeat.at > at + AHEAD).limit(1)
    if db.session.scalar(panels) is not None or db.session.scalar(beats) is not None:
        return at
    since = listening_since(at)
    return min((moment for _, moment in _missed_from(since, at)), default=None) if since else None


def _missed_from(since: datetime, at: datetime) -> Iterator[tuple[UUID, datetime]]:
    """Each supervised panel, and from when on it is a trouble, or silent, and nothing says so yet."""
    in_test = {test.premises_id: test.until for test in testing.running(at) if test.zone_id is None}
    supervised = select(
        Panel.id, Panel.premises_id, Panel.interval, Panel.heard_at, Panel.supervised_at, Panel.trouble_at
    ).where(Panel.active, Panel.interval > 0, Panel.heard_at.is_not(None), Panel.silent_at.is_(None))
    for panel in db.session.execute(supervised).all():
        factor = SILENT if panel.trouble_at else TROUBLE
        missed_from = _heard(panel, since, at) + timedelta(seconds=panel.interval * factor)
        yield panel.id, max(missed_from, in_test.get(panel.premises_id, missed_from))


def _correct(at: datetime) -> None:
    """Set moments of the future, left by a clock that was ahead, to `at`. Otherwise no panel would be missed."""
    for moment in _MOMENTS:
        db.session.execute(update(Panel).where(moment > at + AHEAD).values({moment: at}))
    db.session.execute(update(Heartbeat).where(_BEATS, Heartbeat.at > at + AHEAD).values(at=at))


def _see_to(id_: object, since: datetime, at: datetime) -> None:
    panel = db.session.scalars(
        select(Panel).where(Panel.id == id_).options(lazyload("*")).execution_options(populate_existing=True)
    ).one()
    missed = _missed(panel, since, at)  # as it is now that nobody else can write it
    if testing.in_test(panel.premises_id, None, at):
        return
    if panel.trouble_at is None and missed >= timedelta(seconds=panel.interval * TROUBLE):
        panel.trouble_at = at
        _note_trouble(panel, at)
    if panel.silent_at is None and missed >= timedelta(seconds=panel.interval * SILENT):
        panel.silent_at = at
        db.session.flush()
        alarms.silent(panel, at)


def _missed(panel: Any, since: datetime, at: datetime) -> timedelta:
    return at - _heard(panel, since, at)


def _heard(panel: Any, since: datetime, at: datetime) -> datetime:
    """Return the moment from which the silence of a panel counts."""
    return max(panel.heard_at or at, panel.supervised_at or since, since)


def _note_trouble(panel: Panel, at: datetime) -> None:
    db.session.add(
        PanelEvent(
            panel_id=panel.id, received_at=at, digest="", transport="", token="", sequence="", code=MISSED,
            meaning="communication",
        )
    )  # fmt: skip
    day = at.astimezone(WIB).date().isoformat()
    notices.tell(
        f"panel_missed:{panel.id}:{day}", "panel_missed", "/sas/monitor", role="dispatcher",
        premises=panel.premises.name, panel=panel.label,
    )  # fmt: skip


def _write(job: str, at: datetime) -> None:
    execute(insert_once(Heartbeat), job=job, at=at, problem=None)
    db.session.execute(update(Heartbeat).where(Heartbeat.job == job).values(at=at))
