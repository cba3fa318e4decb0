"""Tests of premises: begun and ended by users, and asked for once a month (see monthly)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, true

from meteor.accounts.models import User
from meteor.premises.models import Premises
from meteor.sas import monthly, raising
from meteor.sas.consequences import LOOKED_AT
from meteor.sas.models import Panel, PanelEvent, TestMode, Zone
from meteor.store import audit
from meteor.store.database import db, execute, guarded_update

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=4)


class InTestAlready(Exception):
    """A test is running that covers all that is asked for; `running` says until when."""

    def __init__(self, running: TestMode) -> None:
        super().__init__(running.id)
        self.running = running


class IncidentIsOpen(Exception):
    """Help is needed at the premises: nothing is tested meanwhile."""


class EndedAlready(Exception):
    """The test has ended, automatically or by another user."""


def in_test(premises_id: int, zone: Zone | None, at: datetime) -> TestMode | None:
    """The test that covers an alarm of the premises at a moment, the longest of several.

    One of a single zone covers that zone alone; without a `zone` (the button, a panel that names none) only a test of
    the whole premises does. None does while help is needed there: what is said then is no test.
    """
    found = execute(_COVERING, premises=premises_id, zone=zone.id if zone else None, at=at).scalar()
    if found is None or _needs_help(premises_id):
        return None
    return db.session.get(TestMode, found)


def running(at: datetime, premises: Premises | None = None) -> Sequence[TestMode]:
    """The running tests of all premises, or of these, by their end."""
    there = TestMode.premises_id == premises.id if premises else true()
    return db.session.scalars(select(TestMode).where(runs(at), there).order_by(TestMode.until, TestMode.id)).all()


def of_premises(premises: Premises, most: int = 20) -> Sequence[TestMode]:
    """The newest tests of the premises, also those that are over."""
    query = select(TestMode).where(TestMode.premises_id == premises.id).order_by(TestMode.id.desc())
    return db.session.scalars(query.limit(most)).all()


def is_over(test: TestMode, at: datetime) -> bool:
    """Return whether the test has ended, by itself or by hand."""
    return test.ended_at is not None or test.until <= at


def begin_test(
    premises: Premises, zone: Zone | None, length: timedelta, reason: str, at: datetime, actor: User
) -> TestMode:
    """Take what the premises (or one zone there) say for a test, for `length` from SHORTEST to LONGEST.

    Raises IncidentIsOpen, InTestAlready; ValueError for another length, or a zone of other premises.
    """
    if not SHORTEST <= length <= LONGEST or (zone and zone.panel.premises_id != premises.id):
        raise ValueError(length)
    if _needs_help(premises.id):
        raise IncidentIsOpen(premises.id)
    if before := in_test(premises.id, zone, at):
        raise InTestAlready(before)
    test = TestMode(
        premises_id=premises.id, zone=zone, began_at=at, began_by_id=actor.id, until=at + length, reason=reason
    )
    db.session.add(test)
    db.session.flush()
    _record(test, "test_began", actor, minutes=round(length.total_seconds() / 60), reason=reason)
    return test


def end_test(test: TestMode, at: datetime, actor: User) -> None:
    """End a test before its time. Raises EndedAlready."""
    ended = guarded_update(TestMode, TestMode.id == test.id, runs(at), ended_at=at, ended_by_id=actor.id)
    if not ended:
        raise EndedAlready(test.id)
    db.session.refresh(test)
    _record(test, "test_ended", actor)


def note_arrival(source: PanelEvent | Premises, at: datetime) -> None:
    """An alarm arrived during a test: what a panel said, or a press of the button of these premises.

    The month's test is passed when it was the last that it needed, and the business or an administrator began it.
    """
    if isinstance(source, Premises):
        premises, zone, name = source, None, monthly.BUTTON
    else:
        panel = db.session.get_one(Panel, source.panel_id)
        premises, zone, name = panel.premises, zone_of(panel, source.zone), str(panel.id)
    test = in_test(premises.id, zone, at)
    if test and test.began_by:
        monthly.note(premises, name, test.began_by, at)


def zone_of(panel: Panel, number: str) -> Zone | None:
    """The panel's zone with this number, if it is registered."""
    return next((zone for zone in panel.zones if zone.number == number), None)


def runs(at: Any) -> ColumnElement[bool]:
    """The condition on tests that run at a moment."""
    return (TestMode.began_at <= at) & (TestMode.until > at) & TestMode.ended_at.is_(None)


def _needs_help(premises_id: int) -> bool:
    """Return whether an incident of alarms is open there that is not only LOOKED_AT."""
    return any(incident.type.code not in LOOKED_AT for incident in raising.open_at(premises_id))


def _record(test: TestMode, action: str, actor: User, **detail: object) -> None:
    where = {"panel": test.zone.panel.account, "zone": test.zone.number} if test.zone else {}
    audit.record(actor, action, f"premises:{test.premises_id}", **where, **detail)


_COVERING = (
    select(TestMode.id)
    .where(
        TestMode.premises_id == bindparam("premises"),
        TestMode.zone_id.is_(None) | (TestMode.zone_id == bindparam("zone")),
        runs(bindparam("at")),
    )
    .order_by(TestMode.until.desc())
    .limit(1)
)
